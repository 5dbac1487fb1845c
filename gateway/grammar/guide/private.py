"""Codes beyond the lists of the directory, and the base with them in its lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from gateway.grammar.guide.source import GuideSource
from gateway.grammar.model import (
    Component,
    Composite,
    Element,
    ElementSlot,
    Group,
    MessageGrammar,
    Segment,
    SegmentSlot,
)
from gateway.problems import Problem, problem


def private_codes(
    sources: Sequence[GuideSource], base: MessageGrammar
) -> tuple[dict[str, frozenset[str]], list[Problem]]:
    """Those of all layers by number of the element; G427 for what adds nothing."""
    elements = _elements(base)
    known: dict[str, frozenset[str]] = {}
    problems = []
    for source in sources:
        for number, codes, place in source.private:
            element = elements.get(number)
            for value in sorted(codes):
                reason = _refusal(element, value, base)
                if reason is not None:
                    facts: dict[str, Any] = {"value": value, "number": number, "reason": reason}
                    problems.append(problem("G427", place, **facts))
            if element is not None:
                known[number] = known.get(number, frozenset()) | codes
    return known, problems


def _refusal(element: Element | None, value: str, base: MessageGrammar) -> str | None:
    if element is None:
        return f"{base.name} {base.directory} has no such element"
    if element.codes is None:
        return "the element takes any value already"
    if value in element.codes:
        return f"the list of {base.directory} has it already"
    if len(value) > element.max:
        return f"it is longer than {element.max}"
    return None


def _elements(base: MessageGrammar) -> dict[str, Element]:
    found: dict[str, Element] = {}
    for segment in base.segments.values():
        for slot in segment.elements:
            for one in slot.components:
                known = found.get(one.element.number)
                if known is None or known.codes is None:
                    found[one.element.number] = one.element
    return found


def with_codes(base: MessageGrammar, private: Mapping[str, frozenset[str]]) -> MessageGrammar:
    """The base with more codes; the base itself where there are none."""
    if not any(private.values()):
        return base
    segments = {tag: _segment(one, private) for tag, one in base.segments.items()}
    return replace(base, root=_group(base.root, segments), segments=segments)


def _group(group: Group, segments: Mapping[str, Segment]) -> Group:
    members = tuple(
        _group(one, segments)
        if isinstance(one, Group)
        else SegmentSlot(segments[one.tag], one.min, one.max)
        for one in group.members
    )
    return replace(group, members=members)


def _segment(segment: Segment, private: Mapping[str, frozenset[str]]) -> Segment:
    slots = []
    for slot in segment.elements:
        definition: Element | Composite
        if isinstance(slot.definition, Composite):
            inner = tuple(
                Component(_element(one.element, private), one.mandatory)
                for one in slot.definition.components
            )
            definition = Composite(slot.definition.number, inner)
        else:
            definition = _element(slot.definition, private)
        slots.append(ElementSlot(definition, slot.mandatory, slot.repeat))
    return replace(segment, elements=tuple(slots))


def _element(element: Element, private: Mapping[str, frozenset[str]]) -> Element:
    more = private.get(element.number)
    if not more or element.codes is None:
        return element
    return replace(element, codes=element.codes | more)
