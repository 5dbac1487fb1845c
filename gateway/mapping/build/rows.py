"""Rows → plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from gateway.grammar.layoutmodel import RecordLayout
from gateway.mapping.build.context import Context, condition, member
from gateway.mapping.build.lookups import lookup_of
from gateway.mapping.build.values import codes_of, converter_of, known_converter, literal_of
from gateway.mapping.convert import DATED
from gateway.mapping.paths import Wrong, element_path
from gateway.mapping.places import Access, Selector
from gateway.mapping.plan import Body, Bound, RowPlan, Use
from gateway.mapping.records import record_path
from gateway.mapping.statements import Call, Field, Literal, Path, Row
from gateway.problems import Problem, problem

ELSEWHERE = ("M202", "M204", "M205", "M207")
"""What a row may run into in another directory than its map is written for."""
_SHAPES: dict[str, tuple[str, Callable[[tuple[Any, ...]], bool]]] = {
    "join": (
        'join(" ", PATH#*)',
        lambda a: len(a) == 2 and isinstance(a[0], Literal) and isinstance(a[1], Path),
    ),
    "first": ("first(A, B)", lambda a: len(a) > 1),
    "concat": ("concat(A, B)", lambda a: len(a) > 1),
    "lookup": ("lookup TABLE(A)", lambda a: len(a) == 1),
    "count": ("count(list)", lambda a: len(a) == 1 and isinstance(a[0], Field)),
    "sum": ("sum(list.field)", lambda a: len(a) == 1 and isinstance(a[0], Field)),
    "now": ("now()", lambda a: not a),
}


def row_plan(row: Row, body: Body, context: Context) -> RowPlan:
    """The plan of one row. Raises :class:`Wrong`."""
    for call in (row.left, row.right):
        if isinstance(call, Call):
            _check_call(call)
    function, separator, arguments = _arguments(row)
    known_converter(row)  # first: without its converter a path may look incomplete
    accesses = _accesses(row, function, arguments, body, context)
    inner = converter_of(row, accesses, context)
    asked = lookup_of(row, inner, context)
    converter = asked or inner
    codes = codes_of(row, context)
    sources = tuple(
        one if isinstance(one, str) else _bind(one, body, row, context) for one in accesses
    )
    name = tuple(row.left.name.split(".")) if isinstance(row.left, Field) else ()
    if row.modifiers.when is not None:
        condition(row.modifiers.when, row.name, body, reads=row.reads)
    return RowPlan(
        context.number(),
        row,
        name,
        function,
        sources,
        converter,
        codes,
        literal_of(row.modifiers.default, inner, codes),
        literal_of(row.modifiers.implied, inner, codes),
        separator,
    )


def _arguments(row: Row) -> tuple[str, str, tuple[object, ...]]:
    """Function on the right, separator of ``join``, and the paths or literals it is made of."""
    if not isinstance(row.right, Call):
        return "", "", (row.right,)
    function, arguments = row.right.name, row.right.arguments
    if function == "join":
        first = arguments[0]
        return function, first.text if isinstance(first, Literal) else "", arguments[1:]
    return "" if function == "lookup" else function, "", arguments


def _accesses(
    row: Row, function: str, arguments: Iterable[object], body: Body, context: Context
) -> list[Access | str]:
    dated = row.modifiers.converter is not None and row.modifiers.converter.name in DATED
    found: list[Access | str] = []
    lacking: Wrong | None = None
    for argument in arguments:
        if isinstance(argument, Literal):
            found.append(argument.text)
        elif isinstance(argument, Path):
            try:
                found.append(access(argument, body, context, dated, function == "join"))
            except Wrong as stop:
                # of several places to look at, this directory may lack some
                if function != "first" or not elsewhere(row, stop.problem, context):
                    raise
                lacking = stop
    if lacking is not None and not found:
        raise lacking
    return found


def elsewhere(row: Row, found: Problem, context: Context) -> bool:
    """Whether a problem only says that the directory is another one than that of the map."""
    general = row.origin == "base" and not (row.modifiers.reach.since or row.modifiers.reach.until)
    return context.foreign and general and found.code in ELSEWHERE


def access(path: Path, body: Body, context: Context, dated: bool, join: bool) -> Access:
    """A path from the body to its cells. Raises :class:`Wrong`."""
    scope = body.use.scope
    if isinstance(scope, RecordLayout):
        found = replace(record_path(path, scope), every=join)
    else:
        found = element_path(path, scope, context.standard, dated, context.foreign)
    if found.every and join and found.steps:
        last = replace(found.steps[-1], every=True)
        found = replace(found, steps=(*found.steps[:-1], last))
    return found


def use_of(steps: Iterable[Selector], body: Body, path: Path | Call, context: Context) -> Use:
    """The use at the end of some steps; uses on the way are made where they are not yet."""
    use = body.use
    for selector in steps:
        below = use.uses.get(selector)
        if below is None:
            below = Use(context.number(), selector, member(use.scope, selector), context.number())
            use.uses[selector] = below
            context.qualifiers(below, path)
        use = below
    return use


def _bind(found: Access, body: Body, row: Row, context: Context) -> Bound:
    """The uses on the way to the cells, and the variables of the cells."""
    use = use_of(found.steps, body, row.right, context)
    variables = []
    for cell, element in zip(found.cells, found.elements, strict=True):
        if cell not in use.cells:
            use.cells[cell] = f"v{context.number()}"
            use.elements[cell] = element
        variables.append(use.cells[cell])
    return Bound(use, tuple(variables), found)


def _check_call(call: Call) -> None:
    plain = all(not isinstance(one, Call) for one in call.arguments)
    wanted, fits = _SHAPES[call.name]
    if not plain or not fits(call.arguments):
        raise Wrong(problem("M101", call.span.place(), wanted=wanted, value=call.name))
