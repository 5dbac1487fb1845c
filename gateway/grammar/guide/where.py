"""Positions in segments and paths to them, as guides name them."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.grammar.model import Composite, Element, Segment


@dataclass(frozen=True, slots=True)
class Address:
    """A position in a segment: element, and component of a composite; both from 1."""

    element: int
    component: int | None = None

    def __str__(self) -> str:
        """``2`` or ``1.3``."""
        return str(self.element) if self.component is None else f"{self.element}.{self.component}"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: a member of a group, or only one of its slots."""

    index: int
    slot: str = ""
    name: str = ""
    """``SG2:buyer``."""


@dataclass(frozen=True, slots=True)
class Path:
    """Segments, or an element of them, seen from an occurrence of a group."""

    text: str
    """As written: ``SG2:buyer/NAD.3039``."""
    steps: tuple[Step, ...]
    at: Address | None = None
    absolute: bool = False
    """Whether it starts at the message (``/BGM.1225``) instead of at the group."""
    segment: Segment | None = None
    """The segment that the last step leads to."""
    element: Element | Composite | None = None
