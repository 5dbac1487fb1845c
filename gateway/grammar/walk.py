"""Explain what is wrong with the order of segments, and go on.

Walks the same table as :mod:`gateway.grammar.structure`, but looks at every possible slot, keeps
all findings, and resynchronises: after each finding it decides with one segment of look-ahead
whether a segment is too much (it is passed over) or others are missing before it (they are
reported once, and reading goes on behind them).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass, field

from gateway.grammar.model import Group, SegmentSlot
from gateway.grammar.structure import Place, Structure, Target
from gateway.grammar.tree import Node
from gateway.syntax.normal import ELEMENT

_SHOWN = 12
"""How many possible tags a finding names."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding before it becomes a problem: code, index of the segment, path, facts."""

    code: str
    index: int
    tag: str
    path: str
    facts: dict[str, object] = field(default_factory=dict)


class Walk:
    """One message being walked. After :meth:`run`, ``root``, ``findings`` and ``paths`` are set.

    ``faulty`` are the indices of segments whose path will be asked for.
    """

    def __init__(
        self, structure: Structure, segments: Sequence[str], faulty: Container[int] = ()
    ) -> None:
        self.structure = structure
        self.tags = [segment.partition(ELEMENT)[0] for segment in segments]
        self.root = Node(structure.root, 0)
        self.nodes = [self.root] * (structure.depth + 1)
        self.place: Place | None = None
        self.last = -1
        """Index of the last segment that got a place."""
        self.misplaced: Counter[str] = Counter()
        """Segments that were passed over because they stand elsewhere: they are not missing too."""
        self.findings: list[Finding] = []
        self.faulty = faulty
        self.paths: dict[int, str] = {}
        """Path of faulty segments, by index; none for those without a place."""

    def run(self) -> Walk:
        """Walk the whole message."""
        for index, tag in enumerate(self.tags):
            self._segment(index, tag)
        missing = self.structure.skipped_at_end(self.place)
        self._missing(len(self.tags), missing, "the end of the message")
        self.root.kids.pop(0, None)
        return self

    def _segment(self, index: int, tag: str) -> None:
        targets = self.structure.targets(self.place, tag)
        open_ = [target for target in targets if self._taken(target) < target.limit]
        if open_:
            best = open_[0]
            if len(open_) > 1:
                best = next((one for one in open_ if self._next_fits(index, one.place)), best)
            self._take(index, best)
        elif targets:
            self._too_many(index, targets[0])
        elif tag not in self.structure.tags:
            sound = 2 <= len(tag) <= 3 and tag.isalnum() and tag.isupper()
            self._add("G102" if sound else "G101", index, tag, value=tag)
        else:
            self._repair(index, tag)

    # what to do with a segment that does not fit

    def _repair(self, index: int, tag: str) -> None:
        ahead = next(
            (
                target
                for target in self.structure.targets(self.place, tag, free=True)
                if self._taken(target) < target.limit
            ),
            None,
        )
        excess = self._next_fits(index, self.place)
        if ahead is not None and (not excess or self._next_fits(index, ahead.place)):
            self._missing(index, ahead.skipped, tag)
            self._take(index, ahead)
            return
        inside = None if ahead else self._inside(tag)
        if inside is not None and not excess:
            self._enter(index, tag, inside)
            return
        behind = self._behind(tag)
        if behind is not None and self._taken(behind) >= behind.limit:
            self._too_many(index, behind, take=behind.group is not None and not excess)
            return
        if behind is None and ahead is None:
            self._add("G104", index, tag, **self._here())
            return
        self._add("G103", index, tag, where="later" if ahead else "earlier", **self._here())
        self.misplaced[tag] += 1
        if behind is not None and behind.group is not None and not excess:
            self._take(index, behind)

    def _next_fits(self, index: int, place: Place | None) -> bool:
        """Whether the segment after the next can follow a place."""
        following = self.tags[index + 1] if index + 1 < len(self.tags) else None
        if following is None:
            return self.structure.may_end(place)
        return bool(self.structure.targets(place, following))

    def _behind(self, tag: str) -> Target | None:
        """A member of an open group that stands before the place that was reached."""
        if self.place is None:
            return None
        chain, indices = self.place.chain, self.place.indices
        for depth in range(len(chain) - 1, -1, -1):
            for member in range(indices[depth] + 1):
                found = chain[depth].members[member]
                if found.tag == tag and (depth, member) != (0, 0):
                    if member == 0 and depth:
                        continue  # the trigger of an open group: its group is a member further up
                    place = self.structure.first(chain[depth], (*indices[:depth], member))
                    group = found if isinstance(found, Group) else None
                    return Target(place, depth, member, found.max, group)
        return None

    def _inside(self, tag: str) -> tuple[Target, Place] | None:
        """A group ahead whose trigger is missing, and the place of the tag in it."""
        for target in self.structure.reachable(self.place, free=True):
            if target.group is not None:
                for member, slot in enumerate(target.group.members):
                    if isinstance(slot, SegmentSlot) and slot.tag == tag:
                        indices = (*target.place.indices[:-1], member)
                        return target, self.structure.first(target.group, indices)
        return None

    def _enter(self, index: int, tag: str, inside: tuple[Target, Place]) -> None:
        target, place = inside
        group = target.group
        if group is None:
            raise AssertionError("only groups are entered")
        self._missing(index, target.skipped, group.tag)
        self._report_missing(index, group, tag)
        depth = target.depth
        node = self.nodes[depth + 1] = Node(group, index)
        self.nodes[depth].kids.setdefault(target.member, []).append(node)
        member = place.indices[-1]
        slot = group.members[member]
        self._take(index, Target(place, depth + 1, member, slot.max, None))

    # book-keeping

    def _taken(self, target: Target) -> int:
        return len(self.nodes[target.depth].kids.get(target.member, ()))

    def _take(self, index: int, target: Target) -> None:
        taken = self.nodes[target.depth].kids.setdefault(target.member, [])
        if target.group is None:
            taken.append(index)
        else:
            node = self.nodes[target.depth + 1] = Node(target.group, index)
            taken.append(node)
        self.place = target.place
        self.last = index
        if index in self.faulty:
            self.paths[index] = self._path(target)

    def _path(self, target: Target) -> str:
        place = target.place
        steps = []
        for depth, group in enumerate(place.chain[1:]):
            count = len(self.nodes[depth].kids.get(place.indices[depth], ()))
            steps.append(f"{group.name}[{count}]" if group.max > 1 else group.name)
        return "/".join([*steps, place.slot.tag])

    def _too_many(self, index: int, target: Target, take: bool = True) -> None:
        count = self._taken(target) + 1
        if take:
            self._take(index, target)
            self.paths[index] = self._path(target)
        code = "G107" if target.group is None else "G108"
        group = target.group.name if target.group else ""
        self._add(code, index, self.tags[index], count=count, limit=target.limit, group=group)

    def _missing(
        self, index: int, members: Sequence[tuple[int, SegmentSlot | Group]], before: str
    ) -> None:
        for _, member in members:
            self._report_missing(index, member, before)

    def _report_missing(self, index: int, member: SegmentSlot | Group, before: str) -> None:
        """At the position that the missing segment would have: after the last that has a place."""
        if self.misplaced[member.tag]:
            self.misplaced[member.tag] -= 1
            return
        after = self.tags[self.last] if self.last >= 0 else "the start"
        facts: dict[str, object] = {"after": after, "before": before, "noticed": index + 1}
        if isinstance(member, Group):
            facts["group"] = member.name
        code = "G106" if isinstance(member, Group) else "G105"
        self._add(code, self.last + 1, member.tag, **facts)

    def _here(self) -> dict[str, object]:
        tags = dict.fromkeys(
            target.place.slot.tag for target in self.structure.reachable(self.place)
        )
        expected = " ".join(list(tags)[:_SHOWN]) + (" …" if len(tags) > _SHOWN else "")
        after = self.tags[self.last] if self.last >= 0 else "the start"
        return {"after": after, "expected": expected or "nothing"}

    def _add(self, code: str, index: int, tag: str, **facts: object) -> None:
        self.findings.append(Finding(code, index, tag, self.paths.get(index, ""), facts))
