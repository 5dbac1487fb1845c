"""What a row says about itself when something is found, and where that is in the document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from gateway.problems import Place
from gateway.syntax.normal import ELEMENT

Where: TypeAlias = Any
"""``None`` at the top, else ``(outer, name, index or None)``."""


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
    origin: str = "base"
    """``base``, or the word of the overlay that put the row there."""
    named: bool = True
    """Whether ``field`` is one; else what the row has on its left (a literal, a count)."""


def spot(where: Where, field: str) -> str:
    """``lines[2].price``."""
    names = [field] if field else []
    while where is not None:
        where, name, index = where
        names.append(name if index is None else f"{name}[{index}]")
    return ".".join(reversed(names))


def place_of(where: Where, facts: RowFacts, at: int | None, segments: Sequence[str] = ()) -> Place:
    """The place of a finding: the segment or line, and the canonical path."""
    path = spot(where, facts.field)
    if facts.record:
        return Place(line=at or None, path=path or None)
    tag = segments[at].partition(ELEMENT)[0] if at and segments else None
    return Place(segment=at + 1 if at else None, tag=tag, path=path or None)


def exact(place: Place, facts: RowFacts) -> Place:
    """The place with the element that the row reads."""
    if place.segment is None or facts.element is None:
        return place
    return replace(place, element=facts.element, component=facts.component)
