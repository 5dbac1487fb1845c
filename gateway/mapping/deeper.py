"""Occurrences of groups below groups: ``each documents <-> group ENT/RMR``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from gateway.mapping.cells import has, merged, qualifier
from gateway.mapping.places import Selector

Link: TypeAlias = tuple[tuple[int, ...], tuple[tuple[int, int, str], ...]]
"""Members of a group, and what a match holds: position, component, value."""


def chain(selector: Selector) -> tuple[Link, ...]:
    """The way to the occurrences of a selector, as generated code gives it to :func:`deeper`."""
    return tuple(
        (one.members, tuple((test.position, test.component, test.value) for test in one.tests))
        for one in (*selector.via, selector)
    )


def deeper(
    node: Any, segments: Sequence[str], links: Sequence[Link], excepts: Sequence[str] = ()
) -> list[Any]:
    """Nodes (or indices of segments) at the end of the way, in wire order."""
    here: list[Any] = [node]
    for members, tests in links:
        found: list[Any] = []
        for one in here:
            kids = one.kids
            below = merged(kids, members) if len(members) > 1 else kids.get(members[0], ())
            found.extend(kid for kid in below if _holds(segments, kid, tests))
        here = found
    if excepts:
        here = [one for one in here if qualifier(_segment(segments, one), 1, 0) not in excepts]
    return here


def _segment(segments: Sequence[str], found: Any) -> str:
    return segments[found if isinstance(found, int) else found.segment]


def _holds(segments: Sequence[str], found: Any, tests: Sequence[tuple[int, int, str]]) -> bool:
    return not tests or all(has(_segment(segments, found), *test) for test in tests)
