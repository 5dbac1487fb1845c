"""Defects inside segments."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from gateway.grammar.model import Component, Composite, Element, ElementSlot, Segment
from tests.mutation.bases import grammar_of
from tests.mutation.kind import Lazy, content, in_subject, kind
from tests.mutation.model import Doc, Seg
from tests.mutation.oracle import Found, broken_notes

_NUMERIC = ("n", "N", "R")


def _definitions(doc: Doc) -> Iterator[tuple[int, Seg, Segment]]:
    """Number, segment and definition of all between header and trailer."""
    grammar = grammar_of(doc)
    own = doc.subject
    for number in range(2, len(own)):
        yield number, own[number - 1], _spread(doc, grammar.segments[own[number - 1].tag])


def _spread(doc: Doc, definition: Segment) -> Segment:
    """In syntax 3 the repetitions of an element stand one behind the other."""
    if doc.standard != "edifact" or doc.signs.repetition:
        return definition
    slots: list[ElementSlot] = []
    for slot in definition.elements:
        slots.append(ElementSlot(slot.definition, slot.mandatory))
        slots += [ElementSlot(slot.definition, False)] * (slot.repeat - 1)
    return Segment(definition.tag, tuple(slots), definition.notes)


def _inner(slot: ElementSlot) -> tuple[Component, ...]:
    if isinstance(slot.definition, Composite):
        return slot.definition.components
    return (Component(slot.definition, slot.mandatory),)


class _Spot:
    """A value that is there."""

    def __init__(self, segment: Seg, slot: ElementSlot, at: int, component: int) -> None:
        inner = _inner(slot)
        self.composite = isinstance(slot.definition, Composite)
        self.element: Element = inner[component - 1].element
        self.position = at
        self.index = component
        self.value = segment.get(at, component)
        self.repeated = len(segment.elements[at - 1]) > 1
        following = [one.element.number for one in inner[component : component + 2]]
        which, agency = segment.get(at, component + 1), segment.get(at, component + 2)
        self.elsewhere = following == ["1131", "3055"] and (bool(which) or agency not in ("", "6"))
        self.coded = self.element.codes is not None and not self.elsewhere

    def found(self, code: str, number: int, value: str = "") -> Found:
        return in_subject(
            code,
            number,
            element=self.position,
            component=self.index if self.composite else None,
            repetition=1 if self.repeated else None,
            value=value,
            number=self.element.number,
        )


def _values(segment: Seg, definition: Segment) -> Iterator[_Spot]:
    for at, slot in enumerate(definition.elements[: len(segment.elements)], 1):
        for component in range(1, len(_inner(slot)) + 1):
            if segment.get(at, component):
                yield _Spot(segment, slot, at, component)


def _changed(doc: Doc, number: int, segment: Seg, found: list[Found], where: str) -> Lazy:
    own = list(doc.subject)
    own[number - 1] = segment
    if doc.standard == "x12" and not any(
        value for each in segment.elements for one in each for value in one
    ):
        found = [in_subject("G109", number), *found]
    named = f"{number} {segment.tag} {where}"
    return partial(content, doc, own, found, named, notes_of=number)


def _put(doc: Doc, number: int, segment: Seg, spot: _Spot, value: str, code: str) -> Lazy:
    changed = segment.put(value, spot.position, spot.index)
    found = [spot.found(code, number, value)] if code else []
    return _changed(doc, number, changed, found, f"{spot.position}.{spot.index} {value[:12]}")


@kind("element missing")
def missing(doc: Doc) -> Iterator[Lazy]:
    """Mandatory ones refuse; optional ones do where others ask for them."""
    for number, segment, definition in _definitions(doc):
        for at, slot in enumerate(definition.elements[: len(segment.elements)], 1):
            if any(value for one in segment.elements[at - 1] for value in one):
                found = []
                if slot.mandatory:
                    found = [in_subject("G201", number, element=at, number=slot.number)]
                yield _changed(doc, number, segment.without(at), found, str(at))


@kind("component missing")
def component_missing(doc: Doc) -> Iterator[Lazy]:
    for number, segment, definition in _definitions(doc):
        for spot in _values(segment, definition):
            slot = definition.elements[spot.position - 1]
            if not spot.composite or spot.repeated:
                continue
            changed = segment.put("", spot.position, spot.index).trimmed()
            empty = not any(changed.get(spot.position, n) for n in range(1, 12))
            found = []
            if empty and slot.mandatory:
                found = [in_subject("G201", number, element=spot.position, number=slot.number)]
            elif not empty and _inner(slot)[spot.index - 1].mandatory:
                found = [spot.found("G202", number)]
            where = f"{spot.position}.{spot.index}"
            if spot.element.number in ("1131", "3055") and _uncovers(segment, slot, spot):
                continue  # the code before it is the directory's then: "code of another list"
            yield _changed(doc, number, changed, found, where)


def _uncovers(segment: Seg, slot: ElementSlot, spot: _Spot) -> bool:
    inner = _inner(slot)
    return any(
        inner[at].element.codes is not None and inner[at].element.number != "3055"
        for at in range(max(0, spot.index - 3), spot.index - 1)
    )


@kind("element too many")
def extra_element(doc: Doc) -> Iterator[Lazy]:
    for number, segment, definition in _definitions(doc):
        at = len(definition.elements) + 1
        found = [in_subject("G203", number, element=at)]
        yield _changed(doc, number, segment.put("X", at), found, str(at))


@kind("component too many")
def extra_component(doc: Doc) -> Iterator[Lazy]:
    for number, segment, definition in _definitions(doc):
        for at, slot in enumerate(definition.elements[: len(segment.elements)], 1):
            if not segment.get(at) or len(segment.elements[at - 1]) > 1:
                continue
            component = len(_inner(slot)) + 1
            found = [
                in_subject("G204", number, element=at, component=component, number=slot.number)
            ]
            changed = segment.put("X", at, component)
            if any(_Spot(changed, slot, at, n).elsewhere for n in range(1, component)) == any(
                _Spot(segment, slot, at, n).elsewhere for n in range(1, component)
            ):
                yield _changed(doc, number, changed, found, f"{at}.{component}")


@kind("repetition too many")
def repetition(doc: Doc) -> Iterator[Lazy]:
    if not doc.signs.repetition:
        return
    for number, segment, definition in _definitions(doc):
        for at, slot in enumerate(definition.elements[: len(segment.elements)], 1):
            own = segment.elements[at - 1]
            if any(own[0]):
                elements = list(segment.elements)
                elements[at - 1] = own[:1] * (slot.repeat + 1)
                found = [
                    in_subject(
                        "G205", number, element=at, repetition=slot.repeat + 1, number=slot.number
                    )
                ]
                yield _changed(doc, number, segment.having(elements), found, str(at))


@kind("value too long")
def too_long(doc: Doc) -> Iterator[Lazy]:
    for number, segment, definition in _definitions(doc):
        for spot in _values(segment, definition):
            sign = "X" if spot.element.kind in ("an", "AN", "a", "ID") else "1"
            value = sign * (spot.element.max + 1)
            yield _put(doc, number, segment, spot, value, "G206")


@kind("value too short")
def too_short(doc: Doc) -> Iterator[Lazy]:
    for number, segment, definition in _definitions(doc):
        for spot in _values(segment, definition):
            if spot.element.min > 1:
                sign = "1" if spot.element.kind in (*_NUMERIC, "DT", "TM") else "Q"
                value = sign * (spot.element.min - 1)
                known = spot.element.codes or ()
                if not (spot.coded and value in known):
                    yield _put(doc, number, segment, spot, value, "G212" if spot.coded else "G207")


@kind("letter in a number")
def letter(doc: Doc) -> Iterator[Lazy]:
    for number, segment, definition in _definitions(doc):
        for spot in _values(segment, definition):
            if spot.element.kind in _NUMERIC and not spot.coded:
                yield _put(doc, number, segment, spot, f"O{spot.value[1:]}", "G208")


_DECIMALS = (
    ("1.2.3", {"n": "G210", "R": "G210", "N": "G208"}),
    ("1.", {"n": "G210", "R": "", "N": "G208"}),
    (".5", {"n": "G211", "R": "", "N": "G208"}),
    ("1,5", {"n": "", "R": "G208", "N": "G208"}),
    ("1.5-", {"n": "G208", "R": "G208", "N": "G208"}),
    ("--1", {"n": "G208", "R": "G208", "N": "G208"}),
)
"""What each kind of number makes of a notation (ISO 9735-1 §10, X12.6)."""


@kind("bad decimal notation")
def decimal(doc: Doc) -> Iterator[Lazy]:
    for number, segment, definition in _definitions(doc):
        for spot in _values(segment, definition):
            if spot.element.kind not in _NUMERIC or spot.coded:
                continue
            for value, codes in _DECIMALS:
                digits = sum(sign.isdigit() for sign in value)
                if spot.element.min <= digits <= spot.element.max:
                    yield _put(doc, number, segment, spot, value, codes[spot.element.kind])


@kind("bad date")
def date(doc: Doc) -> Iterator[Lazy]:
    for number, segment, definition in _definitions(doc):
        for spot in _values(segment, definition):
            if spot.element.kind == "DT":
                for value in ("20260230", "20261301", "20260100", "260431"):
                    if spot.element.min <= len(value) <= spot.element.max:
                        yield _put(doc, number, segment, spot, value, "G213")


@kind("bad time")
def time(doc: Doc) -> Iterator[Lazy]:
    for number, segment, definition in _definitions(doc):
        for spot in _values(segment, definition):
            if spot.element.kind == "TM":
                for value in ("2400", "1260", "120060"):
                    yield _put(doc, number, segment, spot, value, "G214")


_FORMATS = ("101", "203", "401", "718", "ZZZ")


@kind("date against its format")
def dated(doc: Doc) -> Iterator[Lazy]:
    """EDIFACT: no day of the calendar, another length than 2379 says, another 2379."""
    for number, segment, _ in _definitions(doc):
        if segment.tag == "DTM" and doc.standard == "edifact":
            for value in (
                "20260230",
                "20261301",
                "2026051",
                "260517",
                "2026-05-17",
                "202605170930",
            ):
                yield _changed(doc, number, segment.put(value, 1, 2), [], value)
            for form in _FORMATS:
                yield _changed(doc, number, segment.put(form, 1, 3), [], f"as {form}")


@kind("code outside its list")
def code(doc: Doc) -> Iterator[Lazy]:
    """Where 1131 or 3055 say that the code is from elsewhere, it is nobody's business."""
    for number, segment, definition in _definitions(doc):
        for spot in _values(segment, definition):
            if spot.element.codes is not None:
                size = max(1, min(spot.element.max, 3))
                value = ("9" if spot.element.kind == "n" else "Q") * max(size, spot.element.min)
                if value not in spot.element.codes:
                    yield _put(doc, number, segment, spot, value, "G212" if spot.coded else "")


@kind("agreed code")
def agreed(doc: Doc) -> Iterator[Lazy]:
    """EDIFACT partners may agree on codes that start with Z; X12 has no such rule."""
    for number, segment, definition in _definitions(doc):
        for spot in _values(segment, definition):
            known = spot.element.codes
            if known is not None and spot.element.max >= 3 and "ZQQ" not in known:
                refused = spot.coded and (
                    doc.standard == "x12" or spot.element.kind != "an" or spot.element.max < 2
                )
                yield _put(doc, number, segment, spot, "ZQQ", "G212" if refused else "")


def _valid(slot: ElementSlot) -> str:
    """A value that its element takes."""
    element = _inner(slot)[0].element
    if element.number in ("1250", "1251"):
        return {"1250": "D8", "1251": "20260101"}[element.number]
    if element.codes:
        return min(element.codes)
    known = {"DT": "20260101", "TM": "0930"}
    if element.kind in known:
        return known[element.kind]
    sign = "1" if element.kind in _NUMERIC else "X"
    return sign * element.min


def _note(letter: str) -> None:
    @kind(f"note {letter} broken")
    def broken(doc: Doc) -> Iterator[Lazy]:
        for number, segment, definition in _definitions(doc):
            for note in definition.notes:
                if note[0] != letter:
                    continue
                numbers = [int(note[at : at + 2]) for at in range(1, len(note), 2)]
                for name, there in _ways(letter, numbers):
                    yield from _with(
                        doc, number, segment, definition, numbers, there, f"{note} {name}"
                    )


def _ways(letter: str, numbers: list[int]) -> Iterator[tuple[str, set[int]]]:
    """Which of the elements are there, so that the note does not hold."""
    if letter == "P":
        for one in numbers:
            yield f"only {one}", {one}
            if len(numbers) > 2:
                yield f"all but {one}", set(numbers) - {one}
    elif letter == "R":
        yield "none", set()
    elif letter == "E":
        for at, one in enumerate(numbers):
            for other in numbers[at + 1 :]:
                yield f"{one} and {other}", {one, other}
    else:
        yield "first alone", {numbers[0]}


def _with(
    doc: Doc, number: int, segment: Seg, definition: Segment,
    numbers: list[int], there: set[int], where: str,
) -> Iterator[Lazy]:  # fmt: skip
    found: list[Found] = []
    changed = segment
    for one in numbers:
        slot = definition.elements[one - 1]
        present = any(
            value for each in changed.elements[one - 1 : one] for c in each for value in c
        )
        if one in there and not present:
            changed = changed.put(_valid(slot), one)
        elif one not in there and present:
            changed = changed.without(one)
            if slot.mandatory:
                found.append(in_subject("G201", number, element=one, number=slot.number))
    if any(True for _ in broken_notes(changed, definition)):
        yield _changed(doc, number, changed, found, where)


for _letter in "PRECL":
    _note(_letter)


@kind("control count wrong")
def control_count(doc: Doc) -> Iterator[Lazy]:
    for number, segment, definition in _definitions(doc):
        for spot in _values(segment, definition):
            counts = (segment.tag, spot.position, spot.index)
            if counts in (("CNT", 1, 2), ("CTT", 1, 1)):
                for by in (-1, 1):
                    yield _put(doc, number, segment, spot, str(int(spot.value) + by), "")


@kind("hierarchy broken")
def hierarchy(doc: Doc) -> Iterator[Lazy]:
    """A parent that is not there, or comes later; a number used twice."""
    own = doc.subject
    numbers = [one.get(1) for one in own if one.tag in ("HL", "CPS")]
    for number, segment, _ in _definitions(doc):
        if segment.tag not in ("HL", "CPS"):
            continue
        for value in ("99", segment.get(1), numbers[-1]):
            if value != segment.get(2):
                changed = segment.put(value, 2)
                yield _changed(doc, number, changed, [], f"parent {value}")
        if segment.get(1) != numbers[0]:
            yield _changed(doc, number, segment.put(numbers[0], 1), [], f"number {numbers[0]}")
