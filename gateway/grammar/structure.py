"""The order of segments as a table: (place, tag) → next place, and the tree that comes of it.

A *place* is a segment slot of the message with the groups around it. From a place, a tag leads to
the first slot in this order: the same slot or group again, the later members of the innermost open
group up to the first mandatory one, then the same in the group around it. In the few messages
(DELFOR D.96A …) in which several slots can take a segment, :mod:`gateway.grammar.walk` chooses: of
those that are not full the first from which the segment after the next can go on, else the first,
so the innermost open group.

The table is filled while messages are read; a message that fits costs one look-up per segment.
Whether it fits is mostly known before, from its profile (:mod:`gateway.grammar.profile`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.grammar.model import Group, SegmentSlot
from gateway.grammar.tree import Node
from gateway.syntax.normal import ELEMENT

KEY = 3
"""Characters of a segment that find its tag: ``NAD``, ``N1\\x1d``, ``N1`` (no data)."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A segment slot and the groups around it."""

    slot: SegmentSlot
    chain: tuple[Group, ...]
    """Groups from the root to the one that holds the slot."""
    indices: tuple[int, ...]
    """Index of each group of the chain (but the root) in the one before, then of the slot."""

    @property
    def opens(self) -> Group | None:
        """The group that a segment here starts (the root is open from the beginning)."""
        return self.chain[-1] if self.indices[-1] == 0 and len(self.chain) > 1 else None


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """Where a segment goes: which node takes it, as which member, how many may stand there."""

    place: Place
    depth: int
    """Of the node that takes it; 0 is the root."""
    member: int
    limit: int
    group: Group | None
    """The group it starts."""
    skipped: tuple[tuple[int, SegmentSlot | Group], ...] = ()
    """Mandatory members (with depth) that are passed over: empty for what is allowed."""


Step = tuple["State", int, int, int, Group | None]
_new = object.__new__


class State(dict[str, Step]):
    """Steps from one place by the first characters of a segment, found on demand."""

    def __init__(self, structure: Structure, place: Place | None) -> None:
        super().__init__()
        self.structure = structure
        self.place = place
        self.may_end = structure.may_end(place)

    def __missing__(self, key: str) -> Step:
        """Find a step; raises ``KeyError`` where there is none, or more than one.

        Nothing is kept of that: tags come from outside and may be endless.
        """
        tag = key.partition(ELEMENT)[0]
        targets = self.structure.targets(self.place, tag)
        if len(targets) != 1:
            raise KeyError(key)  # none, or a choice that needs a look ahead: the walker's
        target = targets[0]
        state = self.structure.state(target.place)
        step = self[key] = (state, target.depth, target.member, target.limit, target.group)
        return step


class Structure:
    """The places of a message and the ways between them."""

    def __init__(self, root: Group) -> None:
        self.root = root
        self.places: list[Place] = list(_places(root, (root,), ()))
        self.tags = frozenset(place.slot.tag for place in self.places)
        self.depth = max(len(place.chain) for place in self.places)
        self._by_position = {place.indices: place for place in self.places}
        self._states: dict[int, State] = {}
        self._targets: dict[tuple[int, str, bool], tuple[Target, ...]] = {}
        self.start = State(self, None)

    def state(self, place: Place) -> State:
        """The state after a segment at a place."""
        made = self._states.get(id(place))
        if made is None:
            made = self._states[id(place)] = State(self, place)
        return made

    def tree(self, segments: Sequence[str]) -> Node | None:
        """The tree of a message, or ``None`` when a segment does not fit at first try."""
        root = Node(self.root, 0)
        kids_at = [root.kids] * (self.depth + 1)
        state = self.start
        try:
            for index, segment in enumerate(segments):
                state, depth, member, limit, group = state[segment[:KEY]]
                kids = kids_at[depth]
                item: int | Node = index
                if group is not None:
                    item = node = _new(Node)  # without a call of __init__: this loop is hot
                    node.group = group
                    node.segment = index
                    node.kids = kids_at[depth + 1] = {}
                if member in kids:
                    taken = kids[member]
                    if len(taken) >= limit:
                        return None
                    taken.append(item)
                else:
                    kids[member] = [item]
        except KeyError:
            return None
        root.kids.pop(0, None)
        return root if state.may_end else None

    def targets(self, place: Place | None, tag: str, free: bool = False) -> tuple[Target, ...]:
        """All slots that a tag may go to from a place, best first.

        ``free``: also those behind mandatory members that are missing.
        """
        key = (id(place), tag, free)
        if tag not in self.tags:
            return ()
        found = self._targets.get(key)
        if found is None:
            reachable = self.reachable(place, free)
            found = tuple(target for target in reachable if target.place.slot.tag == tag)
            self._targets[key] = found
        return found

    def reachable(self, place: Place | None, free: bool = False) -> Iterator[Target]:
        """All slots that can follow a place, best first (see :meth:`targets`)."""
        chain = place.chain if place else (self.root,)
        indices = place.indices if place else (-1,)
        skipped: tuple[tuple[int, SegmentSlot | Group], ...] = ()
        for depth in range(len(chain) - 1, -1, -1):
            at = indices[depth]
            members = chain[depth].members
            if at >= 0 and members[at].max > 1:
                yield self._target(chain, indices, depth, at, skipped)
            for index in range(at + 1, len(members)):
                yield self._target(chain, indices, depth, index, skipped)
                if members[index].min:
                    if not free:
                        return
                    skipped = (*skipped, (depth, members[index]))

    def skipped_at_end(self, place: Place | None) -> tuple[tuple[int, SegmentSlot | Group], ...]:
        """Mandatory members (with depth) that are missing when a message ends at a place."""
        chain = place.chain if place else (self.root,)
        indices = place.indices if place else (-1,)
        return tuple(
            (depth, member)
            for depth in range(len(chain) - 1, -1, -1)
            for member in chain[depth].members[indices[depth] + 1 :]
            if member.min
        )

    def may_end(self, place: Place | None) -> bool:
        """Whether a message may end at a place."""
        return not self.skipped_at_end(place)

    def first(self, group: Group, indices: tuple[int, ...]) -> Place:
        """The place of a member of a group: its slot, or the trigger of a group."""
        member = group.members[indices[-1]]
        while isinstance(member, Group):
            indices = (*indices, 0)
            member = member.members[0]
        return self._by_position[indices]

    def _target(
        self,
        chain: tuple[Group, ...],
        indices: tuple[int, ...],
        depth: int,
        member: int,
        skipped: tuple[tuple[int, SegmentSlot | Group], ...],
    ) -> Target:
        place = self.first(chain[depth], (*indices[:depth], member))
        found = chain[depth].members[member]
        group = found if isinstance(found, Group) else None
        return Target(place, depth, member, found.max, group, skipped)


def _places(group: Group, chain: tuple[Group, ...], indices: tuple[int, ...]) -> Iterator[Place]:
    for index, member in enumerate(group.members):
        if isinstance(member, Group):
            yield from _places(member, (*chain, member), (*indices, index))
        else:
            yield Place(member, chain, (*indices, index))
