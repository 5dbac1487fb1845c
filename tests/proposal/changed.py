"""Messages with one qualifier changed to one that no sample has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.grammar.guide import Body, Guide, MemberRule
from gateway.grammar.guide.positions import Positions
from gateway.syntax.normal import COMPONENT, ELEMENT


def with_other_qualifier(segments: Sequence[str], guide: Guide) -> Iterator[list[str]]:
    """The message once for each slot of the guide, one segment of it with another qualifier.

    The new one is agreed between partners (``Z…``), so that only the guide can refuse it.
    """
    standard = guide.base.standard
    for rule in _with_slots(guide.body):
        slot = rule.slots[0]
        at = slot.discriminators[0].at
        positions = Positions(rule.segment, standard == "edifact")
        for index, text in enumerate(segments):
            tag = text.partition(ELEMENT)[0]
            if tag == rule.segment.tag and positions.belongs(text, slot.discriminators):
                elements = text.split(ELEMENT)
                place = positions.wire(at.element)[0]
                components = elements[place].split(COMPONENT)
                components[(at.component or 1) - 1] = _unused(rule, standard)
                elements[place] = COMPONENT.join(components)
                yield [*segments[:index], ELEMENT.join(elements), *segments[index + 1 :]]
                break


def _unused(rule: MemberRule, standard: str) -> str:
    used = {value for slot in rule.slots for one in slot.discriminators for value in one.values}
    codes = ("ZZ9", "ZZ8") if standard == "edifact" else ("ZZ", "ZA")
    return next(code for code in codes if code not in used)


def _with_slots(body: Body) -> Iterator[MemberRule]:
    for rule in body.members:
        if rule.slots:
            yield rule
            for slot in rule.slots:
                yield from _with_slots(slot.body)
        yield from _with_slots(rule.body)
