"""Syntax of paths: text → steps, composite, element, occurrence; no grammar is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.mapping.paths.section import SECTIONS
from gateway.mapping.statements import Path, Span
from gateway.problems import Problem, problem

_SELECT = re.compile(r"(?P<tag>[A-Z][A-Z0-9_]*)(?:(?P<sign>[+*])(?P<q>[^.\[\]/#]+))?")
_STEPS = re.compile(r"/(?![^\[]*\])")
"""Slashes outside brackets."""
_FILTER = re.compile(r"\[(?P<filter>[^\]]*)\]")
_COMPOSITE = re.compile(r"\.(?P<comp>[CSE]\d{3})(?=[.\[#]|$)")
_ELEMENT = re.compile(r"\.(?P<el>\d{1,4}(?:-\d{2})?)")
_NTH = re.compile(r"#(?P<n>\d+|\*)")


class Wrong(Exception):  # noqa: N818 (carries a problem)
    """A path that does not fit; carries the problem. Never leaves this floor."""

    def __init__(self, found: Problem) -> None:
        super().__init__(str(found))
        self.problem = found


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: a segment or group, with what tells its occurrences apart."""

    tag: str
    qualifier: str
    filters: tuple[tuple[str, str], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Parsed:
    """A path in pieces."""

    steps: tuple[Step, ...]
    composite: str = ""
    composite_filters: tuple[tuple[str, str], ...] = ()
    element: str = ""
    element_span: Span | None = None
    nth: str = ""
    section: str = ""
    """``header`` ``detail`` ``summary``, or nothing."""


def parse(path: Path, standard: str) -> Parsed:
    """Syntax of a path. Raises M201."""
    steps: list[Step] = []
    pieces = _STEPS.split(path.text)
    at, section, rest = 0, "", ""
    if pieces[0] in SECTIONS and len(pieces) > 1:
        section = pieces.pop(0)
        at = len(section) + 1
    for number, piece in enumerate(pieces):
        match = _SELECT.match(piece)
        sign = match["sign"] if match else None
        if (
            not match
            or (sign == "*" and standard == "edifact")
            or (sign == "+" and standard == "x12")
        ):
            wanted = "TAG+Q.1234" if standard == "edifact" else "TAG*Q.02"
            spot = path.span.part(at, len(piece))
            raise Wrong(problem("M201", spot.place(), path=path.text, wanted=wanted))
        end = match.end()
        filters: tuple[tuple[str, str], ...] = ()
        if found := _FILTER.match(piece, end):
            filters, end = _filters(found["filter"], path, at + end), found.end()
        span = path.span.part(at, match.end())
        steps.append(Step(match["tag"], match["q"] or "", filters, span))
        rest = piece[end:]
        if rest and number < len(pieces) - 1:
            spot = path.span.part(at + end, len(rest))
            raise Wrong(problem("M201", spot.place(), path=path.text, wanted="/ after a step"))
        at += len(piece) + 1
    return _tail(path, tuple(steps), rest, section)


def _tail(path: Path, steps: tuple[Step, ...], rest: str, section: str) -> Parsed:
    start = len(path.text) - len(rest)
    at = 0
    composite, element, nth = "", "", ""
    filters: tuple[tuple[str, str], ...] = ()
    element_span: Span | None = None
    if found := _COMPOSITE.match(rest, at):
        composite, at = found["comp"], found.end()
        element_span = path.span.part(start + found.start("comp"), len(composite))
        if found := _FILTER.match(rest, at):
            filters, at = _filters(found["filter"], path, start + at), found.end()
    if found := _ELEMENT.match(rest, at):
        element, at = found["el"], found.end()
        element_span = path.span.part(start + found.start("el"), len(element))
    if found := _NTH.match(rest, at):
        nth, at = found["n"], found.end()
    if at != len(rest) or nth == "0":
        spot = path.span.part(start + at, len(rest) - at)
        wanted = "a data element and at most one #n"
        raise Wrong(problem("M201", spot.place(), path=path.text, wanted=wanted))
    return Parsed(steps, composite, filters, element, element_span, nth, section)


def _filters(text: str, path: Path, at: int) -> tuple[tuple[str, str], ...]:
    found = []
    for piece in text.split(","):
        key, sign, value = piece.strip().partition("=")
        if not sign or not value or not re.fullmatch(r"\d{1,4}|\.\d{2}", key):
            spot = path.span.part(at, len(text) + 2)
            raise Wrong(problem("M201", spot.place(), path=path.text, wanted="[7143=EN]"))
        found.append((key, value))
    return tuple(found)
