"""Rules of service segments, from all layers that say something of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from gateway.grammar.guide.elementrules import ElementRules
from gateway.grammar.guide.model import EnvelopeRule
from gateway.grammar.guide.source import GuideSource, MemberSource
from gateway.grammar.guide.yamlreader import suggestion
from gateway.grammar.model import Element, Segment


def envelope_rules(
    sources: Sequence[GuideSource],
    service: Mapping[str, Segment],
    standard: str,
    elements: ElementRules,
) -> Iterator[EnvelopeRule]:
    """Rules of service segments, all layers merged."""
    known = ("UNB", "UNG", "UNH") if standard == "edifact" else ("ISA", "GS", "ST")
    found: dict[str, list[tuple[str, MemberSource]]] = {}
    for source in sources:
        for one in source.envelope:
            if one.name not in known or one.name not in service:
                facts: dict[str, Any] = {
                    "known": " ".join(known),
                    "hint": suggestion(one.name, known),
                }
                elements.narrowing.add(
                    "G406", one.place, name=one.name, owner="the envelope", **facts
                )
            else:
                found.setdefault(one.name, []).append((source.label, one))
    for tag, layers in found.items():
        segment = _unpadded(service[tag]) if tag == "ISA" else service[tag]
        usage = None
        for _, one in layers:
            usage = one.count.usage or usage
            if one.count.usage == "N" and tag not in ("UNG",):
                reason = f"every message has {tag} around it"
                elements.narrowing.add("G425", one.place, name=tag, reason=reason)
        rules = elements.merged([(label, one.body) for label, one in layers], segment)
        yield EnvelopeRule(tag, segment, usage, rules, layers[-1][1].place)


def _unpadded(segment: Segment) -> Segment:
    """ISA, whose values are looked at without the blanks that fill its elements."""
    slots = [
        replace(slot, definition=replace(slot.definition, min=1))
        if isinstance(slot.definition, Element)
        else slot
        for slot in segment.elements
    ]
    return replace(segment, elements=tuple(slots))
