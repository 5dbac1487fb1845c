"""M502: mandatory segments, elements and components that nothing in a map writes."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.grammar.model import Composite, Element, Group, SegmentSlot
from gateway.mapping.places import Cell
from gateway.mapping.plan import BlockPlan, Body, NestPlan, Use
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
        writing = {plan.bound.use.number for plan in body.rows if plan.row.writes}
        self._group(body, body.use, group, writing)
        for block in body.blocks:
            bodies = (
                [block.body]
                if isinstance(block, BlockPlan)
                else [level.body for level in block.levels]
            )
            for inner in bodies:
                scope = block.scope
                if isinstance(scope, Group):
                    self._trigger(inner, block)
                    self.body(inner, scope)

    def _trigger(self, body: Body, block: BlockPlan | NestPlan) -> None:
        tests = {(test.position, test.component) for test in block.selector.tests}
        span = block.block.span if isinstance(block, BlockPlan) else block.nest.span
        self._elements(body, body.use, tests, span)

    def _group(self, body: Body, use: Use, group: Group, writing: set[int]) -> None:
        used = {
            member
            for below in use.uses.values()
            if below.selector is not None and writing & {one.number for one in below.walk()}
            for member in below.selector.members
        }
        used |= {member for block in body.blocks for member in block.selector.members}
        level = any(
            isinstance(block, NestPlan) and any(one.body is body for one in block.levels)
            for block in (body.outer.blocks if body.outer else ())
        )
        for index, member in enumerate(group.members[1:], start=1):
            if member.min and index not in used and member.tag not in _ENVELOPE and not level:
                hint = f"{member.tag}…" if isinstance(member, SegmentSlot) else member.name
                self._report(self._span(body), f"{member.tag} in {group.name}", hint)
        for below in use.uses.values():
            if writing & {one.number for one in below.walk()} and below.selector is not None:
                tests = {(test.position, test.component) for test in below.selector.tests}
                self._elements(body, below, tests, self._span(body, below))

    def _elements(self, body: Body, use: Use, tests: set[tuple[int, int]], span: Span) -> None:
        segment = use.segment
        if segment is None:
            return
        written = set(tests)
        for plan in body.rows:
            if plan.row.writes and plan.bound.use is use:
                for cell in plan.bound.access.cells:
                    written.update(_cell_spots(cell))
        written.update(
            spot
            for cell, name in use.cells.items()
            if name.startswith("p_")
            for spot in _cell_spots(cell)
        )
        for position, slot in enumerate(segment.elements, start=1):
            parts = {component for at, component in written if at == position}
            if not slot.mandatory and not parts:
                continue
            if isinstance(slot.definition, Element):
                if not parts:
                    name = (
                        f"{segment.tag}.{position:02}"
                        if self.x12
                        else f"{segment.tag}.{slot.number}"
                    )
                    self._report(span, name, name)
            elif isinstance(slot.definition, Composite):
                for at, one in enumerate(slot.components):
                    if one.mandatory and at not in parts:
                        name = f"{segment.tag}.{slot.number}.{one.element.number}"
                        if self.x12:
                            name = f"{segment.tag}.{position:02}-{at + 1:02}"
                        self._report(span, name, name)

    def _span(self, body: Body, use: Use | None = None) -> Span:
        for plan in body.rows:
            if use is not None and plan.row.writes and plan.bound.use is use:
                return plan.row.right.span
        outer = body.outer
        for block in outer.blocks if outer is not None else ():
            if isinstance(block, BlockPlan) and block.body is body:
                return block.block.select.span
        return self.header

    def _report(self, span: Span, place: str, hint: str) -> None:
        found = problem("M502", span.place(), wire=place, hint=hint)
        if found not in self.problems:
            self.problems.append(found)


def _cell_spots(cell: Cell) -> Iterator[tuple[int, int]]:
    for position in cell.positions:
        if cell.offset:
            yield position, 0
            yield position + cell.offset, 0
        else:
            yield position, cell.component
            yield from ((position, at) for at, _ in cell.filters)
