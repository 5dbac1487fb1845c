"""Checks of a whole map that need no message: against the canonical model, and of completeness.

M104 fields named twice, M402 types, M405 literals too long, M501 required fields without row, M502
mandatory places nobody writes, M503 places written twice, M505 unknown fields, M506 values without
code.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gateway.grammar.model import MessageGrammar
from gateway.mapping.canonical import Canonical
from gateway.mapping.convert import Unfit
from gateway.mapping.mandatory import Mandatory
from gateway.mapping.plan import BlockPlan, Body, RowPlan
from gateway.mapping.statements import Header, Literal, Span
from gateway.problems import Problem, Severity, problem


def check(
    plan: Body, model: type[Any] | None, header: Header, grammar: MessageGrammar | None
) -> list[Problem]:
    """All findings about a plan."""
    problems: list[Problem] = []
    for body in plan.bodies():
        problems += _twice(body)
        problems += _written_twice(body)
        problems += _too_long(body)
    if model is not None:
        Canonical(header, problems).body(plan, model)
    if grammar is not None and any(row.row.writes for body in plan.bodies() for row in body.rows):
        Mandatory(header.format_span, problems, grammar.standard == "x12").body(plan, grammar.root)
    return problems


# ---------------------------------------------------------------------- names and places


def _twice(body: Body) -> Iterator[Problem]:
    """M104: a field named twice, unless in two directions or under conditions."""
    seen: dict[tuple[str, ...], list[RowPlan]] = {}
    for plan in body.rows:
        if not plan.name or plan.row.operator == "==":
            continue
        others = seen.setdefault(plan.name, [])
        for other in others:
            both_ways = {plan.row.operator, other.row.operator} == {"<-", "->"}
            writes_more = plan.row.operator == other.row.operator == "->"
            conditions = plan.row.modifiers.when and other.row.modifiers.when
            if not both_ways and not conditions and not writes_more:
                name = ".".join(plan.name)
                yield problem("M104", plan.row.left.span.place(), field=name)
                break
        others.append(plan)
    names = {plan.name for plan in body.rows if plan.row.reads}
    for block in body.blocks:
        span = block.block.field.span if isinstance(block, BlockPlan) else block.nest.field.span
        if block.name in names:
            yield problem("M104", span.place(), field=".".join(block.name))
        names.add(block.name)


def _written_twice(body: Body) -> Iterator[Problem]:
    """M503: two rows that write one place without conditions."""
    seen: dict[tuple[int, object], RowPlan] = {}
    for plan in body.rows:
        if not plan.row.writes or plan.row.modifiers.when is not None:
            continue
        bound = plan.bound
        for cell in bound.access.cells:
            key = (bound.use.number, cell)
            other = seen.setdefault(key, plan)
            if other is not plan:
                yield problem(
                    "M503",
                    plan.row.right.span.place(),
                    path=getattr(plan.row.right, "text", plan.name),
                    field=other.row.name,
                    other=plan.row.name,
                )
                break


def _too_long(body: Body) -> Iterator[Problem]:
    """M405: a literal that its element can never hold."""
    for plan in body.rows:
        if not plan.row.writes:
            continue
        longest = plan.bound.access.elements[0].max
        text = _literal_text(plan)
        if longest and len(text) > longest:
            default = plan.row.modifiers.default
            span = default.span if default is not None else plan.row.left.span
            yield _longer(plan, text, len(text), longest, span)
        elif longest:
            yield from _may_be_longer(plan, longest)


def _may_be_longer(plan: RowPlan, longest: int) -> Iterator[Problem]:
    """M405 as a warning: a converter or code list that allows more than the element holds."""
    named, codes = plan.row.modifiers.converter, plan.row.modifiers.codes
    if named is not None and named.name in ("text", "wrapped") and named.arguments:
        allowed = int(named.arguments[0])
        if allowed > longest:
            shown = f"{named.name}({allowed})"
            yield _longer(plan, shown, allowed, longest, named.span, Severity.WARNING)
    if codes is not None and plan.codes is not None:
        long = [one for one in plan.codes.to_wire.values() if len(one) > longest]
        if long:
            shown = f"{long[0]} of the code list {codes.name}"
            yield _longer(plan, shown, len(long[0]), longest, codes.span, Severity.WARNING)


def _longer(
    plan: RowPlan,
    value: str,
    length: int,
    longest: int,
    span: Span,
    severity: Severity | None = None,
) -> Problem:
    return problem(
        "M405",
        span.place(),
        severity=severity,
        value=value,
        length=length,
        path=getattr(plan.row.right, "text", ""),
        max=longest,
    )


def _literal_text(plan: RowPlan) -> str:
    if isinstance(plan.row.left, Literal):
        return plan.row.left.text
    if plan.default is None:
        return ""
    if plan.codes is not None:
        return plan.codes.to_wire.get(str(plan.default), "")
    try:
        text = plan.converter.write(plan.default)
    except Unfit:
        return ""
    return text if isinstance(text, str) and plan.converter.type == "text" else ""
