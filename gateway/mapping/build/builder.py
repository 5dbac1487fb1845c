"""Statements → plan: resolves every path, converter, code list, table and literal.

Reports M103, M108, M2xx, M401, M402 (converters), M403, M404 and M406 on the way. A row with a
problem is left out.
"""

from __future__ import annotations

from collections.abc import Iterable

from gateway.mapping.build.blocks import block_plan, nest_plan
from gateway.mapping.build.context import Context
from gateway.mapping.build.rows import ELSEWHERE, elsewhere, row_plan
from gateway.mapping.paths import Wrong
from gateway.mapping.plan import Body, Scope, Use
from gateway.mapping.statements import Block, Row, Statement
from gateway.problems import Problem, problem


class Builder:
    """Builds the plan of one map."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._made: dict[tuple[tuple[int, ...], int], Body] = {}
        """Bodies of blocks by the identity of their statements and scope."""

    def body(
        self,
        statements: Iterable[Statement],
        scope: Scope,
        fields: str,
        outer: Body | None = None,
    ) -> Body:
        """The plan of one body."""
        use = Use(self.context.number(), None, scope, 0)
        body = Body(use.number, use, fields, outer)
        for statement in statements:
            try:
                if isinstance(statement, Row):
                    body.rows.append(row_plan(statement, body, self.context))
                elif isinstance(statement, Block):
                    body.blocks.append(block_plan(statement, body, self.context, self._shared))
                else:
                    body.blocks.append(nest_plan(statement, body, self.context, self.body))
            except Wrong as stop:
                self.context.problems.append(self._told(statement, stop.problem))
        return body

    def _shared(
        self, statements: Iterable[Statement], scope: Scope, fields: str, outer: Body | None
    ) -> Body:
        """The body of a block; blocks that took the same rows share what they are made of."""
        kept = tuple(statements)
        key = (tuple(map(id, kept)), id(scope))
        first = self._made.get(key)
        if first is None:
            made = self._made[key] = self.body(kept, scope, fields, outer)
            return made
        return Body(
            self.context.number(), first.use, fields, outer, first.rows, first.blocks, twin=first
        )

    def _told(self, statement: Statement, found: Problem) -> Problem:
        """M209 where only the directory is another; the problem itself in all other cases."""
        context = self.context
        if isinstance(statement, Row):
            left_out = not statement.modifiers.required and elsewhere(statement, found, context)
        elif isinstance(statement, Block):
            bound = statement.reach.since or statement.reach.until
            general = statement.origin == "base" and not bound and not statement.required
            left_out = context.foreign and general and found.code in ELSEWHERE
        else:
            left_out = False
        if not left_out:
            return found
        return problem(
            "M209",
            found.place,
            field=statement.name,
            directory=context.directory,
            home=context.home,
            reason=found.sentence,
        )
