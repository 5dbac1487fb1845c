"""What compiled maps call. Nothing else is in their reach: no I/O, no import, no eval.

Arguments that come again and again: ``segments`` in normal form, ``found`` the list of problems,
``where`` the canonical place as a chain ``(outer, name, index)``, ``facts`` of the row, ``at`` the
index of the segment (or the line of the record).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, TypeAlias

from gateway.mapping.codes import CodeList, known
from gateway.mapping.convert import Shortened, Unfit, decimal_text
from gateway.problems import Place, Problem, Severity, problem
from gateway.syntax.normal import COMPONENT, ELEMENT, REPETITION
from gateway.syntax.record import Record

Where: TypeAlias = Any
"""``None`` at the top, else ``(outer, name, index or None)``."""
_TRIM = ELEMENT + COMPONENT + REPETITION


@dataclass(frozen=True, slots=True)
class RowFacts:
    """What a problem says about the row that found it."""

    field: str
    """Below the object: ``delivery.on``."""
    path: str
    """As the map spells it."""
    row: str
    """``orders.map:29``."""
    policy: str = "fail"
    """``on error``."""
    record: bool = False
    """Whether ``at`` is the line of a record, not the index of a segment."""
    text: bool = True
    """Whether the value as it stands would do (``on error keep``)."""
    element: int | None = None
    """Where in the segment the value stands, if the path has one place; from 1."""
    component: int | None = None


def spot(where: Where, field: str) -> str:
    """``lines[2].price``."""
    names = [field] if field else []
    while where is not None:
        where, name, index = where
        names.append(name if index is None else f"{name}[{index}]")
    return ".".join(reversed(names))


def _place(where: Where, facts: RowFacts, at: int | None, segments: Sequence[str] = ()) -> Place:
    path = spot(where, facts.field)
    if facts.record:
        return Place(line=at or None, path=path or None)
    tag = segments[at].partition(ELEMENT)[0] if at and segments else None
    return Place(segment=at + 1 if at else None, tag=tag, path=path or None)


def _exact(place: Place, facts: RowFacts) -> Place:
    """The place with the element that the row reads."""
    if place.segment is None or facts.element is None:
        return place
    return replace(place, element=facts.element, component=facts.component)


def miss(
    found: list[Problem], where: Where, facts: RowFacts, at: int, segments: Sequence[str]
) -> None:
    """E410: a required field is absent on the wire; names the group it is missed in."""
    group = ""
    if at and facts.record:
        group = f" in the record that starts at line {at}"
    elif at:
        tag = segments[at].partition(ELEMENT)[0]
        group = f" in the group {tag} at segment {at + 1}"
    field = spot(where, facts.field)
    place = _place(where, facts, at, segments)
    found.append(
        problem("E410", place, field=field, missing=f"no {facts.path}{group}", row=facts.row)
    )


def lack(found: list[Problem], where: Where, facts: RowFacts) -> None:
    """E410: a required field is absent in the document that is to be written."""
    field = spot(where, facts.field)
    missing = f"the document does not have it, so {facts.path} cannot be written"
    found.append(problem("E410", Place(path=field), field=field, missing=missing, row=facts.row))


def twice(
    found: list[Problem], where: Where, facts: RowFacts, at: int, segments: Sequence[str]
) -> None:
    """E412: a second match of ``one``."""
    field = spot(where, facts.field)
    place = _place(where, facts, at, segments)
    found.append(problem("E412", place, field=field, path=facts.path, row=facts.row))


def bad(
    target: dict[str, Any],
    value: Any,
    unfit: Unfit,
    found: list[Problem],
    where: Where,
    facts: RowFacts,
    at: int,
    segments: Sequence[str],
) -> None:
    """A value on the wire that a row cannot take: does what its ``on error`` says."""
    shown = value[0] if isinstance(value, tuple) else value
    place = _exact(_place(where, facts, at, segments), facts)
    _report(found, unfit, place, facts, shown, spot(where, facts.field))
    if isinstance(unfit, Shortened):
        target[facts.field.rpartition(".")[2]] = unfit.value
    elif facts.policy == "keep" and facts.text and isinstance(shown, str):
        target[facts.field.rpartition(".")[2]] = shown


def unwritten(value: Any, unfit: Unfit, found: list[Problem], where: Where, facts: RowFacts) -> str:
    """A value of the document that a row cannot write; the text that is written instead."""
    place = Place(path=spot(where, facts.field) or None)
    _report(found, unfit, place, facts, value, spot(where, facts.field))
    if facts.policy == "keep" and facts.text and isinstance(value, str):
        return value.translate(_NO_SEPARATORS)
    return ""


_NO_SEPARATORS = {0x1C: None, 0x1D: None, 0x1E: None, 0x1F: None}


def _report(
    found: list[Problem], unfit: Unfit, place: Place, facts: RowFacts, value: Any, field: str
) -> None:
    if facts.policy in ("keep", "drop"):
        return
    severity = Severity.WARNING if facts.policy == "warn" else None
    found.append(
        problem(
            unfit.code,
            place,
            severity=severity,
            value=value,
            field=field,
            path=facts.path,
            row=facts.row,
            expected=unfit.expected,
        )
    )


def too_long(
    text: str, longest: int, number: bool, found: list[Problem], where: Where, facts: RowFacts
) -> str:
    """Check the length of a text about to be written; signs and marks of numbers do not count."""
    counted = text.replace("-", "").replace(".", "").replace(",", "") if number else text
    if len(counted) <= longest:
        return text
    expected = f"at most {longest} {'digits' if number else 'characters'}"
    return unwritten(text, Unfit("V503", expected), found, where, facts)


# ---------------------------------------------------------------------- reading


def position(occurrence: Any) -> int:
    """Index of the segment of an occurrence, or the line of a record."""
    if isinstance(occurrence, int):
        return occurrence
    if isinstance(occurrence, Record):
        return occurrence.line or 0
    return int(occurrence.segment)


def unknown(codes: CodeList) -> Unfit:
    """V512: a code that the list does not have."""
    return Unfit("V512", f"one of {known(list(codes.to_canonical))} (code list {codes.name})")


def unsaid(codes: CodeList) -> Unfit:
    """V512: a word of the document that has no code in the list."""
    return Unfit("V512", f"one of {known(list(codes.to_wire))} (code list {codes.name})")


def written(write: Any, value: Any) -> str:
    """A field as a row would write it; empty if absent or impossible."""
    if value is None:
        return ""
    try:
        text = write(value)
    except (Unfit, KeyError):
        return ""
    return text[0] if isinstance(text, tuple) else str(text)


def put(target: dict[str, Any], name: str, inner: dict[str, Any]) -> None:
    """Set an object; one that is there already keeps its fields."""
    old = target.get(name)
    target[name] = {**old, **inner} if isinstance(old, dict) else inner


def merged(kids: dict[int, list[Any]], members: Sequence[int]) -> list[Any]:
    """Occurrences of several slots of one tag, in wire order."""
    return sorted(index for member in members for index in kids.get(member, ()))


def has(segment: str, position: int, component: int, value: str) -> bool:
    """Whether a component (first repetition) holds a value."""
    elements = segment.split(ELEMENT, position + 1)
    if position >= len(elements):
        return False
    parts = elements[position].partition(REPETITION)[0].split(COMPONENT)
    return component < len(parts) and parts[component] == value


def qualifier(segment: str, position: int, component: int) -> str:
    """The component that tells the occurrences of a segment apart."""
    elements = segment.split(ELEMENT, position + 1)
    parts = elements[position].split(COMPONENT) if position < len(elements) else []
    return parts[component] if component < len(parts) else ""


def cell(elements: Sequence[str], position: int, repetition: int, component: int) -> str:
    """A component of a repetition of an element; empty if absent."""
    if position >= len(elements):
        return ""
    repeated = elements[position].split(REPETITION)
    if repetition >= len(repeated):
        return ""
    parts = repeated[repetition].split(COMPONENT)
    return parts[component] if component < len(parts) else ""


def pick(
    elements: Sequence[str],
    positions: Sequence[int],
    filters: Sequence[tuple[int, str]],
    component: int,
) -> str:
    """The component of the first composite at these positions whose filters hold."""
    for position in positions:
        if position >= len(elements):
            return ""
        for one in elements[position].split(REPETITION):
            parts = one.split(COMPONENT)
            if all(at < len(parts) and parts[at] == value for at, value in filters):
                return parts[component] if component < len(parts) else ""
    return ""


def pair(elements: Sequence[str], positions: Sequence[int], value: str, offset: int) -> str:
    """The element after the first qualifier of these positions that holds ``value`` (X12)."""
    for position in positions:
        if position >= len(elements):
            return ""
        if elements[position] == value:
            at = position + offset
            return elements[at] if at < len(elements) else ""
    return ""


def join_all(
    segments: Sequence[str],
    indices: Iterable[int],
    cells: Sequence[tuple[int, int, int]],
    sign: str,
) -> str:
    """Texts of all cells (position, repetition, component) of some segments, joined."""
    texts: list[str] = []
    for index in indices:
        elements = segments[index].split(ELEMENT)
        texts.extend(filter(None, (cell(elements, *one) for one in cells)))
    return sign.join(texts)


def record_join(records: Iterable[Record], name: str, sign: str) -> str:
    """A field of some records, joined."""
    return sign.join(text for one in records if (text := one.fields.get(name, "")))


def records_of(record: Record, name: str, tests: Sequence[tuple[str, str]]) -> list[Record]:
    """Records below with a name and with certain values."""
    return [
        one
        for one in record.kids.get(name, ())
        if all(one.fields.get(field, "") == value for field, value in tests)
    ]


def differs(wire: str, computed: str) -> bool:
    """Whether a check fails; numbers are compared as numbers."""
    if wire == computed:
        return False
    try:
        return Decimal(wire.replace(",", ".")) != Decimal(computed)
    except ArithmeticError:
        return True


def unequal(
    wire: str,
    computed: str,
    left: str,
    found: list[Problem],
    facts: RowFacts,
    at: int,
    segments: Sequence[str],
) -> None:
    """V520: the wire says another thing than the document."""
    place = _exact(_place(None, facts, at, segments), facts)
    severity = Severity.WARNING if facts.policy == "warn" else None
    if facts.policy not in ("keep", "drop"):
        found.append(
            problem(
                "V520",
                place,
                severity=severity,
                path=facts.path,
                value=wire,
                left=left,
                computed=computed or "absent",
                row=facts.row,
            )
        )


# ---------------------------------------------------------------------- writing


def finish(elements: Sequence[str]) -> str:
    """A segment from its elements, trailing empties trimmed."""
    return ELEMENT.join(elements).rstrip(_TRIM)


def place_composite(
    elements: list[str],
    positions: Sequence[int],
    text: str,
    found: list[Problem],
    where: Where,
    facts: RowFacts,
) -> None:
    """Put a composite at the first free position."""
    for position in positions:
        if not elements[position]:
            elements[position] = text
            return
    unwritten(
        text.replace(COMPONENT, ":"),
        Unfit("V505", f"{len(positions)} at most"),
        found,
        where,
        facts,
    )


def place_repetition(
    elements: list[str],
    positions: Sequence[int],
    text: str,
    most: int,
    found: list[Problem],
    where: Where,
    facts: RowFacts,
) -> None:
    """Put a composite as the next repetition of a repeating element."""
    for position in positions:
        if not elements[position]:
            elements[position] = text
            return
        if elements[position].count(REPETITION) + 1 < most:
            elements[position] += REPETITION + text
            return
    unfit = Unfit("V505", f"{most} at most")
    unwritten(text.replace(COMPONENT, ":"), unfit, found, where, facts)


def place_pair(
    elements: list[str],
    positions: Sequence[int],
    value: str,
    offset: int,
    text: str,
    found: list[Problem],
    where: Where,
    facts: RowFacts,
) -> None:
    """Put a qualifier and its value at the first free pair (X12)."""
    for position in positions:
        if not elements[position] and not elements[position + offset]:
            elements[position] = value
            elements[position + offset] = text
            return
    unwritten(text, Unfit("V505", f"{len(positions)} at most"), found, where, facts)


def tagged(out: Sequence[str], tag: str) -> str:
    """How many segments of a message have a tag."""
    start = tag + ELEMENT
    return str(sum(1 for one in out if one.startswith(start) or one == tag))


def _values(source: Any, names: Sequence[str], recursive: str) -> Iterable[Any]:
    if not names:
        yield source
        return
    inside = source.get(names[0]) if isinstance(source, dict) else None
    for one in inside if isinstance(inside, list | tuple) else [inside]:
        if one is None:
            continue
        yield from _values(one, names[1:], recursive)
        if names[0] == recursive and isinstance(one, dict) and one.get(recursive):
            yield from _values(one, names, recursive)


def counted(source: Any, names: Sequence[str], recursive: str) -> str:
    """How many entries a list has, through all levels of a tree."""
    if len(names) == 1 and not recursive:
        inside = source.get(names[0])
        return (
            str(len(inside)) if isinstance(inside, list | tuple) else str(int(inside is not None))
        )
    return str(sum(1 for _ in _values(source, names, recursive)))


def summed(source: Any, names: Sequence[str], recursive: str) -> str:
    """The sum of a field over a list; absent fields count nothing."""
    values = _values(source, names, recursive)
    total = sum((one for one in values if isinstance(one, Decimal | int)), Decimal(0))
    return decimal_text(total)


def given(value: Any) -> Any:
    """A field for a test: objects and lists without content are absent."""
    return None if value in ("", {}, [], ()) else value


def shown(value: Any) -> str:
    """A field as a test of the map spells it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return decimal_text(value) if isinstance(value, Decimal | int) else str(value)


def concat(parts: Iterable[Any]) -> str:
    """Texts one after the other; absent ones are empty."""
    return "".join("" if one is None else shown(one) for one in parts)


def first(values: Iterable[Any]) -> Any:
    """The first value that is present."""
    return next((one for one in values if given(one) is not None), None)
