"""Plan → functions: writes the source of both directions and runs it where it can reach nothing.

Two variants come from one plan: the plain one, and the traced one, which also tells a
:class:`~gateway.mapping.trace.Trace` what each row takes and puts.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from gateway.grammar.layoutmodel import RecordLayout
from gateway.grammar.model import Composite
from gateway.mapping.compile_read import ReadCompiler
from gateway.mapping.compile_write import WriteCompiler
from gateway.mapping.convert import Unfit
from gateway.mapping.facts import RowFacts
from gateway.mapping.plan import BlockPlan, Body, Bound, NestPlan, RowPlan
from gateway.mapping.runtime import CALLED
from gateway.mapping.statements import spelled
from gateway.mapping.trees import Hierarchy, Level
from gateway.syntax.record import Record

_BUILT_IN = {
    "enumerate": enumerate,
    "filter": filter,
    "len": len,
    "list": list,
    "bool": bool,
    "KeyError": KeyError,
    "TypeError": TypeError,
}
"""The only built-in names that generated code sees."""


class Generated(NamedTuple):
    """One direction of a map, ready to run."""

    source: str
    run: Callable[..., Any]


def reading(plan: Body, name: str, *, traced: bool = False) -> Generated:
    """``run(root, segments, problems, None, target)`` fills ``target``."""
    names, nests = _names(plan), _nests(plan)
    compiler = ReadCompiler(names, _recursive(nests), traced=traced)
    compiler.compile(plan)
    return _run(compiler.code.text(), f"read_{plan.number}", names, nests, name)


def writing(plan: Body, name: str, *, traced: bool = False) -> Generated:
    """``run(fields, problems, None, at)`` gives the body segments or the record."""
    names, nests = _names(plan), _nests(plan)
    compiler = WriteCompiler(names, _recursive(nests), traced=traced)
    compiler.compile(plan, nests)
    return _run(compiler.code.text(), f"write_{plan.number}", names, nests, name)


def _run(
    source: str, entry: str, names: dict[str, Any], nests: dict[int, NestPlan], name: str
) -> Generated:
    """Run the source; it is registered in ``linecache``, so that tracebacks show it."""
    file = f"<map {name}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    exec(compile(source, file, "exec"), names)
    for order, nest in nests.items():
        names[f"N{order}"] = _hierarchy(nest, names)
    return Generated(source, names[entry])


def _names(plan: Body) -> dict[str, Any]:
    """Everything that generated code sees."""
    names: dict[str, Any] = dict(CALLED)
    names |= {"Unfit": Unfit, "Record": Record, "STR": str, "E": {}, "TRIM": "\x1d\x1f\x1e"}
    names |= {"COMPONENT": "\x1f", "REPETITION": "\x1e", "__builtins__": dict(_BUILT_IN)}
    names["UNTIMED"] = Unfit("V506", "a time")
    _row_facts(plan, names, isinstance(plan.use.scope, RecordLayout))
    return names


def _nests(plan: Body) -> dict[int, NestPlan]:
    return {
        block.order: block
        for body in plan.bodies()
        for block in body.blocks
        if isinstance(block, NestPlan)
    }


def _recursive(nests: dict[int, NestPlan]) -> str:
    """The list that contains itself: ``packages``."""
    return next((".".join(one.name) for one in nests.values()), "")


def _row_facts(plan: Body, names: dict[str, Any], record: bool) -> None:
    for body in plan.bodies():
        for row in body.rows:
            field = ".".join(row.name)
            path = row.bound.access if isinstance(row.sources[0], Bound) else None
            text = row.converter.type == "text"
            names[f"R{row.number}"] = RowFacts(
                field or spelled(row.row.left),
                spelled(row.row.right),
                str(row.row.span),
                row.row.modifiers.on_error,
                record,
                text and path is not None,
                *_spot(row),
                origin=row.row.origin,
                named=bool(row.name),
            )
        for block in body.blocks:
            if isinstance(block, BlockPlan):
                names[f"R{block.order}"] = RowFacts(
                    ".".join(block.name),
                    block.block.select.text,
                    str(block.block.span),
                    block.block.on_error,
                    record=record,
                )


def _spot(row: RowPlan) -> tuple[int | None, int | None]:
    """(element, component) of a row with one fixed place in its segment."""
    source = row.sources[0]
    if row.function or not isinstance(source, Bound) or source.use.segment is None:
        return None, None
    cell = source.access.cells[0]
    if len(cell.positions) != 1 or cell.offset:
        return None, None
    slot = source.use.segment.elements[cell.positions[0] - 1]
    composite = isinstance(slot.definition, Composite)
    return cell.positions[0], cell.component + 1 if composite else None


def _hierarchy(plan: NestPlan, names: Mapping[str, Any]) -> Hierarchy:
    levels = tuple(
        Level(
            level.codes,
            level.role,
            ".".join(level.name),
            tuple(row.name for row in level.body.rows if row.row.writes and row.name),
            names.get(f"read_{level.body.number}"),
            names.get(f"write_{level.body.number}"),
        )
        for level in plan.levels
    )
    facts = RowFacts(".".join(plan.name), plan.nest.select.text, str(plan.nest.span))
    return Hierarchy(plan.name[-1], plan.keys, levels, facts)
