"""Ways to break one rule of a guide, the surest first.

All of these are generators that change a draft in place: whenever one yields, the draft is broken
in one way, and what it yields is what the validator should find then. Whether it does is looked at
in :mod:`gateway.grammar.guide.publish.negatives`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.grammar.guide.model import Body, MemberRule, Slot
from gateway.grammar.guide.publish.draft import Draft, Piece, head_of
from gateway.grammar.guide.publish.maker import Maker
from gateway.grammar.guide.publish.values import fits
from gateway.grammar.guide.where import Address, Step
from gateway.grammar.model import Composite, Element

MOST = 1001
"""Occurrences that a sample is given to have one too many."""
_BASE_SEGMENT = ("G103", "G104", "G105", "G106")
"""What the directory says where it asks for the same as the guide."""


@dataclass(frozen=True, slots=True)
class Target:
    """A rule for a segment or group, and the way to where it stands."""

    path: str
    steps: tuple[Step, ...]
    """To the group that it is a member of."""
    rule: MemberRule
    slot: Slot | None
    body: Body

    @property
    def name(self) -> str:
        """``DTM (issued)``, ``group SG2 (buyer)``."""
        group = "group " if self.rule.is_group else ""
        return f"{group}{self.rule.name}" + (f" ({self.slot.name})" if self.slot else "")

    def kind(self, segment: str, group: str) -> str:
        """The code for a segment or for a group."""
        return group if self.rule.is_group else segment


@dataclass(frozen=True, slots=True)
class Expected:
    """What the validator should find in the draft as it is now."""

    code: str
    also: frozenset[str] = frozenset()
    """Findings at the same element that cannot be avoided."""
    along: frozenset[str] = frozenset()
    """Findings elsewhere that follow from it: one too few of a slot is one too few of all."""
    by_base: bool = False
    """Whether the directory finds it; taken only where the guide cannot find it alone."""


def targets(body: Body, steps: tuple[Step, ...] = (), path: str = "") -> Iterator[Target]:
    """Every rule for a segment or group, in base order."""
    for rule in body.members:
        here = f"{path}/{rule.name}" if path else rule.name
        yield Target(here, steps, rule, None, rule.body)
        below = Step(rule.index, "", rule.name)
        if rule.is_group and not rule.slots:
            yield from targets(rule.body, (*steps, below), here)
        for slot in rule.slots:
            name = f"{here}:{slot.name}"
            yield Target(name, steps, rule, slot, slot.body)
            if rule.is_group:
                step = Step(rule.index, slot.name, f"{rule.name}:{slot.name}")
                yield from targets(slot.body, (*steps, step), name)


# ---- segments and groups


def missing(target: Target, around: Draft) -> Iterator[Expected]:
    """Take out what has to be there."""
    rule, slot = target.rule, target.slot
    least = slot.min if slot else rule.min
    if not least or (slot is None and _asked_anyway(rule)):
        return
    name = slot.name if slot else None
    if around.drop(rule.index, name, keep=least - 1):
        few, none = target.kind("G307", "G308"), target.kind("G301", "G302")
        along = frozenset({few, none}) if slot is not None else frozenset()
        yield Expected(few if least > 1 else none, along=along)
        if not around.of(rule.index):  # the directory asks for one of them
            yield from (Expected(code, by_base=True) for code in _BASE_SEGMENT)


def _asked_anyway(rule: MemberRule) -> bool:
    """Whether the base or the slots ask for as many."""
    return rule.min <= max(rule.member.min, sum(one.min for one in rule.slots))


def not_used(target: Target, around: Draft, maker: Maker) -> Iterator[Expected]:
    """Put in what is not used."""
    rule, slot = target.rule, target.slot
    most = slot.max if slot else rule.max
    if most or not rule.member.max or (slot is not None and not rule.max):
        return
    add(target, around, maker, slot.name if slot else "")
    yield Expected(target.kind("G303", "G304"))


def too_many(target: Target, around: Draft, maker: Maker) -> Iterator[Expected]:
    """One more than the guide allows; what the base limits itself is no rule of the guide."""
    rule, slot = target.rule, target.slot
    most = slot.max if slot else rule.max
    if not most or most >= min(rule.member.max, MOST):
        return
    if slot is not None and most == rule.max and len(rule.slots) > 1:
        return  # all together have the same limit
    names = [slot.name] if slot else [one.name for one in rule.slots if one.max > 1] or [""]
    while len(around.of(rule.index, slot.name if slot else None)) <= most:
        add(target, around, maker, names[0])
    yield Expected(target.kind("G305", "G306"))


def of_no_slot(target: Target, around: Draft, maker: Maker) -> Iterator[Expected]:
    """An occurrence whose qualifier belongs to no slot."""
    rule = target.rule
    if target.slot is not None or not rule.slots or rule.other == "keep" or not rule.max:
        return
    one = rule.slots[0].discriminators[0]
    taken = frozenset(
        value
        for slot in rule.slots
        for each in slot.discriminators
        if each.at == one.at
        for value in each.values
    )
    known = next((each for each in rule.body.elements if each.at == one.at), None)
    element = _element_at(rule, one.at)
    value = next(
        (text for text in maker.values.other(element, taken) if fits(text, element, known)), None
    )
    if value is None:
        return
    piece = head_of(add(target, around, maker, ""))
    piece.values[one.at] = value
    yield Expected("G309")


def _element_at(rule: MemberRule, at: Address) -> Element:
    definition = rule.segment.elements[at.element - 1].definition
    if isinstance(definition, Composite):
        return definition.components[(at.component or 1) - 1].element
    return definition


def add(target: Target, around: Draft, maker: Maker, slot: str) -> Draft | Piece:
    """One more occurrence, behind those of its slot."""
    path = target.path.rpartition("/")[0]
    made = maker.occurrence(around, target.rule.index, slot, path)
    around.kids.setdefault(target.rule.index, []).append(made)
    return made
