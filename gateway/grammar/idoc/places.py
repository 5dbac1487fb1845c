"""The tree of a type as parents and kids: the segment that starts a group has the others below it.

That is how segments are nested in XML and what PSGNUM points to. ``places(found)`` is the root; it
stands for the IDoc itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.grammar.idoc.model import IdocType, IdocUse

_DEFINITION = re.compile(r"(?P<front>[A-Z])2(?P<rest>.+?)(?:\d{3})?")
_VERSIONED = re.compile(r"(?P<name>.{2,}?)\d{3}")


@dataclass(slots=True)
class Place:
    """Where a segment may stand."""

    name: str
    """Segment type."""
    mandatory: bool = False
    most: int = 1
    level: int = 0
    """HLEVEL."""
    order: int = 0
    """Among its siblings, from 0."""
    kids: dict[str, Place] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    """Those of them that must be there."""


def places(found: IdocType) -> Place:
    """The root of the places of a type."""
    root = Place("IDOC")
    _add(root, found.tree)
    return root


def _add(parent: Place, uses: Iterable[IdocUse]) -> None:
    for use in uses:
        first = use.members[0] if use.members else use
        # of two places with one name, only the first can ever be told apart by a reader
        place = parent.kids.setdefault(
            first.name,
            Place(first.name, use.mandatory, use.most, first.level, len(parent.kids)),
        )
        _add(place, use.members[1:])
    parent.needs = tuple(name for name, kid in parent.kids.items() if kid.mandatory)


def plain_type(definition: str) -> str:
    """The type that a definition nobody knows most likely has: ``E2EDKA1002`` → ``E1EDKA1``.

    A customer's own segment keeps its name without the version: ``ZE1EDK810000`` → ``ZE1EDK810``.
    """
    if known := _DEFINITION.fullmatch(definition):
        return f"{known['front']}1{known['rest']}"
    if known := _VERSIONED.fullmatch(definition):
        return known["name"]
    return definition


def in_xml(name: str) -> str:
    """``/RB04/YP3_E1EDK01`` → ``_-RB04_-YP3_E1EDK01``, as SAP spells it in XML and maps do too."""
    return name.replace("/", "_-")


def from_xml(name: str) -> str:
    """The reverse of :func:`in_xml`."""
    return name.replace("_-", "/")
