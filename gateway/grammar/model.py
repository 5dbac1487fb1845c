"""Grammars: what a directory says about a message. Data only, no behaviour beyond look-ups.

Numbers are names: a data element may stand several times in a segment (NAD 3036, CUX C504), so
everything is held by position and found by number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

UNBOUNDED = 999_999
"""Maximum of a slot that the directory does not bound (X12 ``>1``)."""


@dataclass(frozen=True, slots=True)
class Element:
    """A simple data element of one directory."""

    number: str
    """``3039`` (EDIFACT), ``67`` or ``I05`` (X12)."""
    kind: str
    """EDIFACT ``a`` ``n`` ``an``; X12 ``AN`` ``ID`` ``N`` ``R`` ``DT`` ``TM`` ``B``."""
    min: int
    max: int
    decimals: int = 0
    """Implied decimal places of an X12 ``Nn`` element."""
    codes: frozenset[str] | None = None
    """Code list of the directory; ``None`` where there is none or it is open."""


@dataclass(frozen=True, slots=True)
class Component:
    """A component of a composite."""

    element: Element
    mandatory: bool


@dataclass(frozen=True, slots=True)
class Composite:
    """A composite data element."""

    number: str
    """``C082``, ``S009``."""
    components: tuple[Component, ...]


@dataclass(frozen=True, slots=True)
class ElementSlot:
    """A position in a segment."""

    definition: Element | Composite
    mandatory: bool
    repeat: int = 1
    """Maximum repetitions at this position (with a repetition separator)."""

    @property
    def number(self) -> str:
        """Number of the element or composite."""
        return self.definition.number

    @property
    def components(self) -> tuple[Component, ...]:
        """Components at this position; a simple element is its own single component."""
        if isinstance(self.definition, Composite):
            return self.definition.components
        return (Component(self.definition, self.mandatory),)


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment of one directory."""

    tag: str
    elements: tuple[ElementSlot, ...]
    notes: tuple[str, ...] = ()
    """Relational notes: ``P0304`` ``R0203`` (X12.6), letters P R E C L."""


@dataclass(frozen=True, slots=True)
class SegmentSlot:
    """A place for a segment in a group."""

    segment: Segment
    min: int
    max: int

    @property
    def tag(self) -> str:
        """Tag of the segment that stands here."""
        return self.segment.tag


@dataclass(frozen=True, slots=True)
class Group:
    """A segment group (EDIFACT) or loop (X12). Its first member is its trigger."""

    name: str
    """``SG25``; in X12 the tag of the trigger (``N1``); for the root the message type."""
    min: int
    max: int
    members: tuple[SegmentSlot | Group, ...]

    @property
    def tag(self) -> str:
        """Tag of the trigger segment."""
        return self.members[0].tag


@dataclass(frozen=True, slots=True)
class MessageGrammar:
    """One message of one directory. ``root`` starts with UNH or ST and ends with UNT or SE."""

    standard: str
    directory: str
    """``D96A``, ``004010``."""
    name: str
    """``ORDERS``, ``850``."""
    root: Group
    segments: Mapping[str, Segment]
    """By tag, those that occur in the message."""
    functional_group: str = ""
    """GS01 of an X12 set."""
