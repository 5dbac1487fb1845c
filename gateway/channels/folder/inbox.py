"""A folder that we read: find what is ready, claim it, put it away.

A claim is a rename to ``work/<token>/NAME``: two processes never take one file, and a claim that a
crash left behind is found again under the same token. Links are never followed, folders never
entered. The original is only ever moved, never changed or deleted.

Folders of other machines are slower and odder than disks; what that means is told in
``docs/howto/folders.md``.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import BinaryIO

from gateway.channels.folder import ready
from gateway.channels.folder.names import is_temporary, shown, with_suffix
from gateway.problems import Place, Problem, problem
from gateway.store.durable import make_folder, rename_new, sync_folder

_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_NONBLOCK = getattr(os, "O_NONBLOCK", 0)
_OPEN_ELSEWHERE = frozenset({errno.EBUSY, errno.ETXTBSY, errno.EACCES, errno.EPERM})
_GONE = frozenset({errno.ENOENT, errno.ESTALE})
"""ESTALE: a share that told us of a file that another machine has moved since."""


class InUseError(OSError):
    """A file that cannot be moved for the moment: another program has it open (SMB, Windows)."""


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
        handle = os.open(self.path, os.O_RDONLY | _NOFOLLOW | _NONBLOCK)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise OSError(f"{self.path} is not a file")
        return os.fdopen(handle, "rb")


@dataclass(frozen=True, slots=True)
class Waits:
    """A file that is not taken yet, and why."""

    path: Path
    why: str


@dataclass(frozen=True, slots=True)
class Left:
    """A file that was not taken for long."""

    name: str
    since: float
    """Seconds of the epoch: when it came, or was changed last."""
    why: str
    """Empty when nothing of the file itself keeps it there."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one look into a folder found."""

    ready: tuple[Path, ...] = ()
    waits: tuple[Waits, ...] = ()
    """Still being written, as far as one can tell."""
    problems: tuple[Problem, ...] = ()

    @property
    def waiting(self) -> tuple[Path, ...]:
        """The files that are not taken yet."""
        return tuple(each.path for each in self.waits)


@dataclass(slots=True)
class Inbox:
    """One folder that we read."""

    source: str
    """``acme-retail/main``, ``erp/invoice``."""
    folder: Path
    match: str = "*"
    """Pattern of names, in any case of letters: a share may not tell them apart."""
    rule: ready.Rule = field(default_factory=ready.Rule)
    polled: bool = False
    """Whether nobody asks the system to tell of changes."""
    clock: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    """Of the times of files."""
    _seen: dict[str, ready.Seen] = field(default_factory=dict)
    _in_use: dict[str, float] = field(default_factory=dict)
    _markers: dict[str, str] = field(default_factory=dict)
    """Those of the last look, by their names in small letters."""

    def look(self, *, at_once: bool = False) -> Look:
        """What is there, oldest first; ``at_once`` does not wait for files to stand still."""
        make_folder(self.folder)
        found: list[tuple[int, str, Path]] = []
        waits: list[Waits] = []
        problems: list[Problem] = []
        entries = self._entries()
        self._markers = {one.lower(): one for one in entries if self._is_marker(one)}
        for entry in self._candidates(entries):
            path = self.folder / entry.name
            try:
                if entry.is_symlink():
                    problems.append(problem("T103", Place(file=shown(str(path)))))
                    continue
                if not entry.is_file(follow_symlinks=False):
                    continue
                changed, why = self._judged(entry, at_once)
            except OSError as failure:
                if failure.errno not in _GONE:
                    problems.append(problem("T104", Place(file=shown(str(path))), reason=failure))
                continue
            if why:
                waits.append(Waits(path, why))
            else:
                found.append((changed, entry.name, path))
        self._forget(entries)
        return Look(tuple(path for _, _, path in sorted(found)), tuple(waits), tuple(problems))

    def left_since(self, before: float) -> list[Left]:
        """Files that lie there since then, the oldest first. Raises ``OSError``.

        Nothing is made, kept or opened: any thread may ask at any time.
        """
        try:
            entries = self._entries()
        except FileNotFoundError:
            return []
        markers = {one.lower(): one for one in entries if self._is_marker(one)}
        left: list[Left] = []
        for entry in self._candidates(entries):
            with suppress(FileNotFoundError):
                found = entry.stat(follow_symlinks=False)
                since = max(found.st_mtime, found.st_ctime)  # a file that was moved here kept one
                if since < before and stat.S_ISREG(found.st_mode):
                    why = self._unmarked(entry.name, found, markers)
                    left.append(Left(shown(entry.name), since, why))
        return sorted(left, key=lambda each: (each.since, each.name))

    def claim(self, path: Path, token: str) -> Claim | None:
        """Take a file, and its marker; ``None`` when it is gone, which is nobody's fault.

        Not synced: a power cut may undo the rename, and the file is where it was. Raises
        ``InUseError``, for as long as the patience lasts; ``OSError``.
        """
        room = self.folder / "work" / token
        room.mkdir(parents=True, exist_ok=True)
        try:
            self._take_marker(path.name, room)
            rename_new(path, room / path.name)
        except OSError as failure:
            if not os.path.lexists(room / path.name):  # else it was done, only its answer is lost
                self._clear(room)
                if failure.errno in _GONE:
                    return None
                raise self._why(path.name, failure) from failure
        self._seen.pop(path.name, None)
        self._in_use.pop(path.name, None)
        return Claim(token, room / path.name)

    def claims(self) -> list[Claim]:
        """What was claimed and not yet put away: after a crash, our unfinished work."""
        left: list[Claim] = []
        for room in sorted((self.folder / "work").glob("*")):
            if not room.is_dir() or room.is_symlink():
                continue
            files = [path for path in _files(room) if not self._is_marker(path.name)]
            if files:
                # a marker is empty: it may lie there from a time when the settings had one
                left.append(Claim(room.name, max(files, key=lambda path: path.stat().st_size)))
            else:
                self._clear(room)
        return left

    def give_back(self, claim: Claim) -> None:
        """Undo a claim: the file was still being written."""
        self._move(claim, self.folder)

    def put_away(self, claim: Claim, at: datetime, *, duplicate: bool = False) -> Path:
        """Move the original to ``archive/YYYY/MM/DD/`` or ``archive/duplicates/``."""
        for marker in _files(claim.path.parent):
            # first, for a marker alone in there means that its file was not claimed
            if marker.name != claim.path.name and self._is_marker(marker.name):
                marker.unlink(missing_ok=True)
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
            self._clear(claim.path.parent)
            return folder / name

    def _entries(self) -> dict[str, os.DirEntry[str]]:
        with os.scandir(self.folder) as entries:
            return {entry.name: entry for entry in entries}

    def _candidates(self, entries: dict[str, os.DirEntry[str]]) -> Iterator[os.DirEntry[str]]:
        pattern = self.match.lower()
        for name, entry in entries.items():
            if is_temporary(name) or self._is_marker(name):
                continue
            if fnmatchcase(name.lower(), pattern):
                yield entry

    def _judged(self, entry: os.DirEntry[str], at_once: bool) -> tuple[int, str]:
        """When the file changed last, and why it is not ready; empty when it is."""
        found = os.lstat(entry.path)
        if self.rule.marker is not None:
            return found.st_mtime_ns, self._unmarked(entry.name, found, self._markers)
        if self.rule.renamed:
            return found.st_mtime_ns, ""
        now = self.clock()
        seen = self._seen[entry.name] = ready.still(self._seen.get(entry.name), found, now)
        if not at_once and now - seen.since < self.rule.stable_for:
            return found.st_mtime_ns, "it was changed a moment ago"
        quiet = self.wall() - found.st_mtime if at_once else now - seen.since
        return found.st_mtime_ns, self._unfinished(entry, found, quiet)

    def _unfinished(self, entry: os.DirEntry[str], found: os.stat_result, quiet: float) -> str:
        # opening asks a file server anew; what it told of the file before may be a minute old
        handle = os.open(entry.path, os.O_RDONLY | _NOFOLLOW | _NONBLOCK)
        try:
            now = os.fstat(handle)
            if (now.st_size, now.st_mtime_ns) != (found.st_size, found.st_mtime_ns):
                self._seen[entry.name] = ready.still(None, now, self.clock())
                return "it was changed a moment ago"
            whole = quiet >= self.rule.patience or ready.is_complete(handle)
        finally:
            os.close(handle)
        return "" if whole else "its text has no end yet"

    def _unmarked(self, name: str, found: os.stat_result, markers: Mapping[str, str]) -> str:
        """Why the marker of a file does not vouch for it; empty where none is needed."""
        marker = self.rule.marker
        if marker is None:
            return ""
        beside = markers.get(marker.of(name).lower())
        if beside is None:
            return f"there is no {marker.of(name)} beside it"
        if not marker.vouches(os.lstat(self.folder / beside).st_mtime, found.st_mtime):
            return f"{beside} is older than it"
        return ""

    def _is_marker(self, name: str) -> bool:
        return self.rule.marker is not None and self.rule.marker.is_one(name)

    def _take_marker(self, name: str, room: Path) -> None:
        """First the marker, then the file: what a crash parts, the next look joins again."""
        marker = self.rule.marker
        if marker is None or marker.keep:
            return
        wanted = marker.of(name)
        there = self._markers.get(wanted.lower(), wanted)
        with suppress(FileNotFoundError):
            rename_new(self.folder / there, room / there)

    def _clear(self, room: Path) -> None:
        """Leave a room: a marker whose file is not in it goes back to it."""
        for path in _files(room):
            if self._is_marker(path.name):
                with suppress(OSError):
                    _back(path, self.folder)
        with suppress(OSError):
            room.rmdir()

    def _why(self, name: str, failure: OSError) -> OSError:
        """What to say of a file that cannot be moved: in use for a while, then what it was."""
        if failure.errno not in _OPEN_ELSEWHERE:
            return failure
        since = self._in_use.setdefault(name, self.clock())
        if self.clock() - since >= self.rule.patience:
            return failure
        return InUseError(failure.errno, failure.strerror, str(self.folder / name))

    def _forget(self, entries: dict[str, os.DirEntry[str]]) -> None:
        for known in (self._seen, self._in_use):
            for gone in known.keys() - entries.keys():
                del known[gone]


def _back(marker: Path, folder: Path) -> None:
    try:
        rename_new(marker, folder / marker.name)
    except FileExistsError:  # that of the next file of the name
        marker.unlink()


def _files(room: Path) -> list[Path]:
    try:
        return [path for path in room.iterdir() if not path.is_symlink() and path.is_file()]
    except FileNotFoundError:
        return []
