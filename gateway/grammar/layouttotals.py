"""Counts and sums that a file tells about itself: computed when writing, verified when reading.

A field with ``count: line`` or ``sum: line.amount`` is no part of the record that maps see: the
layout knows what it must be. Below a document it is about that document, in the footer of a file
about all of them (``count: rows`` is every row of the file, ``count: order`` every document).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from gateway.grammar.layoutmodel import FieldLayout, RecordLayout
from gateway.grammar.layoutvalues import decimal_of
from gateway.problems import Place, Problem, problem
from gateway.syntax.record import Record

ROWS = "rows"
"""What ``count`` names all rows of a file by."""


def records_at(record: Record, names: list[str]) -> Iterator[Record]:
    """All records below by a path of names."""
    if not names:
        yield record
        return
    for kid in record.kids.get(names[0], ()):
        yield from records_at(kid, names[1:])


def computed_of(shape: RecordLayout) -> list[FieldLayout]:
    """The fields of a record that the layout computes."""
    return [one for one in shape.fields.values() if one.computed is not None]


def amount(record: Record, how: tuple[str, str]) -> Decimal:
    """A count or sum over one document."""
    verb, path = how
    names = path.replace("/", ".").split(".")
    if verb == "count":
        return Decimal(sum(1 for _ in records_at(record, names)))
    found = records_at(record, names[:-1])
    return sum((decimal_of(one.fields.get(names[-1], "0")) for one in found), Decimal(0))


def verify(root: Record, shape: RecordLayout, *, whole: bool) -> list[Problem]:
    """Take the computed fields out of a document; F129 for each that is not what it must be."""
    problems: list[Problem] = []
    if any(computed_of(one) for one in shape.walk()):
        _verify(root, shape, root, problems, whole)
    return problems


def _verify(
    record: Record, shape: RecordLayout, root: Record, problems: list[Problem], whole: bool
) -> None:
    for one in computed_of(shape):
        value = record.fields.pop(one.name, "")
        if value and whole and one.computed is not None:
            problems += _differs(one, value, amount(root, one.computed), record.line)
    for name, kid in shape.kids.items():
        for inner in record.kids.get(name, ()):
            _verify(inner, kid, root, problems, whole)
        if computed_of(kid) == list(kid.fields.values()) and not kid.kids:
            record.kids.pop(name, None)  # nothing of it is left for maps


def _differs(
    shape: FieldLayout, value: str, expected: Decimal, line: int | None
) -> Iterator[Problem]:
    if decimal_of(value) != expected:
        place = Place(line=line, path=shape.name)
        where = f"line {line}, field {shape.title or shape.name}" if line else shape.name
        yield problem(
            "F129", place, where=where, value=value, expected=format(expected, "f"),
            what=" ".join(shape.computed or ()),
        )  # fmt: skip


def with_computed(root: Record, shape: RecordLayout) -> Record:
    """The document with its computed fields filled in; the one given stays as it is."""
    if not any(computed_of(one) for one in shape.walk()):
        return root
    return _filled(root, shape, root)


def _filled(record: Record, shape: RecordLayout, root: Record) -> Record:
    fields = dict(record.fields)
    for one in computed_of(shape):
        assert one.computed is not None
        fields[one.name] = format(amount(root, one.computed), "f")
    kids = {}
    for name, kid in shape.kids.items():
        found = record.kids.get(name, [])
        if not found and not kid.many and computed_of(kid):
            found = [Record(name)]
        if found:
            kids[name] = [_filled(one, kid, root) for one in found]
    return Record(record.name, fields, kids, record.line)


@dataclass
class FileTotals:
    """Counts and sums over all documents of a file, as its footer tells them."""

    root: RecordLayout
    footer: RecordLayout | None
    rows: int = 0
    """Rows so far, those of the file itself included."""
    documents: int = 0
    whole: bool = True
    """Whether every document could be read: else sums say nothing."""
    amounts: dict[str, Decimal] = field(default_factory=dict)

    def add(self, record: Record, *, whole: bool) -> None:
        """Count a document in."""
        self.documents += 1
        self.whole = self.whole and whole
        for one in computed_of(self.footer) if self.footer is not None else ():
            assert one.computed is not None
            if one.computed[1] not in (ROWS, self.root.name):
                before = self.amounts.get(one.name, Decimal(0))
                self.amounts[one.name] = before + amount(record, one.computed)

    def values(self) -> Mapping[str, Decimal]:
        """What each computed field of the footer must be."""
        found = {}
        for one in computed_of(self.footer) if self.footer is not None else ():
            assert one.computed is not None
            known = {ROWS: self.rows, self.root.name: self.documents}
            found[one.name] = Decimal(
                known.get(one.computed[1], self.amounts.get(one.name, Decimal(0)))
            )
        return found

    def verify(self, record: Record, line: int) -> Iterator[Problem]:
        """F129 for what the footer says otherwise."""
        expected = self.values()
        for one in computed_of(self.footer) if self.footer is not None else ():
            assert one.computed is not None
            value = record.fields.get(one.name, "")
            sure = self.whole or one.computed[1] in (ROWS, self.root.name)
            if value and sure:
                yield from _differs(one, value, expected[one.name], line)
