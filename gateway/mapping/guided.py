"""Checks of a map against a guide: what the partner takes of the message.

M206 qualifiers and fixed codes outside the guide, M405 fixed texts that are too long for it, M502
what the guide requires and no row writes, M506 codes of the guide that a code list does not know.
Rows of the base map that only write what a document holds are not told of: a document may hold
more than one partner takes, and the guide is checked again on each message.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from gateway.grammar.guide import Body as Rules
from gateway.grammar.guide import ElementRule, Guide, MemberRule, Slot
from gateway.mapping.places import Cell, Selector
from gateway.mapping.plan import BlockPlan, Body, NestPlan, RowPlan, Use
from gateway.mapping.statements import Header, Literal, Span
from gateway.problems import Problem, problem

_SHORT = 12
"""Codes of a list that a partner made; longer ones come from a general guide or the directory."""


def check_guide(plan: Body, guide: Guide, header: Header) -> list[Problem]:
    """All findings."""
    checking = _Guided(guide, header.format_span)
    checking.body(plan, guide.body)
    return checking.problems


class _Guided:
    def __init__(self, guide: Guide, header: Span) -> None:
        self.guide = guide
        self.header = header
        self.problems: list[Problem] = []

    def body(self, body: Body, rules: Rules, own: Selector | None = None) -> None:
        """Rows and blocks of an object, beside what the guide says of its group."""
        self._rows(body, body.use, rules.elements, own)
        self._members(body, body.use, rules)

    def _members(self, body: Body, use: Use, rules: Rules) -> None:
        written: list[Selector] = []
        for below in use.uses.values():
            assert below.selector is not None
            rows = [row for one in below.walk() for row in _rows_of(body, one)]
            if any(row.row.writes for row in rows):
                written.append(below.selector)
            rule = rules.member(below.selector.members[0])
            if rule is None:
                continue
            inner = self._slot(rule, below.selector, _telling(rows))
            if inner is not None:
                self._rows(body, below, inner.elements, below.selector)
                self._members(body, below, inner)
        for block in body.blocks if use is body.use else ():
            written.append((*block.selector.via, block.selector)[0])
            rule = rules.member(block.selector.members[0])
            if rule is None or block.selector.via:
                continue
            inner = self._slot(rule, block.selector, _block_span(block))
            if inner is not None and isinstance(block, BlockPlan):
                self.body(block.body, inner, block.selector)
        self._required(rules, written, body, use)

    def _slot(self, rule: MemberRule, selector: Selector, told: Span | None) -> Rules | None:
        """What holds for an occurrence; M206 (if it is to be told) where the guide has none."""
        slot = next((one for one in rule.slots if _matches(one, selector)), None)
        tested = {(test.position, test.component) for test in selector.tests}
        named = any(_spot(one.at) in tested for slot in rule.slots for one in slot.discriminators)
        outside = rule.max == 0 or (slot is not None and slot.max == 0)
        if slot is None and rule.slots and named and rule.other != "keep":
            outside = True
        if not outside:
            return slot.body if slot is not None else rule.body
        if told is not None:
            value = ", ".join(test.value for test in selector.tests) or rule.name
            taken = sorted({v for s in rule.slots for d in s.discriminators for v in d.values})
            hint = f"; the guide {self.guide.name} takes {' '.join(taken) or 'no ' + rule.name}"
            self.problems.append(
                problem("M206", told.place(), value=value, tag=rule.segment.tag, hint=hint)
            )
        return None

    # ------------------------------------------------------------------ elements

    def _rows(
        self, body: Body, use: Use, rules: Iterable[ElementRule], selector: Selector | None
    ) -> None:
        rows = [row for row in _rows_of(body, use) if not row.function]
        for rule in rules:
            for row in rows:
                if any(_spot(rule.at) in _spots(cell) for cell in row.bound.access.cells):
                    self._element(row, rule)
        written = {
            spot for row in rows if row.row.writes
            for cell in row.bound.access.cells
            for spot in _spots(cell)
        }  # fmt: skip
        if written:
            tests = selector.tests if selector is not None else ()
            written |= {(test.position, test.component) for test in tests}
            for rule in rules:
                if not _covered(rule, written):
                    self._lacks(
                        f"{use.segment.tag if use.segment else ''}.{rule.number}", body, use
                    )

    def _element(self, row: RowPlan, rule: ElementRule) -> None:
        text, span = _fixed(row)
        if row.row.writes and text and span is not None:
            if rule.codes is not None and text not in rule.codes:
                near = get_close_matches(text, sorted(rule.codes), 3) or sorted(rule.codes)[:8]
                hint = f"; the guide {self.guide.name} takes {' '.join(near)}"
                tag = row.bound.use.segment.tag if row.bound.use.segment else ""
                self.problems.append(
                    problem("M206", span.place(), value=text, tag=f"{tag}.{rule.number}", hint=hint)
                )
            if rule.max is not None and len(text) > rule.max:
                path = getattr(row.row.right, "text", "")
                length = len(text)
                self.problems.append(
                    problem(
                        "M405", span.place(), value=text, path=path, length=length, max=rule.max
                    )
                )
        if row.codes is not None and row.row.reads and rule.codes and len(rule.codes) <= _SHORT:
            unknown = sorted(rule.codes - set(row.codes.to_canonical))
            if unknown and row.row.modifiers.on_error == "fail":
                shown = f"{', '.join(unknown[:8])} (which the guide {self.guide.name} allows)"
                place = row.row.span.place()
                self.problems.append(
                    problem("M506", place, list=row.codes.name, values=shown, field=row.row.name)
                )

    # ------------------------------------------------------------------ what is required

    def _required(self, rules: Rules, written: list[Selector], body: Body, use: Use) -> None:
        if not written and use is not body.use:
            return
        for rule in rules.members:
            mine = [one for one in written if rule.index in one.members]
            for slot in rule.slots:
                if slot.min and not any(_matches(slot, one) or not one.tests for one in mine):
                    self._lacks(f"{rule.name}:{slot.name} ({slot.values})", body, use)
            if rule.min and not rule.member.min and not rule.slots and not mine:
                self._lacks(rule.name, body, use)

    def _lacks(self, name: str, body: Body, use: Use) -> None:
        """M502 at the row or block that writes what is around."""
        rows = [row for row in _rows_of(body, use) if row.row.writes]
        span = rows[0].row.right.span if rows and use is not body.use else self.header
        found = problem(
            "M502", span.place(), wire=f"{name} of the guide {self.guide.name}", hint=name
        )
        if found not in self.problems:
            self.problems.append(found)


def _rows_of(body: Body, use: Use) -> Iterator[RowPlan]:
    for row in body.rows:
        if not isinstance(row.sources[0], str) and row.bound.use is use:
            yield row


def _telling(rows: Iterable[RowPlan]) -> Span | None:
    """The path of a row that a partner added, or that always writes something."""
    for row in rows:
        fixed = row.row.modifiers.required or _fixed(row)[0]
        if row.row.writes and (row.row.origin != "base" or fixed):
            return row.row.right.span
    return None


def _block_span(block: BlockPlan | NestPlan) -> Span | None:
    if isinstance(block, NestPlan):
        return block.nest.select.span
    told = block.block.origin != "base" or block.block.required
    return block.block.select.span if told else None


def _fixed(row: RowPlan) -> tuple[str, Span | None]:
    """A text that a row writes whatever the document holds, and where the map says it."""
    left, default = row.row.left, row.row.modifiers.default
    if isinstance(left, Literal):
        return left.text, left.span
    if default is None:
        return "", None
    if row.codes is not None:
        return row.codes.to_wire.get(default.text, ""), default.span
    return (default.text if row.converter.type == "text" else ""), default.span


def _spot(at: object) -> tuple[int, int]:
    """Element from 1, component from 0."""
    element, component = getattr(at, "element", 0), getattr(at, "component", None)
    return element, (component or 1) - 1


def _spots(cell: Cell) -> Iterator[tuple[int, int]]:
    for position in cell.positions:
        yield position + cell.offset, cell.component
        yield from ((position, at) for at, _ in cell.filters)


def _covered(rule: ElementRule, written: set[tuple[int, int]]) -> bool:
    """Whether rows write what the guide requires (M: where what is around it is written)."""
    around = any(position == rule.at.element for position, _ in written)
    if rule.usage not in ("R", "M") or (rule.usage == "M" and not around):
        return True
    return around if rule.at.component is None else _spot(rule.at) in written


def _matches(slot: Slot, selector: Selector) -> bool:
    """Whether what a selector tests belongs to a slot, as far as both look at the same places."""
    values = {(test.position, test.component): test.value for test in selector.tests}
    asked = [one for one in slot.discriminators if _spot(one.at) in values]
    return bool(asked) and all(values[_spot(one.at)] in one.values for one in asked)
