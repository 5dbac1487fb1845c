"""One load of a map: parse, expand, overlay, plan, check.

Problems are collected on the way; with errors there is no map.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Protocol

from gateway.grammar import Library
from gateway.grammar.layoutfile import LayoutError
from gateway.grammar.model import MessageGrammar
from gateway.mapping.build import Builder, Context
from gateway.mapping.check import check
from gateway.mapping.compiled import CompiledMap
from gateway.mapping.language import parse
from gateway.mapping.overlay import apply
from gateway.mapping.parts import Expansion
from gateway.mapping.plan import Body
from gateway.mapping.sources import Sources
from gateway.mapping.statements import (
    Block,
    Header,
    Level,
    MapFile,
    Part,
    Row,
    Statement,
    bodies,
)
from gateway.problems import Place, Problem, errors, problem
from gateway.syntax.inside import leads_out

_COMPLETENESS = ("M501", "M502")
"""Only told about maps whose rows are all understood: a row left out would show as missing."""


class Formats(Protocol):
    """Where a load finds grammars, layouts and documents (:class:`~gateway.mapping.Maps`)."""

    library: Library

    def documents(self) -> Mapping[str, type[Any]]:
        """The canonical models by name."""

    def layout(self, kind: str, name: str) -> Any:
        """The layout of a record format, or ``None``. Raises ``LayoutError``."""


class Loading:
    """One load: collects problems on the way."""

    def __init__(self, maps: Formats, sources: Sources) -> None:
        self.maps = maps
        self.files = sources.files
        self.sources = sources
        self.problems = sources.problems

    def load(
        self, path: Path | str, overlay: Path | str | None, standard: str | None
    ) -> tuple[CompiledMap | None, list[Problem]]:
        """The map of a base and an overlay for a format, and all problems found."""
        merged = self.merged(path, overlay, standard)
        if merged is None:
            return None, self.problems
        return self._compiled(*merged, standard, path, overlay), self.problems

    def merged(
        self, path: Path | str, overlay: Path | str | None, standard: str | None
    ) -> tuple[Header, tuple[Statement, ...]] | None:
        """The statements of a base with the changes of an overlay, and the header of the base."""
        base, change = self._parsed(path), self._parsed(overlay) if overlay else None
        if base is not None and base.header is not None and base.header.base:
            if change is not None:
                self._no_base(path, "it is an overlay itself")
                return None
            change, base = base, self._parsed(base.header.base, base)
            if base is not None and base.header is not None and base.header.base:
                self._no_base(path, "it is an overlay itself")
                return None
        if base is None or base.header is None:
            return None
        if change is not None and overlay and not self._fits(path, change):
            return None
        directory = _directory(standard or base.header.format)
        parts = base.parts if change is None else self._changed_parts(base.parts, change)
        expansion = Expansion(parts, directory, self.problems)
        statements = expansion.statements(base.statements)
        if change is not None:
            folder = (self.files.find(overlay or path) or Path()).parent
            statements = self._changed(statements, change, expansion, folder)
        self._unused_parts(base, change)
        return base.header, statements

    def _parsed(self, name: Path | str, overlay: MapFile | None = None) -> MapFile | None:
        written = overlay is not None and leads_out(str(name))
        path = None if written else self.files.find(name)
        if path is None:
            place = overlay.header.format_span.place() if overlay and overlay.header else None
            self.problems.append(
                problem("M306", place or Place(file=str(name)), file=name, value="no such file")
            )
            return None
        parsed, problems = self.files.made(path, parse)
        self.problems += problems
        return parsed

    def _fits(self, path: Path | str, change: MapFile) -> bool:
        """Whether the second file is an overlay, of a map of this name (in whatever folder)."""
        header = change.header
        if header is None:
            return False
        if header.base and Path(path).name == Path(header.base).name:
            return True
        value = "the change is a map itself"
        if header.base:
            value = f"the overlay changes {header.base}"
        place, shown = header.format_span.place(), self._shown(path)
        self.problems.append(problem("M306", place, file=shown, value=value))
        return False

    def _no_base(self, name: Path | str, value: str) -> None:
        shown = self._shown(name)
        self.problems.append(problem("M306", Place(file=shown, line=1), file=shown, value=value))

    def _shown(self, name: Path | str) -> str:
        path = self.files.find(name)
        return str(name) if path is None else self.files.shown(path)

    def _changed_parts(self, parts: Mapping[str, Part], change: MapFile) -> dict[str, Part]:
        """Parts of base and overlay, with what the overlay changes inside a part."""
        known = {**parts, **change.parts}
        for name in dict.fromkeys(one.part for one in change.changes if one.part):
            changes = [one for one in change.changes if one.part == name]
            part = known.get(name)
            if part is None:
                near = get_close_matches(name, list(known), 1)
                hint = f"did you mean {near[0]}?" if near else "the base map has none of this name"
                place = changes[0].span.place()
                self.problems.append(problem("M107", place, part=name, hint=hint))
                continue
            known[name] = replace(part, body=apply(part.body, changes, self.problems))
        return known

    def _changed(
        self,
        statements: tuple[Statement, ...],
        change: MapFile,
        expansion: Expansion,
        folder: Path,
    ) -> tuple[Statement, ...]:
        changes = []
        for one in change.changes:
            if one.part:
                continue
            if one.verb == "codes" and one.file is not None:
                self.sources.partner_list(one.target.name, one.file.text, one.file.span, folder)
            elif isinstance(one.statement, Level):
                body = expansion.statements(one.statement.body)
                changes.append(replace(one, statement=replace(one.statement, body=body)))
            elif one.statement is not None:
                for statement in expansion.statements((one.statement,)):
                    assert isinstance(statement, Row | Block)
                    changes.append(replace(one, statement=statement))
            else:
                changes.append(one)
        return apply(statements, changes, self.problems)

    def _unused_parts(self, base: MapFile, change: MapFile | None) -> None:
        named = set(_part_names(base))
        if change is not None:
            named |= set(_part_names(change))
        for name, part in base.parts.items():
            if name not in named:
                self.problems.append(problem("M504", part.span.place(), name=f"part {name}"))

    # ------------------------------------------------------------------ compiling

    def _compiled(
        self,
        header: Header,
        statements: tuple[Statement, ...],
        standard: str | None,
        path: Path | str,
        overlay: Path | str | None,
    ) -> CompiledMap | None:
        format_ = standard or header.format
        kind = format_.partition("/")[0]
        grammar, layout, scope = self._scope(format_, header)
        if scope is None:
            return None
        context = Context(
            kind,
            lambda name: self.sources.code_list(name, format_),
            self.sources.table,
            self.sources.functions,
            _directory(format_),
            _directory(header.format),
            self.problems,
        )
        plan = Builder(context).body(statements, scope, "")
        if self._faulty(plan, header, grammar):
            return None
        name = " + ".join(str(one) for one in (path, overlay) if one) + f" {format_}"
        return CompiledMap(
            header.document,
            format_,
            grammar,
            layout,
            statements,
            plan,
            name,
            str(path),
            str(overlay or ""),
            tuple(context.lookups),
            header,
        )

    def _faulty(self, plan: Body, header: Header, grammar: MessageGrammar | None) -> bool:
        """Check a plan, sort what was found, and say whether it keeps the map from being used."""
        model = self.maps.documents().get(header.document)
        found = [*self.problems, *check(plan, model, header, grammar)]
        if any(not one.code.startswith("M5") for one in errors(found)):
            found = [one for one in found if one.code not in _COMPLETENESS]
        self.problems = sorted(_distinct(found), key=_order)
        return bool(errors(self.problems))

    def _scope(self, format_: str, header: Header) -> tuple[MessageGrammar | None, Any, Any]:
        kind, _, name = format_.partition("/")
        if kind in ("edifact", "x12"):
            directory, _, message = name.partition("/")
            grammar = self.maps.library.message(kind, directory, message)
            if grammar is not None:
                return grammar, None, grammar.root
            known = ", ".join(self.maps.library.messages(kind, directory))
            known = known or ", ".join(self.maps.library.directories(kind))
            hint = f"There are {known or 'none of this standard'}."
            self.problems.append(
                problem("M106", header.format_span.place(), value=format_, hint=hint)
            )
            return None, None, None
        try:
            layout = self.maps.layout(kind, name)
        except LayoutError as wrong:
            self.problems += wrong.problems
            return None, None, None
        if layout is None:
            hint = f"A layout is a file grammars/{kind}/{name}.yaml."
            self.problems.append(
                problem("M106", header.format_span.place(), value=format_, hint=hint)
            )
            return None, None, None
        return None, layout, layout.root


def _directory(format_: str) -> str:
    """``D96A`` of ``edifact/D96A/ORDERS``; empty for records."""
    kind, _, rest = format_.partition("/")
    return rest.partition("/")[0] if kind in ("edifact", "x12") else ""


def _part_names(file: MapFile) -> Iterable[str]:
    def walk(statements: Iterable[Statement]) -> Iterable[str]:
        for one in statements:
            if isinstance(one, Block) and one.part is not None:
                yield one.part.name
            for _, body in bodies(one):
                yield from walk(body)

    yield from walk(file.statements)
    for part in file.parts.values():
        yield from walk(part.body)
    for change in file.changes:
        if isinstance(change.statement, Level):
            yield from walk(change.statement.body)
        elif change.statement is not None:
            yield from walk((change.statement,))
        if change.part:
            yield change.part


def _distinct(problems: Iterable[Problem]) -> list[Problem]:
    """Rows of a part say the same once for every block that takes it."""
    kept: dict[tuple[object, ...], Problem] = {}
    for one in problems:
        kept.setdefault((one.code, one.place, tuple(one.facts.items())), one)
    return list(kept.values())


def _order(found: Problem) -> tuple[str, int, int]:
    return (found.place.file or "", found.place.line or 0, found.place.column or 0)
