"""What a 997 or 999 says of the segments of one set: AK3 and AK4, IK3, CTX and IK4.

Sorted by segment, element, repetition, component, code; nothing is told twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.grammar.acknowledge.codes import element_code, header_code, in_order, segment_code
from gateway.problems import Layer, Problem
from gateway.syntax import build
from gateway.syntax.delimiters import Delimiters

_ELEMENTS = 99
"""Most AK4 below an AK3."""
_SEGMENTS = 9_999
"""Most AK3 of a set; the standard sets no limit, a reader of answers has one."""
_VALUE = 99
"""Longest AK404."""
_CONTEXT = 35
"""Longest context name and context reference (data elements 9999, 9998)."""
_ELEMENT_ERRORS = "8"
_COMPONENTS_FROM, _REPETITIONS_FROM = "003050", "004030"
"""Releases in which AK401 has the position of the component, and that of the repetition."""
_TRIGGERED = "SITUATIONAL TRIGGER"
_OF_NOTE = re.compile("element ([0-9]{1,2})")
"""How the finding of a relational note names the element that asks for another one."""

_Spot = tuple[int, int, int, str]
"""Element, repetition, component (0: none), code."""


@dataclass(frozen=True, slots=True)
class Details:
    """How the details are written."""

    extended: bool
    """As 999."""
    release: str
    delimiters: Delimiters
    """Of the subject: a value that holds one of them is not repeated."""
    unit: tuple[str, str] = ("", "")
    """Business unit context of a 999: name and value, such as ``BEG03`` and the order number."""


@dataclass(slots=True)
class _Segment:
    """What is wrong with one segment: codes of it as a whole, with a problem for each; elements."""

    whole: dict[str, Problem]
    elements: dict[_Spot, Problem]


def details(problems: Iterable[Problem], how: Details) -> list[str]:
    """The segments between AK2 and AK5."""
    lines: list[str] = []
    count = 0
    for (number, tag), found in sorted(_by_segment(problems, how).items()):
        for code in sorted(found.whole, key=in_order):
            count += 1
            if count > _SEGMENTS:
                return lines
            lines += _segment(number, tag, code, found, how)
    return lines


def _by_segment(problems: Iterable[Problem], how: Details) -> dict[tuple[int, str], _Segment]:
    sorted_in: dict[tuple[int, str], _Segment] = {}
    for one in problems:
        place, row = one.place, one.registered
        segment = segment_code(row, extended=how.extended)
        element = element_code(row, how.release, extended=how.extended)
        if place.segment is None or place.tag is None or not (segment or element):
            continue
        if header_code(one):  # AK5 says it
            continue
        at = sorted_in.setdefault((place.segment, place.tag), _Segment({}, {}))
        if place.element is not None and element:
            spot = (place.element, place.repetition or 0, place.component or 0, element)
            at.elements.setdefault(spot, one)
            at.whole.setdefault(_ELEMENT_ERRORS, one)
        else:
            at.whole.setdefault(segment or _ELEMENT_ERRORS, one)
    return sorted_in


def _segment(number: int, tag: str, code: str, found: _Segment, how: Details) -> list[str]:
    """AK3 and its AK4; IK3 with CTX, IK4 with CTX."""
    lines = [build("IK3" if how.extended else "AK3", _tag(tag), str(number), "", code)]
    if how.extended:
        lines += _unit(how)
        if code != _ELEMENT_ERRORS:
            lines += _trigger(found.whole[code])
    if code != _ELEMENT_ERRORS:
        return lines
    for spot in sorted(found.elements, key=_spot_in_order)[:_ELEMENTS]:
        one = found.elements[spot]
        lines.append(_element(spot, one, how))
        if how.extended:
            lines += _trigger(one)
    return lines


def _spot_in_order(spot: _Spot) -> tuple[int, int, int, tuple[bool, int]]:
    element, repetition, component, code = spot
    return element, repetition, component, in_order(code)


def _element(spot: _Spot, found: Problem, how: Details) -> str:
    """AK4 or IK4: place, number of the element, code, the bad value."""
    element, repetition, component, code = spot
    number = found.facts.get("number", "")
    # of a damaged character the value is the byte, not what stands in the element
    damaged = found.registered.layer is Layer.SYNTAX
    copied = "" if damaged else found.facts.get("value", "")
    return build(
        "IK4" if how.extended else "AK4",
        _position(element, component, repetition, how.release),
        number if number.isdigit() and len(number) <= 4 else "",
        code,
        _copy(copied, how.delimiters),
    )


def _position(element: int, component: int, repetition: int, release: str) -> list[str]:
    """C030 as the release of the answer has it."""
    position = [str(element)]
    if release >= _COMPONENTS_FROM:
        position.append(str(component) if component else "")
    if release >= _REPETITIONS_FROM:
        position.append(str(repetition) if repetition else "")
    return position


def _unit(how: Details) -> list[str]:
    """CTX with the business unit that the segment is part of, where it is known."""
    name, value = how.unit
    shown = _copy(value, how.delimiters)[:_CONTEXT]
    return [build("CTX", [name[:_CONTEXT], shown])] if name and shown else []


def _trigger(found: Problem) -> list[str]:
    """CTX with what made a segment or element required or forbidden, where it is known.

    From the facts ``trigger_tag``, ``trigger_segment``, ``…_element``, ``…_component``.

    A relational note names an element of the same segment.
    """
    facts, place = found.facts, found.place
    tag, segment = facts.get("trigger_tag", ""), facts.get("trigger_segment", "")
    element, component = facts.get("trigger_element", ""), facts.get("trigger_component", "")
    if not tag and "note" in facts and (named := _OF_NOTE.fullmatch(facts.get("present", ""))):
        tag, segment, element = place.tag or "", str(place.segment or ""), named[1]
    if not tag or not (segment.isascii() and segment.isdigit()):
        return []
    position = [element, component] if element.isascii() and element.isdigit() else ""
    return [build("CTX", [_TRIGGERED], _tag(tag), segment, "", position)]


def _copy(value: str, signs: Delimiters) -> str:
    """The bad value; left out where it holds a separator or what cannot be written."""
    separators = {signs.component, signs.element, signs.repetition, signs.terminator} - {""}
    if not value.isprintable() or not value.isascii() or separators & set(value):
        return ""
    return value.strip()[:_VALUE]


def _tag(tag: str) -> str:
    kept = "".join(sign for sign in tag if sign.isascii() and sign.isalnum())[:3]
    return kept.ljust(2, "0") if kept else "ZZ"
