"""Trees of segments ⇄ records for maps: values in normal form, texts joined, units nested.

Zeros that fill a number are taken off when reading and put on when writing, by field:
``{"POSEX": 6, "E1EDP19+002.IDTNR": 18}``; the longer spelling names the segment and its qualifier.
"""

from __future__ import annotations

from collections.abc import Mapping

from gateway.grammar.idoc import conventions, kinds, texts, units
from gateway.grammar.idoc.flat import FlatCodec
from gateway.grammar.idoc.layout import CONTROL, ROOT
from gateway.grammar.idoc.places import Place
from gateway.grammar.idoc.tree import SDATA, Idoc, Segment
from gateway.problems import Place as Spot
from gateway.problems import Problem, Severity, problem
from gateway.syntax.record import Record

QUALIFIERS = frozenset(
    ("QUALF", "QUALI", "IDDAT", "PARVW", "TDID", "SUMID", "PARTNER_Q", "EXTEND_Q", "ALCKZ")
)
"""First fields without which the others of a segment mean nothing."""
_MOST = 4096
_TEXTS: Mapping[str, str] = {}


class Zeros:
    """Widths of the numbers that are filled with zeros."""

    def __init__(self, widths: Mapping[str, int], names: Mapping[str, frozenset[str]]) -> None:
        self._widths = widths
        self._names = names
        self._varying = frozenset(name.partition("+")[0] for name in widths if "+" in name)
        self._known: dict[tuple[str, str], tuple[tuple[str, int], ...]] = {}

    def of(self, segment: str, first: str, fields: Mapping[str, str]) -> list[tuple[str, int]]:
        """Fields of a segment (with this value in its first field) and their widths."""
        qualifier = fields.get(first, "") if segment in self._varying else ""
        known = self._known.get((segment, qualifier))
        if known is None:
            names = self._names.get(segment)
            found = self._find(f"{segment}+{qualifier}.", f"{segment}.")
            known = tuple(one for one in found if names is None or one[0] in names)
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[segment, qualifier] = known
        return [(name, width) for name, width in known if name in fields] if known else []

    def varies(self, segment: str) -> bool:
        """Whether the qualifier of a segment says which of its fields are filled."""
        return segment in self._varying

    def _find(self, *fronts: str) -> list[tuple[str, int]]:
        found: dict[str, int] = {}
        for name, width in self._widths.items():
            if "." not in name:
                found.setdefault(name, width)
            else:
                for front in fronts:
                    if name.startswith(front):
                        found[name.removeprefix(front)] = width
        return list(found.items())


class RecordCodec:
    """Makes records of the IDocs of one type, and IDocs of records."""

    def __init__(self, flat: FlatCodec, read: Mapping[str, int], written: Mapping[str, int]):
        self.flat = flat
        self.has_units = units.DELIVERY in flat.root.kids
        self._kinds = {
            name: {one: what for one, _, _ in slices if (what := kinds.kind(one)) != "text"}
            for name, slices in [*flat.slices.items(), (CONTROL, flat.control)]
        }
        self._names = {
            name: frozenset(one for one, _, _ in slices) for name, slices in flat.slices.items()
        }
        self._read, self.written = Zeros(read, self._names), Zeros(written, self._names)
        self.first = {name: slices[0][0] for name, slices in flat.slices.items() if slices}

    # ------------------------------------------------------------------ reading

    def record(self, idoc: Idoc) -> tuple[Record, list[Problem]]:
        """The record of an IDoc whose values are right."""
        root = Record(ROOT, line=idoc.line)
        control = self._fields(CONTROL, idoc.control)
        root.kids[CONTROL] = [Record(CONTROL, control, line=idoc.line)]
        for one in idoc.segments:
            root.kids.setdefault(one.type, []).append(self._record(one))
        deliveries = root.kids.get(units.DELIVERY, ()) if self.has_units else ()
        if len(deliveries) > 1:
            line = deliveries[1].line
            found = problem("F344", Spot(line=line), where=f"line {line}", value=len(deliveries))
            return root, [found]
        return root, [one for delivery in deliveries for one in units.nested(delivery)]

    def _record(self, segment: Segment) -> Record:
        fields = self._fields(segment.type, segment.fields)
        if segment.rest:
            fields[SDATA] = segment.rest
        record = Record(segment.type, fields, line=segment.line or None)
        for kid in segment.kids:
            record.kids.setdefault(kid.type, []).append(self._record(kid))
        if lines := texts.HEADS.get(segment.type):
            texts.joined(record, lines)
        conventions.simplified(record)
        return record

    def _fields(self, segment: str, fields: Mapping[str, str]) -> dict[str, str]:
        known = self._kinds.get(segment, _TEXTS)
        found = {
            name: (kinds.normal(value, known[name]) or "") if name in known else value
            for name, value in fields.items()
            if value
        }
        for name, width in self._read.of(segment, self.first.get(segment, ""), found):
            found[name] = kinds.unfilled(found[name], width, name)
        return found if all(found.values()) else {name: one for name, one in found.items() if one}

    # ------------------------------------------------------------------ writing

    def idoc(self, record: Record) -> tuple[Idoc, list[Problem]]:
        """The IDoc of a record, its segments in the order of the type."""
        record = copied(record)
        problems = self.listed(record)
        idoc = Idoc(self.control(record))
        idoc.segments = self._segments(record, self.flat.root, problems)
        return idoc, problems

    def control(self, record: Record) -> dict[str, str]:
        """The fields of the control record that a record has."""
        found = record.kids.get(CONTROL)
        return self._spelled(CONTROL, found[0].fields if found else {})

    def listed(self, record: Record) -> list[Problem]:
        """Make SAP's list of handling units of their tree, in place."""
        deliveries = record.kids.get(units.DELIVERY, ()) if self.has_units else ()
        return [one for delivery in deliveries for one in units.listed(delivery)]

    def _segments(self, record: Record, place: Place, problems: list[Problem]) -> list[Segment]:
        made = []
        known = sorted((place.kids[name].order, name) for name in record.kids if name in place.kids)
        for _, name in known:
            for one in record.kids[name]:
                if told := self._unqualified(one):
                    problems.append(told)
                else:
                    made.append(self._segment(one, place.kids[name], problems))
        for name, kids in record.kids.items():
            if kids and name not in place.kids and name != CONTROL:
                problems.append(self._stranger(name, kids[0], place))
        return made

    def _unqualified(self, record: Record) -> Problem | None:
        """F335: a segment whose meaning nobody can tell."""
        name = self.first.get(record.name, "")
        if name not in QUALIFIERS or record.fields.get(name) or not record.fields:
            return None
        shown = ", ".join(f"{one} {value[:40]}" for one, value in list(record.fields.items())[:3])
        return problem("F335", Spot(path=record.name), segment=record.name, value=shown, field=name)

    def _segment(self, record: Record, place: Place, problems: list[Problem]) -> Segment:
        if lines := texts.HEADS.get(record.name):
            texts.cut(record, lines)
        conventions.elaborated(record)
        made = Segment(record.name, self._spelled(record.name, record.fields))
        known = self._names[record.name]
        for name, value in record.fields.items():
            if name not in known:
                hint = "a flat file has no place for it"
                path = f"{record.name}-{name}"
                problems.append(
                    problem(
                        "F334", Spot(path=path), where=f"{path} “{value[:40]}”",
                        segment=record.name, field=name, hint=hint,
                    )
                )  # fmt: skip
        made.kids = self._segments(record, place, problems)
        return made

    def _stranger(self, name: str, record: Record, place: Place) -> Problem:
        type_, line = self.flat.found.name, record.line or 0
        return problem(
            "F320", Spot(path=name), severity=Severity.ERROR, line=line, type=type_, segment=name,
            parent=place.name,
        )  # fmt: skip

    def _spelled(self, segment: str, fields: Mapping[str, str]) -> dict[str, str]:
        known = self._kinds.get(segment, _TEXTS)
        found = {
            name: kinds.spelled(value, known[name]) if name in known else value
            for name, value in fields.items()
        }
        for name, width in self.written.of(segment, self.first.get(segment, ""), found):
            found[name] = kinds.filled(found[name], width)
        return found


def copied(record: Record) -> Record:
    """A record that may be changed; a caller keeps its own."""
    kids = {name: [copied(one) for one in kids] for name, kids in record.kids.items()}
    return Record(record.name, dict(record.fields), kids, record.line)
