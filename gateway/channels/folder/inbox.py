"""A folder that we read: find what is ready, claim it, put it away.

A claim is a rename to ``work/<token>/NAME``: two processes never take one file, and a claim that a
crash left behind is found again under the same token. Links are never followed, folders never
entered. The original is only ever moved, never changed or deleted.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import BinaryIO

from gateway.channels.folder import ready
from gateway.channels.folder.names import is_temporary, shown, with_suffix
from gateway.problems import Place, Problem, problem
from gateway.store.durable import make_folder, rename_new, sync_folder

_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)


@dataclass(frozen=True, slots=True)
class Claim:
    """A file that is ours. ``token`` is unique for ever: it is the intake key."""

    token: str
    path: Path

    @property
    def name(self) -> str:
        """File name as it can be stored and shown."""
        return shown(self.path.name)

    def open(self) -> BinaryIO:
        """Open for reading; raises ``OSError`` for a link or anything that is no plain file."""
        handle = os.open(self.path, os.O_RDONLY | _NOFOLLOW)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise OSError(f"{self.path} is not a file")
        return os.fdopen(handle, "rb")


@dataclass(frozen=True, slots=True)
class Look:
    """What one look into a folder found."""

    ready: tuple[Path, ...] = ()
    waiting: tuple[Path, ...] = ()
    """Still being written, as far as one can tell."""
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class Inbox:
    """One folder that we read. ``stable_for`` and ``patience`` in seconds."""

    source: str
    """``acme-retail/main``, ``erp/invoice``."""
    folder: Path
    match: str = "*"
    stable_for: float = 2.0
    patience: float = ready.PATIENCE
    wall: Callable[[], float] = time.time
    _seen: dict[str, ready.Seen] = field(default_factory=dict)

    def look(self, *, at_once: bool = False) -> Look:
        """What is there, oldest first; ``at_once`` does not wait for files to stand still."""
        make_folder(self.folder)
        found: list[tuple[int, str, Path]] = []
        waiting: list[Path] = []
        problems: list[Problem] = []
        names: set[str] = set()
        for entry in self._entries():
            names.add(entry.name)
            path = self.folder / entry.name
            if entry.is_symlink():
                problems.append(problem("T103", Place(file=shown(str(path)))))
                continue
            if not entry.is_file(follow_symlinks=False):
                continue
            try:
                changed = self._changed(entry, at_once)
            except FileNotFoundError:
                continue
            except OSError as failure:
                problems.append(problem("T104", Place(file=shown(str(path))), reason=failure))
                continue
            if changed is None:
                waiting.append(path)
            else:
                found.append((changed, entry.name, path))
        for gone in set(self._seen) - names:
            del self._seen[gone]
        return Look(tuple(path for _, _, path in sorted(found)), tuple(waiting), tuple(problems))

    def claim(self, path: Path, token: str) -> Claim | None:
        """Take a file; ``None`` when it is gone, which is nobody's fault.

        Not synced: a power cut may undo the rename, and the file is where it was.
        """
        room = self.folder / "work" / token
        room.mkdir(parents=True, exist_ok=True)
        try:
            rename_new(path, room / path.name)
        except FileNotFoundError:
            room.rmdir()
            return None
        self._seen.pop(path.name, None)
        return Claim(token, room / path.name)

    def claims(self) -> list[Claim]:
        """What was claimed and not yet put away: after a crash, our unfinished work."""
        left: list[Claim] = []
        for room in sorted((self.folder / "work").glob("*")):
            if not room.is_dir() or room.is_symlink():
                continue
            files = [path for path in room.iterdir() if not path.is_symlink() and path.is_file()]
            if files:
                left.append(Claim(room.name, files[0]))
            else:
                with suppress(OSError):
                    room.rmdir()
        return left

    def give_back(self, claim: Claim) -> None:
        """Undo a claim: the file was still being written."""
        self._move(claim, self.folder)

    def put_away(self, claim: Claim, at: datetime, *, duplicate: bool = False) -> Path:
        """Move the original to ``archive/YYYY/MM/DD/`` or ``archive/duplicates/``."""
        day = "duplicates" if duplicate else f"{at:%Y/%m/%d}"
        return self._move(claim, self.folder / "archive" / day)

    def _move(self, claim: Claim, folder: Path) -> Path:
        make_folder(folder)
        number = 1
        while True:
            name = claim.path.name if number == 1 else with_suffix(claim.path.name, number)
            try:
                rename_new(claim.path, folder / name)
            except FileExistsError:
                number += 1
                continue
            sync_folder(folder)
            with suppress(OSError):
                claim.path.parent.rmdir()
            return folder / name

    def _entries(self) -> list[os.DirEntry[str]]:
        with os.scandir(self.folder) as entries:
            return [
                entry
                for entry in entries
                if not is_temporary(entry.name) and fnmatch(entry.name, self.match)
            ]

    def _changed(self, entry: os.DirEntry[str], at_once: bool) -> int | None:
        """When the file changed last, ``None`` while it may still grow."""
        found, wall = os.lstat(entry.path), self.wall()
        seen = ready.still(self._seen.get(entry.name), found, wall)
        self._seen[entry.name] = seen
        if not at_once and wall - seen.since < self.stable_for:
            return None
        quiet = wall - max(found.st_mtime, seen.since if not at_once else 0.0)
        if not ready.is_complete(Path(entry.path)) and quiet < self.patience:
            return None
        return found.st_mtime_ns
