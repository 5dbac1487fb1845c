"""Rows that ask a table: ``lookup NAME(…)`` on one side, ``lookup NAME`` as a modifier.

Both become converters, so that reading, writing, ``on error`` and problems are those of any row.
A name without a table is that of a code list.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

from gateway.mapping.build.context import Context
from gateway.mapping.build.values import refuse_converter
from gateway.mapping.convert import Converter
from gateway.mapping.paths import Wrong
from gateway.mapping.statements import Call, Row, Span
from gateway.mapping.tables import Lookup, Table
from gateway.problems import Problem, Severity, problem

_NAME = re.compile(r"(?P<table>[\w.-]+)(?:\[(?P<from>[^:\]]+):(?P<to>[^:\]]+)\])?")


def lookup_of(row: Row, inner: Converter, context: Context) -> Converter | None:
    """The converter of a row that asks a table or, with ``lookup NAME(…)``, a code list.

    ``inner``: the converter that the row names, which reads what the table answers. ``None``: the
    row has no lookup. Raises M105, M108, M402.
    """
    named = row.modifiers.lookup
    if named is not None:
        refuse_converter(row, f"lookup {named.name}", named)
        table, left, right = _table(named.name, named.span, context)
        if table is None:
            raise _no_table(named.name, named.span)
        reads = _lookup(table, right, left, context) if row.reads else None
        writes = _lookup(table, left, right, context) if row.writes else None
        for one in (reads, writes):
            _tell_repeated(one, named.span, context)
        return Converter("lookup", "text", reads or inner.read, writes or inner.write)
    for side in (row.right, row.left):
        if isinstance(side, Call) and side.code_list:
            return _called(row, side, inner, context)
    return None


def _called(row: Row, call: Call, inner: Converter, context: Context) -> Converter:
    assert call.code_list is not None
    table, key, value = _table(call.code_list, call.span, context)
    if table is None:
        return _coded(call, inner, context)
    ask = _lookup(table, key, value, context)
    _tell_repeated(ask, call.span, context)
    if call is row.right:
        return Converter("lookup", inner.type, lambda text: inner.read(ask(text)), inner.write)
    converter = row.modifiers.converter
    if converter is not None:
        refuse_converter(row, f"lookup {call.code_list}", converter)
    return Converter("lookup", "text", inner.read, ask)


def _coded(call: Call, inner: Converter, context: Context) -> Converter:
    """``lookup NAME(…)`` where NAME is a code list."""
    name = call.code_list or ""
    codes = context.codes(name)
    if codes is None:
        raise _no_table(name, call.span)
    return Converter(
        "lookup",
        "text",
        _answers(codes.to_canonical.get, codes.unknown_code),
        _answers(codes.to_wire.get, codes.unknown_word),
    )


def _answers(
    get: Callable[[Any], str | None], unknown: Callable[[], Exception]
) -> Callable[[Any], str]:
    def ask(text: Any) -> str:
        found = get(text)
        if found is None:
            raise unknown()
        return found

    return ask


def _lookup(table: Table, key: str, value: str, context: Context) -> Lookup:
    made = Lookup(table, key, value)
    if not table.at_hand:
        context.lookups.append(made)
    return made


def _table(text: str, span: Span, context: Context) -> tuple[Table | None, str, str]:
    """A table and the two columns that are asked. Raises M108."""
    match = _NAME.fullmatch(text)
    if match is None:
        value = "say NAME or NAME[column:column]"
        raise Wrong(_unusable(text, span, value))
    table, problems = context.table(match["table"])
    context.problems += problems[1:] if table is None else problems
    if table is None:
        if problems:
            raise Wrong(problems[0])
        return None, "", ""
    columns = table.columns
    key, value = match["from"], match["to"]
    if key is None:
        if len(columns) < 2:
            raise Wrong(_unusable(text, span, f"it has only the column {' '.join(columns)}"))
        key, value = columns[:2]
    for name in (key, value):
        if name not in columns:
            near = get_close_matches(name, columns, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            has = f"no column {name}; it has {', '.join(columns)}{hint}"
            raise Wrong(_unusable(match["table"], span, has))
    return table, key, value


def _tell_repeated(lookup: Lookup | None, span: Span, context: Context) -> None:
    """A warning for keys with several values: they will be refused, the others serve."""
    repeated = lookup.table.repeated(lookup.key, lookup.value) if lookup else ()
    if lookup and repeated:
        shown = ", ".join(repeated[:3]) + (", …" if len(repeated) > 3 else "")
        value = f"for {lookup.key} with more than one {lookup.value}: {shown}"
        found = _unusable(lookup.table.name, span, value, Severity.WARNING)
        if found not in context.problems:
            context.problems.append(found)


def _no_table(name: str, span: Span) -> Wrong:
    value = f"there is no tables/{name.partition('[')[0]}.csv, nor a code list of this name"
    return Wrong(_unusable(name.partition("[")[0], span, value))


def _unusable(name: str, span: Span, value: str, severity: Severity | None = None) -> Problem:
    return problem("M108", span.place(), severity=severity, name=name, value=value)
