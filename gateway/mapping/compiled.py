"""A compiled map: what the rest of the gateway calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from gateway.grammar.model import MessageGrammar
from gateway.grammar.tree import Tree
from gateway.mapping.coverage import unread_records, unread_segments
from gateway.mapping.generate import Generated, reading, writing
from gateway.mapping.plan import Body, RowInfo
from gateway.mapping.statements import Block, Header, Nest, Statement, bodies, spelled
from gateway.mapping.tables import Lookup, answered
from gateway.mapping.trace import Trace, Traced
from gateway.mapping.unwritten import unwritten_fields
from gateway.problems import Problem
from gateway.syntax.record import Record


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
    statements: tuple[Statement, ...]
    plan: Body
    name: str
    """Of the generated code: map, overlay and format."""
    file: str
    overlay: str
    lookups: tuple[Lookup, ...] = ()
    """Questions to tables that are asked once per document, for all its texts."""
    header: Header | None = None
    """The first statement of the base map."""

    # Each direction is made when it is asked for: most agreements go one way only.

    @cached_property
    def _reading(self) -> Generated:
        return reading(self.plan, f"{self.name} read")

    @cached_property
    def _writing(self) -> Generated:
        return writing(self.plan, f"{self.name} write")

    @cached_property
    def _read(self) -> Callable[..., None]:
        return self._reading.run

    @cached_property
    def _write(self) -> Callable[..., Any]:
        return self._writing.run

    @cached_property
    def _trace_read(self) -> Callable[..., None]:
        return reading(self.plan, f"{self.name} read traced", traced=True).run

    @cached_property
    def _trace_write(self) -> Callable[..., Any]:
        return writing(self.plan, f"{self.name} write traced", traced=True).run

    @property
    def source(self) -> str:
        """Generated Python, for people who want to see what runs."""
        return f"{self._reading.source}\n{self._writing.source}"

    def read(self, source: Tree | Record) -> tuple[dict[str, Any], list[Problem]]:
        """Canonical values (``Decimal``, ``date``, ``int``, ``str``; absent = left out).

        Raises ``ValueError`` for a tree of another message or directory than :attr:`format`: its
        positions would mean other things.
        """
        found: list[Problem] = []
        with answered(self.lookups, lambda: self._filled(self._read, source, [])):
            return self._filled(self._read, source, found), found

    def _filled(
        self, read: Callable[..., None], source: Tree | Record, found: list[Problem]
    ) -> dict[str, Any]:
        target: dict[str, Any] = {}
        if isinstance(source, Tree):
            if source.grammar is not self.grammar and _spelled(source.grammar) != self.format:
                raise ValueError(f"a tree of {_spelled(source.grammar)} for {self.format}")
            read(source.root, source.segments, found, None, target)
        else:
            read(source, (), found, None, target)
        return target

    def write(
        self, document: Any, *, at: datetime | None = None
    ) -> tuple[list[str] | Record, list[Problem]]:
        """Body segments in normal form without UNH/UNT or ST/SE, or the record.

        ``document``: a canonical document or its fields; ``at``: what ``now()`` says.
        """
        found: list[Problem] = []
        fields = self._fields(document)
        with answered(self.lookups, lambda: self._write(fields, [], None, at)):
            return self._write(fields, found, None, at), found

    def trace_read(self, source: Tree | Record) -> Traced[dict[str, Any]]:
        """What :meth:`read` gives, and where each value came from."""
        trace = Trace()
        if isinstance(source, Record):
            trace.root(source)
        with answered(self.lookups, lambda: self._filled(self._read, source, [])):
            value = self._filled(self._trace_read, source, trace)
        return Traced(value, list(trace), tuple(trace.links))

    def trace_write(
        self, document: Any, *, at: datetime | None = None
    ) -> Traced[list[str] | Record]:
        """What :meth:`write` gives, and where each value went."""
        trace = Trace()
        fields = self._fields(document)
        with answered(self.lookups, lambda: self._write(fields, [], None, at)):
            made = self._trace_write(fields, trace, None, at)
        if isinstance(made, Record):
            made = trace.finish_record(made)
        else:
            made = trace.finish_segments(made)
        return Traced(made, list(trace), tuple(trace.links))

    def unread(self, source: Tree | Record) -> list[Problem]:
        """V511 warnings: what the input held and no row reads."""
        if isinstance(source, Tree):
            return unread_segments(self.plan, source)
        return unread_records(self.plan, source)

    def unwritten(self, document: Any) -> list[Problem]:
        """V513 warnings: what the document holds and no row writes."""
        return unwritten_fields(self.plan, self._fields(document))

    def _fields(self, document: Any) -> dict[str, Any]:
        """A document as the fields that this map writes; what is absent is left out."""
        if isinstance(document, dict):
            return document
        fields: dict[str, Any] = document.arranged(self._names)
        return fields

    @cached_property
    def _names(self) -> frozenset[str]:
        """Fields of the document that rows and blocks at the top of the map name."""
        rows = {row.name[0] for row in self.plan.rows if row.name}
        dotted = {".".join(row.name) for row in self.plan.rows}
        return frozenset(rows | dotted | {block.name[0] for block in self.plan.blocks})

    def rows(self) -> Iterator[RowInfo]:
        """The effective rows with their origin, in the order of the map."""
        yield from rows_of(self.statements)


def _spelled(grammar: MessageGrammar) -> str:
    """``edifact/D96A/ORDERS``."""
    return f"{grammar.standard}/{grammar.directory}/{grammar.name}"


def rows_of(statements: tuple[Statement, ...], front: str = "") -> Iterator[RowInfo]:
    """Rows and blocks in their order; ``front``: the block that they stand in."""
    for one in statements:
        name = f"{front}.{one.name}" if front else one.name
        if isinstance(one, Block | Nest):
            kind = one.kind if isinstance(one, Block) else "nest"
            extra = (
                " ".join(("except", *one.excepts)) if isinstance(one, Block) and one.excepts else ""
            )
            if isinstance(one, Block) and one.repeat:
                extra = f"{extra} repeat {one.repeat[0]:02} {one.repeat[1]} {one.repeat[2]}".strip()
            if isinstance(one, Block) and one.required:
                extra = f"{extra} required".strip()
            yield RowInfo(name, kind, f"group {one.select.text}", extra, one.span, one.origin)
            for inner, body in bodies(one):
                yield from rows_of(body, ".".join(part for part in (front, inner) if part))
        else:
            yield RowInfo(
                name, one.operator, spelled(one.right), one.modifiers.text, one.span, one.origin
            )
