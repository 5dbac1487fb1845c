"""What a map writes beside a guide: the partner would not take it, or would miss something.

M206 qualifiers and fixed codes outside the guide; C213 what the guide excludes, C214 what it
requires and no row writes, C215 fixed texts that its lengths and patterns refuse, C216 code lists
of which it takes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from gateway.grammar.guide import Body as Rules
from gateway.grammar.guide import ElementRule, MemberRule, Slot
from gateway.mapping.guided import (
    Guided,
    block_span,
    fixed,
    occurrence,
    rows_of,
    slot_takes,
    spot,
    spots,
    wire,
)
from gateway.mapping.places import Selector
from gateway.mapping.plan import BlockPlan, Body, NestPlan, RowPlan, Use
from gateway.mapping.statements import Span
from gateway.problems import Place, Severity, problem

_SHOWN = 8


class Writing(Guided):
    """Of an outbound agreement."""

    def rows(
        self, body: Body, use: Use, rules: Iterable[ElementRule], selector: Selector | None
    ) -> None:
        """Each row that writes an element of which the guide says something."""
        rows = [row for row in rows_of(body, use) if row.row.writes and not row.function]
        rules = tuple(rules)
        for rule in rules:
            for row in rows:
                if any(spot(rule.at) in spots(cell) for cell in row.bound.access.cells):
                    self._element(row, rule, use)
        written = {at for row in rows for cell in row.bound.access.cells for at in spots(cell)}
        if not written:
            return
        tests = selector.tests if selector is not None else ()
        written |= {(test.position, test.component) for test in tests}
        for rule in rules:
            if not _covered(rule, written):
                span = rows[0].row.right.span if use is not body.use else self.header
                self.add("C214", span, rule.place, wire=wire(use, rule))

    def _element(self, row: RowPlan, rule: ElementRule, use: Use) -> None:
        text, span = fixed(row)
        always = bool(text) and row.row.modifiers.when is None
        here = wire(use, rule)
        if rule.usage == "N":
            if always or self.mine(row.row.origin):
                severity = Severity.ERROR if always else Severity.WARNING
                self.add("C213", row.row.right.span, rule.place, severity, what=here)
            return
        if text and span is not None:
            self._fixed(row, rule, text, span, here)
        elif row.codes is not None and rule.codes and row.codes.to_wire:
            taken = rule.codes.intersection(row.codes.to_wire.values())
            if not taken and self.guide.says(rule.place):
                codes = " ".join(sorted(rule.codes)[:_SHOWN])
                named = row.row.modifiers.codes
                at = named.span if named is not None else row.row.span
                self.add("C216", at, rule.place, what=here, list=row.codes.name, codes=codes)

    def _fixed(self, row: RowPlan, rule: ElementRule, text: str, span: Span, here: str) -> None:
        if rule.codes is not None and text not in rule.codes:
            near = get_close_matches(text, sorted(rule.codes), 3) or sorted(rule.codes)[:_SHOWN]
            self._not_taken(span, text, here, near, rule.place)
        refusing = next((one for one in rule.patterns if not re.fullmatch(one, text)), None)
        wanted = f"what fits the pattern {refusing}" if refusing is not None else ""
        if rule.max is not None and len(text) > rule.max:
            wanted = f"at most {rule.max} characters"
        elif rule.min is not None and len(text) < rule.min:
            wanted = f"at least {rule.min} characters"
        if wanted:
            self.add("C215", span, rule.place, value=text, what=here, wanted=wanted)

    def _not_taken(
        self, span: Span, value: str, tag: str, takes: Iterable[str], said: Place
    ) -> None:
        file, line = said.file or self.guide.file, said.line or 1
        hint = f"; the guide {self.guide.name} takes {' '.join(takes)} ({file} line {line})"
        self.problems.append(problem("M206", span.place(), value=value, tag=tag, hint=hint))

    def excluded(
        self,
        rule: MemberRule,
        slot: Slot | None,
        selector: Selector,
        rows: tuple[RowPlan, ...],
        block: BlockPlan | NestPlan | None,
    ) -> None:
        """M206 for a qualifier of no slot, C213 for what the guide says is not used."""
        told = self._block(block) if block is not None else self._telling(rows)
        if told is None:
            return
        if rule.max == 0 or slot is not None:
            place = slot.place if slot is not None and rule.max else rule.place
            self.add("C213", told, place, what=occurrence(rule, slot, selector))
            return
        value = ", ".join(test.value for test in selector.tests)
        taken = sorted({v for s in rule.slots for d in s.discriminators for v in d.values})
        self._not_taken(told, value, rule.segment.tag, taken, rule.place)

    def _telling(self, rows: Iterable[RowPlan]) -> Span | None:
        """The path of a row that was written for the partner, or that always writes something."""
        for row in rows:
            always = row.row.modifiers.required or fixed(row)[0]
            if row.row.writes and (self.mine(row.row.origin) or always):
                return row.row.right.span
        return None

    def _block(self, block: BlockPlan | NestPlan) -> Span | None:
        told = isinstance(block, NestPlan) or self.mine(block.block.origin) or block.block.required
        return block_span(block) if told else None

    def required(self, rules: Rules, body: Body, use: Use) -> None:
        """C214 where no row or block writes a member that the guide requires."""
        written = [
            below.selector
            for below in use.uses.values()
            if below.selector is not None
            and any(row.row.writes for one in below.walk() for row in rows_of(body, one))
        ]
        if use is body.use:
            written += [(*block.selector.via, block.selector)[0] for block in body.blocks]
        elif not written:
            return
        for rule in rules.members:
            mine = [one for one in written if rule.index in one.members]
            for slot in rule.slots:
                if slot.min and not any(slot_takes(slot, one) or not one.tests for one in mine):
                    self.add("C214", self.header, slot.place, wire=occurrence(rule, slot))
            if rule.min and not rule.member.min and not rule.slots and not mine:
                self.add("C214", self.header, rule.place, wire=rule.name)


def _covered(rule: ElementRule, written: set[tuple[int, int]]) -> bool:
    """Whether rows write what the guide requires (M: where what is around it is written)."""
    around = any(position == rule.at.element for position, _ in written)
    if rule.usage not in ("R", "M") or (rule.usage == "M" and not around):
        return True
    return around if rule.at.component is None else spot(rule.at) in written
