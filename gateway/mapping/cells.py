"""Values in segments: what reading takes out of one, in normal form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gateway.mapping.places import Cell
from gateway.syntax.normal import COMPONENT, ELEMENT, REPETITION


def merged(kids: dict[int, list[int]], members: Sequence[int]) -> list[int]:
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


def spot_of(one: Cell, elements: Sequence[str]) -> tuple[int, int, int] | None:
    """Where a cell stands in a split segment, if it holds something there.

    (element from 1, repetition from 0, component from 0).
    """
    if not one.filters:
        place = (one.positions[0], one.repetition, one.component)
        return place if cell(elements, *place) else None
    for position in one.positions:
        if position >= len(elements):
            return None
        if one.offset:
            if elements[position] == one.filters[0][1]:
                at = position + one.offset
                return (at, 0, 0) if cell(elements, at, 0, 0) else None
            continue
        for repetition, text in enumerate(elements[position].split(REPETITION)):
            parts = text.split(COMPONENT)
            if all(at < len(parts) and parts[at] == value for at, value in one.filters):
                held = one.component < len(parts) and parts[one.component]
                return (position, repetition, one.component) if held else None
    return None
