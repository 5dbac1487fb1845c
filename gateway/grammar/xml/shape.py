"""How the elements of a type become fields and records, ready to read and write by.

A child that occurs at most once and holds text is a field of its parent (``ID``), its attributes
are fields beside it (``ID@schemeID``). Every other child is a record below; the text of a
repeatable one is its field ``$``, its attributes are ``@languageID``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gateway.grammar.layoutmodel import FieldLayout, RecordLayout
from gateway.grammar.xml.model import Attribute, Child, Vocabulary, XmlType
from gateway.grammar.xml.value import Check, checker, speller, strftime

TEXT = "$"
"""The field with the own text of a record."""
TAG = "$tag"
"""The field with what a tagged text is about."""
_XML = {"http://www.w3.org/XML/1998/namespace ": "xml:"}


@dataclass(slots=True)
class AttributeSlot:
    """Where an attribute goes."""

    name: str
    """``schemeID``, as it is written."""
    field: str
    """``ID@schemeID``, ``@schemeID``."""
    required: bool
    check: Check | None
    implied: str
    """Field of the document that says its value where it is left out; empty: none."""


@dataclass(slots=True)
class Slot:
    """Where a child goes: into a field (``leaf``) or a record below."""

    name: str
    tag: str
    """``cbc:ID``, as it is written."""
    prefix: str
    rank: int
    """Its place among the children of its parent; those of one group share it."""
    least: int
    most: int
    group: int
    type: XmlType
    shape: Shape
    leaf: bool
    check: Check | None
    spell: Check | None
    """As ``check``, for writing."""
    attributes: dict[str, AttributeSlot]
    default: str = ""
    """What it says where it is required and left out."""


class Shape:
    """A type, ready to read and write by. Children are resolved when they are asked for."""

    def __init__(self, shapes: Shapes, one: XmlType) -> None:
        self.type = one
        self._shapes = shapes
        self._children: dict[str, Slot] | None = None
        self._names: dict[str, Slot] = {}
        self._required: tuple[Slot, ...] = ()
        self.choices = any(one.group > 0 and one.most == 1 for one in self.type.children)
        """Whether children exclude each other."""
        self.check = checker(one) if one.leaf else None
        self.spell = speller(one) if one.leaf else None
        self.attributes = shapes.attributes(one, "")

    @property
    def children(self) -> dict[str, Slot]:
        """Slots by the name that events have."""
        return self._resolved() if self._children is None else self._children

    @property
    def names(self) -> dict[str, Slot]:
        """Slots by the name of the element."""
        self.children  # noqa: B018 (resolves)
        return self._names

    @property
    def required(self) -> tuple[Slot, ...]:
        """Children that must be there; of a choice the first stands for all."""
        self.children  # noqa: B018 (resolves)
        return self._required

    def chosen(self, group: int) -> list[Slot]:
        """The children of a choice."""
        return [one for one in self.names.values() if one.group == group]

    def _resolved(self) -> dict[str, Slot]:
        found: dict[str, Slot] = {}
        ranks: dict[int, int] = {}
        required: dict[object, Slot] = {}
        for place, child in enumerate(self.type.children):
            rank = ranks.setdefault(child.group, place) if child.group else place
            slot = self._shapes.slot(child, rank)
            slot.default = self._shapes.vocabulary.defaults.get(
                f"{self.type.name}/{child.name}", ""
            )
            found[self._shapes.vocabulary.expat(child)] = slot
            self._names[child.name] = slot
            if child.least:
                required.setdefault(child.group if child.group > 0 else slot.name, slot)
        self._children, self._required = found, tuple(required.values())
        return found


class Shapes:
    """The shapes of a vocabulary and the layouts that maps see of them."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._made: dict[str, Shape] = {}

    def shape(self, name: str) -> Shape:
        """The shape of a type."""
        found = self._made.get(name)
        if found is None:
            found = self._made[name] = Shape(self, self.vocabulary.type(name))
        return found

    def slot(self, child: Child, rank: int) -> Slot:
        """Where a child goes."""
        shape = self.shape(child.type)
        leaf = shape.type.leaf and child.most == 1
        return Slot(
            child.name,
            child.name if child.prefix == "-" else f"{child.prefix}:{child.name}",
            child.prefix,
            rank,
            child.least,
            child.most,
            child.group,
            shape.type,
            shape,
            leaf,
            shape.check,
            shape.spell,
            self.attributes(shape.type, child.name) if leaf else shape.attributes,
        )

    def attributes(self, one: XmlType, before: str) -> dict[str, AttributeSlot]:
        """Attributes by the name that events have; ``before``: the field they stand beside."""
        return {
            _expat(each): AttributeSlot(
                each.name,
                f"{before}@{each.name}",
                each.required,
                checker(each),
                self.vocabulary.implied.get(each.name, ""),
            )
            for each in one.attributes
        }

    def layout(self, child: Child, required: bool = False) -> RecordLayout:
        """The record of an element, as maps see it. Records below are made when asked for."""
        one = self.vocabulary.type(child.type)
        fields = {name: made for name, made in self._fields(one)}
        return RecordLayout(
            child.name,
            fields,
            _Kids(self, one),
            many=child.most != 1,
            required=required and child.least > 0 and child.group <= 0,
        )

    def _fields(self, one: XmlType) -> Iterator[tuple[str, FieldLayout]]:
        if one.leaf:
            yield TEXT, _field(TEXT, one)
        if one.tagged:
            yield TAG, FieldLayout(TAG)
        for each in one.attributes:
            yield f"@{each.name}", _attribute(f"@{each.name}", each)
        for child in one.children:
            inner = self.vocabulary.type(child.type)
            if inner.leaf and child.most == 1:
                needed = child.least > 0 and child.group <= 0
                yield child.name, _field(child.name, inner, needed)
                for each in inner.attributes:
                    name = f"{child.name}@{each.name}"
                    yield name, _attribute(name, each)


@dataclass
class _Kids(Mapping[str, RecordLayout]):
    """Records below, made when they are asked for: a party may contain a party."""

    shapes: Shapes
    one: XmlType
    made: dict[str, RecordLayout] = field(default_factory=dict)

    def __getitem__(self, name: str) -> RecordLayout:
        found = self.made.get(name)
        if found is None:
            child = next((one for one in self._children() if one.name == name), None)
            if child is None:
                raise KeyError(name)
            found = self.made[name] = self.shapes.layout(child, required=True)
        return found

    def __contains__(self, name: object) -> bool:
        return any(child.name == name for child in self._children())

    def __iter__(self) -> Iterator[str]:
        return (child.name for child in self._children())

    def __len__(self) -> int:
        return sum(1 for _ in self._children())

    def _children(self) -> Iterator[Child]:
        for child in self.one.children:
            inner = self.shapes.vocabulary.type(child.type)
            if not (inner.leaf and child.most == 1):
                yield child


def _field(name: str, one: XmlType, required: bool = False) -> FieldLayout:
    shown = one.format or "YYYY-MM-DD"
    # a text with days in it (UN/CEFACT) is converted by the map, a date by this format
    pattern = strftime(one.format) if one.format and one.kind == "text" else ""
    return FieldLayout(name, one.kind, one.max, required, pattern, shown_format=shown)


def _attribute(name: str, one: Attribute) -> FieldLayout:
    return FieldLayout(name, one.kind)


def _expat(one: Attribute) -> str:
    for uri, prefix in _XML.items():
        if one.name.startswith(prefix):
            return uri + one.name.removeprefix(prefix)
    return one.name
