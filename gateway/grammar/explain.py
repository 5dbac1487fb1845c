"""Explain what is wrong inside a segment: every element, every component, every note.

Written for reading, not for speed: it runs only for segments that their expression
(:mod:`gateway.grammar.content`) refuses, and a permanent test says that both agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from gateway.grammar.lists import is_agreed, is_elsewhere
from gateway.grammar.model import Composite, Element, ElementSlot, Segment
from gateway.grammar.moments import (
    EDIFACT,
    TIMES,
    X12,
    Format,
    formatted_component,
    formatted_element,
    misfit,
)
from gateway.grammar.notes import broken
from gateway.syntax.normal import COMPONENT, ELEMENT, REPETITION

_SEPARATORS = "\x1d\x1e\x1f"
_SHOWN = 20
"""How many codes of a list a finding names."""
_UNCOUNTED = {"n": "[-.,]", "N": "[-.,]", "R": "[-.,E]"}
"""What does not count in the length of a number."""
_EXPONENT = re.compile("(?<=[0-9.])E-?[0-9]{1,2}")
"""Of a decimal number of X12 (X12.6 §3.5.1.2); more digits are no quantity of this world."""
_DAYS = {2: 28, 4: 30, 6: 30, 9: 30, 11: 30}
_KINDS = {
    "a": "letters",
    "an": "characters",
    "n": "digits",
    "AN": "characters",
    "ID": "characters",
    "N": "digits",
    "R": "digits",
    "DT": "digits of a date",
    "TM": "digits of a time",
    "B": "bytes",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A finding inside a segment; facts include ``element``, ``component``, ``repetition``."""

    code: str
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Spot:
    element: int
    number: str
    component: int | None = None
    repetition: int | None = None

    def facts(self) -> dict[str, object]:
        name = f" ({self.number})" if self.number else ""
        if self.component is None:
            what = f"element {self.element}{name}"
        else:
            what = f"component {self.element}.{self.component}{name}"
        if self.repetition is not None:
            what = f"{what} repetition {self.repetition}"
        return {
            "what": what,
            "number": self.number,
            "element": self.element,
            "component": self.component,
            "repetition": self.repetition,
        }


def faults(segment: str, definition: Segment, standard: str, codes: bool = True) -> list[Fault]:
    """All faults of a segment in normal form, in the order of its elements."""
    texts = segment.split(ELEMENT)[1:]
    found: list[Fault] = []
    if standard == "x12" and not "".join(texts).strip(_SEPARATORS):
        found.append(Fault("G109"))
    slots = definition.elements
    for position, slot in enumerate(slots, 1):
        text = texts[position - 1] if position <= len(texts) else ""
        inside = list(_slot(position, slot, text, codes))
        if text and not inside and formatted_element(slots, position):
            inside += _formatted(_Spot(position, slot.number), X12, texts[position - 2], text)
        found += inside
    if len(texts) > len(slots):
        facts = {"count": len(texts), "limit": len(slots), "position": len(slots) + 1}
        found.append(Fault("G203", {**facts, "element": len(slots) + 1}))
    found += _notes(segment, definition)
    return found


def form(element: Element) -> str:
    """What an element asks for, in words: ``1 to 35 characters``."""
    low, high = element.min, element.max
    size = f"{high}" if low == high else f"{low} to {high}"
    return f"{size} {_KINDS.get(element.kind, 'characters')}"


def _slot(position: int, slot: ElementSlot, text: str, codes: bool) -> Iterator[Fault]:
    repetitions = text.split(REPETITION)
    spot = _Spot(position, slot.number)
    if len(repetitions) > slot.repeat:
        count = len(repetitions)
        place = _Spot(position, slot.number, None, slot.repeat + 1)
        facts = {**place.facts(), "what": spot.facts()["what"]}
        yield Fault("G205", {**facts, "count": count, "limit": slot.repeat})
    for number, content in enumerate(repetitions, 1):
        repetition = number if len(repetitions) > 1 else None
        must = slot.mandatory and number == 1
        if isinstance(slot.definition, Composite):
            yield from _composite(position, slot.definition, content, must, repetition, codes)
        else:
            spot = _Spot(position, slot.number, None, repetition)
            yield from _simple(spot, slot.definition, content, must, codes)


def _simple(spot: _Spot, element: Element, text: str, must: bool, codes: bool) -> Iterator[Fault]:
    first, *others = text.split(COMPONENT)
    if others:
        facts = {**spot.facts(), "count": len(others) + 1, "limit": 1, "position": 2}
        yield Fault("G204", {**facts, "component": 2})
    if first:
        yield from _value(spot, element, first, codes)
    elif must:
        yield Fault("G201", {**spot.facts(), "expected": form(element)})


def _composite(
    position: int,
    composite: Composite,
    text: str,
    must: bool,
    repetition: int | None,
    codes: bool,
) -> Iterator[Fault]:
    inner = composite.components
    values = text.split(COMPONENT)
    spot = _Spot(position, composite.number, None, repetition)
    if must and not text.strip(_SEPARATORS):
        expected = " ".join(one.element.number for one in inner if one.mandatory)
        yield Fault("G201", {**spot.facts(), "expected": expected or "one component at least"})
        if len(values) <= len(inner):
            return
    if len(values) > len(inner):
        facts = {**spot.facts(), "count": len(values), "limit": len(inner)}
        yield Fault("G204", {**facts, "position": len(inner) + 1, "component": len(inner) + 1})
    for number, one in enumerate(inner, 1):
        value = values[number - 1] if number <= len(values) else ""
        spot = _Spot(position, one.element.number, number, repetition)
        if value:
            own = codes and not is_elsewhere(inner, values, number - 1)
            inside = list(_value(spot, one.element, value, own))
            if not inside and formatted_component(inner, number - 1):
                named = values[number] if number < len(values) else ""
                inside += _formatted(spot, EDIFACT, named, value)
            yield from inside
        elif one.mandatory and text:
            yield Fault("G202", {**spot.facts(), "expected": form(one.element)})


def _value(spot: _Spot, element: Element, value: str, codes: bool) -> Iterator[Fault]:
    facts = {**spot.facts(), "value": value, "expected": form(element)}
    if codes and element.codes:
        if value not in element.codes and not is_agreed(element, value):
            yield from _code(element, value, facts)
        return
    kind = element.kind
    counted, code = value, None
    if kind in ("n", "R", "N"):
        counted, code = re.sub(_UNCOUNTED[kind], "", value), _number_fault(kind, value)
        if code:
            yield Fault(code, facts)
    elif kind == "a" and re.search("[0-9]", value):
        yield Fault("G209", facts)
    length = _length_fault(element, counted)
    if length and not (code and length == "G207"):
        limit = element.max if length == "G206" else element.min
        yield Fault(length, {**facts, "count": len(counted), "limit": limit})
    elif kind == "DT" and not _is_date(value):
        yield Fault("G213", facts)
    elif kind == "TM" and not _is_time(value):
        yield Fault("G214", facts)


def _formatted(
    spot: _Spot, formats: Mapping[str, Format], named: str, value: str
) -> Iterator[Fault]:
    """A date that is not in the format that another element names."""
    form = misfit(formats, named, value)
    if form is not None:
        facts = {**spot.facts(), "value": value, "format": named, "expected": form}
        yield Fault("G219" if named in TIMES else "G218", facts)


def _code(element: Element, value: str, facts: dict[str, object]) -> Iterator[Fault]:
    """A value that is too long for any code is also that; else it is an unknown code."""
    length = _length_fault(element, value)
    if length == "G206":
        yield Fault(length, {**facts, "count": len(value), "limit": element.max})
        return
    known = element.codes or frozenset()
    near = sorted(_variants(value, element.max) & known)
    hint = f" ({', '.join(near)})" if near else ""
    yield Fault("G212", {**facts, "hint": hint, "expected": _first_codes(known)})


def _variants(value: str, longest: int) -> set[str]:
    """What may have been meant: other case, blanks, zeros, one sign too much, two swapped."""
    text = value.strip().upper()
    dropped = {text[:at] + text[at + 1 :] for at in range(len(text))}
    swapped = {text[:at] + text[at + 1] + text[at] + text[at + 2 :] for at in range(len(text) - 1)}
    return {text, text.lower(), text.lstrip("0"), text.zfill(longest)} | dropped | swapped


@lru_cache(maxsize=256)
def _first_codes(known: frozenset[str]) -> str:
    codes = sorted(known)
    return " ".join(codes[:_SHOWN]) + (" …" if len(codes) > _SHOWN else "")


def _length_fault(element: Element, counted: str) -> str | None:
    if len(counted) > element.max:
        return "G206"
    return "G207" if len(counted) < element.min else None


def _number_fault(kind: str, value: str) -> str | None:
    """ISO 9735-1 §10 and X12.6: ``-`` in front, one mark; EDIFACT wants digits around it."""
    text = value.removeprefix("-")
    exponent = _EXPONENT.search(text) if kind == "R" else None
    if exponent and exponent.end() == len(text):
        text = text[: exponent.start()]
    if kind == "N" or not re.fullmatch("[0-9.,]+" if kind == "n" else "[0-9.]+", text):
        return None if re.fullmatch("[0-9]+", text) else "G208"
    whole, mark, fraction = (
        re.split("([.,])", text, maxsplit=1) if _marked(text) else (text, "", "")
    )
    if not mark:
        return None
    if _marked(fraction) or not (whole or fraction):
        return "G210"
    if kind == "R":
        return None
    if not whole:
        return "G211"
    return None if fraction else "G210"


def _marked(text: str) -> bool:
    return "." in text or "," in text


def _is_date(value: str) -> bool:
    if not re.fullmatch("[0-9]{6}|[0-9]{8}", value):
        return False
    year, month, day = int(value[:-4]), int(value[-4:-2]), int(value[-2:])
    days = _DAYS.get(month, 31) + (month == 2 and year % 4 == 0)
    return 1 <= month <= 12 and 1 <= day <= days


def _is_time(value: str) -> bool:
    if not re.fullmatch("[0-9]{4}|[0-9]{6,8}", value):
        return False
    return int(value[:2]) < 24 and int(value[2:4]) < 60 and int(value[4:6] or 0) < 60


def _notes(segment: str, definition: Segment) -> Iterator[Fault]:
    slots = definition.elements
    for one in broken(definition.notes, segment):
        at = one.elements[0]
        number = slots[at - 1].number if at <= len(slots) else ""
        present = f"element {one.present}" if one.present else "none of them"
        names = " and ".join(f"element {position}" for position in one.elements)
        facts = {**_Spot(at, number).facts(), "note": one.note, "present": present}
        if one.note[0] == "E":
            yield Fault("G216", {**facts, "expected": f"Leave out {names}, or {present}"})
        else:
            verb = "Send one of" if one.note[0] in "RL" else "Send"
            yield Fault("G215", {**facts, "expected": f"{verb} {names}"})
