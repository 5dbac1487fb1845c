"""Rules of the elements of one segment, from all layers that say something of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from gateway.grammar.guide import address
from gateway.grammar.guide.model import ElementRule
from gateway.grammar.guide.narrow import Narrowing
from gateway.grammar.guide.source import BodySource, ElementSource
from gateway.grammar.guide.where import Address
from gateway.grammar.guide.yamlreader import suggestion
from gateway.grammar.model import Segment


class ElementRules:
    """Merges entries of ``elements:``; what is wrong with them is collected (G407 … G427)."""

    def __init__(self, narrowing: Narrowing, base_name: str) -> None:
        self.narrowing = narrowing
        self.base_name = base_name

    def merged(
        self, bodies: Iterable[tuple[str, BodySource]], segment: Segment
    ) -> tuple[ElementRule, ...]:
        """The rules of a segment from all layers, by position."""
        rules: dict[Address, ElementRule] = {}
        overs: dict[Address, str] = {}
        for label, body in bodies:
            seen: dict[Address, str] = {}
            for source in body.elements:
                found = self.found(source, segment)
                if found is None:
                    continue
                if found.at in seen:
                    facts: dict[str, Any] = {"other": seen[found.at], "what": "element"}
                    self.narrowing.add("G409", source.place, name=source.name, **facts)
                seen[found.at] = source.name
                rule = rules.get(found.at) or ElementRule(found.at, found.definition)
                over = overs.get(found.at, self.base_name)
                rule = self.narrowing.element(rule, source, found.mandatory, over)
                repeat = segment.elements[found.at.element - 1].repeat
                rule = self.narrowing.repetitions(rule, source, repeat, over)
                rules[found.at] = replace(rule, place=source.place)
                overs[found.at] = label
        return tuple(in_order(rules))

    def found(self, source: ElementSource, segment: Segment) -> address.Found | None:
        """The position an entry is about; G407 or G408 where there is none."""
        found = address.resolve(source.name, segment)
        if isinstance(found, address.Found):
            return found
        if found is None:
            facts: dict[str, Any] = {
                "known": address.listed(segment),
                "hint": suggestion(source.name, address.names(segment)),
            }
            self.narrowing.add("G407", source.place, tag=segment.tag, name=source.name, **facts)
        else:
            facts = {"tag": segment.tag, "names": " or ".join(found.names)}
            self.narrowing.add("G408", source.place, name=source.name, **facts)
        return None


def plain(segment: Segment, at: Address) -> ElementRule:
    """The rule of a position of which nothing is said."""
    found = next(one for one in address.positions(segment) if one.at == at)
    return ElementRule(at, found.definition)


def in_order(rules: Mapping[Address, ElementRule]) -> list[ElementRule]:
    """By position."""
    return sorted(rules.values(), key=lambda one: (one.at.element, one.at.component or 0))
