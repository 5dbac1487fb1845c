"""Lines of a map file by their indentation."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.mapping.statements import Span
from gateway.mapping.tokens import Token, tokens
from gateway.problems import Problem, problem

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
        indent = len(shown) - len(shown.lstrip())
        depth, rest = divmod(indent, INDENT)
        if rest or "\t" in shown[:indent] or depth > min(len(open_lines), DEEPEST):
            spot = Span(file, number, 1, max(1, indent))
            problems.append(problem("M102", spot.place(), value=f"{indent} blanks"))
            continue
        first, last = words[0].span, words[-1].span
        whole = Span(file, number, first.column, last.column + last.width - first.column)
        line = Line(words, whole, depth)
        del open_lines[depth:]
        (open_lines[-1].body if open_lines else top).append(line)
        open_lines.append(line)
    return top, problems
