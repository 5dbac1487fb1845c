"""Records: finding those that a map means, and putting in what makes them found again.

A test is ``(steps, field, value, equal)``: the field of the record that ``steps`` lead to (the
first of each name) holds ``value``, or does not. Nothing stands for an absent field: ``""``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from gateway.mapping.convert import Unfit
from gateway.mapping.facts import RowFacts, Where
from gateway.mapping.findings import unwritten
from gateway.mapping.places import Selector, Tested
from gateway.problems import Problem
from gateway.syntax.record import Record

Test: TypeAlias = tuple[tuple[str, ...], str, str, bool]
Via: TypeAlias = tuple[tuple[str, tuple[Test, ...]], ...]
"""Names and tests of the records on the way to another."""


def tests_of(tests: Iterable[Tested]) -> tuple[Test, ...]:
    """Resolved tests as generated code has them."""
    found = []
    for one in tests:
        *steps, field = one.name.split("/")
        found.append((tuple(steps), field, one.value, one.sign == "="))
    return tuple(found)


def via_of(selector: Selector) -> Via:
    """Records on the way to that of a block, as generated code has them."""
    return tuple((one.record, tests_of(one.tests)) for one in selector.via)


def holds(record: Record, tests: Sequence[Test]) -> bool:
    """Whether a record passes all tests. ``!=`` with an empty value: there must be one."""
    return all((value_at(record, steps, field) == value) is equal
               for steps, field, value, equal in tests)  # fmt: skip


def value_at(record: Record, steps: Sequence[str], field: str) -> str:
    """A field of the record that the steps lead to; empty if it is absent."""
    for step in steps:
        kids = record.kids.get(step)
        if not kids:
            return ""
        record = kids[0]
    return record.fields.get(field, "")


def records_of(record: Record, name: str, tests: Sequence[Test]) -> list[Record]:
    """Records below with a name that pass the tests."""
    found = record.kids.get(name, [])
    return [one for one in found if holds(one, tests)] if tests else found


def records_under(record: Record, via: Via, name: str, tests: Sequence[Test]) -> list[Record]:
    """Records of a name below all records that the way leads to."""
    here = [record]
    for step, conditions in via:
        here = [kid for one in here for kid in records_of(one, step, conditions)]
    return [kid for one in here for kid in records_of(one, name, tests)]


def record_join(records: Iterable[Record], name: str, sign: str) -> str:
    """A field of some records, joined."""
    return sign.join(text for one in records if (text := one.fields.get(name, "")))


# ---------------------------------------------------------------------- writing


def construct(record: Record, tests: Sequence[Test]) -> None:
    """Put in what makes a record pass its tests; ``!=`` and absence need nothing."""
    for steps, field, value, equal in tests:
        if equal and value:
            here = record
            for step in steps:
                kids = here.kids.setdefault(step, [])
                if not kids:
                    kids.append(Record(step))
                here = kids[0]
            here.fields.setdefault(field, value)


def reach(record: Record, via: Via) -> Record:
    """The record that the way leads to; what is missing on it is made."""
    for name, tests in via:
        kids = record.kids.setdefault(name, [])
        found = next((one for one in kids if holds(one, tests)), None)
        if found is None:
            found = Record(name)
            construct(found, tests)
            kids.append(found)
        record = found
    return record


def place_field(
    fields: dict[str, str],
    name: str,
    text: str,
    beside: Sequence[tuple[str, str]],
    found: list[Problem],
    where: Where,
    facts: RowFacts,
) -> None:
    """Put a value and the attributes that say what it is; V505 if another value is there."""
    if name in fields:
        unwritten(text, Unfit("V505", "one at most"), found, where, facts)
        return
    fields[name] = text
    for attribute, value in beside:
        fields[attribute] = value


CALLED: dict[str, Any] = {
    one.__name__: one
    for one in (construct, place_field, reach, record_join, records_of, records_under)
}
"""By the names that generated code calls them."""
