"""A guide made ready for checking: one expression per member, which also finds the slot."""

from __future__ import annotations

import re
from collections.abc import Callable

from gateway.grammar.guide.elements import expression
from gateway.grammar.guide.model import Body, ElementRule, Guide, MemberRule, Slot
from gateway.grammar.guide.positions import Positions
from gateway.grammar.model import Group, Segment

Match = Callable[[str], "re.Match[str] | None"]


class MemberCheck:
    """A member rule with its expression.

    ``match`` accepts a segment (of a group: its trigger); with slots the number of the last group
    is that of the slot, from 1. ``None``: every segment is right.
    """

    __slots__ = (
        "_finder",
        "bodies",
        "body",
        "index",
        "is_group",
        "least",
        "limits",
        "match",
        "most",
        "name",
        "plain",
        "positions",
        "rule",
        "slots",
    )  # fmt: skip

    def __init__(self, rule: MemberRule, spread: bool) -> None:
        self.rule = rule
        self.index = rule.index
        self.name = rule.name
        self.least, self.most = rule.min, rule.max
        self.is_group = rule.is_group
        self.positions = Positions(rule.segment, spread)
        self.slots: tuple[Slot, ...] = rule.slots
        self.limits = [(slot.min, slot.max) for slot in rule.slots]
        self.plain = self._plain()
        """The same expression behind the tag, without groups; empty for no rules."""
        self.match = self._match()
        self._finder: Match | None = None
        self.body: BodyCheck | None = None
        self.bodies: list[BodyCheck | None] = []
        if isinstance(rule.member, Group):
            self.body = _body(rule.body, spread)
            self.bodies = [_body(slot.body, spread) for slot in rule.slots]

    @property
    def finder(self) -> Match:
        """Finds the slot of a segment whose elements are known to be right; made when asked for."""
        if self._finder is None:
            self._finder = self._find()
        return self._finder

    def _find(self) -> Match:
        tag = re.escape(self.positions.segment.tag)
        each = "|".join(f"{expression(self.positions, _told(slot))}()" for slot in self.slots)
        return re.compile(f"{tag}(?>{each})").match

    @property
    def lenient(self) -> Match:
        """Like ``match``, but what belongs to no slot is right if the rules for all of them are."""
        return re.compile(re.escape(self.positions.segment.tag) + self.plain).match

    def _plain(self) -> str:
        common = expression(self.positions, self.rule.body.elements)
        if not self.slots:
            return common
        each = [expression(self.positions, slot.body.elements) for slot in self.slots]
        if self.rule.other == "keep":
            mine = [expression(self.positions, _told(slot)) for slot in self.slots]
            each.append(f"(?!{'|'.join(mine)}){common}")
        return f"(?>{'|'.join(each)})"

    def _match(self) -> Match | None:
        tag = re.escape(self.positions.segment.tag)
        if not self.slots:
            text = expression(self.positions, self.rule.body.elements)
            return re.compile(f"{tag}{text}").match if text else None
        each = "|".join(
            f"{expression(self.positions, slot.body.elements)}()" for slot in self.slots
        )
        return re.compile(f"{tag}(?>{each})").match

    def slot_of(self, text: str) -> int:
        """The slot of a segment by its discriminators, -1 for none. Slots cannot be confused."""
        found = self.finder(text)
        if found is not None:
            return found.lastindex - 1  # type: ignore[operator]
        for number, slot in enumerate(self.slots):
            if self.positions.belongs(text, slot.discriminators):
                return number
        return -1


class BodyCheck:
    """The checks of the members of a group."""

    __slots__ = ("body", "members", "needed")

    def __init__(self, body: Body, spread: bool) -> None:
        self.body = body
        self.members = {rule.index: MemberCheck(rule, spread) for rule in body.members}
        self.needed = tuple(
            one
            for one in self.members.values()
            if one.least or any(least for least, _ in one.limits)
        )
        """Members that may not be absent."""


def _told(slot: Slot) -> list[ElementRule]:
    """Rules that say no more than what tells a slot apart."""
    places = {one.at: one.values for one in slot.discriminators}
    return [
        ElementRule(one.at, one.definition, "R", places[one.at])
        for one in slot.body.elements
        if one.at in places
    ]


def _body(body: Body, spread: bool) -> BodyCheck | None:
    return BodyCheck(body, spread) if body.members else None


class CompiledGuide:
    """What checking needs of one guide."""

    def __init__(self, guide: Guide, spread: bool) -> None:
        self.guide = guide
        self.spread = spread
        self.root = BodyCheck(guide.body, spread)
        first = guide.base.root.members[0]
        assert not isinstance(first, Group)
        self.root_positions = Positions(first.segment, spread)
        """Of UNH or ST."""
        self.root_expression = expression(self.root_positions, guide.body.elements)
        self._positions: dict[int, Positions] = {}

    def positions(self, segment: Segment) -> Positions:
        """Of a segment of the base."""
        found = self._positions.get(id(segment))
        if found is None:
            found = self._positions[id(segment)] = Positions(segment, self.spread)
        return found
