"""A guide as JSON Schema (draft 2020-12) of :mod:`gateway.grammar.guide.publish.jsontree`.

    json_schema(guide)

The directory's part are ``$defs`` (:mod:`gateway.grammar.guide.publish.schemabase`); what the guide
narrows is laid over them, so that both can be read apart. What JSON Schema cannot say is named in
``x-not-expressed``: counts and references, tolerances, the rules of UNB, UNG, ISA and GS, which are
not part of a message, and conditions that look at two places of different groups.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from gateway.grammar.guide.model import Body, Discriminator, ElementRule, Guide, MemberRule, Slot
from gateway.grammar.guide.publish.jsontree import SLOT, Json, component_names, element_names
from gateway.grammar.guide.publish.schemabase import Base
from gateway.grammar.guide.publish.schemaconditions import condition_schema
from gateway.grammar.model import UNBOUNDED, Composite, Element, Group, Segment

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_UNSAID = (
    "counts and references of the message trailer, control totals, numbers of HL and CPS",
    "the last day of each month",
)


def json_schema(guide: Guide) -> Json:
    """The schema that a message has to fit to be right by the directory and by the guide."""
    schema = _Schema()
    message = schema.base.group(guide.grammar.root)
    narrowed = schema.body(guide.body, guide.grammar.root, _header(guide))
    parts = [message, *([narrowed] if narrowed else [])]
    unsaid = [*_UNSAID, *_not_expressed(guide)]
    for condition in guide.conditions:
        made = condition_schema(condition, guide.base.root)
        if made is None:
            unsaid.append(f"condition: {condition.name}")
        else:
            parts.append({"$comment": condition.name, **made})
    return {
        "$schema": DRAFT,
        "title": guide.title or guide.name,
        "description": f"{guide.name}: {guide.base_name}",
        "x-not-expressed": unsaid,
        "allOf": parts,
        "$defs": dict(sorted(schema.base.defs.items())),
    }


def _header(guide: Guide) -> tuple[ElementRule, ...]:
    """What the envelope says of UNH and ST, which are part of the message."""
    return tuple(
        one for rule in guide.envelope if rule.tag in ("UNH", "ST") for one in rule.elements
    )


def _not_expressed(guide: Guide) -> Iterable[str]:
    for rule in guide.envelope:
        if rule.tag not in ("UNH", "ST"):
            yield f"envelope: {rule.tag}"
    for one in guide.tolerances:
        yield f"tolerated: {one.problem} {one.tag}".rstrip()
    for order in guide.orders:
        yield f"tolerated: order of {order.name}"


class _Schema:
    def __init__(self) -> None:
        self.base = Base()

    # ---- groups

    def body(self, body: Body, place: Group | Segment, more: Sequence[ElementRule] = ()) -> Json:
        """What holds in an occurrence of a group, or in a segment."""
        elements = (*body.elements, *more)
        if isinstance(place, Segment):
            return self.elements(place, elements)
        properties: Json = {}
        required: list[str] = []
        first: Any = place.members[0]
        trigger = self.elements(first.segment, elements)
        if trigger:
            properties[first.tag] = trigger
        for rule in body.members:
            if rule.max or rule.severity != "warn":
                properties[rule.name] = self.member(rule)
            if rule.min or any(slot.min for slot in rule.slots):
                required.append(rule.name)
        return _short({"properties": properties, "required": required})

    def member(self, rule: MemberRule) -> Any:
        """All occurrences of a segment or group in a list; ``False``: not used."""
        if not rule.max:
            return False
        inner = rule.member if isinstance(rule.member, Group) else rule.member.segment
        made: Json = {}
        if rule.min > 1:
            made["minItems"] = rule.min
        if rule.max < UNBOUNDED:
            made["maxItems"] = rule.max
        if not rule.slots:
            items = self.body(rule.body, inner)
            items["properties"] = {**items.get("properties", {}), SLOT: False}
            return made | {"items": items}
        items = {"allOf": [*self._slots(rule, inner), self._no_slot(rule, inner)]}
        return made | {"items": items, "allOf": [_counted(one) for one in rule.slots]}

    def _slots(self, rule: MemberRule, inner: Group | Segment) -> Iterable[Json]:
        names = [one.name for one in rule.slots]
        yield {"properties": {SLOT: {"enum": names}}}
        for slot in rule.slots:
            yield {"if": _is(slot), "then": self.body(slot.body, inner)}

    def _no_slot(self, rule: MemberRule, inner: Group | Segment) -> Json:
        """An occurrence of no slot: refused, or without what would make it one."""
        if rule.other == "reject":
            return {"required": [SLOT]}
        told = [self._told(slot.discriminators, inner) for slot in rule.slots]
        free: Json = {"allOf": [self.body(rule.body, inner), {"not": {"anyOf": told}}]}
        return {"if": {"not": {"required": [SLOT]}}, "then": free}

    def _told(self, known: Sequence[Discriminator], inner: Group | Segment) -> Json:
        """A segment that has what a slot is told apart by."""
        segment: Any = inner
        while isinstance(segment, Group):
            segment = segment.members[0]
        segment = segment if isinstance(segment, Segment) else segment.segment
        rules = [ElementRule(one.at, _definition(segment, one), "R", one.values) for one in known]
        made = self.elements(segment, rules)
        if isinstance(inner, Group):
            return {"properties": {segment.tag: made}, "required": [segment.tag]}
        return made

    # ---- elements

    def elements(self, segment: Segment, rules: Sequence[ElementRule]) -> Json:
        """What holds for the elements of a segment."""
        properties: Json = {}
        required: list[str] = []
        names = element_names(segment)
        for number in sorted({one.at.element for one in rules}):
            here = [one for one in rules if one.at.element == number]
            slot, name = segment.elements[number - 1], names[number - 1]
            if any(one.at.component is None and one.usage == "N" for one in here):
                properties[name] = False
                continue
            if any(one.usage == "R" or _mandatory(one) for one in here):
                required.append(name)
            made = (
                self._composite(slot.definition, here)
                if isinstance(slot.definition, Composite)
                else self._values(here)
            )
            if slot.repeat > 1:
                made = _short({"items": made, **_repeated(here)})
            if made:
                properties[name] = made
        return _short({"properties": properties, "required": required})

    def _composite(self, composite: Composite, rules: Sequence[ElementRule]) -> Json:
        names = component_names(composite)
        properties: Json = {}
        required = []
        for rule in rules:
            if rule.at.component is None:
                continue
            name = names[rule.at.component - 1]
            made = False if rule.usage == "N" else self._value(rule)
            if made is False or made:
                properties[name] = made
            if rule.usage in ("R", "M"):
                required.append(name)
        return _short({"properties": properties, "required": required})

    def _values(self, rules: Sequence[ElementRule]) -> Json:
        made = [each for each in map(self._value, rules) if each]
        return made[0] if len(made) == 1 else _short({"allOf": made})

    def _value(self, rule: ElementRule) -> Json:
        definition = rule.definition
        if not isinstance(definition, Element):
            return {}
        parts: list[Json] = []
        if rule.codes is not None:
            parts.append(self.base.codes(rule.number, rule.codes))
        if rule.min is not None or rule.max is not None:
            parts.append(_length(rule, definition))
        parts += [{"pattern": f"^(?:{pattern})$"} for pattern in rule.patterns]
        return parts[0] if len(parts) == 1 else _short({"allOf": parts})


def _repeated(rules: Sequence[ElementRule]) -> Json:
    rule = next((one for one in rules if one.least is not None), None)
    return {} if rule is None else {"minItems": rule.least, "maxItems": rule.most}


def _mandatory(rule: ElementRule) -> bool:
    return rule.usage == "M" and rule.at.component is None


def _length(rule: ElementRule, element: Element) -> Json:
    low = element.min if rule.min is None else rule.min
    high = element.max if rule.max is None else rule.max
    if element.kind in ("n", "N", "R"):
        return {"pattern": f"^(?=[^0-9]*(?:[0-9][^0-9]*){{{low},{high}}}$)"}
    return {"minLength": low, "maxLength": high}


def _definition(segment: Segment, one: Discriminator) -> Element | Composite:
    definition = segment.elements[one.at.element - 1].definition
    if isinstance(definition, Composite) and one.at.component is not None:
        return definition.components[one.at.component - 1].element
    return definition


def _is(slot: Slot) -> Json:
    return {"required": [SLOT], "properties": {SLOT: {"const": slot.name}}}


def _counted(slot: Slot) -> Json:
    return {"contains": _is(slot), "minContains": slot.min, "maxContains": slot.max}


def _short(schema: Json) -> Json:
    """Without what says nothing."""
    return {key: value for key, value in schema.items() if value}
