"""The line of a file that a finding is about, with signs under the value.

Plain signs only: error files are opened by whatever program is at hand.
"""

from __future__ import annotations

from gateway.channels.folder.finding import Finding

_WINDOW = 96
"""Longest piece of a line that is shown; a whole interchange may be one line."""


def excerpt(each: Finding, text: str | None) -> list[str]:
    """The line and a row of ``^`` below it; nothing where there is no line to show."""
    lines = [] if text is None else text.split("\n")
    if each.line is None or not 0 < each.line <= len(lines):
        return []
    line = lines[each.line - 1].rstrip("\r")
    column, width = _marked(each, line)
    start = max(0, (column or 1) - 1 - _WINDOW // 2) if len(line) > _WINDOW else 0
    piece = "".join(sign if sign.isprintable() else " " for sign in line[start : start + _WINDOW])
    left, right = "… " if start else "", " …" if len(line) > start + _WINDOW else ""
    number = str(each.line)
    shown = [f"{number} | {left}{piece}{right}".rstrip()]
    if column is not None:
        indent = column - 1 - start
        width = max(1, min(width, len(piece) - indent))
        shown.append(f"{' ' * len(number)} | {' ' * (len(left) + indent)}{'^' * width}")
    return shown


def _marked(each: Finding, line: str) -> tuple[int | None, int]:
    """Where the signs go, and how many: where the value stands, once, in the line, or as told."""
    value = each.value or ""
    at = None if each.column is None else each.column - 1
    if value and line.count(value) == 1 and (at is None or not line.startswith(value, at)):
        return line.index(value) + 1, len(value)
    if at:
        return at + 1, each.found.place.width
    return None, 0
