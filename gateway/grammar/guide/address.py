"""Names of elements in guides, as people write them, and the positions they stand for.

``2005``          the only data element 2005 of the segment, simple or in a composite; of several
                  the one that is in no composite (``LIN.1082``)
``C506.1153``     the one in this composite; ``C506`` alone is the composite
``NAD.3035``      the same with the tag before it
``3036#2``        the second of that number; ``C212#3.7140`` in the third C212
``@3`` ``@3.1``   element 3, its first component
``BEG03``         element 3 of X12 segment BEG; ``SLN09-2`` its second component
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.grammar.guide.where import Address
from gateway.grammar.model import Composite, Element, Segment

_POSITION = re.compile(r"@(\d{1,3})(?:\.(\d{1,3}))?")
_NAME = re.compile(
    r"(?:(?P<composite>[A-Z]\d{3})(?:#(?P<which>\d+))?\.)?(?P<number>[A-Z]?\w+)(?:#(?P<nth>\d+))?"
)
_MOST = 40
"""Names that a finding lists."""


@dataclass(frozen=True, slots=True)
class Found:
    """An address with what the base has there."""

    at: Address
    definition: Element | Composite
    mandatory: bool
    """In its segment, of a component: in its composite."""


@dataclass(frozen=True, slots=True)
class Several:
    """The name fits several positions: it has to say which."""

    names: tuple[str, ...]


def resolve(text: str, segment: Segment) -> Found | Several | None:
    """The position that a name stands for, or ``None`` where the segment has none such."""
    text = text.removeprefix(f"{segment.tag}.")
    places = list(positions(segment))
    if known := _POSITION.fullmatch(text):
        at = Address(int(known[1]), int(known[2]) if known[2] else None)
        return next((one for one in places if one.at == at), None)
    if known := re.fullmatch(rf"{re.escape(segment.tag)}(\d\d)(?:-(\d\d?))?", text):
        at = Address(int(known[1]), int(known[2]) if known[2] else None)
        return next((one for one in places if one.at == at), None)
    known = _NAME.fullmatch(text)
    if known is None:
        return None
    fitting = [one for one in places if one.definition.number == known["number"]]
    if known["composite"]:
        elements = _composites(segment, known["composite"], known["which"])
        fitting = [one for one in fitting if one.at.component and one.at.element in elements]
    if known["nth"]:
        nth = int(known["nth"])
        fitting = fitting[nth - 1 : nth] if nth else []
    elif len(simple := [one for one in fitting if one.at.component is None]) == 1:
        return simple[0]
    if len(fitting) > 1:
        return Several(tuple(name(segment, one.at) for one in fitting))
    return fitting[0] if fitting else None


def positions(segment: Segment) -> Iterator[Found]:
    """Every element and every component of a segment in its order."""
    for number, slot in enumerate(segment.elements, 1):
        yield Found(Address(number), slot.definition, slot.mandatory)
        if isinstance(slot.definition, Composite):
            for at, one in enumerate(slot.definition.components, 1):
                yield Found(Address(number, at), one.element, one.mandatory)


def name(segment: Segment, at: Address) -> str:
    """The shortest name of a position that fits it alone: ``1153``, ``3036#2``, ``@7``."""
    places = list(positions(segment))
    found = next(one for one in places if one.at == at)
    number = found.definition.number
    if not number:
        return f"@{at}"
    same = [one.at for one in places if one.definition.number == number]
    return number if len(same) == 1 else f"{number}#{same.index(at) + 1}"


def names(segment: Segment) -> list[str]:
    """What can be written for a segment, for findings and suggestions."""
    return [name(segment, one.at) for one in positions(segment)]


def listed(segment: Segment) -> str:
    """The names in one line: ``C082 3039 1131 …``."""
    known = names(segment)
    return " ".join(known[:_MOST]) + (" …" if len(known) > _MOST else "")


def _composites(segment: Segment, number: str, which: str | None) -> list[int]:
    found = [at for at, slot in enumerate(segment.elements, 1) if slot.number == number]
    if which is None:
        return found
    nth = int(which)
    return found[nth - 1 : nth] if nth else []
