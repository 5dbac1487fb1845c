"""Explain what is wrong with the order of segments, and go on.

Walks the same table as :mod:`gateway.grammar.structure`, but looks at every possible slot, keeps
all findings, and resynchronises: after each finding it decides with some segments of look-ahead
(:mod:`gateway.grammar.outlook`)
whether a segment is too much (it is passed over) or others are missing before it (they are
reported once, and reading goes on behind them).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass, field

from gateway.grammar.model import Group, SegmentSlot
from gateway.grammar.outlook import disturbs, entered, fits, without_trigger
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
        self._lacking: dict[str, Finding] = {}
        """Of each tag the last finding that it is missing; it may stand wrong further down."""
        self._excused: set[int] = set()
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
        self.findings = [one for one in self.findings if id(one) not in self._excused]
        return self

    def _segment(self, index: int, tag: str) -> None:
        targets = self.structure.targets(self.place, tag)
        open_ = self._open(targets)
        if open_:
            best = open_[0] if len(open_) == 1 else self._choose(index, tag, open_)
            if disturbs(self.structure, self.tags, index, self.place, best.place):
                self._misplace(index, tag, behind=False, ahead=True)
            else:
                self._take(index, best)
        elif targets:
            self._too_many(index, targets[0])
        elif tag not in self.structure.tags:
            sound = 2 <= len(tag) <= 3 and tag.isalnum() and tag.isupper()
            self._add("G102" if sound else "G101", index, tag, value=tag)
        else:
            self._repair(index, tag)

    def _choose(self, index: int, tag: str, open_: Sequence[Target]) -> Target:
        """Of several places the first from which the next segment can go on, else the first.

        Where what follows does not decide, that is told (G110): the data may belong elsewhere.
        """
        fitting = [one for one in open_ if self._next_fits(index, one.place)] or list(open_)
        if len(fitting) > 1:
            first, second = (_name(one.place) for one in fitting[:2])
            self._add("G110", index, tag, first=first, second=second)
        return fitting[0]

    # what to do with a segment that does not fit

    def _repair(self, index: int, tag: str) -> None:
        """Pass over it, or say what is missing before it: whatever lets more of the next fit."""
        ahead = self._best(index, self._open(self.structure.targets(self.place, tag, free=True)))
        excess = self._fits(index, self.place)
        if ahead is not None and self._fits(index, ahead.place) >= excess:
            self._missing(index, ahead.skipped, tag)
            self._take(index, ahead)
            return
        inside = self._inside(index, tag)
        if inside is not None and self._fits(index, inside[1].place) > excess:
            self._enter(index, tag, *inside)
            return
        behind = self._behind(tag)
        again = (
            behind is not None
            and behind.group is not None
            and self._fits(index, behind.place) > excess
        )
        if behind is not None and self._taken(behind) >= behind.limit:
            self._too_many(index, behind, take=again)
            return
        self._misplace(index, tag, behind=behind is not None, ahead=ahead is not None)
        if behind is not None and again:
            self._take(index, behind)

    def _misplace(self, index: int, tag: str, *, behind: bool, ahead: bool) -> None:
        """It stands wrong; where it was told to be missing before, that was it."""
        if not behind and not ahead:
            self._add("G104", index, tag, **self._here())
            return
        self._add("G103", index, tag, where="later" if ahead else "earlier", **self._here())
        if tag in self._lacking:
            self._excused.add(id(self._lacking.pop(tag)))
        else:
            self.misplaced[tag] += 1

    def _open(self, targets: Sequence[Target]) -> list[Target]:
        return [target for target in targets if self._taken(target) < target.limit]

    def _best(self, index: int, targets: Sequence[Target]) -> Target | None:
        """The first of those after which most of the next segments fit."""
        return max(targets, key=lambda one: self._fits(index, one.place), default=None)

    def _fits(self, index: int, place: Place | None) -> int:
        """How many segments after this one can follow a place."""
        return fits(self.structure, self.tags, index + 1, place)

    def _next_fits(self, index: int, place: Place | None) -> bool:
        """Whether the segment after the next can follow a place."""
        return self._fits(index, place) > 0

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

    def _inside(self, index: int, tag: str) -> tuple[Target, Target] | None:
        """A group ahead whose trigger is missing, and the place of the tag in it."""
        ways = [
            (target, entered(self.structure, target, member))
            for target, member in without_trigger(self.structure, self.place, tag)
        ]
        return max(ways, key=lambda way: self._fits(index, way[1].place), default=None)

    def _enter(self, index: int, tag: str, target: Target, inner: Target) -> None:
        group = target.group
        if group is None:
            raise AssertionError("only groups are entered")
        self._missing(index, target.skipped, group.tag)
        self._report_missing(index, group, tag)
        node = self.nodes[target.depth + 1] = Node(group, index)
        self.nodes[target.depth].kids.setdefault(target.member, []).append(node)
        self._take(index, inner)

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
        self._lacking[member.tag] = self.findings[-1]

    def _here(self) -> dict[str, object]:
        tags = dict.fromkeys(
            target.place.slot.tag for target in self.structure.reachable(self.place)
        )
        expected = " ".join(list(tags)[:_SHOWN]) + (" …" if len(tags) > _SHOWN else "")
        after = self.tags[self.last] if self.last >= 0 else "the start"
        return {"after": after, "expected": expected or "nothing"}

    def _add(self, code: str, index: int, tag: str, **facts: object) -> None:
        self.findings.append(Finding(code, index, tag, self.paths.get(index, ""), facts))


def _name(place: Place) -> str:
    """Groups and tag of a place: ``SG12/SG15/LIN``."""
    return "/".join([*(group.name for group in place.chain[1:]), place.slot.tag])
