"""Findings against a guide on their way to problems: where in the tree they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.grammar.guide.elements import ElementFault
from gateway.grammar.guide.model import MemberRule, Slot
from gateway.grammar.tree import Node
from gateway.problems import Place, Problem, Severity, problem
from gateway.syntax.normal import ELEMENT


@dataclass(frozen=True, slots=True)
class Trail:
    """An occurrence of a group and what is around it."""

    around: Trail | None
    name: str
    slot: str
    count: int
    """Which one of its slot (without slots: of the group), from 1."""
    several: bool

    def __str__(self) -> str:
        """``SG2:buyer[1]``, with what is around it."""
        name = f"{self.name}:{self.slot}" if self.slot else self.name
        here = f"{name}[{self.count}]" if self.several else name
        return f"{self.around}/{here}" if self.around else here


@dataclass
class Findings:
    """Collects what is found in one message."""

    guide: str
    segments: Sequence[str]
    problems: list[Problem] = field(default_factory=list)

    def tag(self, index: int) -> str:
        """Tag of a segment."""
        return self.segments[index].partition(ELEMENT)[0]

    def segment(
        self, code: str, index: int, path: str, name: str, *, warn: bool = False, **facts: object
    ) -> None:
        """A finding at a segment that is there."""
        tag = self.tag(index)
        place = Place(segment=index + 1, tag=tag, path=path)
        self._add(code, place, warn, what=what(tag, name), tag=tag, **facts)

    def missing(
        self, code: str, after: int, path: str, name: str, tag: str, **facts: object
    ) -> None:
        """A finding at the position that a segment should have: behind ``after``."""
        place = Place(segment=after + 2, tag=tag, path=path)
        facts = {"after": self.tag(after), **facts}
        self._add(code, place, False, what=what(tag, name), tag=tag, **facts)

    def element(self, fault: ElementFault, index: int, path: str, *, warn: bool = False) -> None:
        """A finding inside a segment."""
        tag = self.tag(index)
        place = Place(
            segment=index + 1,
            tag=tag,
            element=fault.element,
            component=fault.rule.at.component,
            repetition=fault.repetition,
            path=path,
        )
        known = {"number": fault.rule.number, "expected": expected(fault), **fault.facts}
        self._add(fault.code, place, warn, what=fault.rule.what, tag=tag, **known)

    def _add(self, code: str, place: Place, warn: bool, **facts: object) -> None:
        severity = Severity.WARNING if warn else None
        self.problems.append(problem(code, place, severity=severity, guide=self.guide, **facts))


def what(tag: str, name: str) -> str:
    """How a sentence calls it: ``DTM``, ``DTM (issued)``, ``SG2 (NAD, buyer)``."""
    member, _, slot = name.partition(":")
    inner = [part for part in (tag if tag != member else "", slot) if part]
    return f"{member} ({', '.join(inner)})" if inner else member


def expected(fault: ElementFault) -> str:
    """What would be right, behind ``Fill …``."""
    rule = fault.rule
    if rule.codes:
        known = sorted(rule.codes)
        shown = " or ".join(known) if len(known) < 6 else " ".join(known[:6]) + " …"
        return f": {shown}"
    return ""


def path_of(trail: Trail | None, name: str) -> str:
    """``SG25[2]/PRI:net``."""
    return f"{trail}/{name}" if trail else name


def last_index(node: Node, member: int) -> int:
    """Index of the last segment of a group's occurrence up to a member."""
    last = node.segment
    for index, taken in node.kids.items():
        if index <= member and taken:
            one = taken[-1]
            last = max(last, one if isinstance(one, int) else last_index(one, 1 << 30))
    return last


def full_name(rule: MemberRule, slot: Slot | None) -> str:
    """``DTM``, ``DTM:issued``."""
    return f"{rule.name}:{slot.name}" if slot else rule.name
