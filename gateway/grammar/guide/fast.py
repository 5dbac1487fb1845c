"""The fast way: does a message fit its guide without any finding? Never explains.

Two things are looked at. One expression over the whole message says that the elements of all
segments are right that have the same rules wherever they stand. The groups of the tree are then
looked through for what may stand there, how often and in which slots; since groups of a kind tend
to have the same members, what is to be looked at is found by the members that are there. Whatever
is not clear is for :mod:`gateway.grammar.guide.validate` to decide.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from typing import Any

from gateway.grammar.guide.compiled import BodyCheck, CompiledGuide, Match, MemberCheck
from gateway.grammar.model import Group
from gateway.grammar.tree import Node
from gateway.syntax.normal import ELEMENT, TERMINATOR

_MOST_PLANS = 2000


Fits = Callable[[Any, Sequence[str]], bool]
"""Whether the occurrences of a member have nothing to find."""
Detail = tuple[int, int, int, Fits | None]
"""A member that is to be looked at: index, least, most, and how."""
_NEVER: list[Detail] = []


class FastBody:
    """The members of a group, and what is to be looked at for each set of them that is there."""

    __slots__ = ("_details", "_members", "_needed", "_plans", "may_be_empty")

    def __init__(self, check: BodyCheck, uniform: frozenset[str]) -> None:
        self._members = check.members
        self._needed = [one.index for one in check.needed]
        self.may_be_empty = not self._needed
        """Whether an occurrence with nothing but its first segment fits."""
        self._plans: dict[tuple[int, ...], list[Detail] | None] = {}
        self._details = {index: _detail(one, uniform) for index, one in check.members.items()}

    def fits(self, node: Node, segments: Sequence[str]) -> bool:
        """Whether an occurrence has nothing to find."""
        kids = node.kids
        there = tuple(kids)
        plan = self._plans.get(there, _NEVER)
        if plan is _NEVER:
            plan = self._plan(there)
        if plan is None:
            return False
        for index, least, most, fits in plan:
            taken = kids[index]
            if not least <= len(taken) <= most:
                return False
            if fits is not None and not fits(taken, segments):
                return False
        return True

    def _plan(self, there: tuple[int, ...]) -> list[Detail] | None:
        """The details for these members; ``None`` where one is missing or not used."""
        members = self._members
        unused = any(index in members and not members[index].most for index in there)
        plan: list[Detail] | None = None
        if not unused and all(index in there for index in self._needed):
            plan = [one for index in there if (one := self._details.get(index)) is not None]
        if len(self._plans) < _MOST_PLANS:
            self._plans[there] = plan
        return plan


def _detail(member: MemberCheck, uniform: frozenset[str]) -> Detail | None:
    """``None`` where nothing can be wrong but that it stands there."""
    rule = member.rule
    proven = member.positions.segment.tag in uniform
    fits: Fits | None
    if member.slots:
        fits = _slotted(member, proven, uniform)
    elif member.is_group:
        body = None if member.body is None else FastBody(member.body, uniform)
        fits = _grouped(None if proven else member.match, body)
    else:
        fits = None if proven or member.match is None else _matching(member.match)
    counted = member.least > rule.member.min or member.most < rule.member.max
    return (member.index, member.least, member.most, fits) if counted or fits else None


def _matching(match: Match) -> Fits:
    def fits(taken: Sequence[int], segments: Sequence[str]) -> bool:
        return all(match(segments[one]) is not None for one in taken)

    return fits


def _grouped(match: Match | None, body: FastBody | None) -> Fits | None:
    if match is None and body is None:
        return None

    def fits(taken: Sequence[Node], segments: Sequence[str]) -> bool:
        for one in taken:
            if match is not None and match(segments[one.segment]) is None:
                return False
            empty = body is None or (not one.kids and body.may_be_empty)
            if not empty and not body.fits(one, segments):  # type: ignore[union-attr]
                return False
        return True

    return fits


def _slotted(member: MemberCheck, proven: bool, uniform: frozenset[str]) -> Fits:
    """Each occurrence belongs to a slot, or may belong to none; the slots have their counts."""
    find = member.finder if proven else member.match
    assert find is not None
    other = None if member.rule.other != "keep" else member.lenient
    limits = list(member.limits)
    empty = [0] * len(limits)
    bodies = [None if one is None else FastBody(one, uniform) for one in member.bodies]
    around = None if member.body is None else FastBody(member.body, uniform)
    group = member.is_group

    def fits(taken: Sequence[Any], segments: Sequence[str]) -> bool:
        counts = empty.copy()
        for one in taken:
            text = segments[one.segment if group else one]
            found = find(text)
            if found is not None:
                slot = found.lastindex - 1  # type: ignore[operator]
                counts[slot] += 1
                body = bodies[slot] if group else None
            elif other is None or other(text) is None:
                return False
            else:
                body = around
            if body is not None and not body.fits(one, segments):
                return False
        for count, (least, most) in zip(counts, limits, strict=True):
            if not least <= count <= most:
                return False
        return True

    return fits


class FastCheck:
    """The fast way for one guide; made when it is first used."""

    def __init__(self, table: CompiledGuide) -> None:
        rules: dict[str, set[str]] = {}
        _patterns(table.guide.base.root, table.root, rules)
        own = table.root_expression
        rules[table.guide.base.root.tag] = {own}
        self._texts = {tag: next(iter(one)) for tag, one in rules.items() if len(one) == 1}
        self._root = FastBody(table.root, frozenset(self._texts))
        self._known: tuple[frozenset[str], Match] = (frozenset(), re.compile("").fullmatch)
        self._lock = threading.Lock()

    def fits(self, root: Node, segments: Sequence[str]) -> bool:
        """Whether a message has nothing to find; conditions are not looked at."""
        return self._root.fits(root, segments) and self._contents(segments)

    def _contents(self, segments: Sequence[str]) -> bool:
        text = TERMINATOR.join(segments) + TERMINATOR
        if self._known[1](text) is not None:
            return True
        tags = {segment.partition(ELEMENT)[0] for segment in segments}
        if tags <= self._known[0]:
            return False
        with self._lock:
            known = tags | self._known[0]
            self._known = (frozenset(known), self._expression(known, segments))
        return self._known[1](text) is not None

    def _expression(self, tags: set[str] | frozenset[str], segments: Sequence[str]) -> Match:
        """Of the tags seen so far, those of this message first that are there most often."""
        counts: dict[str, int] = {}
        for segment in segments:
            tag = segment.partition(ELEMENT)[0]
            counts[tag] = counts.get(tag, 0) + 1
        order = sorted(tags, key=lambda tag: (-counts.get(tag, 0), tag))
        each = "|".join(
            f"{re.escape(tag)}{self._texts.get(tag) or _ANY}{TERMINATOR}" for tag in order
        )
        return re.compile(f"(?>{each})*+").fullmatch


_ANY = f"(?:{ELEMENT}[^{TERMINATOR}]*+)?+"


def _patterns(group: Group, check: BodyCheck | None, found: dict[str, set[str]]) -> None:
    """The expressions of each tag in all its places; empty where there are no rules."""
    for index, member in enumerate(group.members):
        rule = check.members.get(index) if check else None
        if rule is not None and not rule.most and rule.rule.severity == "reject":
            continue  # it is never there in a message that fits
        if index or check is None:
            found.setdefault(member.tag, set()).add(rule.plain if rule else "")
        if isinstance(member, Group):
            for inner in [rule.body, *rule.bodies] if rule else [None]:
                _patterns(member, inner, found)
