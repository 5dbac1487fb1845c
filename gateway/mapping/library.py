"""Maps from files: load, check, compile, keep.

    maps = Maps(library, layouts, [workspace / "mappings"])
    compiled, problems = maps.load("edifact/orders.map", workspace / "partners/acme/orders.map")

Relative names are looked up in the roots in order. A map is compiled once per (map, overlay,
standard) and again when one of its files has changed. With errors there is no map; warnings come
beside it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

from gateway.documents import DOCUMENTS
from gateway.grammar import Library, packaged
from gateway.grammar.recordformats import load_format
from gateway.mapping.compiled import CompiledMap
from gateway.mapping.files import Files
from gateway.mapping.loading import Loading
from gateway.mapping.merged import Merged
from gateway.mapping.sources import Sources
from gateway.mapping.tables import Tables
from gateway.problems import Problem

_LOOKED_FOR = ("M105", "M106", "M109", "M306")
"""A file was missing: it may be there next time."""
Layouts: TypeAlias = Callable[[str, str], Any] | Mapping[str, Any] | None
"""``(kind, name)`` → layout, or layouts by ``kind/name``; ``None``: files of the roots."""


@dataclass(frozen=True)
class _Loaded:
    compiled: CompiledMap | None
    problems: list[Problem]
    files: Files
    held: object
    """What the key names by identity, so that no other object takes its place."""

    def fresh(self) -> bool:
        looked_for = any(one.code in _LOOKED_FOR for one in self.problems)
        return not looked_for and self.files.unchanged()


class Maps:
    """All maps of a workspace. Safe to share between threads."""

    def __init__(
        self,
        library: Library,
        layouts: Layouts = None,
        roots: Sequence[Path] = (),
        documents: Mapping[str, type[Any]] | None = None,
        drafts: Mapping[Path, str] = MappingProxyType({}),
        fronts: Sequence[Path] = (),
    ) -> None:
        """``drafts``: texts that are being edited, by the absolute names of their files.

        ``fronts``: folders of workspaces; problems name files from there on.
        """
        self.library = library
        self.layouts = layouts
        self.roots = tuple(Path(root) for root in roots)
        self._documents = DOCUMENTS if documents is None else documents
        self._drafts = drafts
        self.fronts = tuple(fronts)
        self._lock = threading.RLock()
        self._kept: dict[tuple[object, ...], _Loaded] = {}
        self._made: dict[tuple[Path, object], tuple[tuple[int, int], Any]] = {}

    def load(
        self,
        path: Path | str,
        overlay: Path | str | None = None,
        *,
        standard: str | None = None,
        codes: Mapping[str, Path | str] = MappingProxyType({}),
        tables: Tables | None = None,
        functions: Sequence[Path] = (),
    ) -> tuple[CompiledMap | None, list[Problem]]:
        """The compiled map, or ``None`` with what is wrong.

        ``path``: a base map, or an overlay that names its base. ``standard``: another format than
        the header says, ``edifact/D01B/ORDERS``. ``codes``: files whose rows come before those of
        the list of that name, as ``codes NAME from FILE`` of an overlay does. ``tables``: what
        ``lookup`` asks. ``functions``: Python files with converters; they are **run**; a later one
        wins.
        """
        lists = tuple((name, str(file)) for name, file in sorted(codes.items()))
        scripts = tuple(str(one) for one in functions)
        key = (str(path), str(overlay or ""), standard or "", lists, scripts, id(tables))
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or not kept.fresh():
                files = Files(self.roots, self._made, drafts=self._drafts, fronts=self.fronts)
                sources = Sources(files, tables)
                for name, file in lists:
                    sources.partner_list(name, file, None, Path())
                sources.run(map(Path, functions))
                compiled, problems = Loading(self, sources).load(path, overlay, standard)
                kept = self._kept[key] = _Loaded(compiled, problems, files, tables)
            return kept.compiled, list(kept.problems)

    def merged(
        self,
        path: Path | str,
        overlay: Path | str | None = None,
        *,
        standard: str | None = None,
        codes: Mapping[str, Path | str] = MappingProxyType({}),
    ) -> Merged | None:
        """The same map put together, but not compiled; ``None`` where that cannot be done."""
        with self._lock:
            files = Files(self.roots, self._made, drafts=self._drafts, fronts=self.fronts)
            sources = Sources(files)
            for name, file in sorted(codes.items()):
                sources.partner_list(name, str(file), None, Path())
            found = Loading(self, sources).merged(path, overlay, standard)
        if found is None:
            return None
        header, statements = found
        return Merged(header, statements, standard or header.format, sources)

    def forget(self, folder: Path) -> None:
        """Let go of maps that files of this folder are part of; they can be loaded again."""
        with self._lock:
            self._kept = {
                key: each
                for key, each in self._kept.items()
                if not any(folder in path.parents for path in each.files.seen)
            }
            self._made = {k: each for k, each in self._made.items() if folder not in k[0].parents}

    def renewed(self, layouts: Layouts, still: Callable[[Path], bool]) -> Maps:
        """The same maps for the next settings; ``still``: which files are among those."""
        new = Maps(self.library, layouts, self.roots, self._documents, self._drafts, self.fronts)
        with self._lock:
            new._kept = {
                key: each
                for key, each in self._kept.items()
                if all(still(path) for path in each.files.seen)
            }
            new._made = {key: each for key, each in self._made.items() if still(key[0])}
        return new

    def documents(self) -> Mapping[str, type[Any]]:
        """The canonical models by name."""
        return self._documents

    def layout(self, kind: str, name: str) -> Any:
        """The layout of a record format, or ``None``. Raises ``LayoutError``."""
        if self.layouts is None:
            folders = [front / "grammars" for root in self.roots for front in (root, root.parent)]
            return load_format([*folders, packaged()], kind, name)
        if isinstance(self.layouts, Mapping):
            return self.layouts.get(f"{kind}/{name}")
        return self.layouts(kind, name)
