"""Flat files ⇄ trees of segments, by the columns of a type.

SEGNAM is the *definition* of a release (``E2EDK01004``); later releases only add fields at the end,
so a segment is read by its type and as far as its line reaches. Where a segment belongs follows
from the type, not from PSGNUM, which some programs leave empty. A segment that the type does not
know is kept where PSGNUM, else HLEVEL puts it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gateway.grammar.idoc.control import EDI_DC40
from gateway.grammar.idoc.model import CONTROL, HEADER, RECORD, IdocField, IdocType
from gateway.grammar.idoc.places import Place, from_xml, in_xml, places, plain_type
from gateway.grammar.idoc.tree import SDATA, Idoc, Segment
from gateway.problems import Place as Spot
from gateway.problems import Problem, Severity, problem
from gateway.syntax.idocflat import FlatLine

_DEEPEST = 30
_LEAST_CONTROL = 129
"""A control record that is cut before the end of MESTYP says too little."""
_TOP = "000000"
_Slices = tuple[tuple[str, int, int], ...]
_Spots = dict[str, tuple[int, int]]
FORMS = ("padded", "full", "trimmed")
"""Records of 1063 characters; as long as the fields of the segment; without blanks at the end."""


@dataclass(slots=True)
class _Open:
    """A segment that may still get others below it."""

    place: Place | None
    segment: Segment | None
    number: str


class FlatCodec:
    """Reads and writes the records of one type."""

    def __init__(self, found: IdocType) -> None:
        self.found = found
        self.root = places(found)
        self.control = _slices(found.records.get("control", EDI_DC40), 0)
        self.types = {one.definition: in_xml(one.type) for one in found.segments.values()}
        self.slices = {
            in_xml(one.type): _slices(one.fields, HEADER) for one in found.segments.values()
        }
        self._control_spots = _spots(self.control)
        self._spots = {name: _spots(slices) for name, slices in self.slices.items()}
        self.definitions = {in_xml(one.type): one.definition for one in found.segments.values()}
        self.parents: dict[str, list[Place]] = {}
        self._collect(self.root)

    def _collect(self, place: Place) -> None:
        for kid in place.kids.values():
            self.parents.setdefault(kid.name, []).append(place)
            self._collect(kid)

    def place(self, name: str) -> Place | None:
        """Where a segment of this type stands first."""
        parents = self.parents.get(name)
        return parents[0].kids[name] if parents else None

    def type_of(self, definition: str) -> str:
        """The type of a SEGNAM, as XML spells it; that of another release if need be."""
        known = self.types.get(definition)
        if known is None:
            guessed = in_xml(plain_type(definition))
            known = guessed if guessed in self.slices else in_xml(definition)
            if known not in self.slices:
                known = guessed
            self.types[definition] = known
        return known

    # ------------------------------------------------------------------ reading

    def read(self, lines: Sequence[FlatLine]) -> tuple[Idoc, list[Problem]]:
        """The IDoc of one control record and the data records after it."""
        return _Reading(self).read(lines)

    # ------------------------------------------------------------------ writing

    def write(self, idoc: Idoc, form: str = "full", newline: str = "\n") -> str:
        """The lines of an IDoc. A segment that came from a file keeps the shape it had there."""
        lines = [self.control_line(idoc)]
        client = idoc.control.get("MANDT", "").ljust(3)
        front = client + idoc.control.get("DOCNUM", "").ljust(16)
        self._below(idoc.segments, lines, form, front, _TOP, self.root, 0)
        ends = idoc.ends
        if len(ends) == len(lines):
            return "".join(line + end for line, end in zip(lines, ends, strict=True))
        return "".join(f"{line}{newline}" for line in lines)

    def control_line(self, idoc: Idoc) -> str:
        """The control record."""
        control = _laid(idoc.control, self._control_spots, idoc.rest, CONTROL)
        return _wide(control, idoc.width or CONTROL)

    def _below(
        self,
        segments: Sequence[Segment],
        lines: list[str],
        form: str,
        front: str,
        parent: str,
        place: Place | None,
        level: int,
    ) -> None:
        for one in segments:
            here = place.kids.get(one.type) if place is not None else None
            depth = here.level if here is not None else level + 1
            number = f"{len(lines):06}"
            made = f"{front}{number}{parent}{depth % 100:02}"
            header = one.header if one.width else made
            lines.append(self._line(one, header, form))
            own = one.header[19:25] if one.header else number
            self._below(one.kids, lines, form, front, own, here, depth)

    def _line(self, segment: Segment, header: str, form: str) -> str:
        name = segment.definition or self.definitions.get(segment.type) or from_xml(segment.type)
        slices = self.slices.get(segment.type)
        if slices is None or SDATA in segment.fields:
            data = segment.fields.get(SDATA, "")
        else:
            end = slices[-1][2] if slices else 0
            data = _laid(segment.fields, self._spots[segment.type], segment.rest, end)
        line = f"{name:<30}{header}{data}"
        if segment.width:
            return _wide(line, segment.width)
        if form == "padded":
            return line.ljust(RECORD)
        if form == "trimmed":
            return line.rstrip(" ").ljust(HEADER)
        return line.ljust(HEADER + (slices[-1][2] if slices else 0))


class _Reading:
    """Reading of one IDoc."""

    def __init__(self, codec: FlatCodec) -> None:
        self.codec = codec
        self.problems: list[Problem] = []
        self.idoc = Idoc({})
        self.open = [_Open(codec.root, None, _TOP)]
        self.before = 0
        self.docnum = ""

    def read(self, lines: Sequence[FlatLine]) -> tuple[Idoc, list[Problem]]:
        self._control(lines[0])
        self.idoc.ends = [one.end for one in lines]
        for line in lines[1:]:
            self._line(line)
        return self.idoc, self.problems

    def _tell(self, code: str, line: int, **facts: Any) -> None:
        self.problems.append(problem(code, Spot(line=line), line=line, **facts))

    def _control(self, line: FlatLine) -> None:
        width = len(line.text)
        if width != CONTROL:
            spot = Spot(line=line.line, width=width)
            trimmed = Severity.WARNING if _LEAST_CONTROL <= width < CONTROL else None
            found = problem("F303", spot, severity=trimmed, line=line.line, value=width)
            self.problems.append(found)
        fields, rest = _cut(line.text, self.codec.control)
        self.idoc.control, self.idoc.rest = fields, rest
        self.docnum = fields.get("DOCNUM", "").ljust(16)
        self.idoc.line, self.idoc.width = line.line, width

    def _line(self, line: FlatLine) -> None:
        text = line.text
        width = len(text)
        if width < HEADER or width > RECORD:
            self._tell("F304", line.line, value=width)
        definition, header, data = text[:30].rstrip(), text[30:HEADER], text[HEADER:].rstrip(" ")
        name = self.codec.type_of(definition)
        made = Segment(name, line=line.line, definition=definition, header=header, width=width)
        slices = self.codec.slices.get(name)
        if slices is None:
            made.fields = {SDATA: data} if data else {}
            made.known = False
        else:
            made.fields, made.rest = _cut(data, slices)
            if made.rest:
                last, _, end = slices[-1]
                self._tell(
                    "F305", line.line, segment=name, value=made.rest[:40], field=last,
                    column=HEADER + end + 1,
                )  # fmt: skip
        self._numbers(made)
        self._hang(made)

    def _numbers(self, made: Segment) -> None:
        if made.header[3:25] == f"{self.docnum}{self.before + 1:06}":
            self.before += 1
            return
        docnum, segnum = made.header[3:19].strip(), made.header[19:25]
        ours = self.idoc.control.get("DOCNUM", "").strip()
        if docnum and ours and docnum != ours:
            self._tell("F326", made.line, value=docnum, expected=ours)
        if segnum.isascii() and segnum.isdigit() and segnum != _TOP:
            number = int(segnum)
            if number != self.before + 1:
                self._tell("F325", made.line, value=segnum, expected=f"{self.before + 1:06}")
            self.before = number

    def _hang(self, made: Segment) -> None:
        """Put a segment below the one it belongs to."""
        name = made.type
        for depth in range(len(self.open) - 1, -1, -1):
            place = self.open[depth].place
            if place is not None and name in place.kids:
                self._put(made, depth, place.kids[name])
                self._parent(made, self.open[depth])
                return
        if made.known:
            above = sorted({one.name for one in self.codec.parents.get(name, ())})
            self._tell("F321", made.line, segment=name, expected=" or ".join(above) or "nothing")
            self._put(made, 0, self.codec.place(name))
            return
        depth = self._stranger(made)
        holder = self.open[depth].segment
        parent = holder.type if holder is not None else "the IDoc"
        type_ = self.codec.found.name
        self._tell("F320", made.line, type=type_, segment=name, parent=parent)
        self._put(made, depth, None)

    def _put(self, made: Segment, depth: int, place: Place | None) -> None:
        del self.open[depth + 1 :]
        above = self.open[-1].segment
        (self.idoc.segments if above is None else above.kids).append(made)
        self.open.append(_Open(place, made, made.header[19:25]))

    def _parent(self, made: Segment, above: _Open) -> None:
        told = made.header[25:31]
        if above.segment is None or not told.isdigit() or told in (_TOP, above.number):
            return
        self._tell(
            "F327", made.line, segment=made.type, value=told,
            expected=f"{above.segment.type} ({above.number})",
        )  # fmt: skip

    def _stranger(self, made: Segment) -> int:
        """Index of the open segment that an unknown one belongs to."""
        told, level = made.header[25:31], made.header[31:33]
        last = min(len(self.open) - 1, _DEEPEST)
        if told.isdigit() and told != _TOP:
            for depth in range(last, 0, -1):
                if self.open[depth].number == told:
                    return depth
        if level.isdigit():
            for depth in range(last, -1, -1):
                place = self.open[depth].place
                if place is not None and place.level < int(level):
                    return depth
        return next((at for at in range(last, -1, -1) if self.open[at].place is not None), 0)


def _slices(fields: Sequence[IdocField], before: int) -> _Slices:
    """Name, start and end of each field in a text that starts after ``before`` characters."""
    return tuple(
        (one.name, one.first - 1 - before, one.first - 1 - before + one.length)
        for one in sorted(fields, key=lambda one: one.first)
    )


def _spots(slices: _Slices) -> _Spots:
    return {name: (first, last) for name, first, last in slices}


def _cut(data: str, slices: _Slices) -> tuple[dict[str, str], str]:
    """The fields that are not blank, and what stands after the last field."""
    data = data.rstrip(" ")
    end = len(data)
    fields: dict[str, str] = {}
    for name, first, last in slices:
        if first >= end:
            return fields, ""
        if value := data[first:last].rstrip(" "):
            fields[name] = value
    return fields, data[slices[-1][2] :] if slices else data


def _laid(fields: dict[str, str], spots: _Spots, rest: str, end: int) -> str:
    """Fields in their columns; what is empty at the end is left out."""
    parts: list[str] = []
    at = 0
    for first, last, value in sorted(
        (*spots[name], value) for name, value in fields.items() if value and name in spots
    ):
        if first > at:
            parts.append(" " * (first - at))
        parts.append(value.ljust(last - first))
        at = last
    if rest:
        parts.append(" " * (end - at) + rest)
    return "".join(parts)


def _wide(line: str, width: int) -> str:
    """A line of a width, unless that would cut off more than blanks."""
    blank = len(line) > width and not line[width:].strip(" ")
    return line[:width] if blank else line.ljust(width)
