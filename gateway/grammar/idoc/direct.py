"""Records to lines of a flat file at once, for IDocs in which nothing is wrong.

The long way (records → tree → checks → lines) can say everything about an IDoc. Nearly every one
has nothing to be said about it, and for these one pass is enough: each segment with these fields
has one template (``%-35s`` for each column), spellings are looked up, and what the checks would ask
is seen from the whole: with a value too long for its columns the line is longer. Whatever is not in
order ends the pass, and the long way is taken instead: both write the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TypeVar

from gateway.grammar.idoc import conventions, kinds, texts
from gateway.grammar.idoc.flat import FlatCodec
from gateway.grammar.idoc.layout import CONTROL
from gateway.grammar.idoc.model import HEADER, RECORD
from gateway.grammar.idoc.places import Place, from_xml
from gateway.grammar.idoc.records import QUALIFIERS, RecordCodec, copied
from gateway.grammar.idoc.tree import SDATA
from gateway.syntax.record import Record

_MOST = 4096
"""Spellings and shapes that are kept of one field, one segment."""
_ACTION = "ACTION"
_Names = tuple[str, ...]
_Kept = TypeVar("_Kept")
_Kids = Mapping[str, Sequence[Record]]


class _Irregular(Exception):  # noqa: N818 (it never leaves the module)
    """Something must be told: the long way does that."""


class _Spellings(dict[str, str]):
    """Value in normal form → as SAP spells it, for one field; only right values are kept."""

    def __init__(self, name: str, width: int | None) -> None:
        super().__init__()
        self.name, self.kind, self.width = name, kinds.kind(name), width

    def __missing__(self, value: str) -> str:
        if len(value) > RECORD:
            raise _Irregular  # too long for every field, and not worth to be kept
        made = kinds.spelled(value, self.kind)
        if self.width is not None:
            made = kinds.filled(made, self.width)
        if made and self.kind != "text" and kinds.normal(made, self.kind) is None:
            raise _Irregular
        if made and self.name == _ACTION and not made.isdigit():
            raise _Irregular
        if len(self) >= _MOST:
            self.clear()
        self[value] = made
        return made


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a segment with certain fields is written."""

    template: str
    cells: Callable[[Mapping[str, str]], tuple[str, ...]]
    """Fields → values in the order of the columns."""
    spellings: tuple[tuple[int, _Spellings], ...]
    """Which of them are spelled otherwise in files."""
    width: int
    """Of what the template makes, if no value is too long."""
    end: str
    """Blanks and line break; in the template itself, each blank would be looked at each time."""


@dataclass(slots=True)
class _Segment:
    """Writes the segments at one place."""

    place: Place
    name: str
    first: str
    """Its first field."""
    qualifier: str
    """Field without which the others mean nothing; empty if there is none."""
    prepares: str
    """Field that becomes segments below (:mod:`texts`, :mod:`conventions`)."""
    varies: str
    """Field whose value says which others are filled with zeros; mostly empty."""
    below: dict[str, _Segment] = field(default_factory=dict)
    spellings: dict[tuple[str, int | None], _Spellings] = field(default_factory=dict)
    shapes: dict[_Names, _Shape] = field(default_factory=dict)
    orders: dict[_Names, tuple[_Segment, ...]] = field(default_factory=dict)


class DirectWriter:
    """Writes the records of one type in one form."""

    def __init__(
        self, flat: FlatCodec, records: RecordCodec, form: str, newline: str = "\n"
    ) -> None:
        self.flat = flat
        self.records = records
        self.form = form
        self.newline = newline
        self.trims = form == "trimmed"
        self.root = self._segment(flat.root)

    def text(self, record: Record, control: Mapping[str, str]) -> str | None:
        """The data records of an IDoc; ``None`` if there is anything to say about it."""
        if self.records.has_units:
            record = copied(record)
            if self.records.listed(record):
                return None
        front = control.get("MANDT", "").ljust(3) + control.get("DOCNUM", "").ljust(16)
        made: list[str] = []
        kids = {name: kids for name, kids in record.kids.items() if name != CONTROL}
        try:
            self._below(self.root, kids, front, "000000", made)
        except _Irregular:
            return None
        return "".join(made)

    def _below(
        self, above: _Segment, kids: _Kids, front: str, parent: str, made: list[str]
    ) -> None:
        names = tuple(kids)
        order = above.orders.get(names)
        for one in self._order(above, names) if order is None else order:
            records, shapes, qualifier = kids[one.name], one.shapes, one.qualifier
            if len(records) > one.place.most or (one.place.mandatory and not records):
                raise _Irregular
            for given in records:
                record, fields = given, given.fields
                if qualifier and not fields.get(qualifier) and fields:
                    raise _Irregular
                if one.prepares in fields:
                    record = _prepared(record)
                    fields = record.fields
                key = (*fields, fields.get(one.varies, "")) if one.varies else tuple(fields)
                shape = shapes.get(key) or self._shape(one, key, fields)
                cells: Sequence[str] = shape.cells(fields)
                if shape.spellings:
                    cells = spelled = list(cells)
                    for at, known in shape.spellings:
                        spelled[at] = known[spelled[at]]
                number = f"{len(made) // 2 + 1:06}"
                line = shape.template % (front, number, parent, *cells)
                if len(line) != shape.width or not "".join(cells).isprintable():
                    raise _Irregular
                made += (line.rstrip(" ") if self.trims else line, shape.end)
                if record.kids or one.place.needs:
                    self._below(one, record.kids, front, number, made)

    def _order(self, above: _Segment, names: _Names) -> tuple[_Segment, ...]:
        """The segments below one, in the order of the type."""
        known, needed = above.below, above.place.needs
        if not all(name in known for name in names) or not all(name in names for name in needed):
            raise _Irregular
        found = tuple(sorted((known[name] for name in names), key=lambda one: one.place.order))
        _keep(above.orders, names, found)
        return found

    def _segment(self, place: Place) -> _Segment:
        name = place.name
        first = self.records.first.get(name, "")
        prepares = texts.TEXT if name in texts.HEADS else ""
        if name == conventions.ITEM:
            prepares = conventions.WANTED
        return _Segment(
            place,
            name,
            first,
            first if first in QUALIFIERS else "",
            prepares,
            first if self.records.written.varies(name) else "",
            {kid.name: self._segment(kid) for kid in place.kids.values()},
        )

    def _shape(self, one: _Segment, key: _Names, fields: Mapping[str, str]) -> _Shape:
        slices = self.flat.slices.get(one.name, ())
        columns = [each for each in slices if each[0] in fields]
        if len(columns) != len(fields) or SDATA in fields:
            raise _Irregular
        definition = self.flat.definitions.get(one.name) or from_xml(one.name)
        template = f"{definition:<30}%s%s%s{one.place.level % 100:02}"
        at = 0
        for _, first, last in columns:
            if first < at:
                raise _Irregular
            template += f"{' ' * (first - at)}%-{last - first}s"
            at = last
        full = slices[-1][2] if slices else 0
        end = {"padded": RECORD, "trimmed": HEADER}.get(self.form, HEADER + full)
        made = _Shape(
            template,
            _cells([name for name, _, _ in columns]),
            self._spellings(one, [name for name, _, _ in columns], fields),
            HEADER + at,
            " " * (end - HEADER - at) + self.newline,
        )
        _keep(one.shapes, key, made)
        return made

    def _spellings(
        self, one: _Segment, names: Sequence[str], fields: Mapping[str, str]
    ) -> tuple[tuple[int, _Spellings], ...]:
        widths = dict(self.records.written.of(one.name, one.first, fields))
        made = []
        for at, name in enumerate(names):
            width = widths.get(name)
            if width is not None or name == _ACTION or kinds.kind(name) != "text":
                new = _Spellings(name, width)
                made.append((at, one.spellings.setdefault((name, width), new)))
        return tuple(made)


def _prepared(record: Record) -> Record:
    """A copy with the segments that a field of it becomes."""
    lines = texts.HEADS.get(record.name)
    name = lines.segment if lines else conventions.DATES
    kids = dict(record.kids)
    if name in kids:
        kids[name] = [*kids[name]]
    made = Record(record.name, dict(record.fields), kids)
    if lines:
        texts.cut(made, lines)
    else:
        conventions.elaborated(made)
    return made


def _cells(names: Sequence[str]) -> Callable[[Mapping[str, str]], tuple[str, ...]]:
    if len(names) == 1:
        (name,) = names
        return lambda fields: (fields[name],)
    return itemgetter(*names) if names else lambda _fields: ()


def _keep(known: dict[_Names, _Kept], key: _Names, made: _Kept) -> None:
    if len(known) >= _MOST:
        known.clear()
    known[key] = made
