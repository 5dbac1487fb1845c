"""The directory's part of a JSON Schema: elements, composites, segments, groups as ``$defs``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gateway.grammar.guide.names import display_name
from gateway.grammar.guide.publish.jsontree import SLOT, Json, component_names, element_names
from gateway.grammar.lists import AGENCY, DIRECTORY, LIST, agreed, may_be_elsewhere
from gateway.grammar.model import UNBOUNDED, Composite, Element, Group, Segment, SegmentSlot
from gateway.grammar.moments import EDIFACT, X12, Format, formatted_component, formatted_element

_DAY = "(?:0[1-9]|[12][0-9]|3[01])"
_DATE = f"^(?:[0-9]{{2}})?[0-9]{{2}}(?:0[1-9]|1[0-2]){_DAY}$"
_TIME = "^(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9][0-9]{0,2})?$"
_NUMBERS = {
    "n": "-?[0-9]+(?:[.,][0-9]+)?",
    "N": "-?[0-9]+",
    "R": "-?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:E-?[0-9]{1,2})?",
}


class Base:
    """Collects definitions, each once."""

    def __init__(self) -> None:
        self.defs: dict[str, Any] = {}
        self._codes: dict[frozenset[str], str] = {}
        self._known: dict[str, object] = {}

    def ref(self, name: str) -> Json:
        """A reference to a definition."""
        return {"$ref": f"#/$defs/{name}"}

    def codes(self, number: str, known: frozenset[str]) -> Json:
        """A code list, by its first user's number."""
        if len(known) == 1:
            return {"const": next(iter(known))}
        if len(known) <= 8:
            return {"enum": sorted(known)}
        name = self._codes.get(known)
        if name is None:
            name = self._free(f"codes-{number or 'x'}")
            self._codes[known] = name
            self.defs[name] = {"enum": sorted(known)}
        return self.ref(name)

    def element(self, element: Element) -> Json:
        """A value as the directory has it."""
        if not element.codes:
            return self._text(element)
        listed = self.codes(element.number, element.codes)
        if not agreed(element):
            return listed
        private = {"type": "string", "pattern": "^Z[0-9A-Z]+$", "maxLength": element.max}
        return {"anyOf": [listed, private]}

    def _text(self, element: Element) -> Json:
        if element.kind in _NUMBERS:
            return {"type": "string", "pattern": digits(element, element.min, element.max)}
        made: Json = {"type": "string", "minLength": element.min, "maxLength": element.max}
        pattern = {"a": "^[^0-9]*$", "DT": _DATE, "TM": _TIME}.get(element.kind)
        return made | ({"pattern": pattern} if pattern else {})

    def composite(self, composite: Composite) -> Json:
        """An object of its components."""
        names = component_names(composite)
        inner = composite.components
        properties: Json = {}
        rules: list[Json] = []
        for at, (name, one) in enumerate(zip(names, inner, strict=True)):
            if one.element.codes and may_be_elsewhere(inner, at):
                properties[name] = {"type": "string"}
                rules.append(self._elsewhere(name, one.element, names[at + 1], names[at + 2]))
            else:
                properties[name] = self.element(one.element)
            if formatted_component(inner, at):
                rules += _formats(EDIFACT, names[at + 1], name)
        made: Json = {
            "type": "object",
            "properties": properties,
            "required": [n for n, one in zip(names, inner, strict=True) if one.mandatory],
            "additionalProperties": False,
            "minProperties": 1,
        }
        return made | ({"allOf": rules} if rules else {})

    def _elsewhere(self, name: str, element: Element, listed: str, agency: str) -> Json:
        """The directory's list holds unless 1131 or 3055 say that another one does."""
        assert listed.startswith(LIST) and agency.startswith(AGENCY)
        other = {
            "anyOf": [
                {"required": [listed]},
                {"required": [agency], "properties": {agency: {"not": {"const": DIRECTORY}}}},
            ]
        }
        return {
            "if": other,
            "then": {"properties": {name: self._text(element)}},
            "else": {"properties": {name: self.element(element)}},
        }

    def segment(self, segment: Segment) -> Json:
        """A reference to the definition of a segment."""
        name = f"segment-{segment.tag}"
        while name in self._known and self._known[name] != segment:
            name += "_"
        if name not in self._known:
            self._known[name] = segment
            self.defs[name] = self._segment(segment)
        return self.ref(name)

    def _segment(self, segment: Segment) -> Json:
        names = element_names(segment)
        properties: Json = {SLOT: {"type": "string"}}
        for name, slot in zip(names, segment.elements, strict=True):
            definition = slot.definition
            made = (
                self.composite(definition)
                if isinstance(definition, Composite)
                else self.element(definition)
            )
            if slot.repeat > 1:
                made = {"type": "array", "items": made, "minItems": 1, **_most(slot.repeat)}
            properties[name] = made
        mandatory = [
            name for name, slot in zip(names, segment.elements, strict=True) if slot.mandatory
        ]
        found: Json = {
            "type": "object",
            "properties": properties,
            "required": mandatory,
            "additionalProperties": False,
        }
        rules = [_note(note, names) for note in segment.notes]
        for at, name in enumerate(names, 1):
            if formatted_element(segment.elements, at):
                rules += _formats(X12, names[at - 2], name)
        return found | ({"allOf": rules} if rules else {})

    def group(self, group: Group, path: str = "") -> Json:
        """A reference to the definition of a group."""
        name = plain(f"group-{path}" if path else "message")
        first = group.members[0]
        assert isinstance(first, SegmentSlot)
        properties: Json = {SLOT: {"type": "string"}, first.tag: self.segment(first.segment)}
        required = [first.tag]
        for index, member in enumerate(group.members):
            if not index:
                continue
            key = display_name(group, index)
            here = f"{path}-{key}" if path else key
            inner = (
                self.group(member, here)
                if isinstance(member, Group)
                else self.segment(member.segment)
            )
            least = max(1, member.min)
            properties[key] = {
                "type": "array",
                "items": inner,
                "minItems": least,
                **_most(member.max),
            }
            required += [key] if member.min else []
        self.defs[name] = {
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }
        return self.ref(name)

    def _free(self, name: str) -> str:
        known = plain(name)
        number = 2
        while known in self.defs:
            known = f"{plain(name)}.{number}"
            number += 1
        return known


def digits(element: Element, low: int, high: int) -> str:
    """The pattern of a number with so many digits."""
    number = _NUMBERS[element.kind]
    return f"^(?=[^0-9]*(?:[0-9][^0-9]*){{{low},{high}}}$){number}$"


def plain(name: str) -> str:
    """Fit for the fragment of an address."""
    return re.sub("[^A-Za-z0-9_.-]", "_", name)


def _most(limit: int) -> Json:
    return {} if limit >= UNBOUNDED else {"maxItems": limit}


def _formats(known: Mapping[str, Format], format_: str, value: str) -> list[Json]:
    """A date is in the format that is named beside it."""
    return [
        {
            "if": {"required": [format_], "properties": {format_: {"const": code}}},
            "then": {"properties": {value: {"pattern": f"^(?:{form.replace('?+', '?')})$"}}},
        }
        for code, (form, _) in known.items()
    ]


def _note(note: str, names: tuple[str, ...]) -> Json:
    """A relational note of X12."""
    first, *others = [names[int(note[at : at + 2]) - 1] for at in range(1, len(note), 2)]
    every = [first, *others]
    some = {"anyOf": [{"required": [one]} for one in others]}
    if note[0] == "P":
        return {"dependentRequired": {o: [each for each in every if each != o] for o in every}}
    if note[0] == "R":
        return {"anyOf": [{"required": [one]} for one in every]}
    if note[0] == "E":
        pairs = [(one, each) for at, one in enumerate(every) for each in every[at + 1 :]]
        return {"not": {"anyOf": [{"required": list(pair)} for pair in pairs]}}
    if note[0] == "C":
        return {"dependentRequired": {first: others}}
    return {"if": {"required": [first]}, "then": some}
