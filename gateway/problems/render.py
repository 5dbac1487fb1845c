"""Show a problem under the text it is about: EDI, YAML, map or ERP file.

error[M204]: PRI has no data element 6060
┌─ orders.map:25:33
25 │     price          <->  PRI+AAA.6060  decimal
│                                 ^^^^
= PRI has C509(5125 5118 5375 5387 5284 6411) 5213
"""

from __future__ import annotations

from gateway.problems.place import Place
from gateway.problems.problem import Problem

_WINDOW = 100
"""Longest piece of a line that is shown; a whole interchange may be one line."""


def render(found: Problem, source: str | None = None) -> str:
    """The problem as text; with ``source`` (the whole file as text) with a caret into its line."""
    head = f"{found.severity.value}[{found.code}]: {visible(found.sentence)}"
    notes = [visible(found.remedy)] if found.remedy else []
    spot = _spot(found.place, source) if source is not None else None
    if spot is None:
        where = visible(str(found.place))
        lines = [head, *([f"  at {where}"] if where else []), *(f"  = {note}" for note in notes)]
        return "\n".join(lines)
    line, column, text = spot
    margin = len(str(line)) + 2
    if not found.place.width:
        where = f"{' ' * margin}┌─ {visible(found.place.file or '<input>')}:{line}:{column}"
        return "\n".join([head, where, *(f"{' ' * margin}= {note}" for note in notes)])
    shown, indent = _window(text, column)
    width = max(1, min(found.place.width, len(shown) - indent))
    return "\n".join(
        [
            head,
            f"{' ' * margin}┌─ {visible(found.place.file or '<input>')}:{line}:{column}",
            f" {line} │ {shown}",
            f"{' ' * margin}│ {' ' * indent}{'^' * width}",
            *(f"{' ' * margin}= {note}" for note in notes),
        ]
    )


def line_and_column(source: str, offset: int) -> tuple[int, int]:
    """Line and column (from 1) of a character offset."""
    before = source[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def _spot(place: Place, source: str | None) -> tuple[int, int, str] | None:
    if source is None:
        return None
    if place.line is not None:
        line, column = place.line, place.column or 1
    elif place.offset is not None and place.offset <= len(source):
        line, column = line_and_column(source, place.offset)
    else:
        return None
    lines = source.split("\n")
    if line > len(lines):
        return None
    return line, column, lines[line - 1].rstrip("\r")


def visible(text: str) -> str:
    """Text from files and partners as it may be shown: a terminal obeys what cannot be seen."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else "·" for sign in text)


def _window(text: str, column: int) -> tuple[str, int]:
    """The part of a long line around the column, and where the caret goes in it."""
    text = visible(text)
    start = max(0, column - 1 - _WINDOW // 2) if len(text) > _WINDOW else 0
    left = "…" if start else ""
    right = "…" if len(text) > start + _WINDOW else ""
    return f"{left}{text[start : start + _WINDOW]}{right}", column - 1 - start + len(left)
