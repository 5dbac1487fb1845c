"""A compiled map: what the rest of the gateway calls."""

from __future__ import annotations

import linecache
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.grammar.model import Composite, MessageGrammar
from gateway.grammar.tree import Tree
from gateway.mapping import runtime
from gateway.mapping.compile_read import ReadCompiler
from gateway.mapping.compile_write import WriteCompiler
from gateway.mapping.convert import Unfit
from gateway.mapping.coverage import unread_records, unread_segments
from gateway.mapping.plan import BlockPlan, Body, Bound, NestPlan, RowInfo, RowPlan
from gateway.mapping.runtime import RowFacts
from gateway.mapping.statements import Block, Nest, Statement, bodies, spelled
from gateway.mapping.trees import Hierarchy, Level
from gateway.mapping.unwritten import unwritten_fields
from gateway.problems import Problem
from gateway.syntax.record import Record

_RUNTIME = (
    "bad",
    "cell",
    "counted",
    "differs",
    "finish",
    "given",
    "has",
    "join_all",
    "lack",
    "merged",
    "miss",
    "pair",
    "pick",
    "place_composite",
    "place_pair",
    "place_repetition",
    "position",
    "put",
    "qualifier",
    "record_join",
    "records_of",
    "shown",
    "summed",
    "tagged",
    "too_long",
    "twice",
    "unequal",
    "unknown",
    "unsaid",
    "unwritten",
    "written",
    "concat",
    "first",
)
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


@dataclass(frozen=True)
class CompiledMap:
    """One map (base and overlay) for one format, both ways.

    ``read`` and ``write`` never raise for what a partner or an ERP sent; they collect problems.
    """

    document: str
    """``order``."""
    format: str
    """``edifact/D96A/ORDERS``, ``csv/order``."""
    grammar: MessageGrammar | None
    layout: Any
    source: str
    """Generated Python, for people who want to see what runs."""
    statements: tuple[Statement, ...]
    plan: Body
    file: str
    overlay: str
    _read: Callable[..., None]
    _write: Callable[..., Any]

    def read(self, source: Tree | Record) -> tuple[dict[str, Any], list[Problem]]:
        """Canonical values (``Decimal``, ``date``, ``int``, ``str``; absent = left out).

        Raises ``ValueError`` for a tree of another message or directory than :attr:`format`: its
        positions would mean other things.
        """
        found: list[Problem] = []
        target: dict[str, Any] = {}
        if isinstance(source, Tree):
            if source.grammar is not self.grammar and _spelled(source.grammar) != self.format:
                raise ValueError(f"a tree of {_spelled(source.grammar)} for {self.format}")
            self._read(source.root, source.segments, found, None, target)
        else:
            self._read(source, (), found, None, target)
        return target, found

    def write(
        self, document: Any, *, at: datetime | None = None
    ) -> tuple[list[str] | Record, list[Problem]]:
        """Body segments in normal form without UNH/UNT or ST/SE, or the record.

        ``document``: a canonical document or its fields; ``at``: what ``now()`` says.
        """
        found: list[Problem] = []
        return self._write(_fields(document), found, None, at), found

    def unread(self, source: Tree | Record) -> list[Problem]:
        """V511 warnings: what the input held and no row reads."""
        if isinstance(source, Tree):
            return unread_segments(self.plan, source)
        return unread_records(self.plan, source)

    def unwritten(self, document: Any) -> list[Problem]:
        """V513 warnings: what the document holds and no row writes."""
        return unwritten_fields(self.plan, _fields(document))

    def rows(self) -> Iterator[RowInfo]:
        """The effective rows with their origin, in the order of the map."""
        yield from _rows(self.statements, "")


def _spelled(grammar: MessageGrammar) -> str:
    """``edifact/D96A/ORDERS``."""
    return f"{grammar.standard}/{grammar.directory}/{grammar.name}"


def _fields(document: Any) -> dict[str, Any]:
    """A document as its fields; what is absent is left out."""
    if isinstance(document, dict):
        return document
    fields: dict[str, Any] = document.model_dump(mode="python", exclude_none=True)
    return fields


def _rows(statements: tuple[Statement, ...], front: str) -> Iterator[RowInfo]:
    for one in statements:
        name = f"{front}.{one.name}" if front else one.name
        if isinstance(one, Block | Nest):
            kind = one.kind if isinstance(one, Block) else "nest"
            extra = (
                " ".join(("except", *one.excepts)) if isinstance(one, Block) and one.excepts else ""
            )
            if isinstance(one, Block) and one.required:
                extra = f"{extra} required".strip()
            yield RowInfo(name, kind, f"group {one.select.text}", extra, one.span, one.origin)
            for inner, body in bodies(one):
                yield from _rows(body, ".".join(part for part in (front, inner) if part))
        else:
            yield RowInfo(
                name, one.operator, spelled(one.right), one.modifiers.text, one.span, one.origin
            )


def generate(plan: Body, name: str) -> tuple[str, Callable[..., None], Callable[..., Any]]:
    """Source, read and write function of a plan. The source is registered in ``linecache``."""
    names: dict[str, Any] = {one: getattr(runtime, one) for one in _RUNTIME}
    names |= {"Unfit": Unfit, "Record": Record, "E": {}, "TRIM": "\x1d\x1f\x1e"}
    names |= {"COMPONENT": "\x1f", "REPETITION": "\x1e", "__builtins__": dict(_BUILT_IN)}
    names["UNTIMED"] = Unfit("V506", "a time")
    record = plan.use.segment is None and not hasattr(plan.use.scope, "members")
    nests = {
        block.order: block
        for body in plan.bodies()
        for block in body.blocks
        if isinstance(block, NestPlan)
    }
    recursive = next((".".join(one.name) for one in nests.values()), "")
    _row_facts(plan, names, record)
    reader = ReadCompiler(names, recursive)
    reader.compile(plan)
    writer = WriteCompiler(names, recursive)
    writer.compile(plan, nests)
    source = reader.code.text() + "\n" + writer.code.text()
    file = f"<map {name}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    exec(compile(source, file, "exec"), names)
    for order, nest in nests.items():
        names[f"N{order}"] = _hierarchy(nest, names)
    return source, names[f"read_{plan.number}"], names[f"write_{plan.number}"]


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
            )
        for block in body.blocks:
            if isinstance(block, BlockPlan):
                names[f"R{block.order}"] = RowFacts(
                    ".".join(block.name),
                    block.block.select.text,
                    str(block.block.span),
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
            names[f"read_{level.body.number}"],
            names[f"write_{level.body.number}"],
        )
        for level in plan.levels
    )
    facts = RowFacts(".".join(plan.name), plan.nest.select.text, str(plan.nest.span))
    return Hierarchy(plan.name[-1], plan.keys, levels, facts)
