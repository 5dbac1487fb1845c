"""M502: mandatory segments, elements and components that nothing in a map writes."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.grammar.model import Element, ElementSlot, Group, Segment, SegmentSlot
from gateway.mapping.places import Cell
from gateway.mapping.plan import BlockPlan, Body, NestPlan, RowPlan, Use
from gateway.mapping.statements import Span
from gateway.problems import Problem, problem

_ENVELOPE = ("UNH", "UNT", "ST", "SE")


class Mandatory:
    """M502: mandatory segments, elements and components that nothing in the map writes."""

    def __init__(self, header: Span, problems: list[Problem], x12: bool) -> None:
        self.header = header
        self.problems = problems
        self.x12 = x12

    def body(self, body: Body, group: Group) -> None:
        """Check a body that stands in a group, and those below."""
        writers = _writers(body)
        self._group(body, body.use, group, writers)
        for block in body.blocks:
            scope = block.scope
            if not isinstance(scope, Group):
                continue
            bodies = (
                [block.body]
                if isinstance(block, BlockPlan)
                else [level.body for level in block.levels]
            )
            for inner in bodies:
                self._trigger(inner, block)
                if inner.twin is None:  # what it shares is checked with the first
                    self.body(inner, scope)

    def _trigger(self, body: Body, block: BlockPlan | NestPlan) -> None:
        tests = {(test.position, test.component) for test in block.selector.tests}
        span = block.block.span if isinstance(block, BlockPlan) else block.nest.span
        self._elements(_writers(body), body.use, tests, span)

    def _group(self, body: Body, use: Use, group: Group, writers: dict[int, list[RowPlan]]) -> None:
        written = [
            (below, below.selector)
            for below in use.uses.values()
            if below.selector is not None and any(one.number in writers for one in below.walk())
        ]
        used = {member for _, selector in written for member in selector.members}
        used |= {
            member
            for block in body.blocks
            for member in (*block.selector.via, block.selector)[0].members
        }
        level = any(
            isinstance(block, NestPlan) and any(one.body is body for one in block.levels)
            for block in (body.outer.blocks if body.outer else ())
        )
        for index, member in enumerate(group.members[1:], start=1):
            if member.min and index not in used and member.tag not in _ENVELOPE and not level:
                hint = f"{member.tag}…" if isinstance(member, SegmentSlot) else member.name
                self._report(self._span(body), f"{member.tag} in {group.name}", hint)
        for below, selector in written:
            rows = writers.get(below.number)
            span = rows[0].row.right.span if rows else self._span(body)
            tests = {(test.position, test.component) for test in selector.tests}
            self._elements(writers, below, tests, span)

    def _elements(
        self,
        writers: dict[int, list[RowPlan]],
        use: Use,
        tests: set[tuple[int, int]],
        span: Span,
    ) -> None:
        segment = use.segment
        if segment is None:
            return
        written = set(tests)
        for plan in writers.get(use.number, ()):
            for cell in plan.bound.access.cells:
                written.update(_cell_spots(cell))
        for cell, name in use.cells.items():
            if name.startswith("p_"):
                written.update(_cell_spots(cell))
        used = {position for position, _ in written}
        for position, slot in enumerate(segment.elements, start=1):
            if slot.mandatory or position in used:
                self._components(segment, position, slot, written, span)

    def _components(
        self,
        segment: Segment,
        position: int,
        slot: ElementSlot,
        written: set[tuple[int, int]],
        span: Span,
    ) -> None:
        """What is mandatory at a position that is mandatory or written in part."""
        if isinstance(slot.definition, Element):
            if (position, 0) not in written:
                name = (
                    f"{segment.tag}.{position:02}" if self.x12 else f"{segment.tag}.{slot.number}"
                )
                self._report(span, name, name)
            return
        for at, one in enumerate(slot.components):
            if one.mandatory and (position, at) not in written:
                name = f"{segment.tag}.{slot.number}.{one.element.number}"
                if self.x12:
                    name = f"{segment.tag}.{position:02}-{at + 1:02}"
                self._report(span, name, name)

    def _span(self, body: Body) -> Span:
        outer = body.outer
        for block in outer.blocks if outer is not None else ():
            if isinstance(block, BlockPlan) and block.body is body:
                return block.block.select.span
        return self.header

    def _report(self, span: Span, place: str, hint: str) -> None:
        found = problem("M502", span.place(), wire=place, hint=hint)
        if found not in self.problems:
            self.problems.append(found)


def _writers(body: Body) -> dict[int, list[RowPlan]]:
    """Rows that write, by the number of the use they write to."""
    found: dict[int, list[RowPlan]] = {}
    for plan in body.rows:
        if plan.row.writes:
            found.setdefault(plan.bound.use.number, []).append(plan)
    return found


def _cell_spots(cell: Cell) -> Iterator[tuple[int, int]]:
    for position in cell.positions:
        if cell.offset:
            yield position, 0
            yield position + cell.offset, 0
        else:
            yield position, cell.component
            yield from ((position, at) for at, _ in cell.filters)
