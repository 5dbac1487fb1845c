"""How one dialect stands on the wire: where segments end, and bytes -> normal form.

There are two ways to normal form that must give the same text (tests/syntax/test_laws.py):
:meth:`Wire.fast` takes a whole message at C speed and gives up (``None``) as soon as anything is
unusual; :meth:`Wire.normal` takes one segment, knows everything, and names every problem.

Line breaks are no data in EDIFACT and X12: after a terminator they are noise, inside a segment
they are left out with a warning. So a release character at the end of a wrapped line releases
the first character of the next line. Where the terminator is a line break, only the other one
is noise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from gateway.syntax.charset import control_bytes, repertoire
from gateway.syntax.normal import COMPONENT, ELEMENT, LOST, REPETITION, TERMINATOR
from gateway.syntax.part import Dialect

_RELEASED = b"\x01\x02\x03\x04\x05"
"""Stand for released service characters on the fast way; free, as control bytes stop it before."""
_HIGH_CONTROL = re.compile("[\x7f-\x9f]")


@dataclass(slots=True)
class Findings:
    """What :meth:`Wire.normal` saw in one segment; offsets count from its first byte."""

    undecodable: list[tuple[int, int]] = field(default_factory=list)
    """Offset and byte."""
    controls: list[tuple[int, int]] = field(default_factory=list)
    """Offset and code point."""
    wraps: list[int] = field(default_factory=list)
    unneeded: list[tuple[int, str]] = field(default_factory=list)
    """Offset of the release character and the character after it."""
    dangling: int | None = None

    def __bool__(self) -> bool:
        """Whether anything was seen."""
        lists = self.undecodable or self.controls or self.wraps or self.unneeded
        return bool(lists) or self.dangling is not None


class Wire:
    """Tables of one dialect. ``noise`` matches what may stand before a segment."""

    def __init__(self, dialect: Dialect) -> None:
        signs = dialect.delimiters
        self.dialect = dialect
        self.codec = dialect.codec
        self.terminator = signs.terminator.encode(self.codec)
        self.element = signs.element.encode(self.codec)
        self.release = signs.release.encode(self.codec)
        end = re.escape(self.terminator)
        breaks = b"".join(b for b in (b"\r", b"\n") if b != self.terminator)
        self._breaks = breaks
        self.noise = re.compile(b"(?:[" + re.escape(breaks) + rb" \t]|" + end + b")*")
        self._runs = breaks + self.release
        self._before = self.terminator[-1:] + breaks + b" \t"
        self._signs = {
            signs.component: COMPONENT,
            signs.element: ELEMENT,
            signs.repetition: REPETITION,
            signs.terminator: TERMINATOR,
        }
        self._signs.pop("", None)
        self.in_level = self._level_bytes()
        self._specials = self._special_pattern()
        self._make_fast()

    def _special_pattern(self) -> re.Pattern[str]:
        """On decoded text: a released character, a delimiter, a line break or a control."""
        release = self.dialect.delimiters.release
        breaks = self._breaks.decode()
        delimiters = "".join(map(re.escape, self._signs))
        released = f"{re.escape(release)}[{breaks}]*(?P<released>[^{breaks}])?|" if release else ""
        return re.compile(
            f"{released}(?P<sign>[{delimiters}])|(?P<wrap>[{breaks}])"
            "|(?P<lost>[\x00-\x1f\x7f-\x9f\udc80-\udcff])",
            re.DOTALL,
        )

    def _level_bytes(self) -> bytes:
        """What is allowed in the level, or is a service character, or is another problem's."""
        allowed = repertoire(self.dialect.level, self.codec)
        if allowed is None:
            return b""
        signs = "".join(self._signs) + self.dialect.delimiters.release
        others = bytes([*range(0x20), *range(0x7F, 0x100)])
        return "".join(sorted(allowed)).encode() + signs.encode() + others

    def _make_fast(self) -> None:
        """Byte tables; none when a service character is longer than one byte."""
        wires = {sign.encode(self.codec): normal for sign, normal in self._signs.items()}
        self._table: bytes | None = None
        self._escapes: tuple[tuple[bytes, bytes], ...] = ()
        used = b"".join(wires) + self.release
        if len(used) != len(wires) + len(self.release) or set(used) & set(_RELEASED):
            return
        table = bytearray(range(256))
        for wire, normal in wires.items():
            table[wire[0]] = ord(normal)
        if self.release:
            escapes = [self.release, *(wire for wire in wires if wire >= b" ")]
            for stand_in, wire in zip(_RELEASED, escapes, strict=False):
                table[stand_in] = wire[0]
            self._escapes = tuple(
                (self.release + wire, bytes([stand_in]))
                for stand_in, wire in zip(_RELEASED, escapes, strict=False)
            )
        self._table = bytes(table)
        controls = set(control_bytes(self.codec)) - set(b"\r\n" + used)
        self._clean = bytes(byte for byte in range(256) if byte not in controls)

    def find_end(self, data: bytes, start: int, stop: int) -> int:
        """Offset behind the terminator of the segment that starts at ``start``; -1 if none.

        Looks up to ``stop``. A terminator after an odd run of release characters is data.
        """
        end, size = self.terminator, len(self.terminator)
        at = data.find(end, start, stop)
        if not self.release:
            return at + size if at >= 0 else -1
        floor = start
        while at >= 0 and self.is_released(data, at, floor):
            floor = at + size
            at = data.find(end, floor, stop)
        return at + size if at >= 0 else -1

    def is_released(self, data: bytes, at: int, floor: int) -> bool:
        """Whether the byte at ``at`` is released; looks back to ``floor``."""
        release = self.release
        if not release:
            return False
        before, count = at - 1, 0
        while before >= floor and data[before] in self._runs:
            count += data[before] == release[0]
            before -= 1
        return bool(count & 1)

    def starts_segment(self, data: bytes, at: int, floor: int) -> bool:
        """Whether what stands before ``at`` is the unreleased end of a segment, plus noise."""
        before = at - 1
        while before > floor and data[before] in b"\r\n \t" and data[before] not in self.terminator:
            before -= 1
        size = len(self.terminator)
        first = before + 1 - size
        return data[first : before + 1] == self.terminator and not self.is_released(
            data, first, floor
        )

    def may_start_segment(self, data: bytes, at: int) -> bool:
        """Whether the byte before ``at`` may stand before a segment (quick, says yes in doubt)."""
        return data[at - 1] in self._before

    def open_release(self, data: bytes, start: int, end: int) -> int:
        """How many bytes before ``end`` belong to a release sequence that goes on behind it."""
        if not self.is_released(data, end, start):
            return 0
        return end - data.rfind(self.release, start, end)

    def isa(self, raw: bytes) -> tuple[str, Findings]:
        """ISA in normal form: its elements 11 and 16 hold delimiters as data."""
        found = Findings()
        text = raw[: -len(self.terminator)].decode(self.codec, "surrogateescape")
        pieces = []
        for at, character in enumerate(text):
            if character in "\r\n":
                found.wraps.append(at)
            elif _is_lost(character) and character not in self._signs:
                pieces.append(_lost(character, at, found))
            else:
                pieces.append(character)
        return "".join(pieces).replace(self.dialect.delimiters.element, ELEMENT), found

    def fast(self, raw: bytes) -> str | None:
        """Segments in normal form, each with its terminator; ``None`` if anything is unusual."""
        table = self._table
        if table is None or raw.translate(None, self._clean):
            return None
        if self.release and self.release in raw:
            for wire, stand_in in self._escapes:
                raw = raw.replace(wire, stand_in)
            if self.release in raw:
                return None
        if b"\n" in raw or b"\r" in raw:
            end = self.terminator
            if end not in b"\r\n":
                raw = raw.replace(end + b"\r\n", end).replace(end + b"\n", end)
            for sign in self._breaks:
                if sign in raw:
                    return None
        try:
            text = raw.translate(table).decode(self.codec)
        except UnicodeDecodeError:
            return None
        if "\x1c\x1c" in text or "\x1c " in text:
            return None
        if self.codec == "utf-8" and not text.isascii() and _HIGH_CONTROL.search(text):
            return None
        return text

    def normal(self, raw: bytes) -> tuple[str, Findings]:
        """One segment (without terminator) in normal form, and all that is unusual in it."""
        text = self.fast(raw)
        return (text, Findings()) if text is not None else self.closely(raw)

    def closely(self, raw: bytes) -> tuple[str, Findings]:
        """:meth:`normal` for a segment that may hold anything."""
        found = Findings()
        text = raw.decode(self.codec, "surrogateescape")
        offsets = _Offsets(text, self.codec)
        pieces: list[str] = []
        last = 0
        for match in self._specials.finditer(text):
            start = match.start()
            pieces.append(text[last:start])
            last = match.end()
            kind = match.lastgroup
            if kind == "sign":
                pieces.append(self._signs[match["sign"]])
            elif kind == "wrap":
                found.wraps.append(offsets.at(start))
            elif kind == "lost":
                pieces.append(_lost(match["lost"], offsets.at(start), found))
            else:
                pieces.append(self._release(match, offsets, found))
        pieces.append(text[last:])
        return "".join(pieces), found

    def marks(self, raw: bytes) -> Iterator[tuple[int, str]]:
        """Byte offset of each character of a segment, with the sign that it is in normal form.

        Without a sign it is data; a release character is data together with what it releases.
        """
        text = raw.decode(self.codec, "surrogateescape")
        offsets = _Offsets(text, self.codec)
        last = 0
        for match in self._specials.finditer(text):
            for at in range(last, match.start()):
                yield offsets.at(at), ""
            sign = match["sign"] if match.lastgroup == "sign" else ""
            yield offsets.at(match.start()), self._signs.get(sign, "")
            last = match.end()
        for at in range(last, len(text)):
            yield offsets.at(at), ""

    def _release(self, match: re.Match[str], offsets: _Offsets, found: Findings) -> str:
        """What a release sequence stands for."""
        start, released = match.start(), match["released"]
        gap = match.start("released") if released else match.end()
        for at in range(start + 1, gap):
            found.wraps.append(offsets.at(at))
        if released is None:
            found.dangling = offsets.at(start)
            return ""
        if _is_lost(released):
            return _lost(released, offsets.at(gap), found)
        if released not in self._signs and released != self.dialect.delimiters.release:
            found.unneeded.append((offsets.at(start), released))
        return released


class _Offsets:
    """Character index -> byte offset, for ascending indexes."""

    def __init__(self, text: str, codec: str) -> None:
        self._text = text
        self._plain = codec != "utf-8" or text.isascii()
        self._codec = codec
        self._index = 0
        self._offset = 0

    def at(self, index: int) -> int:
        if self._plain:
            return index
        self._offset += len(self._text[self._index : index].encode(self._codec, "surrogateescape"))
        self._index = index
        return self._offset


def _is_lost(character: str) -> bool:
    return character < " " or "\x7f" <= character <= "\x9f" or "\udc80" <= character <= "\udcff"


def _lost(character: str, offset: int, found: Findings) -> str:
    """Note a control character, or a byte that surrogateescape has set aside."""
    point = ord(character)
    if point >= 0xDC80:
        found.undecodable.append((offset, point - 0xDC00))
    else:
        found.controls.append((offset, point))
    return LOST


@lru_cache(maxsize=64)
def wire_of(dialect: Dialect) -> Wire:
    """The tables of a dialect, made once."""
    return Wire(dialect)
