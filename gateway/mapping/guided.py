"""A map beside the guide of an agreement: what the partner takes of the message, or sends.

    found = guide_problems(compiled, guide, "outbound")

What contradicts depends on the direction: :mod:`.guidedwriting` looks at what the map writes,
:mod:`.guidedreading` at what it reads. Rows of a base map that only carry what a document or a
message happens to hold are not told of: a general map does more than one partner needs, and the
guide is checked again on each message.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from gateway.grammar.guide import Body as Rules
from gateway.grammar.guide import ElementRule, Guide, MemberRule, Slot
from gateway.mapping.places import Cell, Selector
from gateway.mapping.plan import BlockPlan, Body, NestPlan, RowPlan, Use
from gateway.mapping.statements import Literal, Span
from gateway.problems import Place, Problem, Severity, problem


class Guided:
    """Walks a plan and the rules of a guide side by side; what it meets is told by subclasses."""

    def __init__(self, guide: Guide, header: Span, *, own: bool) -> None:
        """``header``: the format in the first statement of the map.

        ``own``: whether the map is the partner's, so that every row of it is meant for him.
        """
        self.guide = guide
        self.header = header
        self.own = own
        self.problems: list[Problem] = []

    def body(self, body: Body, rules: Rules, selector: Selector | None = None) -> None:
        """Rows and blocks of an object, beside what the guide says of its group."""
        self.rows(body, body.use, rules.elements, selector)
        self._members(body, body.use, rules)

    def _members(self, body: Body, use: Use, rules: Rules) -> None:
        for below in use.uses.values():
            assert below.selector is not None
            rule = rules.member(below.selector.members[0])
            if rule is None:
                continue
            rows = [row for one in below.walk() for row in rows_of(body, one)]
            inner = self._taken(rule, below.selector, rows, None)
            if inner is not None:
                self.rows(body, below, inner.elements, below.selector)
                self._members(body, below, inner)
        for block in body.blocks if use is body.use else ():
            rule = rules.member(block.selector.members[0])
            if rule is None or block.selector.via:
                continue
            inner = self._taken(rule, block.selector, (), block)
            if inner is not None and isinstance(block, BlockPlan):
                self.body(block.body, inner, block.selector)
        self.required(rules, body, use)

    def _taken(
        self,
        rule: MemberRule,
        selector: Selector,
        rows: Iterable[RowPlan],
        block: BlockPlan | NestPlan | None,
    ) -> Rules | None:
        """What holds for an occurrence, or ``None`` where the guide excludes it."""
        slot = next((one for one in rule.slots if slot_takes(one, selector)), None)
        tested = {(test.position, test.component) for test in selector.tests}
        named = any(spot(one.at) in tested for slot in rule.slots for one in slot.discriminators)
        closed = slot is None and bool(rule.slots) and named and rule.other != "keep"
        if rule.max == 0 or closed or (slot is not None and slot.max == 0):
            self.excluded(rule, slot, selector, tuple(rows), block)
            return None
        self.included(rule, slot, tuple(rows), block)
        return slot.body if slot is not None else rule.body

    # ---- what subclasses tell

    def rows(
        self, body: Body, use: Use, rules: Iterable[ElementRule], selector: Selector | None
    ) -> None:
        """Rows of one segment, beside the rules of its elements."""

    def included(
        self,
        rule: MemberRule,
        slot: Slot | None,
        rows: tuple[RowPlan, ...],
        block: BlockPlan | NestPlan | None,
    ) -> None:
        """Rows or a block about an occurrence that the guide has."""

    def excluded(
        self,
        rule: MemberRule,
        slot: Slot | None,
        selector: Selector,
        rows: tuple[RowPlan, ...],
        block: BlockPlan | NestPlan | None,
    ) -> None:
        """Rows or a block about an occurrence that the guide does not take."""

    def required(self, rules: Rules, body: Body, use: Use) -> None:
        """What the guide requires in a group."""

    # ---- what they share

    def mine(self, origin: str) -> bool:
        """Whether a row or block was written for this partner."""
        return self.own or origin != "base"

    def add(
        self, code: str, span: Span, said: Place, severity: Severity | None = None, **facts: Any
    ) -> None:
        """A problem at a place of the map that names the place of the guide, too; told once."""
        found = problem(
            code,
            span.place(),
            severity=severity,
            guide=self.guide.name,
            other_file=said.file or self.guide.file,
            other_line=said.line or 1,
            **facts,
        )
        if found not in self.problems:
            self.problems.append(found)


def rows_of(body: Body, use: Use) -> Iterator[RowPlan]:
    """The rows of a body that touch a segment of it."""
    for row in body.rows:
        if not isinstance(row.sources[0], str) and row.bound.use is use:
            yield row


def block_span(block: BlockPlan | NestPlan) -> Span:
    """The path of a block."""
    return block.nest.select.span if isinstance(block, NestPlan) else block.block.select.span


def fixed(row: RowPlan) -> tuple[str, Span | None]:
    """A text that a row writes whatever the document holds, and where the map says it."""
    left, default = row.row.left, row.row.modifiers.default
    if isinstance(left, Literal):
        return left.text, left.span
    if default is None:
        return "", None
    if row.codes is not None:
        return row.codes.to_wire.get(default.text, ""), default.span
    return (default.text if row.converter.type == "text" else ""), default.span


def wire(use: Use, rule: ElementRule) -> str:
    """``BGM.1001``, ``NAD.C082.3039``: a position as a map or a guide names it."""
    tag = use.segment.tag if use.segment else ""
    return f"{tag}.{rule.number or rule.at}"


def spot(at: object) -> tuple[int, int]:
    """Element from 1, component from 0."""
    element, component = getattr(at, "element", 0), getattr(at, "component", None)
    return element, (component or 1) - 1


def spots(cell: Cell) -> Iterator[tuple[int, int]]:
    """The positions of a value and of the qualifiers that find it."""
    for position in cell.positions:
        yield position + cell.offset, cell.component
        yield from ((position, at) for at, _ in cell.filters)


def slot_takes(slot: Slot, selector: Selector) -> bool:
    """Whether what a selector tests belongs to a slot, as far as both look at the same places."""
    values = {(test.position, test.component): test.value for test in selector.tests}
    asked = [one for one in slot.discriminators if spot(one.at) in values]
    return bool(asked) and all(values[spot(one.at)] in one.values for one in asked)


def occurrence(rule: MemberRule, slot: Slot | None, selector: Selector | None = None) -> str:
    """``SG2:buyer (3035 BY)``, ``DTM 64``, ``PAI``: an occurrence, for people."""
    if slot is not None:
        return f"{rule.name}:{slot.name} ({slot.values})"
    tested = " ".join(test.value for test in selector.tests) if selector is not None else ""
    return f"{rule.name} {tested}".rstrip()
