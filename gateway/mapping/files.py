"""Files of maps: where they are looked for, and whether they have changed since."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

_Made = TypeVar("_Made")


@dataclass
class Files:
    """Texts read while one map is loaded, with what tells whether they have changed."""

    roots: tuple[Path, ...]
    kept: dict[tuple[Path, object], tuple[tuple[int, int], Any]] = field(default_factory=dict)
    """What was made of files, shared by all maps of a workspace."""
    seen: dict[Path, tuple[int, int]] = field(default_factory=dict)
    drafts: Mapping[Path, str] = field(default_factory=dict)
    """Texts that are being edited and come before those of their files."""
    fronts: tuple[Path, ...] = ()
    """Folders that people see the names of files from: those of workspaces."""
    watched: list[tuple[Callable[[], object], object]] = field(default_factory=list)
    """Other things a map depends on: how to ask for their stamp, and what it was."""

    def find(self, name: str | Path) -> Path | None:
        """A file by absolute name, or below a root or beside it."""
        path = Path(name)
        tries = [path] if path.is_absolute() else []
        if not tries:
            tries = [root / path for root in self.roots]
            tries += [root / "mappings" / path for root in self.roots]
            tries += [root.parent / path for root in self.roots]
            tries += [path]
        return next((one for one in tries if one in self.drafts or one.is_file()), None)

    def text(self, path: Path) -> str:
        """The text of a file; wrong bytes show as replacement characters, which no path takes."""
        self.seen[path] = stamp(path)
        return path.read_text(encoding="utf-8", errors="replace")

    def made(self, path: Path, make: Callable[[str, str], _Made]) -> _Made:
        """What ``make`` makes of the text and shown name of a file, anew when it has changed."""
        if path in self.drafts:
            return make(self.drafts[path], self.shown(path))
        now = stamp(path)
        known = self.kept.get((path, make))
        if known is None or known[0] != now:
            known = self.kept[path, make] = (now, make(self.text(path), self.shown(path)))
        self.seen[path] = now
        return known[1]

    def watch(self, ask: Callable[[], object]) -> None:
        """Remember what ``ask`` says now; another answer later means a change."""
        self.watched.append((ask, ask()))

    def shown(self, path: Path) -> str:
        """Name of a file as problems show it: below a workspace, or what holds ``mappings``."""
        roots = (root.parent if root.name == "mappings" else root for root in self.roots)
        for front in (*self.fronts, *roots):
            if path.is_relative_to(front):
                return path.relative_to(front).as_posix()
        return path.name

    def unchanged(self) -> bool:
        """Whether everything is as it was."""
        return all(stamp(path) == was for path, was in self.seen.items()) and all(
            ask() == was for ask, was in self.watched
        )


def stamp(path: Path) -> tuple[int, int]:
    """What changes with a file: time and size; zeros where there is none."""
    try:
        status = path.stat()
    except OSError:
        return (0, 0)
    return (status.st_mtime_ns, status.st_size)
