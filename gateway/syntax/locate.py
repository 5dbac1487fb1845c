"""Where segments and their elements are in the file, to the byte. Slow, for carets."""

from __future__ import annotations

from bisect import bisect_right

from gateway.syntax.normal import COMPONENT, ELEMENT, REPETITION
from gateway.syntax.part import Kind, Part, SegmentSpan
from gateway.syntax.trouble import segments_in
from gateway.syntax.wire import Wire, wire_of


def spans(part: Part) -> list[SegmentSpan]:
    """The segments of a part with their exact bytes.

    None for advice, noise and text that is no EDI. The texts are those of ``part.segments``.
    """
    if part.dialect is None or not part.segments:
        return []
    wire = wire_of(part.dialect)
    if part.kind is Kind.HEADER:
        return [SegmentSpan(part.segments[0], part.offset, part.raw)]
    found = segments_in(wire, part.raw)
    return [
        SegmentSpan(text, part.offset + start, part.raw[start:end])
        for text, (_, start, end) in zip(part.segments, found, strict=False)
    ]


def locate(
    part: Part,
    segment: int,
    element: int | None = None,
    component: int | None = None,
    repetition: int | None = None,
) -> tuple[int, int]:
    """Byte offset in the file and width in bytes of a segment, element or component.

    Positions count from 1; the width is at least 1. Without ``element``: the tag. What is not
    there is located where it should stand: at the end of what holds it. A segment behind the last
    one is the end of the part.
    """
    start, width = Located(part).find(segment, element, component, repetition)
    return start, max(1, width)


class Located:
    """The places of one part, for those who ask for many of them."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.spans = spans(part)
        self._marks: dict[int, list[tuple[int, str]]] = {}

    def find(
        self,
        segment: int,
        element: int | None = None,
        component: int | None = None,
        repetition: int | None = None,
    ) -> tuple[int, int]:
        """Like :func:`locate`; the width of what is not there is 0."""
        dialect = self.part.dialect
        if not 1 <= segment <= len(self.spans) or dialect is None:
            return self.part.offset + len(self.part.raw), 0
        span = self.spans[segment - 1]
        marks = self._marks.get(segment)
        if marks is None:
            marks = self._marks[segment] = _marks(wire_of(dialect), span.raw)
        start, end = _field(marks, 0, len(marks) - 1, ELEMENT, element or 0)
        if component is not None or repetition is not None:
            start, end = _field(marks, start, end, REPETITION, (repetition or 1) - 1)
        if component is not None:
            start, end = _field(marks, start, end, COMPONENT, component - 1)
        return span.offset + marks[start][0], marks[end][0] - marks[start][0]

    def at(self, offset: int) -> tuple[int, int]:
        """(segment, element) that the byte at an offset belongs to, from 1; element 0 is the tag.

        ``(0, 0)`` for a byte outside of the part's segments.
        """
        starts = [span.offset for span in self.spans]
        segment = bisect_right(starts, offset)
        if not segment or offset >= self.part.offset + len(self.part.raw):
            return 0, 0
        self.find(segment)
        local = offset - starts[segment - 1]
        marks = self._marks[segment]
        return segment, sum(1 for at, sign in marks if sign == ELEMENT and at < local)


def _field(
    marks: list[tuple[int, str]], start: int, end: int, sign: str, index: int
) -> tuple[int, int]:
    """The ``index``-th field (from 0) between two marks, as separated by ``sign``."""
    for _ in range(index):
        while start < end and marks[start][1] != sign:
            start += 1
        if start == end:
            return end, end
        start += 1
    stop = start
    while stop < end and marks[stop][1] != sign:
        stop += 1
    return start, stop


def _marks(wire: Wire, raw: bytes) -> list[tuple[int, str]]:
    """Byte offset of each character of a segment, with its sign if it is a delimiter.

    The last one is the end of the segment (its terminator).
    """
    end = len(raw) - len(wire.terminator) if raw.endswith(wire.terminator) else len(raw)
    return [*wire.marks(raw[:end]), (end, "")]
