"""Which rules are a guide's own, and which it takes over unchanged from the one it extends."""

from __future__ import annotations

import re

from gateway.grammar.guide.conditionmodel import Condition
from gateway.grammar.guide.model import (
    Body,
    ElementRule,
    EnvelopeRule,
    Guide,
    MemberRule,
    Slot,
    rules,
)

_SLOT = re.compile(r":[a-z0-9_]+")


class Layers:
    """A guide over the one it extends. Without that one every rule is its own."""

    def __init__(self, guide: Guide, extended: Guide | None = None) -> None:
        self.guide = guide
        self.extended = extended
        self._below: dict[str, tuple[MemberRule, Slot | None, Body]] = {}
        if extended is not None:
            for path, rule, slot, body in rules(extended.body):
                self._below[path] = (rule, slot, body)

    def member(self, path: str, rule: MemberRule, slot: Slot | None) -> bool:
        """Whether counts, slots or notes of a segment or group are the guide's own."""
        if self.extended is None:
            return True
        below = self._find(path)
        if below is None:
            return True
        known, its_slot, _ = below
        if slot is not None:
            least, most = (its_slot.min, its_slot.max) if its_slot else (0, known.max)
            return its_slot is None or (slot.min, slot.max) != (least, most)
        slots = [one.name for one in rule.slots] != [one.name for one in known.slots]
        return slots or (rule.min, rule.max, rule.note) != (known.min, known.max, known.note)

    def element(self, path: str, rule: ElementRule) -> bool:
        """Whether a rule for an element is the guide's own. The path of the message is empty."""
        if self.extended is None:
            return True
        if not path:
            return rule not in self.extended.body.elements
        below = self._find(path)
        return below is None or rule not in below[2].elements

    def speaks_of(self, path: str, rule: MemberRule, slot: Slot | None, body: Body) -> bool:
        """Whether anything at or below a member is the guide's own."""
        if self.member(path, rule, slot):
            return True
        if any(self.element(path, one) for one in body.elements):
            return True
        return any(
            self.speaks_of(f"{path}/{one.name}", one, None, one.body)
            or any(
                self.speaks_of(f"{path}/{one.name}:{each.name}", one, each, each.body)
                for each in one.slots
            )
            for one in body.members
        )

    def envelope(self, rule: EnvelopeRule) -> bool:
        """Whether a rule of the envelope is the guide's own."""
        return self.extended is None or rule not in self.extended.envelope

    def condition(self, condition: Condition) -> bool:
        """Whether a condition is the guide's own."""
        if self.extended is None:
            return True
        return condition.name not in {one.name for one in self.extended.conditions}

    def _find(self, path: str) -> tuple[MemberRule, Slot | None, Body] | None:
        return self._below.get(path) or self._below.get(without_slots(path))


def without_slots(path: str) -> str:
    """``SG2/NAD`` of ``SG2:buyer/NAD``."""
    return _SLOT.sub("", path)
