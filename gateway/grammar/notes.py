"""Relational notes of X12 (X12.6 §3.8.3.2): which elements require or exclude each other.

``P0304`` paired: all or none · ``R0203`` at least one · ``E0405`` at most one ·
``C0302`` if the first is there, all others are · ``L030405`` if the first is there, at least one
of the others is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.syntax.normal import ELEMENT


@dataclass(frozen=True, slots=True)
class Broken:
    """A note that does not hold."""

    note: str
    elements: tuple[int, ...]
    """Positions that are missing (P R C L) or too much (E)."""
    present: int
    """A position that is there and asks for it; 0 for R."""


def broken(notes: Sequence[str], segment: str) -> Iterator[Broken]:
    """The notes that do not hold for a segment."""
    there = {
        position
        for position, text in enumerate(segment.split(ELEMENT))
        if position and text.strip("\x1e\x1f")
    }
    for note in notes:
        positions = [int(note[at : at + 2]) for at in range(1, len(note), 2)]
        found = _CHECKS[note[0]](positions, there)
        if found is not None:
            yield Broken(note, *found)


_Found = tuple[tuple[int, ...], int] | None


def _paired(positions: list[int], there: set[int]) -> _Found:
    present = [one for one in positions if one in there]
    missing = tuple(one for one in positions if one not in there)
    return (missing, present[0]) if present and missing else None


def _required(positions: list[int], there: set[int]) -> _Found:
    return None if there.intersection(positions) else (tuple(positions), 0)


def _exclusive(positions: list[int], there: set[int]) -> _Found:
    present = [one for one in positions if one in there]
    return (tuple(present[1:]), present[0]) if len(present) > 1 else None


def _conditional(positions: list[int], there: set[int]) -> _Found:
    first, *others = positions
    missing = tuple(one for one in others if one not in there)
    return (missing, first) if first in there and missing else None


def _list(positions: list[int], there: set[int]) -> _Found:
    first, *others = positions
    if first not in there or there.intersection(others):
        return None
    return tuple(others), first


_CHECKS = {
    "P": _paired,
    "R": _required,
    "E": _exclusive,
    "C": _conditional,
    "L": _list,
}
