"""From what was seen in segments to problems with places.

Errors are reported once per segment and kind, warnings once per part with their number: a hostile
file cannot make more problems than it has segments.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gateway.problems import Place, Problem, problem
from gateway.syntax.charset import REPERTOIRES, repertoire
from gateway.syntax.normal import COMPONENT, ELEMENT, REPETITION
from gateway.syntax.wire import Findings, Wire

_BINARY = ("BIN", "BDS")
"""X12 segments with binary data; UNO … UNP of EDIFACT stand outside messages anyway."""
_SHOWN = 8
"""Most different characters named in one sentence."""


class Trouble:
    """Collects the problems of one part. ``offset`` is that of the part in the file."""

    def __init__(self, wire: Wire, offset: int) -> None:
        self._wire = wire
        self._offset = offset
        self._errors: list[Problem] = []
        self._wraps: list[Place] = []
        self._unneeded: list[tuple[Place, str]] = []
        self._wrap_count = 0
        self._unneeded_count = 0
        self._empties: list[Place] = []
        self._empty_count = 0

    def add(self, found: Problem) -> None:
        """A problem that is complete."""
        self._errors.append(found)

    def segment(self, raw: bytes, found: Findings, at: int, number: int | None, tag: str) -> None:
        """What :meth:`Wire.normal` saw in the segment ``raw`` at byte ``at`` of the part."""
        for code, things in (("S110", found.undecodable), ("S111", found.controls)):
            if things:
                offset, point = things[0]
                place = self._place(raw, offset, at, number, tag)
                hint = self._hint(raw, point, len(things))
                self._errors.append(self._lost(code, place, point, hint))
        if found.dangling is not None:
            place = self._place(raw, found.dangling, at, number, tag)
            release = self._wire.dialect.delimiters.release
            self._errors.append(problem("S114", place, release=release))
        if found.wraps and tag in _BINARY:
            place = self._place(raw, found.wraps[0], at, number, tag)
            self._errors.append(problem("S124", place, tag=tag))
        elif found.wraps:
            self._wrap_count += len(found.wraps)
            if not self._wraps:
                self._wraps.append(self._place(raw, found.wraps[0], at, number, tag))
        if found.unneeded:
            self._unneeded_count += len(found.unneeded)
            for offset, character in found.unneeded[:_SHOWN]:
                if len(self._unneeded) < _SHOWN:
                    place = self._place(raw, offset, at, number, tag)
                    self._unneeded.append((place, character))

    def _lost(self, code: str, place: Place, point: int, hint: str) -> Problem:
        level = self._wire.dialect.level
        codec = f"{self._wire.codec} ({level})" if level else self._wire.codec
        return problem(code, place, value=f"0x{point:02X}", codec=codec, hint=hint)

    def _hint(self, raw: bytes, point: int, count: int) -> str:
        """What else it could be, and how many more there are in the segment."""
        hint = ""
        if is_utf_8(raw):
            hint = "; the segment would be valid UTF-8"
        elif 0x80 <= point < 0xA0:
            sign = bytes([point]).decode("cp1252", "ignore")
            hint = f"; in Windows-1252 it would be {sign}" if sign else ""
        return f"{hint} (and {count - 1} more in this segment)" if count > 1 else hint

    def noise(self, raw: bytes, at: int) -> None:
        """Noise before a segment: terminators in it are empty segments.

        Not if they are line breaks: blank lines are nothing to report.
        """
        end = self._wire.terminator
        if end not in b"\r\n" and end in raw:
            offset = self._offset + at + raw.index(end)
            self._empty_count += raw.count(end)
            self._empties = self._empties or [Place(offset=offset)]

    def level(self, raw: bytes, *, numbered: bool = True) -> None:
        """Characters of the whole part that are in the codec, but not in the level.

        Or that most likely were meant in another codec.
        """
        if looks_like_utf_8(self._wire, raw):
            first = next(at for at, byte in enumerate(raw) if byte >= 0x80)
            place = self._place_in(raw, first, numbered)
            shown = raw[first : first + 16].decode("utf-8", "ignore")[:1]
            read = raw[first : first + len(shown.encode())].decode(self._wire.codec, "replace")
            level = self._wire.dialect.level or self._wire.codec
            self._errors.append(problem("S115", place, level=level, value=read, right=shown))
        outside = outside_level(self._wire, raw)
        if not outside:
            return
        level = self._wire.dialect.level
        first = min(raw.index(byte) for byte in dict.fromkeys(outside))
        names = "".join(map(chr, dict.fromkeys(outside)))
        shown = " ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
        wider = level == "UNOA" and REPERTOIRES["UNOB"].issuperset(names)
        place = self._place_in(raw, first, numbered)
        right = "UNOB" if wider else "UNOC or UNOW"
        self._errors.append(
            problem("S112", place, count=len(outside), level=level, value=shown, right=right)
        )

    def _place_in(self, raw: bytes, at: int, numbered: bool) -> Place:
        place = place_in(self._wire, raw, at, self._offset)
        return place if numbered else replace(place, segment=None)

    def problems(self) -> tuple[Problem, ...]:
        """All, errors in file order first, then one warning per kind."""
        found = list(self._errors)
        if self._wraps:
            found.append(problem("S121", self._wraps[0], count=self._wrap_count))
        if self._unneeded:
            place = self._unneeded[0][0]
            value = " ".join(dict.fromkeys(character for _, character in self._unneeded))
            release = self._wire.dialect.delimiters.release
            count = self._unneeded_count
            found.append(problem("S113", place, count=count, release=release, value=value))
        if self._empties:
            found.append(problem("S122", self._empties[0], count=self._empty_count))
        return tuple(found)

    def _place(self, raw: bytes, offset: int, at: int, number: int | None, tag: str) -> Place:
        spot = spot_of(self._wire, raw, offset)
        return replace(spot, offset=self._offset + at + offset, segment=number, tag=tag or None)


def outside_level(wire: Wire, raw: bytes) -> bytes:
    """The printable ASCII bytes that UNOA or UNOB does not have; delimiters are always allowed."""
    allowed = repertoire(wire.dialect.level, wire.codec)
    if allowed is None:
        return b""
    return raw.translate(None, wire.in_level)


def is_utf_8(raw: bytes) -> bool:
    """Whether the bytes are UTF-8 and more than ASCII."""
    if raw.isascii():
        return False
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def looks_like_utf_8(wire: Wire, raw: bytes) -> bool:
    """Whether data in a charset with one byte for each character is most likely UTF-8."""
    return wire.codec not in ("ascii", "utf-8") and is_utf_8(raw)


def spot_of(wire: Wire, raw: bytes, offset: int) -> Place:
    """Element of a byte of one segment; component and repetition if the element has several."""
    before = wire.normal(raw[:offset])[0].split(ELEMENT)
    if len(before) == 1:
        return Place()
    number = len(before) - 1
    whole = wire.normal(raw)[0].split(ELEMENT)[number]
    repetitions = before[-1].split(REPETITION)
    components = repetitions[-1].split(COMPONENT)
    return Place(
        element=number,
        component=len(components) if COMPONENT in whole else None,
        repetition=len(repetitions) if REPETITION in whole else None,
    )


def place_in(wire: Wire, raw: bytes, at: int, offset: int) -> Place:
    """The place of byte ``at`` of a whole part that starts at ``offset`` in the file."""
    number, start, end = 0, 0, len(raw)
    for number, start, end in segments_in(wire, raw):  # noqa: B007 - the last one is used below
        if end > at:
            break
    segment = raw[start:end].removesuffix(wire.terminator)
    tag = wire.normal(segment)[0].split(ELEMENT)[0].split(COMPONENT)[0]
    return replace(spot_of(wire, segment, at - start), offset=offset + at, segment=number, tag=tag)


def segments_in(wire: Wire, raw: bytes) -> Iterable[tuple[int, int, int]]:
    """Number (from 1), start and end (with terminator) of each segment of a part."""
    at, number = 0, 0
    while True:
        noise = wire.noise.match(raw, at)
        start = noise.end() if noise else at
        if start >= len(raw):
            return
        end = wire.find_end(raw, start, len(raw))
        at = end if end >= 0 else len(raw)
        number += 1
        yield number, start, at
