"""Read a stream of interchanges into parts that tile it.

A header is looked for at the start of the stream and after a complete interchange plus noise,
never inside data; what else stands there is junk, up to a line that starts one. Within an
interchange the segments decide: a header, trailer or message where it belongs, and else a run of
strays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from gateway.problems import Place, Problem, problem
from gateway.syntax import edifact, x12
from gateway.syntax.charset import canonical
from gateway.syntax.delimiters import Delimiters
from gateway.syntax.limits import Limits
from gateway.syntax.message import Cut, Cutter, Endless, Rules, tag_of
from gateway.syntax.part import Dialect, Kind, Part
from gateway.syntax.source import Source
from gateway.syntax.trouble import Trouble
from gateway.syntax.wire import wire_of

_NOISE = re.compile(rb"[\r\n \t\x00\x1a]*")
"""Between interchanges also NUL and SUB: padding and end-of-file marks of old systems."""
_MARK = b"\xef\xbb\xbf"
_SIGN = rb"(?:UNA[^A-Za-z0-9\s]|UNB[+\x1d]UNO|ISA[^A-Za-z0-9\s]\d\d)"
_HINT = re.compile(_SIGN)
_RESUME = re.compile(rb"(?<=[\r\n'~])(?=%s)" % _SIGN)
"""After junk: behind the end of a line or of a segment, where a header begins.

Looks back one byte only: to look ahead over line breaks would read a run of them once from each.
"""
_AHEAD = 64
"""Bytes looked at beyond a piece of junk, so that a header across its end is seen."""

_DEFAULT = Limits()
_EDIFACT = Rules(edifact.TAGS, edifact.MESSAGE, edifact.MESSAGE_END, edifact.CROSSING)
_X12 = Rules(x12.TAGS, x12.MESSAGE, x12.MESSAGE_END, x12.CROSSING)
_X12_EXTENDED = Rules(x12.EXTENDED_TAGS, x12.MESSAGE, x12.MESSAGE_END, x12.CROSSING)


def read(
    chunks: Iterable[bytes], *, limits: Limits = _DEFAULT, codec: str | None = None
) -> Iterator[Part]:
    """Read interchanges, EDIFACT or X12, from chunks of any size.

    ``b"".join(part.raw for part in parts)`` is the input, whatever it is; bad input gives problems,
    never an exception. ``codec`` overrides the charset (an agreement's word against UNB's);
    raises ``LookupError`` or ``ValueError`` if it is unknown or unusable.
    """
    agreed = None if codec is None else canonical(codec)
    return Reader(Source(chunks), limits, agreed).parts()


def read_bytes(data: bytes, *, limits: Limits = _DEFAULT, codec: str | None = None) -> list[Part]:
    """:func:`read` for a whole file."""
    return list(read((data,), limits=limits, codec=codec))


class Reader:
    """One reading of one stream."""

    def __init__(
        self, source: Source, limits: Limits, codec: str | None, *, fast: bool = True
    ) -> None:
        self._source = source
        self._limits = limits
        self._codec = codec
        self._fast = fast
        self._marked = False

    def parts(self) -> Iterator[Part]:
        """All parts, in order."""
        while True:
            yield from self._between()
            if not self._source.need(1):
                return
            self._source.need(16)
            data, pos = self._source.data, self._source.pos
            if x12.HEADER.match(data, pos):
                yield from self._x12()
            elif data.startswith(b"UNA", pos) or edifact.HEADER.match(data, pos):
                yield from self._edifact()
            else:
                yield from self._junk(None)

    def _between(self) -> Iterator[Part]:
        """Noise and byte order marks before a header."""
        source, limit = self._source, self._limits.segment_bytes
        self._marked = False
        while source.need(1):
            offset = source.offset
            source.need(len(_MARK))
            if source.data.startswith(_MARK, source.pos):
                self._marked = True
                found = problem("S103", Place(offset=offset, width=len(_MARK)))
                yield Part(Kind.NOISE, offset, source.take(len(_MARK)), problems=(found,))
                continue
            match = _NOISE.match(source.data, source.pos)
            length = match.end() - source.pos if match else 0
            if length == 0:
                return
            if length < limit and source.pos + length == len(source.data) and source.more():
                continue
            yield Part(Kind.NOISE, offset, source.take(min(length, limit)))

    def _junk(self, reason: Problem | None) -> Iterator[Part]:
        """Everything up to a line that starts an interchange, or to the end of the stream."""
        source = self._source
        size = self._limits.segment_bytes
        while source.need(1):
            source.need(size + _AHEAD)
            offset, start = source.offset, source.pos
            length = min(size, len(source.data) - start)
            header = _RESUME.search(source.data, start + 1, start + size + _AHEAD)
            ends = header is not None and header.end() - start <= length
            raw = source.take(header.end() - start if header is not None and ends else length)
            found = reason or self._no_interchange(raw, offset)
            yield Part(Kind.JUNK, offset, raw, problems=(found,))
            if ends:
                return
            # the next piece is junk for the same reason, at its own place
            reason = replace(found, place=replace(found.place, offset=offset + len(raw), width=1))

    def _no_interchange(self, raw: bytes, offset: int) -> Problem:
        shown = repr(raw[:20].decode("latin-1")) + (" …" if len(raw) > 20 else "")
        hint = _HINT.search(raw, 1)
        text = f"; byte {offset + hint.start()} looks like a header" if hint else ""
        return problem(
            "S101", Place(offset=offset, width=min(len(raw), 20)), found=shown, hint=text
        )

    def _edifact(self) -> Iterator[Part]:
        """UNA if there is one, UNB, and all up to UNZ."""
        source = self._source
        una: Delimiters | None = None
        marked = self._marked
        if source.data.startswith(b"UNA", source.pos):
            source.need(32)
            offset = source.offset
            head = source.data[source.pos : source.pos + 32]
            una, length, problems = edifact.advice(head, offset)
            raw = source.take(min(length, len(head)))
            yield Part(Kind.ADVICE, offset, raw, problems=tuple(problems))
            yield from self._between()
            source.need(16)
        header = edifact.HEADER.match(source.data, source.pos)
        if header is None:
            if source.need(1):
                yield from self._junk(None)
            return
        sign = header[1].decode("latin-1")
        first = edifact.provisional(sign, una)
        if first is None:
            yield from self._junk(self._bad_unb(sign))
            return
        cutter = Cutter(source, wire_of(first), _EDIFACT, self._limits)
        cut = cutter.segment(0)
        if not isinstance(cut, Cut):
            yield from self._junk(cutter.endless(source.offset))
            return
        text = cutter.look(cut)[0]
        dialect, problems = edifact.dialect(text, sign, una, self._codec, marked, source.offset)
        cutter = Cutter(source, wire_of(dialect), _EDIFACT, self._limits)
        yield cutter.single(Kind.HEADER, cut, problems)
        yield from self._inside(dialect, _EDIFACT)

    def _bad_unb(self, sign: str) -> Problem:
        return problem(
            "S105",
            Place(offset=self._source.offset, width=4, tag="UNB"),
            header="UNB",
            reason=f"{sign!r} after the tag is not the element separator",
            right="UNA before UNB if other service characters than :+.?' are used",
        )

    def _x12(self) -> Iterator[Part]:
        """ISA, and all up to IEA."""
        source = self._source
        source.need(x12.WINDOW)
        offset = source.offset
        head = source.data[source.pos : source.pos + x12.WINDOW]
        isa = x12.read_isa(head, self._codec, offset)
        if isinstance(isa, Problem):
            yield from self._junk(isa)
            return
        wire = wire_of(isa.dialect)
        trouble = Trouble(wire, offset)
        for found in isa.problems:
            trouble.add(found)
        raw = source.take(isa.length)
        text, seen = wire.isa(raw)
        trouble.segment(raw, seen, 0, None, "ISA")
        yield Part(Kind.HEADER, offset, raw, isa.dialect, (text,), trouble.problems())
        if x12.has_extension(isa.dialect.version):
            yield from self._x12_extended(isa.dialect)
        else:
            yield from self._inside(isa.dialect, _X12)

    def _x12_extended(self, dialect: Dialect) -> Iterator[Part]:
        """ISX, if it follows ISA, is read without the release character that it names."""
        cutter = Cutter(self._source, wire_of(dialect), _X12_EXTENDED, self._limits)
        length = cutter.noise(0)
        if 0 < length < self._limits.segment_bytes:
            yield self._noise(cutter, length)
        cut = cutter.segment(0)
        if isinstance(cut, Cut) and tag_of(text := cutter.look(cut)[0]) == "ISX":
            yield cutter.single(Kind.CONTROL, cut)
            dialect = replace(dialect, delimiters=x12.release(text, dialect.delimiters))
        yield from self._inside(dialect, _X12_EXTENDED)

    def _inside(self, dialect: Dialect, rules: Rules) -> Iterator[Part]:
        """All after the header, up to and with the trailer and the noise behind it."""
        source, limit = self._source, self._limits.segment_bytes
        cutter = Cutter(source, wire_of(dialect), rules, self._limits)
        closed = False
        while True:
            length = cutter.noise(0)
            if length:
                yield self._noise(cutter, length)
                if length >= limit:
                    continue
            if closed or cutter.at_header(0):
                return
            part = cutter.fast() if self._fast else None
            if part is not None:
                yield part
                continue
            cut = cutter.segment(0)
            if cut is None:
                return
            if isinstance(cut, Endless):
                yield from self._endless(cutter)
                continue
            kind = rules.tags.get(tag_of(cutter.look(cut)[0]), Kind.JUNK)
            if kind in (Kind.MESSAGE, Kind.JUNK):
                yield cutter.slow(kind, cut)
                continue
            part = cutter.single(kind, cut)
            yield part
            closed = kind is Kind.TRAILER
            if kind is Kind.PACKAGE_HEADER:
                yield from self._object(cutter, edifact.object_length(part.segments[0]))

    def _object(self, cutter: Cutter, length: int) -> Iterator[Part]:
        """The bytes of an object in pieces; they are not looked at, as they may hold anything."""
        source = self._source
        while length and source.need(1):
            source.need(min(length, self._limits.segment_bytes))
            size = min(length, self._limits.segment_bytes, len(source.data) - source.pos)
            offset = source.offset
            yield Part(Kind.OBJECT, offset, source.take(size), cutter.wire.dialect)
            length -= size

    def _noise(self, cutter: Cutter, length: int) -> Part:
        offset = self._source.offset
        trouble = Trouble(cutter.wire, offset)
        raw = self._source.take(length)
        trouble.noise(raw, 0)
        return Part(Kind.NOISE, offset, raw, problems=trouble.problems())

    def _endless(self, cutter: Cutter) -> Iterator[Part]:
        """Junk in pieces of at most the limit, up to the next terminator."""
        source, limit = self._source, self._limits.segment_bytes
        while source.need(1):
            source.need(limit + 4)
            start = source.pos
            end = cutter.wire.find_end(source.data, start, start + limit)
            length = end - start if end >= 0 else min(limit, len(source.data) - start)
            if end < 0 and length > 1:
                length -= cutter.wire.open_release(source.data, start, start + length)
            offset = source.offset
            found = cutter.endless(offset)
            yield Part(Kind.JUNK, offset, source.take(length), cutter.wire.dialect, (), (found,))
            if end >= 0:
                return
