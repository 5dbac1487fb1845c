"""Guides: how one partner narrows a directory message. Data only, resolved against the base.

A guide says less than its base in a form that can be checked: which segments are required or not
used, how often, told apart by their qualifier (:class:`Slot`), with which elements, codes and
lengths. Everything here is *effective*: what a guide takes over from the one it extends, and what
a slot takes over from the rule around it, is merged in already, and names are positions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from gateway.grammar.guide.conditionmodel import Condition
from gateway.grammar.guide.tolerancemodel import OrderTolerance, Tolerance
from gateway.grammar.guide.where import Address
from gateway.grammar.model import Composite, Element, Group, MessageGrammar, Segment, SegmentSlot
from gateway.problems import Place

Usage = Literal["R", "M", "O", "N"]
"""R required · M mandatory as directories have it: when what is around it is used (for a component
of an optional composite) · O optional, as the base has it · N not used."""
Other = Literal["reject", "warn", "keep"]
"""What becomes of segments that belong to no slot, or that a guide does not list."""


@dataclass(frozen=True, slots=True)
class ElementRule:
    """What a guide says of one position. ``None`` and ``""``: nothing."""

    at: Address
    definition: Element | Composite
    """Of the base; components have an element."""
    usage: Usage | None = None
    codes: frozenset[str] | None = None
    min: int | None = None
    """Length in characters (of numbers: in digits)."""
    max: int | None = None
    patterns: tuple[str, ...] = ()
    """Checked expressions (:mod:`gateway.grammar.guide.patterns`); all have to match."""
    note: str = ""
    """Text for people."""
    least: int | None = None
    """Repetitions of the element where it is there."""
    most: int | None = None
    place: Place = field(default=Place(), compare=False)
    """Where the last guide that says something of it says so."""

    @property
    def number(self) -> str:
        """Number of the data element: ``3035``."""
        return self.definition.number

    @property
    def what(self) -> str:
        """``element 2 (1004)`` or ``component 1.3 (3055)``, as all findings say it."""
        kind = "element" if self.at.component is None else "component"
        return f"{kind} {self.at} ({self.number})" if self.number else f"{kind} {self.at}"


@dataclass(frozen=True, slots=True)
class Discriminator:
    """An element whose value says to which slot a segment belongs."""

    at: Address
    number: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Body:
    """What holds inside an occurrence.

    Elements are those of the segment (of a group: of its trigger), members those of the group;
    what is not named here is as in the base.
    """

    elements: tuple[ElementRule, ...] = ()
    members: tuple[MemberRule, ...] = ()

    def member(self, index: int) -> MemberRule | None:
        """The rule of a member of the group, by its index in ``Group.members``."""
        return next((one for one in self.members if one.index == index), None)


@dataclass(frozen=True, slots=True)
class Slot:
    """Occurrences of a segment or group that are told apart by a qualifier."""

    name: str
    discriminators: tuple[Discriminator, ...]
    min: int
    max: int
    """0: not used."""
    body: Body
    note: str = ""
    place: Place = field(default=Place(), compare=False)
    """Where the guide says so."""

    @property
    def values(self) -> str:
        """``3035 BY`` or ``2005 2 64``: what tells it apart, for people."""
        return ", ".join(
            f"{one.number} {' '.join(sorted(one.values))}" for one in self.discriminators
        )


@dataclass(frozen=True, slots=True)
class MemberRule:
    """What a guide says of one member of a group of the base: a segment or a group below."""

    index: int
    """In ``Group.members``."""
    name: str
    """As guides write it: ``DTM``, ``SG2``, ``N1``, ``MOA#2`` (:func:`member_names`)."""
    member: SegmentSlot | Group
    min: int
    """Of all occurrences together, whichever slot they are in."""
    max: int
    slots: tuple[Slot, ...] = ()
    other: Other = "keep"
    """With slots: what becomes of occurrences of no slot."""
    body: Body = Body()
    """Of occurrences that are in no slot; slots have it merged into their own."""
    severity: Other = "reject"
    """``warn``: an occurrence that ``max`` 0 forbids is only reported (``unlisted: warn``)."""
    note: str = ""
    place: Place = field(default=Place(), compare=False)

    @property
    def segment(self) -> Segment:
        """The segment, of a group its trigger."""
        first: SegmentSlot | Group = self.member
        while isinstance(first, Group):
            first = first.members[0]
        return first.segment

    @property
    def is_group(self) -> bool:
        """Whether it is a group."""
        return isinstance(self.member, Group)

    def slot(self, name: str) -> Slot | None:
        """A slot by name."""
        return next((one for one in self.slots if one.name == name), None)


@dataclass(frozen=True, slots=True)
class EnvelopeRule:
    """What a guide says of a service segment: UNB, UNG, UNH, ISA, GS, ST."""

    tag: str
    segment: Segment
    usage: Usage | None
    elements: tuple[ElementRule, ...]
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class Guide:
    """A guide ready for use. Identity is the object: it is loaded once and shared."""

    name: str
    """``acme-retail/orders``, ``eancom1997/ORDERS``."""
    base: MessageGrammar
    """The message of the directory, as it is."""
    grammar: MessageGrammar
    """The base with the private codes of the guide in its lists: what messages are read with."""
    body: Body
    """What holds for the message (``base.root``)."""
    envelope: tuple[EnvelopeRule, ...] = ()
    conditions: tuple[Condition, ...] = ()
    tolerances: tuple[Tolerance, ...] = ()
    orders: tuple[OrderTolerance, ...] = ()
    private: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Codes beyond the lists of the base, by number of the element."""
    extends: tuple[str, ...] = ()
    """Names of the guides it builds on, the nearest first."""
    title: str = ""
    file: str = ""

    def says(self, place: Place) -> bool:
        """Whether a rule of this place is its own, not one of the guides that it extends.

        Compact files hold whole standards (EANCOM); what they say is nobody's own.
        """
        return place.file == self.file and not self.file.endswith(".txt")

    @property
    def base_name(self) -> str:
        """``EDIFACT D96A ORDERS``."""
        return f"{self.base.standard.upper()} {self.base.directory} {self.base.name}"


def rules(body: Body, path: str = "") -> Iterator[tuple[str, MemberRule, Slot | None, Body]]:
    """Every rule below a body with its path (``SG2:buyer/SG5``), slot by slot, in base order."""
    for rule in body.members:
        here = f"{path}/{rule.name}" if path else rule.name
        yield here, rule, None, rule.body
        if not rule.slots:
            yield from rules(rule.body, here)
        for slot in rule.slots:
            yield f"{here}:{slot.name}", rule, slot, slot.body
            yield from rules(slot.body, f"{here}:{slot.name}")
