"""An EDI file for people: a segment per line, numbered as acknowledgements count, problems pinned.

     7  QTY+21:1O:PCE'
               ^^
        G202 QTY 6060 must be a number, not '1O'

Pure: bytes' parts and problems in, lines out. A problem without a place in the file is kept for
the end, so that none is lost.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.problems import Problem, Severity
from gateway.syntax import Kind, Part, locate, spans

_BARE = (Kind.ADVICE, Kind.JUNK)
"""Parts that hold no segments, but are shown."""


@dataclass(slots=True)
class Line:
    """One segment (or UNA, or bytes that belong to nothing)."""

    part: Part
    offset: int
    raw: bytes
    text: str
    number: int | None = None
    """Position in the message: UNH and ST are 1."""
    message: str | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def kind(self) -> Kind:
        """What the part is that the line is of."""
        return self.part.kind

    def caret(self, found: Problem) -> tuple[int, int]:
        """Column (from 0) and width of a problem's caret in :attr:`text`."""
        place = found.place
        start, width = place.offset if place.offset is not None else self.offset, place.width
        if place.offset is None and self.number is not None and place.element is not None:
            start, width = locate(
                self.part, self.number, place.element, place.component, place.repetition
            )
        codec = _codec(self.part)
        start = max(0, start - self.offset)
        left = len(self.raw[:start].decode(codec, "replace"))
        signs = len(self.raw[start : start + width].decode(codec, "replace"))
        return left, max(1, min(signs, len(self.text) - left))

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        shown: dict[str, Any] = {"offset": self.offset, "kind": self.kind.value, "text": self.text}
        if self.number is not None:
            shown |= {"message": self.message, "segment": self.number}
        if self.problems:
            shown["problems"] = [found.as_json() for found in self.problems]
        return shown


def lines_of(parts: Iterable[Part]) -> Iterator[Line]:
    """The lines of a file, without problems."""
    for part in parts:
        if part.kind in _BARE:
            yield Line(part, part.offset, part.raw, _shown(part.raw, _codec(part)))
            continue
        found = spans(part) if part.kind is not Kind.NOISE else []
        reference = _reference(part)
        for number, span in enumerate(found, 1):
            line = Line(part, span.offset, span.raw, _shown(span.raw, _codec(part)))
            if part.kind is Kind.MESSAGE:
                line.number, line.message = number, reference
            yield line


def pin(lines: Sequence[Line], problems: Iterable[Problem]) -> list[Problem]:
    """Hang each problem under its line; returns those that have no place in the file."""
    offsets = [line.offset for line in lines]
    by_number: dict[tuple[str | None, int | None], Line] = {
        (line.message, line.number): line for line in reversed(lines) if line.number
    }
    homeless = []
    for found in problems:
        place = found.place
        if place.offset is not None and lines:
            line = lines[max(0, bisect_right(offsets, place.offset) - 1)]
        elif (place.message, place.segment) in by_number:
            line = by_number[place.message, place.segment]
        else:
            homeless.append(found)
            continue
        if found not in line.problems:
            line.problems.append(found)
    return homeless


def render(line: Line) -> Iterator[tuple[str, str]]:
    """The line as (style, text) rows; a style is segment, error, warning or remedy."""
    number = "" if line.number is None else str(line.number)
    if line.number == 1:
        yield "segment", ""
    yield "segment" if line.kind is not Kind.JUNK else "error", f"{number:>6}  {line.text}"
    for found in line.problems:
        left, width = line.caret(found)
        style = "error" if found.severity is Severity.ERROR else "warning"
        yield style, f"{'':8}{' ' * left}{'^' * width}"
        yield style, f"{'':8}{found.code} {found.sentence}"
        if found.remedy:
            yield "remedy", f"{'':8}= {found.remedy}"


def _codec(part: Part) -> str:
    return part.dialect.codec if part.dialect else "latin-1"


def _reference(part: Part) -> str | None:
    """UNH 0062 or ST02, as problems name their message."""
    pieces = part.segments[0].split("\x1d") if part.segments else []
    place = 2 if pieces and pieces[0] == "ST" else 1
    return pieces[place] if len(pieces) > place else None


def _shown(raw: bytes, codec: str) -> str:
    text = raw.decode(codec, "replace").rstrip("\r\n")
    return "".join(sign if sign.isprintable() else "·" for sign in text)
