"""The plan of a map: statements resolved against grammar and code lists, ready to compile.

A :class:`Body` fills one object from one occurrence of a group. Its :class:`Use` tree says which
segments its rows touch (one selector in one scope = one instance) and which cells of them; both
compilers, the coverage report and the checks work on the same plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from gateway.grammar.layoutmodel import RecordLayout
from gateway.grammar.model import Element, Group, Segment, SegmentSlot
from gateway.mapping.codes import CodeList
from gateway.mapping.convert import Converter
from gateway.mapping.places import Access, Cell, Selector
from gateway.mapping.statements import Block, Level, Nest, Row, Span

Scope: TypeAlias = Group | SegmentSlot | RecordLayout
"""What a body stands in."""


@dataclass
class Use:
    """One segment (or group with its trigger, or record) that rows of a body share."""

    number: int
    selector: Selector | None
    """``None``: the trigger of the body itself."""
    scope: Scope
    order: int
    cells: dict[Cell, str] = field(default_factory=dict)
    """Variable of each cell."""
    elements: dict[Cell, Element] = field(default_factory=dict)
    uses: dict[Selector, Use] = field(default_factory=dict)

    @property
    def segment(self) -> Segment | None:
        """Definition of the segment whose cells are used; ``None`` in records."""
        if isinstance(self.scope, SegmentSlot):
            return self.scope.segment
        if isinstance(self.scope, Group):
            trigger = self.scope.members[0]
            return trigger.segment if isinstance(trigger, SegmentSlot) else None
        return None

    @property
    def spread(self) -> bool:
        """Whether composites found by a filter may stand in any of several segments.

        ``PIA+5+JB007:SA'PIA+5+BUY123:IN'`` says the same as one segment with both.
        """
        selector, scope = self.selector, self.scope
        return (
            isinstance(scope, SegmentSlot)
            and selector is not None
            and not selector.every
            and (scope.max > 1 or len(selector.members) > 1)
            and any(cell.filters for cell in self.cells)
        )

    @cached_property
    def fixed(self) -> tuple[tuple[int, int, int], ...]:
        """(element, repetition, component) of the cells that stand where they stand.

        Of a whole plan: a use still gets cells while the plan is built.
        """
        plain = [cell for cell in self.cells if not cell.filters]
        return tuple((cell.positions[0], cell.repetition, cell.component) for cell in plain)

    @cached_property
    def filtered(self) -> tuple[Cell, ...]:
        """The cells that a filter finds. Of a whole plan, as :attr:`fixed`."""
        return tuple(cell for cell in self.cells if cell.filters)

    def walk(self) -> Iterator[Use]:
        """The use itself and those below."""
        yield self
        for below in self.uses.values():
            yield from below.walk()


@dataclass(frozen=True)
class Bound:
    """A path of a row in the plan: the use and the variables of its cells."""

    use: Use
    variables: tuple[str, ...]
    access: Access


@dataclass
class RowPlan:
    """One row."""

    number: int
    row: Row
    name: tuple[str, ...]
    """Field below the object of the body; empty for expressions on the left."""
    function: str
    """``""`` (one path) ``join`` ``first`` ``concat``."""
    sources: tuple[Bound | str, ...]
    """Paths and literal texts, in order; a plain row has one."""
    converter: Converter
    codes: CodeList | None
    default: object = None
    implied: object = None
    separator: str = ""
    parameter: bool = False
    """Written from the argument of a tree (id, parent, level), not from the document."""

    @property
    def bound(self) -> Bound:
        """The path of a row that has exactly one."""
        first = self.sources[0]
        assert isinstance(first, Bound)
        return first


@dataclass
class BlockPlan:
    """``one`` or ``each``."""

    block: Block
    name: tuple[str, ...]
    selector: Selector
    scope: Scope
    body: Body
    order: int

    @property
    def many(self) -> bool:
        """Whether a list is filled."""
        return self.block.kind == "each"

    @property
    def own(self) -> bool:
        """Whether it is a run within the trigger of the group around."""
        return self.block.repeat is not None and self.selector.members == (0,)


@dataclass
class LevelPlan:
    """One level of a tree; a tree without levels has one of role ``node``."""

    codes: tuple[str, ...]
    role: str
    name: tuple[str, ...]
    body: Body
    level: Level | None


@dataclass
class NestPlan:
    """A tree."""

    nest: Nest
    name: tuple[str, ...]
    selector: Selector
    scope: Scope
    keys: dict[str, Cell]
    """``id`` ``parent`` ``level`` ``child`` → cell of the trigger."""
    levels: tuple[LevelPlan, ...]
    order: int


@dataclass
class Body:
    """What one object is filled from."""

    number: int
    use: Use
    fields: str
    """Canonical name from the top, dotted: ``lines``; empty at the top."""
    outer: Body | None = None
    rows: list[RowPlan] = field(default_factory=list)
    blocks: list[BlockPlan | NestPlan] = field(default_factory=list)
    twin: Body | None = None
    """An earlier body with the same use, rows and blocks: another block took the same part."""

    def bodies(self) -> Iterator[Body]:
        """The body itself and those below, each once (those of a twin stand below the first)."""
        yield self
        if self.twin is not None:
            return
        for block in self.blocks:
            if isinstance(block, BlockPlan):
                yield from block.body.bodies()
            else:
                for level in block.levels:
                    yield from level.body.bodies()


@dataclass(frozen=True)
class RowInfo:
    """One row of the effective map, for ``map show``."""

    field: str
    operator: str
    wire: str
    modifiers: str
    where: Span
    origin: str
    """``base`` or the word of the overlay that put the row there."""
