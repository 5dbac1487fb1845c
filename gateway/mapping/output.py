"""What rows put into one segment or record, before it is written as source."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.grammar.model import Group, SegmentSlot
from gateway.mapping.emit import Code, constant
from gateway.mapping.places import Cell
from gateway.mapping.plan import BlockPlan, Body, NestPlan, RowPlan, Use
from gateway.mapping.statements import Call, spelled


@dataclass
class Written:
    """What rows put into the segment or record of a use."""

    cells: dict[Cell, str] = field(default_factory=dict)
    """Expression of each cell."""
    content: set[str] = field(default_factory=set)
    """Variables whose presence makes the segment."""
    rows: dict[Cell, list[tuple[RowPlan, str]]] = field(default_factory=dict)
    """Rows of each cell with their variables; the first that has a text writes it."""


@dataclass
class Filtered:
    """Cells that share one composite or pair found by a filter."""

    cell: Cell
    parts: dict[int, str] = field(default_factory=dict)
    rows: list[RowPlan] = field(default_factory=list)


@dataclass
class Writing:
    """What the outputs of one map share."""

    code: Code
    names: dict[str, object]
    recursive: str
    traced: bool
    shared: dict[int, int] = field(default_factory=dict)
    """Bodies whose function takes the qualifiers of its block as ``q``, by that function."""

    def function(self, block: BlockPlan) -> tuple[str, str]:
        """Name of the function that writes the body of a block, and its last arguments."""
        number = self.shared.get(block.body.number)
        if number is None:
            return f"write_{block.body.number}", "at"
        values = tuple(test.value for test in block.selector.tests)
        return f"write_{number}", f"at, {constant(values)}"

    def sources(self, written: Written, cell: Cell) -> str:
        """Source of the rows of a cell with their texts: ``(R5, v1_5), (R6, v1_6),``."""
        pairs = written.rows.get(cell, ())
        return "".join(f"(R{plan.number}, {name}), " for plan, name in pairs)


def shared_bodies(root: Body) -> dict[int, int]:
    """Bodies that differ only in the qualifiers of their blocks → the one that writes for all."""
    found: dict[int, int] = {}
    for body in root.bodies():
        first = body.twin
        segments = isinstance(body.use.scope, Group | SegmentSlot)
        if first is not None and segments and _spots(body) == _spots(first):
            found[body.number] = found[first.number] = first.number
    return found


def _spots(body: Body) -> list[tuple[int, int]]:
    block = own_block(body)
    tests = block.selector.tests if block is not None else ()
    return [(test.position, test.component) for test in tests]


def counts_segments(left: Call) -> bool:
    """Whether an expression counts segments of a tag: ``count(LIN)``."""
    return left.name == "count" and spelled(left.arguments[0]).isupper()


def grammar_order(kid: Use | BlockPlan | NestPlan) -> tuple[int, int]:
    """What sorts members of a group into the order of the grammar."""
    assert kid.selector is not None
    return (kid.selector.members or (0,))[0], kid.order


def own_block(body: Body) -> BlockPlan | NestPlan | None:
    """The block or tree whose body this is; ``None`` at the top."""
    for block in body.outer.blocks if body.outer else ():
        if isinstance(block, BlockPlan):
            if block.body is body:
                return block
        elif any(level.body is body for level in block.levels):
            return block
    return None


def where(name: tuple[str, ...], index: str) -> str:
    """Source of the canonical place of an object below the one that is written."""
    return f"(w, {constant('.'.join(name))}, {index})"
