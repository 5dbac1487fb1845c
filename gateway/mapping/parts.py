"""What stands in a map before overlays: parts copied in, rows of other directories left out.

Parts are expanded by copy, so that an overlay of ``buyer.vat_id`` changes the buyer alone. A block
that says ``on error`` says it for the rows in it that say nothing themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from gateway.mapping.directories import holds
from gateway.mapping.statements import Block, Part, Row, Statement
from gateway.problems import Problem, problem

_DEEPEST = 8
"""Parts within parts; deeper is a part that contains itself."""


@dataclass
class Expansion:
    """Expands the statements of one load."""

    parts: Mapping[str, Part]
    directory: str
    """``D96A``; empty in formats without directories."""
    problems: list[Problem]
    _kept: dict[tuple[str, str], tuple[Statement, ...]] = field(default_factory=dict)
    """Bodies of parts, one for all blocks that take them: what is shared is compiled once."""

    def statements(
        self, statements: Iterable[Statement], policy: str = "fail", depth: int = 0
    ) -> tuple[Statement, ...]:
        """The statements that hold in this directory, with parts and policies filled in."""
        return tuple(
            self._expanded(one, policy, depth)
            for one in statements
            if holds(one.modifiers.reach if isinstance(one, Row) else one.reach, self.directory)
        )

    def _expanded(self, statement: Statement, policy: str, depth: int) -> Statement:
        if isinstance(statement, Row):
            if statement.modifiers.own_policy or policy == "fail":
                return statement
            return replace(statement, modifiers=replace(statement.modifiers, on_error=policy))
        if isinstance(statement, Block):
            return self._block(statement, policy, depth)
        levels = tuple(
            replace(one, body=self.statements(one.body, policy, depth)) for one in statement.levels
        )
        body = self.statements(statement.body, policy, depth)
        return replace(statement, body=body, levels=levels)

    def _block(self, block: Block, policy: str, depth: int) -> Block:
        policy = block.on_error if block.own_policy else policy
        body = self.statements(block.body, policy, depth)
        if block.part is not None:
            copied = self._part(block, policy, depth)
            own = {one.name for one in body}
            body = (*(one for one in copied if one.name not in own), *body)
        return replace(block, body=body, on_error=policy)

    def _part(self, block: Block, policy: str, depth: int) -> tuple[Statement, ...]:
        assert block.part is not None
        name = block.part.name
        part = self.parts.get(name)
        if part is None or depth > _DEEPEST:
            near = get_close_matches(name, list(self.parts), 1) if part is None else []
            hint = f"did you mean {near[0]}?" if near else "it must stand in this file"
            place = block.part.span.place()
            self.problems.append(problem("M107", place, part=name, hint=hint))
            return ()
        if (name, policy) not in self._kept:
            self._kept[name, policy] = self.statements(part.body, policy, depth + 1)
        return self._kept[name, policy]
