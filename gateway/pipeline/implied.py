"""Numbers with implied decimals (X12 ``N2``) that a partner writes with a point.

The message is read as though he had written them as the standard has it: ``12.50`` in an ``N2``
as ``1250``, and ``12`` as ``1200``. Its bytes stay what they are. What has more decimals than the
element is left as it is, and refused as any number with a point there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from gateway.grammar import MessageGrammar, Segment
from gateway.syntax import ELEMENT, REPETITION, Part

_NUMBER = re.compile(r"(-?)([0-9]*)(?:\.([0-9]*))?")


def pointed(part: Part, grammar: MessageGrammar) -> Part:
    """The part with its implied decimals as the standard has them."""
    if grammar.standard != "x12":
        return part
    segments = tuple(_segment(each, grammar.segments) for each in part.segments)
    return part if segments == tuple(part.segments) else replace(part, segments=segments)


def _segment(segment: str, known: Mapping[str, Segment]) -> str:
    tag, _, _ = segment.partition(ELEMENT)
    slots = known[tag].elements if tag in known else ()
    decimals = {at: slot.components[0].element.decimals for at, slot in enumerate(slots, 1)}
    if not any(decimals.values()):
        return segment
    texts = segment.split(ELEMENT)
    for at, places in decimals.items():
        if places and at < len(texts):
            values = texts[at].split(REPETITION)
            texts[at] = REPETITION.join(shifted(value, places) for value in values)
    return ELEMENT.join(texts)


def shifted(value: str, places: int) -> str:
    """A number as the standard writes it; what is none stays as it is."""
    found = _NUMBER.fullmatch(value)
    if not value or found is None:
        return value
    sign, whole, fraction = found[1], found[2], (found[3] or "").rstrip("0")
    if not (whole or found[3]) or len(fraction) > places:
        return value
    return sign + ((whole + fraction.ljust(places, "0")).lstrip("0") or "0")
