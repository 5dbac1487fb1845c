"""Segments under construction: composites and pairs that stand at the first free place."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.mapping.convert import Unfit
from gateway.mapping.facts import RowFacts, Where
from gateway.mapping.findings import unwritten
from gateway.problems import Problem
from gateway.syntax.normal import COMPONENT, ELEMENT, REPETITION

_TRIM = ELEMENT + COMPONENT + REPETITION


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
