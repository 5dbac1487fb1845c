"""Maps from files: load, check, compile, keep.

    maps = Maps(library, layouts, [workspace / "mappings"])
    compiled, problems = maps.load("edifact/orders.map", workspace / "partners/acme/orders.map")

Relative names are looked up in the roots in order. A map is compiled once per (map, overlay,
standard) and again when one of its files has changed. With errors there is no map; warnings come
beside it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

from gateway.documents import DOCUMENTS
from gateway.grammar import Library, packaged
from gateway.grammar.layoutfile import LayoutError, load_layout
from gateway.grammar.model import MessageGrammar
from gateway.mapping.build import Builder
from gateway.mapping.check import check
from gateway.mapping.codes import CodeList, CodeRow, code_list, parse_codes
from gateway.mapping.compiled import CompiledMap, generate
from gateway.mapping.language import parse
from gateway.mapping.overlay import apply, expand
from gateway.mapping.statements import Block, Header, MapFile, Row, Span, Statement, bodies
from gateway.problems import Place, Problem, errors, problem

_COMPLETENESS = ("M501", "M502")
"""Only told about maps whose rows are all understood: a row left out would show as missing."""
_LOOKED_FOR = ("M105", "M106", "M306")
"""A file was missing: it may be there next time."""
Layouts: TypeAlias = Callable[[str, str], Any] | Mapping[str, Any] | None
"""``(kind, name)`` → layout, or layouts by ``kind/name``; ``None``: files of the roots."""


@dataclass
class _Files:
    """Texts read while one map is loaded, with what tells whether they have changed."""

    roots: tuple[Path, ...]
    seen: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def find(self, name: str | Path) -> Path | None:
        """A file by absolute name, or below a root or beside it."""
        path = Path(name)
        tries = [path] if path.is_absolute() else []
        if not tries:
            tries = [root / path for root in self.roots]
            tries += [root / "mappings" / path for root in self.roots]
            tries += [root.parent / path for root in self.roots]
            tries += [path]
        return next((one for one in tries if one.is_file()), None)

    def text(self, path: Path) -> str:
        """The text of a file; wrong bytes show as replacement characters, which no path takes."""
        self.seen[path] = _stamp(path)
        return path.read_text(encoding="utf-8", errors="replace")


def _stamp(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return (0, 0)
    return (status.st_mtime_ns, status.st_size)


@dataclass(frozen=True)
class _Loaded:
    compiled: CompiledMap | None
    problems: list[Problem]
    files: dict[Path, tuple[int, int]]

    def fresh(self) -> bool:
        found = all(_stamp(path) == stamp for path, stamp in self.files.items())
        return found and not any(one.code in _LOOKED_FOR for one in self.problems)


class Maps:
    """All maps of a workspace. Safe to share between threads."""

    def __init__(
        self,
        library: Library,
        layouts: Layouts = None,
        roots: Sequence[Path] = (),
        documents: Mapping[str, type[Any]] | None = None,
    ) -> None:
        self.library = library
        self.layouts = layouts
        self.roots = tuple(Path(root) for root in roots)
        self._documents = DOCUMENTS if documents is None else documents
        self._lock = threading.RLock()
        self._kept: dict[tuple[object, ...], _Loaded] = {}

    def load(
        self,
        path: Path | str,
        overlay: Path | str | None = None,
        *,
        standard: str | None = None,
        codes: Mapping[str, Path | str] = MappingProxyType({}),
    ) -> tuple[CompiledMap | None, list[Problem]]:
        """The compiled map, or ``None`` with what is wrong.

        ``path``: a base map, or an overlay that names its base. ``standard``: another format than
        the header says, ``edifact/D01B/ORDERS``. ``codes``: files whose rows come before those of
        the list of that name, as ``codes NAME from FILE`` of an overlay does.
        """
        lists = tuple((name, str(file)) for name, file in sorted(codes.items()))
        key = (str(path), str(overlay or ""), standard or "", lists)
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or not kept.fresh():
                files = _Files(self.roots)
                loading = _Loading(self, files)
                for name, file in lists:
                    loading.partner_list(name, file, None, Path())
                compiled, problems = loading.load(path, overlay, standard)
                kept = self._kept[key] = _Loaded(compiled, problems, files.seen)
            return kept.compiled, list(kept.problems)

    def documents(self) -> Mapping[str, type[Any]]:
        """The canonical models by name."""
        return self._documents

    def layout(self, kind: str, name: str) -> Any:
        """The layout of a record format, or ``None``. Raises ``LayoutError``."""
        if self.layouts is None:
            folders = [front / "grammars" for root in self.roots for front in (root, root.parent)]
            return load_layout([*folders, packaged()], kind, name)
        if isinstance(self.layouts, Mapping):
            return self.layouts.get(f"{kind}/{name}")
        return self.layouts(kind, name)


class _Loading:
    """One load: collects problems on the way."""

    def __init__(self, maps: Maps, files: _Files) -> None:
        self.maps = maps
        self.files = files
        self.problems: list[Problem] = []
        self._partner_codes: dict[str, list[CodeRow]] = {}
        self._used_codes: set[str] = set()

    def load(
        self, path: Path | str, overlay: Path | str | None, standard: str | None
    ) -> tuple[CompiledMap | None, list[Problem]]:
        base, change = self._parsed(path), self._parsed(overlay) if overlay else None
        if base is not None and base.header is not None and base.header.base:
            if change is not None:
                self._no_base(path, "it is an overlay itself")
                return None, self.problems
            change, base = base, self._parsed(base.header.base, base)
            if base is not None and base.header is not None and base.header.base:
                self._no_base(path, "it is an overlay itself")
                return None, self.problems
        if base is None or base.header is None:
            return None, self.problems
        if change is not None and not self._fits(path, change):
            return None, self.problems
        statements = expand(base.statements, base.parts, self.problems)
        if change is not None:
            statements = self._changed(statements, base, change, self.files.find(overlay or path))
        self._unused_parts(base, change)
        return self._compiled(base.header, statements, standard, path, overlay), self.problems

    def _parsed(self, name: Path | str, overlay: MapFile | None = None) -> MapFile | None:
        path = self.files.find(name)
        if path is None:
            place = overlay.header.format_span.place() if overlay and overlay.header else None
            self.problems.append(
                problem("M306", place or Place(file=str(name)), file=name, value="no such file")
            )
            return None
        parsed, problems = parse(self.files.text(path), self._shown(path))
        self.problems += problems
        return parsed

    def _shown(self, path: Path) -> str:
        """Name of a file as problems show it: below the folder that holds ``mappings``."""
        for root in self.files.roots:
            front = root.parent if root.name == "mappings" else root
            if path.is_relative_to(front):
                return path.relative_to(front).as_posix()
        return path.name

    def _fits(self, path: Path | str, change: MapFile) -> bool:
        """Whether the second file is an overlay, of a map of this name (in whatever folder)."""
        header = change.header
        if header is None:
            return False
        # a map loaded under the name of the overlay itself has found its base by that header
        if header.base and Path(path).name in (Path(header.base).name, Path(header.span.file).name):
            return True
        value = "the change is a map itself"
        if header.base:
            value = f"the overlay changes {header.base}"
        self.problems.append(problem("M306", header.format_span.place(), file=path, value=value))
        return False

    def _no_base(self, name: Path | str, value: str) -> None:
        self.problems.append(problem("M306", Place(file=str(name)), file=name, value=value))

    def _changed(
        self,
        statements: tuple[Statement, ...],
        base: MapFile,
        change: MapFile,
        overlay: Path | None,
    ) -> tuple[Statement, ...]:
        parts = {**base.parts, **change.parts}
        folder = overlay.parent if overlay else Path()
        expanded = []
        for one in change.changes:
            if one.verb == "codes" and one.file is not None:
                self.partner_list(one.target.name, one.file.text, one.file.span, folder)
            elif one.statement is not None:
                (statement,) = expand((one.statement,), parts, self.problems)
                assert isinstance(statement, Row | Block)
                expanded.append(replace(one, statement=statement))
            else:
                expanded.append(one)
        return apply(statements, expanded, self.problems)

    def partner_list(self, name: str, file: str, span: Span | None, folder: Path) -> None:
        """Put the rows of a partner's code list before those of the general list."""
        path = self.files.find(folder / file) or self.files.find(file)
        if path is None:
            place = span.place() if span else Place(file=file)
            self.problems.append(problem("M105", place, file=file, value="no such file"))
            return
        rows, problems = parse_codes(self.files.text(path), self._shown(path))
        self.problems += problems
        self._partner_codes[name] = [*rows, *self._partner_codes.get(name, ())]

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
        builder = Builder(kind, lambda name: self._code_list(name, kind))
        plan = builder.body(statements, scope, "")
        self.problems += builder.problems
        model = self.maps.documents().get(header.document)
        self.problems += check(plan, model, header, grammar)
        if any(not one.code.startswith("M5") for one in errors(self.problems)):
            self.problems = [one for one in self.problems if one.code not in _COMPLETENESS]
        self.problems = sorted(_distinct(self.problems), key=_order)
        if errors(self.problems):
            return None
        name = " + ".join(str(one) for one in (path, overlay) if one) + f" {format_}"
        source, read, write = generate(plan, name)
        return CompiledMap(
            header.document,
            format_,
            grammar,
            layout,
            source,
            statements,
            plan,
            str(path),
            str(overlay or ""),
            read,
            write,
        )

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

    def _code_list(self, name: str, kind: str) -> CodeList | None:
        rows = list(self._partner_codes.get(name, ()))
        found = bool(rows)
        path = self.files.find(Path("codes") / f"{name}.csv")
        if path is not None:
            found = True
            more, problems = parse_codes(self.files.text(path), self._shown(path))
            if name not in self._used_codes:
                self.problems += problems
            rows += more
        self._used_codes.add(name)
        return code_list(name, rows, kind) if found else None


def _part_names(file: MapFile) -> Iterable[str]:
    def walk(statements: Iterable[Statement]) -> Iterable[str]:
        for one in statements:
            if isinstance(one, Block) and one.part is not None:
                yield one.part.name
            for body in _all_bodies(one):
                yield from walk(body)

    yield from walk(file.statements)
    for part in file.parts.values():
        yield from walk(part.body)
    yield from walk(one.statement for one in file.changes if one.statement is not None)


def _all_bodies(one: Statement) -> Iterable[tuple[Statement, ...]]:
    return [body for _, body in bodies(one)]


def _distinct(problems: Iterable[Problem]) -> list[Problem]:
    """Rows of a part say the same once for every block that takes it."""
    kept: list[Problem] = []
    for one in problems:
        if one not in kept:
            kept.append(one)
    return kept


def _order(found: Problem) -> tuple[str, int, int]:
    return (found.place.file or "", found.place.line or 0, found.place.column or 0)
