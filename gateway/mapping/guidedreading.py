"""What a map reads beside a guide: the partner will send what it refuses, or never what it wants.

C210 codes of the guide that a code list does not know, C211 what the map requires and the guide
does not, C212 what rows of the partner read although the guide excludes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gateway.grammar.guide import ElementRule, MemberRule, Slot
from gateway.mapping.guided import Guided, block_span, occurrence, rows_of, spot, spots, wire
from gateway.mapping.places import Selector
from gateway.mapping.plan import BlockPlan, Body, NestPlan, RowPlan, Use
from gateway.mapping.statements import Span
from gateway.problems import Place

_SHOWN = 8
_NOT_USED, _OPTIONAL = "not used", "optional"


class Reading(Guided):
    """Of an inbound agreement."""

    def rows(
        self, body: Body, use: Use, rules: Iterable[ElementRule], selector: Selector | None
    ) -> None:
        """Each row that reads an element of which the guide says something."""
        rows = [row for row in rows_of(body, use) if row.row.reads and not row.function]
        for rule in rules:
            for row in rows:
                if any(spot(rule.at) in spots(cell) for cell in row.bound.access.cells):
                    self._element(row, rule, wire(use, rule))

    def _element(self, row: RowPlan, rule: ElementRule, here: str) -> None:
        if rule.usage == "N":
            self._needless(row, rule.place, here)
        elif rule.usage == "O" and self.guide.says(rule.place) and row.row.modifiers.required:
            self._wants(row.row.right.span, rule.place, here, row.row.name, _OPTIONAL)
        codes = row.row.modifiers.codes
        if rule.codes and row.codes is not None and row.row.modifiers.on_error == "fail":
            unknown = sorted(rule.codes - row.codes.to_canonical.keys())
            if unknown and self.guide.says(rule.place):
                more = f" and {len(unknown) - _SHOWN} more" if len(unknown) > _SHOWN else ""
                values = ", ".join(unknown[:_SHOWN]) + more
                span = codes.span if codes is not None else row.row.span
                facts: dict[str, Any] = {"what": here, "list": row.codes.name, "values": values}
                self.add("C210", span, rule.place, field=row.row.name, **facts)

    def included(
        self,
        rule: MemberRule,
        slot: Slot | None,
        rows: tuple[RowPlan, ...],
        block: BlockPlan | NestPlan | None,
    ) -> None:
        """C211 where an occurrence may be missing and the map refuses the message without it."""
        if slot is None or slot.min or not self.guide.says(slot.place):
            return  # that a rule without slots says nothing of its usage does not make it optional
        place, what = slot.place, occurrence(rule, slot)
        if isinstance(block, BlockPlan) and block.block.required:
            self._wants(block_span(block), place, what, block.block.name, _OPTIONAL)
        for row in rows:
            if row.row.reads and row.row.modifiers.required and not row.function:
                self._wants(row.row.right.span, place, what, row.row.name, _OPTIONAL)

    def excluded(
        self,
        rule: MemberRule,
        slot: Slot | None,
        selector: Selector,
        rows: tuple[RowPlan, ...],
        block: BlockPlan | NestPlan | None,
    ) -> None:
        """C211 or C212 for rows about something that never comes."""
        place = slot.place if slot is not None and rule.max else rule.place
        what = occurrence(rule, slot, selector)
        for row in rows:
            if row.row.reads:
                self._needless(row, place, what)
        if isinstance(block, BlockPlan):
            if block.block.required:
                self._wants(block_span(block), place, what, block.block.name, _NOT_USED)
            elif self.mine(block.block.origin):
                self.add("C212", block_span(block), place, what=what, field=block.block.name)

    def _needless(self, row: RowPlan, place: Place, what: str) -> None:
        if row.row.modifiers.required:
            self._wants(row.row.right.span, place, what, row.row.name, _NOT_USED)
        elif self.mine(row.row.origin):
            self.add("C212", row.row.right.span, place, what=what, field=row.row.name)

    def _wants(self, span: Span, place: Place, what: str, field: str, usage: str) -> None:
        self.add("C211", span, place, what=what, field=field, usage=usage)
