"""Resolved paths: where in a group a value stands. No grammar look-ups are left in them."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.grammar.model import Element


@dataclass(frozen=True, slots=True)
class Tested:
    """A qualifier: what element ``position`` (1 = first after the tag), component from 0, holds.

    In records ``name`` is the field (``TaxScheme/ID``: of a record below) and the numbers are 0.
    """

    position: int
    component: int
    value: str
    name: str = ""
    sign: str = "="
    """``!=`` in records: another value or none; only ``=`` is put in on write."""


@dataclass(frozen=True, slots=True)
class Selector:
    """Which occurrence of a member of a group: one selector in one scope is one instance."""

    members: tuple[int, ...]
    """Indices in ``Group.members``; several slots of one tag are read as one."""
    tests: tuple[Tested, ...] = ()
    group: bool = False
    """Whether the member is a group (its trigger is tested) or a plain segment."""
    record: str = ""
    """Name of the record below, in a record format."""
    every: bool = False
    """All occurrences, for ``join``."""
    via: tuple[Selector, ...] = ()
    """Records on the way to that of a block, outermost first; shared with rows that name them."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value in a segment.

    Without ``filters``: element ``positions[0]``, ``component`` (from 0), ``repetition`` (from 0).
    With ``filters``: of the composites at ``positions``, the first whose components hold the
    values. ``pair``: the element ``offset`` after the first of ``positions`` that holds
    ``filters[0]`` (X12). ``name``: a field of a record.
    """

    positions: tuple[int, ...] = ()
    component: int = 0
    filters: tuple[tuple[int, str], ...] = ()
    repetition: int = 0
    repeats: bool = False
    offset: int = 0
    name: str = ""
    when: tuple[Tested, ...] = ()
    """In records: what the attributes beside the field hold."""


@dataclass(frozen=True, slots=True)
class Access:
    """A resolved path. ``steps`` leads to the segment (empty: the trigger of the scope itself)."""

    steps: tuple[Selector, ...]
    cells: tuple[Cell, ...]
    elements: tuple[Element, ...]
    """Definition of each cell."""
    every: bool = False
    """``#*``."""
    dated: bool = False
    """Two cells: the value and its format (data element 2379)."""
    format: str = ""
    """Date format of a record field."""
    mark: str = "."
    """Decimal mark of a record field."""
