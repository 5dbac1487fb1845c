"""Guides from files, loaded once: ``library.load("guides/orders.yaml", …)``, ``eancom1997``.

A name with a suffix is a file (in the partner's folder first, then below ``grammars/guides`` of
each root); a bare name is a folder below ``grammars/guides`` that has a file per message.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from gateway.grammar.guide.build import build_guide
from gateway.grammar.guide.compact import read_compact
from gateway.grammar.guide.load import read_guide
from gateway.grammar.guide.model import Guide
from gateway.grammar.guide.source import GuideSource
from gateway.grammar.guide.yamlreader import suggestion
from gateway.grammar.library import Library
from gateway.problems import Place, Problem, has_errors, problem

FOLDER = "guides"
DEEPEST = 8
"""Guides that extend each other."""
Loaded = tuple[Guide | None, list[Problem]]


class Guides:
    """The guides under the roots of a grammar library. Safe to share between threads."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._lock = threading.RLock()
        self._loaded: dict[tuple[Path, str], Loaded] = {}

    def load(self, path: Path, shown: str = "", message: str = "") -> Loaded:
        """The guide in a file, with every problem of it; ``None`` where it cannot be used.

        ``shown`` is the name of the file in findings. ``message`` is that of the agreement, for
        guides that hold several.
        """
        with self._lock:
            key = (path, shown)
            if key not in self._loaded:
                self._loaded[key] = self._load(path, shown or path.name)
            return self._loaded[key]

    def renewed(self, still: Callable[[Path], bool]) -> Guides:
        """The same guides for the next settings; ``still``: which files are among those."""
        new = Guides(self.library)
        with self._lock:
            new._loaded = {key: each for key, each in self._loaded.items() if still(key[0])}
        return new

    def forget(self, folder: Path) -> None:
        """Let go of the guides in this folder; they can be loaded again."""
        with self._lock:
            self._loaded = {
                key: each for key, each in self._loaded.items() if folder not in key[0].parents
            }

    def find(self, name: str, message: str, near: Path | None = None) -> Path | None:
        """The file of a guide by its name; ``near`` is the partner's folder."""
        if not name or name.startswith("/") or ".." in Path(name).parts:
            return None
        places = [near / name] if near is not None else []
        for root in self.library.roots:
            folder = root / FOLDER / name
            places += (
                [folder]
                if Path(name).suffix
                else [
                    folder / f"{message}.yaml",
                    folder / f"{message}.txt",
                ]
            )
        return next((one for one in places if one.is_file()), None)

    def names(self) -> list[str]:
        """Names of the folders of guides: ``["eancom1994", …]``."""
        found = {
            one.name
            for root in self.library.roots
            if (root / FOLDER).is_dir()
            for one in (root / FOLDER).iterdir()
            if one.is_dir()
        }
        return sorted(found)

    def messages(self, name: str) -> list[str]:
        """Messages that a folder of guides has: ``["DESADV", …]``."""
        found = {
            one.stem
            for root in self.library.roots
            for one in (root / FOLDER / name).glob("*")
            if one.suffix in (".yaml", ".txt") and one.stem.isupper()
        }
        return sorted(found)

    def _load(self, path: Path, shown: str) -> Loaded:
        source, problems = _read(path, shown)
        if source is None or has_errors(problems):
            return None, problems
        base = self.library.message(source.standard, source.directory, source.message)
        if base is None:
            return None, [*problems, self._no_base(source)]
        chain, refused = self._chain(source, path)
        if refused:
            return None, [*problems, *refused]
        newest = "4" if source.standard == "edifact" else "00501"
        guide, found = build_guide(chain, base, self.library.service(newest))
        return guide, [*problems, *found]

    def _no_base(self, source: GuideSource) -> Problem:
        name = f"{source.standard.upper()} {source.directory} {source.message}"
        known = [
            f"{source.standard.upper()} {each} {source.message}"
            for each in self.library.directories(source.standard)
            if source.message in self.library.messages(source.standard, each)
        ]
        return problem("G404", source.place, base=name, hint=suggestion(name, known))

    def _chain(self, source: GuideSource, path: Path) -> tuple[list[GuideSource], list[Problem]]:
        """The guide and all it extends, the oldest first."""
        chain, seen = [source], {path}
        while chain[0].extends:
            here = chain[0]
            parent = self.find(here.extends, here.message, path.parent)
            reason = "there is no such guide"
            if parent is not None:
                reason = "it would extend itself" if parent in seen else "there are too many"
            if parent is None or parent in seen or len(chain) >= DEEPEST:
                return chain, [self._unusable(here, reason)]
            seen.add(parent)
            read, found = _read(parent, self._shown(parent))
            if read is None or has_errors(found):
                return chain, [*found, self._unusable(here, "it has problems of its own")]
            if (read.standard, read.directory, read.message) != (
                here.standard,
                here.directory,
                here.message,
            ):
                other = f"{read.standard.upper()} {read.directory} {read.message}"
                return chain, [self._unusable(here, f"it is a guide of {other}")]
            path = parent
            chain.insert(0, read)
        return chain, []

    def _unusable(self, source: GuideSource, reason: str) -> Problem:
        known = self.names()
        facts: dict[str, Any] = {
            "guide": source.name,
            "other": source.extends,
            "reason": reason,
            "base": f"{source.directory} {source.message}",
            "hint": suggestion(source.extends, known),
        }
        return problem("G405", source.extends_place, **facts)

    def _shown(self, path: Path) -> str:
        for root in self.library.roots:
            if path.is_relative_to(root):
                return f"{root.name}/{path.relative_to(root).as_posix()}"
        return path.name


def _read(path: Path, shown: str) -> tuple[GuideSource | None, list[Problem]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        return None, [problem("C108", Place(file=shown), wanted=shown, reason=reason)]
    if path.suffix == ".txt":
        return read_compact(data, path, shown)
    return read_guide(data, shown)


__all__: Sequence[str] = ("FOLDER", "Guides")
