"""The proof that the slots of a run of segments cannot be confused.

Every slot has discriminators; none of them is on a repeating element; their values are codes that
may stand there; and for each pair of slots there is an element that both are told apart by, with
no value in common. Then at most one slot takes a segment, whatever it holds (G411 … G415).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from gateway.grammar.guide import address
from gateway.grammar.guide.model import Discriminator, ElementRule, MemberRule, Slot
from gateway.grammar.guide.narrow import Narrowing
from gateway.grammar.guide.source import DiscriminatorSource, SlotSource
from gateway.grammar.guide.where import Address
from gateway.grammar.guide.yamlreader import suggestion
from gateway.grammar.model import Composite
from gateway.problems import Place

_SHOWN = 12


def discriminators(
    rule: MemberRule, sources: Sequence[SlotSource], narrowing: Narrowing
) -> list[Discriminator]:
    """Those of a slot: of the last layer that has any, which narrows those before."""
    known: dict[Address, Discriminator] = {}
    for source in sources:
        for one in source.discriminators:
            found = _resolved(rule, source, one, narrowing)
            if found is None:
                continue
            before = known.get(found.at)
            wider = found.values - before.values if before else frozenset()
            if wider:
                facts: dict[str, Any] = {
                    "values": " ".join(sorted(wider)),
                    "over": "what it extends",
                    "hint": "",
                }
                narrowing.add("G423", one.place, name=one.name, **facts)
            known[found.at] = found
    return list(known.values())


def _resolved(
    rule: MemberRule, slot: SlotSource, source: DiscriminatorSource, narrowing: Narrowing
) -> Discriminator | None:
    segment = rule.segment
    found = address.resolve(source.name, segment)
    if found is None:
        known = address.names(segment)
        facts: dict[str, Any] = {
            "known": address.listed(segment),
            "hint": suggestion(source.name, known),
        }
        narrowing.add("G407", source.place, tag=segment.tag, name=source.name, **facts)
        return None
    if isinstance(found, address.Several):
        facts = {"tag": segment.tag, "names": " or ".join(found.names)}
        narrowing.add("G408", source.place, name=source.name, **facts)
        return None
    repeats = segment.elements[found.at.element - 1].repeat > 1
    if repeats or isinstance(found.definition, Composite):
        facts = {"element": source.name, "slot": slot.name}
        narrowing.add("G414", source.place, name=rule.name, **facts)
        return None
    here = next((one for one in rule.body.elements if one.at == found.at), None)
    here = here or ElementRule(found.at, found.definition)
    unknown = narrowing.outside(here, source.values)
    if unknown:
        allowed = narrowing.allowed(here) or frozenset()
        known = sorted(allowed)
        facts = {
            "slot": slot.name,
            "element": source.name,
            "values": " ".join(unknown),
            "known": " ".join(known[:_SHOWN]) + (" …" if len(known) > _SHOWN else ""),
            "hint": suggestion(unknown[0], known),
        }
        narrowing.add("G415", source.place, name=rule.name, **facts)
        return None
    return Discriminator(found.at, found.definition.number or source.name, source.values)


def prove(rule: MemberRule, narrowing: Narrowing) -> None:
    """Whether no segment can belong to two slots of a run."""
    told = [slot for slot in rule.slots if slot.discriminators]
    for slot in rule.slots:
        if not slot.discriminators and not _failed(slot.place, narrowing):
            others = ", ".join(one.name for one in rule.slots if one is not slot) or "others"
            narrowing.add("G411", slot.place, name=rule.name, slot=slot.name, others=others)
    for one, other in combinations(told, 2):
        _pair(rule, one, other, narrowing)
    least = sum(slot.min for slot in rule.slots)
    if least > rule.max:
        reason = f"its slots ask for at least {least}, and at most {rule.max} may stand"
        narrowing.add("G425", rule.place, name=rule.name, reason=reason)


def _failed(place: Place, narrowing: Narrowing) -> bool:
    """Whether a discriminator of the slot is refused already."""
    prefix = f"{place.path}.discriminator"
    return any((one.place.path or "").startswith(prefix) for one in narrowing.problems)


def _pair(rule: MemberRule, one: Slot, other: Slot, narrowing: Narrowing) -> None:
    ours = {each.at: each for each in one.discriminators}
    theirs = {each.at: each for each in other.discriminators}
    common = ours.keys() & theirs.keys()
    facts: dict[str, Any] = {"name": rule.name, "slot": other.name, "other": one.name}
    if not common:
        numbers = [", ".join(each.number for each in side.values()) for side in (theirs, ours)]
        narrowing.add("G413", other.place, ours=numbers[0], theirs=numbers[1], **facts)
        return
    shared = {at: ours[at].values & theirs[at].values for at in common}
    if all(shared.values()):
        values = ", ".join(
            f"{ours[at].number} {' '.join(sorted(both))}"
            for at, both in sorted(shared.items(), key=str)
        )
        narrowing.add("G412", other.place, values=values, **facts)
