"""From what guide files say to a :class:`~gateway.grammar.guide.model.Guide`.

Names become positions, what is extended and what stands around is merged in, and everything is
checked against the base (G406 … G427).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gateway.grammar.guide.conditions import resolve_conditions
from gateway.grammar.guide.elementrules import ElementRules, in_order, plain
from gateway.grammar.guide.enveloperules import envelope_rules
from gateway.grammar.guide.model import (
    Body,
    Guide,
    MemberRule,
    Other,
    Slot,
)
from gateway.grammar.guide.names import display_name, listed_names, member_names
from gateway.grammar.guide.narrow import Count, Narrowing
from gateway.grammar.guide.order import unclear_orders
from gateway.grammar.guide.private import private_codes, with_codes
from gateway.grammar.guide.proof import discriminators, prove
from gateway.grammar.guide.source import (
    BodySource,
    GuideSource,
    MemberSource,
    SlotSource,
)
from gateway.grammar.guide.tolerances import resolve_tolerances
from gateway.grammar.guide.yamlreader import suggestion
from gateway.grammar.model import Group, MessageGrammar, Segment
from gateway.problems import Place, Problem, has_errors


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of rules for the same thing, and what findings call it."""

    over: str
    body: BodySource
    unlisted: Other | None = None


def build_guide(
    sources: Sequence[GuideSource], base: MessageGrammar, service: Mapping[str, Segment]
) -> tuple[Guide | None, list[Problem]]:
    """The guide of the last source, which extends those before it (the oldest first).

    ``None`` with every reason where it cannot be used.
    """
    own = sources[-1]
    private, problems = private_codes(sources, base)
    builder = _Builder(base, Narrowing(private, problems), _unlisted(sources))
    layers = [Layer(one.label, one.body) for one in sources]
    body = builder.body(layers, base.root, "the message")
    guide = Guide(
        name=own.name,
        base=base,
        grammar=with_codes(base, private),
        body=body,
        envelope=tuple(envelope_rules(sources, service, base.standard, builder.elements)),
        private=private,
        extends=tuple(one.name for one in reversed(sources[:-1])),
        title=own.title,
        file=own.file,
    )
    # what stands around slots is merged into each of them, so it may be said more than once
    problems = list(dict.fromkeys(builder.narrowing.problems))
    conditions = resolve_conditions(sources, guide, problems)
    tolerances, orders = resolve_tolerances(sources, guide, problems)
    guide = replace(guide, conditions=conditions, tolerances=tolerances, orders=orders)
    problems += unclear_orders(guide)
    return (None if has_errors(problems) else guide), problems


def _owner(name: str, inner: Group | Segment) -> str:
    return f"{'group' if isinstance(inner, Group) else 'segment'} {name}"


def _unlisted(sources: Sequence[GuideSource]) -> Other:
    """The strictest that any of them says."""
    order: tuple[Other, ...] = ("reject", "warn", "keep")
    return min((one.unlisted for one in sources), key=order.index)


class _Builder:
    def __init__(self, base: MessageGrammar, narrowing: Narrowing, unlisted: Other) -> None:
        self.base = base
        self.base_name = f"{base.standard.upper()} {base.directory} {base.name}"
        self.narrowing = narrowing
        self.elements = ElementRules(narrowing, self.base_name)
        self.unlisted = unlisted

    # ---- the body of the message, of a group, of a segment

    def body(self, layers: Sequence[Layer], place: Group | Segment, owner: str) -> Body:
        """Elements and members, all layers merged."""
        if isinstance(place, Segment):
            for layer in layers:
                for one in layer.body.members:
                    facts: dict[str, Any] = {
                        "owner": f"segment {place.tag}",
                        "known": "no segments",
                        "hint": "",
                    }
                    self.narrowing.add("G406", one.place, name=one.name, **facts)
            return Body(self.elements.merged([(one.over, one.body) for one in layers], place))
        groups = self._members(layers, place, owner)
        triggers = [source for _, source in groups.pop(0, [])]
        bodies = list(self._triggers(layers, triggers, owner))
        first = place.members[0]
        assert not isinstance(first, Group)
        rules = [self.member(place, index, found) for index, found in sorted(groups.items())]
        rules += self._closed(layers, place, groups)
        rules.sort(key=lambda one: one.index)
        return Body(self.elements.merged(bodies, first.segment), tuple(rules))

    def _triggers(
        self, layers: Sequence[Layer], triggers: Sequence[MemberSource], owner: str
    ) -> Iterator[tuple[str, BodySource]]:
        """What each layer says of the first segment: beside the group, or named like a member."""
        for layer in layers:
            yield layer.over, layer.body
            members = layer.body.members
            trigger = next((one for one in triggers if any(one is each for each in members)), None)
            if trigger is None:
                continue
            if trigger.slots or trigger.count.usage == "N" or trigger.body.members:
                reason = f"it stands as often as {owner}; write slots and counts there"
                self.narrowing.add("G425", trigger.place, name=trigger.name, reason=reason)
            yield layer.over, trigger.body

    def _members(
        self, layers: Sequence[Layer], group: Group, owner: str
    ) -> dict[int, list[tuple[str, MemberSource]]]:
        """The sources of each member by index, layer by layer."""
        names = member_names(group)
        found: dict[int, list[tuple[str, MemberSource]]] = {}
        for layer in layers:
            seen: dict[int, str] = {}
            for source in layer.body.members:
                index = names.get(source.name)
                if index is None:
                    known = listed_names(group)[1:]
                    facts: dict[str, Any] = {
                        "known": " ".join(known),
                        "hint": suggestion(source.name, known),
                    }
                    self.narrowing.add("G406", source.place, name=source.name, owner=owner, **facts)
                elif index in seen:
                    facts = {"other": seen[index], "what": "segment or group"}
                    self.narrowing.add("G409", source.place, name=source.name, **facts)
                else:
                    seen[index] = source.name
                    found.setdefault(index, []).append((layer.over, source))
        return found

    def _closed(
        self, layers: Sequence[Layer], group: Group, named: Mapping[int, object]
    ) -> Iterator[MemberRule]:
        """With ``unlisted``: the members that no layer names are not used."""
        said = [one.unlisted for one in layers if one.unlisted is not None]
        unlisted = said[-1] if said else self.unlisted
        if unlisted == "keep":
            return
        for index, member in enumerate(group.members):
            if index and index not in named and not member.min:
                name = display_name(group, index)
                yield MemberRule(index, name, member, 0, 0, severity=unlisted)

    # ---- a member

    def member(self, group: Group, index: int, found: list[tuple[str, MemberSource]]) -> MemberRule:
        """The rule of a member from all layers."""
        member = group.members[index]
        name = display_name(group, index)
        count, over = Count(member.min, member.max), self.base_name
        other: Other | None = None
        note, place = "", Place()
        slots: dict[str, list[tuple[str, SlotSource]]] = {}
        for label, source in found:
            count = self.narrowing.count(name, count, source.count, source.place, over)
            over = label
            other = source.other or other
            note, place = source.note or note, source.place
            for slot in source.slots:
                slots.setdefault(slot.name, []).append((label, slot))
        layers = [Layer(label, source.body, source.unlisted) for label, source in found]
        inner = member if isinstance(member, Group) else member.segment
        body = self.body(layers, inner, _owner(name, inner))
        rule = MemberRule(
            index, name, member, count.min, count.max, body=body, note=note, place=place
        )
        if not slots:
            return rule
        made = tuple(self.slot(rule, layers, inner, *each) for each in slots.items())
        rule = replace(rule, slots=made, other=other or "reject")
        prove(rule, self.narrowing)
        return rule

    def slot(
        self,
        rule: MemberRule,
        around: Sequence[Layer],
        inner: Group | Segment,
        name: str,
        found: list[tuple[str, SlotSource]],
    ) -> Slot:
        """A slot: what holds for all occurrences, narrowed by what holds for it."""
        full = f"{rule.name}:{name}"
        count, over = Count(0, rule.max), f"all of {rule.name}"
        note, place = "", Place()
        for label, source in found:
            low = Count(min(count.min, rule.max), min(count.max, rule.max))
            count = self.narrowing.count(full, low, source.count, source.place, over)
            over = label
            note, place = source.note or note, source.place
        layers = [*around, *(Layer(label, source.body) for label, source in found)]
        body = self.body(layers, inner, _owner(rule.name, inner))
        known = discriminators(rule, [source for _, source in found], self.narrowing)
        elements = {one.at: one for one in body.elements}
        for one in known:
            before = elements.get(one.at) or plain(rule.segment, one.at)
            elements[one.at] = self.narrowing.discriminated(before, one)
        body = replace(body, elements=tuple(in_order(elements)))
        return Slot(name, tuple(known), count.min, count.max, body, note, place)
