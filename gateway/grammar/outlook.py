"""Look ahead: which explanation of a segment that does not fit lets most of the next ones fit.

Used by :mod:`gateway.grammar.walk` after the first fault of a message only. The look ahead is
bounded, so that the time stays linear in the number of segments.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.grammar.model import Group
from gateway.grammar.structure import Place, Structure, Target

_SEGMENTS = 8
"""How many of the next segments are looked at."""


def fits(structure: Structure, tags: Sequence[str], at: int, place: Place | None) -> int:
    """How many segments from ``at`` on follow a place without a gap.

    Tags that the message does not have are passed over: they fit nowhere. The end counts as one.
    """
    count = 0
    while count < _SEGMENTS:
        while at < len(tags) and tags[at] not in structure.tags:
            at += 1
        if at >= len(tags):
            return count + structure.may_end(place)
        targets = structure.targets(place, tags[at])
        if not targets:
            return count
        place = targets[0].place
        count += 1
        at += 1
    return count


def disturbs(
    structure: Structure, tags: Sequence[str], at: int, before: Place | None, place: Place
) -> bool:
    """Whether a segment that fits stands where it hides what should follow.

    Then the next one fits only without it, and passing over the next one instead helps less:
    ``UNS`` between header and lines, where lines are optional.
    """
    following = at + 1
    if following >= len(tags) or tags[following] not in structure.tags:
        return False
    if structure.targets(place, tags[following]):
        return False
    if structure.targets(place, tags[following], free=True):
        return False
    without = fits(structure, tags, following, before)
    return without > 1 + fits(structure, tags, following + 1, place)


def without_trigger(
    structure: Structure, place: Place | None, tag: str
) -> Iterator[tuple[Target, int]]:
    """Groups ahead that have a tag, but not as their trigger; with the index of the member."""
    for target in structure.reachable(place, free=True):
        if target.group is not None:
            for member, found in enumerate(target.group.members):
                if member and found.tag == tag:
                    yield target, member
                    break


def entered(structure: Structure, target: Target, member: int) -> Target:
    """The target of a member of a group whose trigger is missing."""
    group = target.group
    if group is None:
        raise AssertionError("only groups are entered")
    depth = target.depth + 1
    chain_to_group = target.place.indices[:depth]
    place = structure.first(group, (*chain_to_group, member))
    found = group.members[member]
    inner = found if isinstance(found, Group) else None
    return Target(place, depth, member, found.max, inner)
