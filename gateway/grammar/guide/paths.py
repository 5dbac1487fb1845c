"""Paths in conditions: ``SG2:buyer/NAD.3039`` seen from a group, ``/BGM.1225`` from the message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from gateway.grammar.guide import address
from gateway.grammar.guide.model import Body, ElementRule, Guide, MemberRule, Slot
from gateway.grammar.guide.names import display_name, listed_names, member_names
from gateway.grammar.guide.where import Path, Step
from gateway.grammar.guide.yamlreader import suggestion
from gateway.grammar.model import Composite, Element, Group, Segment
from gateway.problems import Place, Problem, problem

_STEP = re.compile(r"([A-Z0-9]{2,8}(?:#\d{1,3})?)(?::([a-z][a-z0-9_]*))?")
_NOTHING = Body()


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a path leads, with what the guide says there."""

    path: Path
    group: Group | None
    """The group it ends at, or ``None`` for a segment."""
    segment: Segment
    body: Body
    used: bool
    """Whether the guide leaves it a place at all."""
    rule: ElementRule | None = None
    """Of the element, if the path names one and the guide says something of it."""


@dataclass
class PathReader:
    """Resolves paths against a guide; what is wrong is collected (G406 G407 G408 G431 G432)."""

    guide: Guide
    problems: list[Problem]

    def group(self, text: str, place: Place) -> Spot | None:
        """The group of ``at:``; the message for an empty text."""
        root = self.guide.base.root
        if not text:
            first = root.members[0]
            assert not isinstance(first, Group)
            return Spot(Path("", ()), root, first.segment, self.guide.body, True)
        spot = self.spot(text, None, place)
        if spot is not None and (spot.group is None or spot.path.at is not None):
            self._add("G432", place, path=text, reason="at: names a group, not a segment")
            return None
        return spot

    def spot(self, text: str, here: Spot | None, place: Place) -> Spot | None:
        """Where a path leads from the group ``here``."""
        root = self.group("", place)
        assert root is not None
        absolute = text.startswith("/")
        start = root if absolute or here is None else here
        steps, element = _split(text.removeprefix("/"))
        taken: list[Step] = []
        at = start
        for written in steps:
            known = _STEP.fullmatch(written)
            if known is None:
                self._add("G432", place, path=text, reason=f"{written!r} is no segment or group")
                return None
            step = self._step(at, known[1], known[2] or "", place)
            if step is None:
                return None
            taken.append(step[0])
            at = step[1]
        path = Path(text, tuple(taken), None, absolute, at.segment)
        at = Spot(path, at.group, at.segment, at.body, at.used)
        return self._element(at, element, place) if element else at

    def _step(self, at: Spot, name: str, slot: str, place: Place) -> tuple[Step, Spot] | None:
        group = at.group
        if group is None:
            reason = f"{at.segment.tag} is a segment, so nothing is below it"
            self._add("G432", place, path=name, reason=reason)
            return None
        names = member_names(group)
        index = names.get(name)
        if index is None:
            known = listed_names(group)
            facts: dict[str, Any] = {"known": " ".join(known), "hint": suggestion(name, known)}
            self._add("G406", place, name=name, owner=f"group {group.name}", **facts)
            return None
        if index == 0:
            return Step(0, "", name), Spot(
                at.path, None, at.segment, Body(at.body.elements), at.used
            )
        rule = at.body.member(index)
        found = None
        if slot:
            found = self._slot(rule, name, slot, place)
            if found is None:
                return None
        member = group.members[index]
        inner = member if isinstance(member, Group) else None
        first = member
        while isinstance(first, Group):
            first = first.members[0]
        body = found.body if found else rule.body if rule else _NOTHING
        used = at.used and (found.max if found else rule.max if rule else member.max) > 0
        shown = display_name(group, index) + (f":{slot}" if slot else "")
        return Step(index, slot, shown), Spot(at.path, inner, first.segment, body, used)

    def _slot(self, rule: MemberRule | None, name: str, slot: str, place: Place) -> Slot | None:
        found = rule.slot(slot) if rule else None
        if found is None:
            known = [one.name for one in rule.slots] if rule else []
            facts: dict[str, Any] = {
                "known": " ".join(known) or "no slots",
                "hint": suggestion(slot, known),
            }
            self._add("G431", place, name=name, slot=slot, **facts)
        return found

    def _element(self, at: Spot, name: str, place: Place) -> Spot | None:
        segment = at.segment
        found = address.resolve(name, segment)
        if isinstance(found, address.Several):
            names = " or ".join(found.names)
            self._add("G408", place, name=name, tag=segment.tag, names=names)
            return None
        if found is None:
            hint = suggestion(name, address.names(segment))
            known = address.listed(segment)
            self._add("G407", place, tag=segment.tag, name=name, known=known, hint=hint)
            return None
        old = at.path
        path = Path(old.text, old.steps, found.at, old.absolute, segment, found.definition)
        rule = next((one for one in at.body.elements if one.at == found.at), None)
        rule = rule or ElementRule(found.at, found.definition)
        return Spot(path, at.group, segment, at.body, at.used and rule.usage != "N", rule)

    def _add(self, code: str, place: Place, **facts: Any) -> None:
        self.problems.append(problem(code, place, **facts))


def _split(text: str) -> tuple[list[str], str]:
    """Steps, and the element behind the last one."""
    head, slash, last = text.rpartition("/")
    step, _, element = last.partition(".")
    return [*(head.split("/") if slash else []), *([step] if step else [])], element


def simple(definition: Element | Composite | None) -> bool:
    """Whether a position has a value of its own."""
    return isinstance(definition, Element)
