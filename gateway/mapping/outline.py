"""Lines of a map file by their indentation."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.mapping.statements import Span
from gateway.mapping.tokens import Token, tokens
from gateway.problems import Problem, problem

UNREADABLE = "\ufffd"
"""What stands for bytes that are not UTF-8."""
_OLD_TEXT = "a sign that is not UTF-8; save the file as UTF-8"
INDENT = 4
"""Blanks per depth of a body."""
DEEPEST = 12
"""Bodies within bodies."""


@dataclass
class Line:
    """One line with words, and the lines of its body."""

    words: list[Token]
    span: Span
    depth: int
    body: list[Line] = field(default_factory=list)


def outline(text: str, file: str) -> tuple[list[Line], list[Problem]]:
    """Lines at the top, with their bodies; a wrong indentation is M102 and its line left out."""
    top: list[Line] = []
    open_lines: list[Line] = []
    problems: list[Problem] = []
    for number, raw in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        shown = raw.rstrip("\r").rstrip()
        words = tokens(shown, file, number)
        if not words:
            continue
        if any(UNREADABLE in word.text for word in words):
            spot = Span(file, number, shown.index(UNREADABLE) + 1)
            problems.append(problem("M102", spot.place(), value=_OLD_TEXT))
            continue
        indent = len(shown) - len(shown.lstrip())
        depth, rest = divmod(indent, INDENT)
        if rest or "\t" in shown[:indent] or depth > min(len(open_lines), DEEPEST):
            spot = Span(file, number, 1, max(1, indent))
            problems.append(problem("M102", spot.place(), value=_misplaced(shown[:indent], depth)))
            continue
        first, last = words[0].span, words[-1].span
        whole = Span(file, number, first.column, last.column + last.width - first.column)
        line = Line(words, whole, depth)
        del open_lines[depth:]
        (open_lines[-1].body if open_lines else top).append(line)
        open_lines.append(line)
    return top, problems


def _misplaced(front: str, depth: int) -> str:
    """What is wrong with the beginning of a line."""
    if "\t" in front:
        return "a tab at the beginning of the line"
    blanks = "1 blank" if len(front) == 1 else f"{len(front)} blanks"
    if len(front) % INDENT:
        return f"{blanks} at the beginning, which is no multiple of {INDENT}"
    if depth > DEEPEST:
        return f"more than {DEEPEST} levels"
    return f"{blanks} at the beginning, but no line above to belong to"
