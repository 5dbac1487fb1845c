"""What a guide takes although its base refuses it. Data only."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.problems import Place


@dataclass(frozen=True, slots=True)
class Tolerance:
    """A finding that is recorded as a warning instead of refusing the message."""

    problem: str
    """Its code: ``G203``."""
    why: str
    tag: str = ""
    """Empty: any segment."""
    path: str = ""
    """Groups around the segment, without counts: ``SG25/SG28``; empty: anywhere."""
    element: int | None = None
    component: int | None = None
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class OrderTolerance:
    """A segment or group that may also stand elsewhere among its siblings."""

    path: tuple[int, ...]
    """Indices of the groups from the root to the parent."""
    index: int
    """The member."""
    beside: int
    """The sibling it may stand beside."""
    after: bool
    """Behind the sibling, else before it."""
    name: str
    sibling: str
    why: str
    place: Place = field(default=Place(), compare=False)
