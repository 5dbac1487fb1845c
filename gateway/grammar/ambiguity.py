"""Where a grammar leaves open to which slot a segment belongs.

With one segment of look-ahead nearly all messages of the directories are unambiguous. Where two
slots can take the same tag from the same place, reading prefers the innermost open group that can
still take it (:mod:`gateway.grammar.structure`); whoever relies on the other slot must know.
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.grammar.model import MessageGrammar
from gateway.grammar.structure import Place, Structure


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """A tag that two slots can take after the same segment."""

    tag: str
    first: str
    """Path of the slot that gets it: ``SG12/SG15/LIN``."""
    second: str
    """Path of the slot that could have got it."""
    after: tuple[str, ...]
    """Paths of the slots after which that is so."""


def ambiguities(grammar: MessageGrammar) -> list[Ambiguity]:
    """Pairs of slots that compete for a tag, sorted by tag and path; empty for most messages."""
    structure = Structure(grammar.root)
    found: dict[tuple[str, str, str], dict[str, None]] = {}
    for place in structure.places:
        by_tag: dict[str, Place] = {}
        for target in structure.reachable(place):
            tag = target.place.slot.tag
            first = by_tag.setdefault(tag, target.place)
            if first is not target.place:
                pair = (tag, path(first), path(target.place))
                found.setdefault(pair, {})[path(place)] = None
    return [Ambiguity(*pair, tuple(after)) for pair, after in sorted(found.items())]


def path(place: Place) -> str:
    """Groups and tag of a slot: ``SG12/SG15/LIN``."""
    return "/".join([*(group.name for group in place.chain[1:]), place.slot.tag])
