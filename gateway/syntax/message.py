"""Cut one message, or one run of stray segments, out of the stream.

Fast: find the trailer's tag in the raw bytes, translate the whole message at once. Slow: segment
by segment, with all checks; for whatever the fast way does not take. Both give the same parts.

The fast way never looks at a byte twice for two messages: the place of the next trailer is kept,
and a message that has another header before the next trailer goes the slow way at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.problems import Place, Problem, Severity, problem
from gateway.syntax.limits import Limits
from gateway.syntax.normal import COMPONENT, ELEMENT
from gateway.syntax.part import Kind, Part
from gateway.syntax.source import Source
from gateway.syntax.trouble import Trouble, looks_like_utf_8, outside_level
from gateway.syntax.wire import Findings, Wire

_HEADER = re.compile(rb"(?:UNA|UNB|ISA)[^A-Za-z0-9\r\n ]")
_TAG = re.compile(f"[^{COMPONENT}{ELEMENT}]*")
_AT_END = b"\r\n \t\x00\x1a"
"""What may stand behind the last segment of a file although its terminator is missing."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the cutter must know of a standard's envelope."""

    tags: dict[str, Kind]
    message: str
    message_end: str
    crossing: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Cut:
    """Where the next segment is, relative to ``source.pos``.

    It stands after ``noise`` bytes, up to ``end`` (behind its terminator); ``size`` is its length
    without terminator.
    """

    noise: int
    size: int
    end: int

    @property
    def terminated(self) -> bool:
        """False only for the last segment of a file."""
        return self.end > self.noise + self.size


class Endless:
    """The next segment (or the noise before it) is longer than the limit."""


ENDLESS = Endless()


def tag_of(text: str) -> str:
    """The tag of a segment in normal form."""
    match = _TAG.match(text)
    return match.group() if match else ""


class Cutter:
    """Cuts within one interchange."""

    def __init__(self, source: Source, wire: Wire, rules: Rules, limits: Limits) -> None:
        self.source = source
        self.wire = wire
        self.rules = rules
        self.limits = limits
        self._trailer = -1
        """Offset in the stream of the next known message trailer."""
        self._searched = -1
        """Offset in the stream up to which there is no trailer."""
        self._start_tag = rules.message.encode() + wire.element
        self._end_tag = rules.message_end.encode() + wire.element

    def noise(self, skip: int) -> int:
        """Length of the noise after ``skip`` bytes, at most the limit of a segment."""
        source, limit = self.source, self.limits.segment_bytes
        while True:
            at = source.pos + skip
            match = self.wire.noise.match(source.data, at)
            length = match.end() - at if match else 0
            if length >= limit or at + length < len(source.data) or not source.more():
                return min(length, limit)

    def segment(self, skip: int) -> Cut | Endless | None:
        """The segment after ``skip`` bytes and noise; ``None`` if only noise is left."""
        source, limit = self.source, self.limits.segment_bytes
        noise = self.noise(skip)
        if noise >= limit:
            return ENDLESS
        first = skip + noise
        if not source.need(first + 1):
            return None
        size = len(self.wire.terminator)
        while True:
            start = source.pos + first
            end = self.wire.find_end(source.data, start, start + limit + size)
            if end >= 0:
                return Cut(first, end - start - size, end - source.pos)
            if len(source.data) - start >= limit + size:
                return ENDLESS
            if not source.more():
                return self._last(first)

    def _last(self, first: int) -> Cut:
        """The segment at the end of the file that has no terminator."""
        source = self.source
        rest = source.data[source.pos + first :]
        size = len(rest.rstrip(_AT_END)) or len(rest)
        return Cut(first, size, first + size)

    def at_header(self, skip: int) -> bool:
        """Whether the header of another interchange begins after ``skip`` bytes."""
        self.source.need(skip + 4)
        return bool(_HEADER.match(self.source.data, self.source.pos + skip))

    def fast(self) -> Part | None:
        """The message that begins at ``source.pos``, if nothing about it is unusual."""
        source, wire, limits = self.source, self.wire, self.limits
        source.need(len(self._start_tag))
        if not source.data.startswith(self._start_tag, source.pos):
            return None
        length = self._fast_length()
        if length == 0 or length > limits.message_bytes:
            return None
        offset = source.offset
        raw = source.data[source.pos : source.pos + length]
        text = wire.fast(raw)
        if text is None:
            return None
        if self.rules.crossing.search(text, 0, text.rfind("\x1c", 0, -1) + 1):
            return None
        segments = tuple(text[:-1].split("\x1c"))
        if len(segments) > limits.segments_per_message:
            return None
        if length * 8 > limits.segment_bytes and max(map(len, segments)) * 8 > limits.segment_bytes:
            return None
        source.pos += length
        if (wire.in_level and outside_level(wire, raw)) or looks_like_utf_8(wire, raw):
            trouble = Trouble(wire, offset)
            trouble.level(raw)
            problems = trouble.problems()
        else:
            problems = ()
        return Part(Kind.MESSAGE, offset, raw, wire.dialect, segments, problems)

    def _fast_length(self) -> int:
        """Bytes from ``source.pos`` to behind the message trailer; 0 if that is not certain."""
        source, wire = self.source, self.wire
        while True:
            data, pos = source.data, source.pos
            at = self._find_trailer()
            stop = at if at >= 0 else len(data)
            if self._another_start(pos + len(self._start_tag), stop):
                return 0
            if at >= 0:
                end = wire.find_end(data, at, len(data))
                if end >= 0:
                    return end - pos
            if len(data) - pos > self.limits.message_bytes or not source.more():
                return 0

    def _find_trailer(self) -> int:
        """Index of the next trailer segment in ``source.data``; -1 if there is none."""
        source = self.source
        data, pos = source.data, source.pos
        known = self._trailer - source.base
        if known >= pos:
            return known
        at = data.find(self._end_tag, max(pos, self._searched - source.base))
        while at >= 0 and not self.wire.starts_segment(data, at, pos):
            at = data.find(self._end_tag, at + 1)
        if at >= 0:
            self._trailer = source.base + at
        else:
            self._searched = source.base + len(data) - len(self._end_tag)
        return at

    def _another_start(self, at: int, stop: int) -> bool:
        data = self.source.data
        at = data.find(self._start_tag, at, stop)
        while at >= 0 and not self.wire.may_start_segment(data, at):
            at = data.find(self._start_tag, at + 1, stop)
        return at >= 0

    def slow(self, kind: Kind, first: Cut) -> Part:
        """The message or the run of strays whose first segment is ``first``."""
        source, end_tag = self.source, self.rules.message_end
        trouble = Trouble(self.wire, source.offset)
        segments = [self.read(first, self.look(first), trouble, kind)]
        cut = first
        while cut.terminated and (kind is Kind.JUNK or tag_of(segments[-1]) != end_tag):
            following, problem_found = self._following(cut, len(segments))
            if problem_found and kind is Kind.MESSAGE:
                trouble.add(problem_found)
            if following is None:
                break
            after, seen = following
            if after.noise > cut.end:
                noise = source.data[source.pos + cut.end : source.pos + after.noise]
                trouble.noise(noise, cut.end)
            segments.append(self.read(after, seen, trouble, kind, len(segments) + 1))
            cut = after
        offset = source.offset
        raw = source.take(cut.end)
        if kind is Kind.JUNK:
            self._stray(segments, raw, trouble, offset)
        trouble.level(raw, numbered=kind is Kind.MESSAGE)
        return Part(kind, offset, raw, self.wire.dialect, tuple(segments), trouble.problems())

    def _following(
        self, cut: Cut, count: int
    ) -> tuple[tuple[Cut, tuple[str, Findings]] | None, Problem | None]:
        """The next segment if it belongs to the same part, or the limit that forbids it."""
        limits, offset = self.limits, self.source.offset + cut.end
        after = self.segment(cut.end)
        if isinstance(after, Endless):
            return None, self.endless(offset)
        if after is None or self.at_header(after.noise):
            return None, None
        seen = self.look(after)
        if tag_of(seen[0]) in self.rules.tags:
            return None, None
        if after.end > limits.message_bytes:
            return None, problem("S142", Place(offset=offset), limit=limits.message_bytes)
        if count >= limits.segments_per_message:
            return None, problem("S143", Place(offset=offset), limit=limits.segments_per_message)
        return (after, seen), None

    def _stray(self, segments: list[str], raw: bytes, trouble: Trouble, offset: int) -> None:
        tag = tag_of(segments[0]) or "(no tag)"
        place = Place(offset=offset, width=min(len(raw), 80), tag=tag)
        expected = f"; a message begins with {self.rules.message}"
        trouble.add(problem("S102", place, count=len(segments), tag=tag, expected=expected))

    def single(self, kind: Kind, cut: Cut, known: Iterable[Problem] = ()) -> Part:
        """A part of one segment: a header, trailer or control segment."""
        offset = self.source.offset
        trouble = Trouble(self.wire, offset)
        for found in known:
            trouble.add(found)
        text = self.read(cut, self.look(cut), trouble, kind)
        raw = self.source.take(cut.end)
        trouble.level(raw, numbered=False)
        return Part(kind, offset, raw, self.wire.dialect, (text,), trouble.problems())

    def look(self, cut: Cut) -> tuple[str, Findings]:
        """Normal form of a segment, and what is unusual in it."""
        start = self.source.pos + cut.noise
        return self.wire.normal(self.source.data[start : start + cut.size])

    def read(
        self, cut: Cut, seen: tuple[str, Findings], trouble: Trouble, kind: Kind, nth: int = 1
    ) -> str:
        """Normal form of the ``nth`` segment of a part; what is unusual goes to ``trouble``."""
        text, found = seen
        number = nth if kind is Kind.MESSAGE else None
        tag = tag_of(text)
        if found:
            start = self.source.pos + cut.noise
            raw = self.source.data[start : start + cut.size]
            trouble.segment(raw, found, cut.noise, number, tag)
        if not cut.terminated:
            place = Place(offset=self.source.offset + cut.end, segment=number, tag=tag)
            terminator = self.wire.dialect.delimiters.terminator
            harmless = self.rules.tags.get(tag) is Kind.TRAILER
            trouble.add(unterminated(place, tag, terminator, harmless))
        return text

    def endless(self, offset: int) -> Problem:
        """The problem of a segment that is longer than the limit."""
        return problem("S141", Place(offset=offset), limit=self.limits.segment_bytes)


def unterminated(place: Place, tag: str, terminator: str, harmless: bool) -> Problem:
    """The last segment has no terminator; a warning where nothing can be missing behind it."""
    severity = Severity.WARNING if harmless else None
    return problem("S123", place, severity=severity, tag=tag, terminator=terminator)
