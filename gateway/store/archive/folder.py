"""The archive in a folder, which may be a share that many machines use.

Payloads under ``root/ab/abcd…``; temporary files under ``root/tmp``. Old small ones are packed into
``root/packs`` (:mod:`gateway.store.archive.packs`). A payload that comes again takes the place of
its older copy, so that whoever removes old payloads sees that it is wanted.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from gateway.store.archive.packs import PackDamagedError, Packs
from gateway.store.archive.payload import CHUNK, Held, Readable, Stored, checked
from gateway.store.durable import make_folder, rename_new, sync_folder

TELL = 500
"""Payloads between two calls that tell how far a copy is."""
_NO_LINK = frozenset({errno.EXDEV, errno.EPERM, errno.EMLINK, errno.EOPNOTSUPP, errno.ENOSYS})


class FolderArchive:
    """Payloads as files."""

    def __init__(self, root: Path, checkpoint: Callable[[str], None] | None = None) -> None:
        self.root = root
        self.checkpoint = checkpoint or _nothing
        self.packs = Packs(root / "packs", self.checkpoint)
        self.temporary = root / "tmp"
        self._dying = root / "dying"

    def put_file(self, source: Readable) -> Stored:
        """Copy a stream into the archive; see :class:`~gateway.store.archive.payload.Archive`."""
        make_folder(self.temporary)
        temporary = self.temporary / secrets.token_hex(8)
        try:
            stored = self._copy(source, temporary)
            self.checkpoint("archive written")
            self._settle(temporary, stored.sha)
        except BaseException:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
        self.checkpoint("archive named")
        return stored

    def path(self, sha: str) -> Path:
        """Where a payload lies that is not packed."""
        return self.root / checked(sha)[:2] / sha

    def holds(self, sha: str) -> bool:
        """Whether a payload is there."""
        return self.size(sha) is not None

    def size(self, sha: str) -> int | None:
        """Bytes of a payload."""
        for path in self._places(sha):
            with suppress(FileNotFoundError):
                return path.stat().st_size
            found = self.packs.find(sha)
            if found is not None:
                return found.size
        return None

    def chunks(self, sha: str, size: int = CHUNK) -> Iterator[bytes]:
        """The payload, piece by piece."""
        with self.open(sha) as file:
            while piece := file.read(size):
                yield piece

    def slice(self, sha: str, offset: int, size: int) -> bytes:
        """A part of a payload."""
        with self.open(sha) as file:
            file.seek(offset)
            return file.read(size)

    def intact(self, sha: str) -> bool:
        """Whether the bytes on disk still have their hash."""
        digest = hashlib.sha256()
        try:
            for piece in self.chunks(sha):
                digest.update(piece)
        except (FileNotFoundError, PackDamagedError):
            return False
        return digest.hexdigest() == sha

    def loose(self, prefix: str = "") -> Iterator[os.DirEntry[str]]:
        """Every payload that is not packed."""
        for folder in [self.root / prefix] if prefix else self._folders():
            with suppress(FileNotFoundError), os.scandir(folder) as entries:
                yield from (entry for entry in entries if len(entry.name) == 64)

    def held(self, prefix: str = "") -> Iterator[Held]:
        """Everything that is there, packed or not."""
        for entry in self.loose(prefix):
            with suppress(FileNotFoundError):  # packed or removed at this moment
                told = entry.stat()
                since = datetime.fromtimestamp(told.st_mtime, UTC)
                yield Held(entry.name, told.st_size, since)
        yield from self.packs.held(prefix)

    def remove(self, shas: Collection[str], before: datetime) -> set[str]:
        """Remove payloads that came last before an instant, packed or not."""
        gone = {sha for sha in shas if self.discard(sha, before) is not False}
        self.packs.remove({checked(sha) for sha in shas}, self.temporary)
        return gone

    def discard(self, sha: str, before: datetime) -> bool | None:
        """Remove one file that is not packed; ``False``: its bytes came again, ``None``: no file.

        It is moved aside before it is looked at: who archives the same bytes meanwhile has either
        renewed it before, which shows, or gives his own the name.
        """
        aside = self._dying / sha
        make_folder(self._dying)
        try:
            self.path(sha).rename(aside)
        except FileNotFoundError:
            return None
        try:
            if datetime.fromtimestamp(aside.stat().st_mtime, UTC) < before:
                aside.unlink()
                return True
        except FileNotFoundError:  # swept meanwhile: it is back in its place
            return False
        self._put_back(aside)
        return False

    def copy_to(
        self,
        shas: Iterable[str],
        target: Path,
        tell: Callable[[int], None] | None = None,
        *,
        link: bool = True,
    ) -> set[str]:
        """Link payloads into another folder, or copy them to another disk; packs as a whole."""
        missing: set[str] = set()
        done: set[Path] = set()
        for number, sha in enumerate(shas, 1):
            if not self._copy_one(sha, target, done, link=link):
                missing.add(sha)
            if tell is not None and number % TELL == 0:
                tell(number)
        for folder in {path for path in done if path.is_dir()}:
            sync_folder(folder)
        return missing

    def sweep(self, before: datetime | None = None) -> int:
        """Remove what a crash left half written, put back what it left half removed."""
        swept = 0
        for path in self.temporary.glob("*") if self.temporary.is_dir() else ():
            with suppress(FileNotFoundError):
                age = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                if before is None or age < before:
                    path.unlink()
                    swept += 1
        for path in self._dying.glob("*") if self._dying.is_dir() else ():
            with suppress(FileNotFoundError):
                moved = datetime.fromtimestamp(path.stat().st_ctime, UTC)
                if before is None or moved < before:
                    self._put_back(path)
        return swept

    def _copy_one(self, sha: str, target: Path, done: set[Path], *, link: bool) -> bool:
        """Copy one payload, or the pack that it is in; whether it was found."""
        for _ in range(3):  # it may be packed, or its pack be replaced, at this moment
            try:
                _copy(self.path(sha), target / sha[:2] / sha, done, link=link)
                return True
            except FileNotFoundError:
                pack = self.packs.find(sha)
            if pack is None:
                break
            if pack.path in done:
                return True
            with suppress(FileNotFoundError):
                _copy(pack.path, target / "packs" / pack.path.name, done, link=link)
                done.add(pack.path)
                return True
        return False

    def _copy(self, source: Readable, temporary: Path) -> Stored:
        digest, size = hashlib.sha256(), 0
        with temporary.open("xb") as file:
            while piece := source.read(CHUNK):
                digest.update(piece)
                size += len(piece)
                file.write(piece)
            self.checkpoint("archive half")
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o440)
        return Stored(digest.hexdigest(), size)

    def _settle(self, temporary: Path, sha: str) -> None:
        """Give the file its name, over the same bytes that may have it: they are young again."""
        final = self.path(sha)
        make_folder(final.parent)
        temporary.replace(final)
        sync_folder(final.parent)

    def open(self, sha: str) -> BinaryIO:
        """The payload as a file. Raises ``FileNotFoundError``."""
        for path in self._places(sha):
            with suppress(FileNotFoundError):
                return path.open("rb")
            packed = self.packs.open(sha)
            if packed is not None:
                return packed
        raise FileNotFoundError(errno.ENOENT, "the archive has no such payload", sha)

    def _places(self, sha: str) -> tuple[Path, ...]:
        """Where to look; once more at the first, since it may be on its way between them."""
        path = self.path(sha)
        return path, self._dying / sha, path

    def _put_back(self, aside: Path) -> None:
        try:
            rename_new(aside, self.path(aside.name))
        except FileExistsError:
            aside.unlink()
        except FileNotFoundError:
            return
        sync_folder(self.path(aside.name).parent)

    def _folders(self) -> list[Path]:
        if not self.root.is_dir():
            return []
        return sorted(path for path in self.root.iterdir() if len(path.name) == 2)


def _copy(source: Path, target: Path, done: set[Path], *, link: bool) -> None:
    """The same file at another place, as a second name or as a synced copy."""
    if target.parent not in done:
        make_folder(target.parent)
        done.add(target.parent)
    if link:
        try:
            os.link(source, target)
            return
        except FileExistsError:
            return
        except OSError as failure:
            if failure.errno not in _NO_LINK:
                raise
    with source.open("rb") as old, target.open("wb") as new:
        shutil.copyfileobj(old, new, CHUNK)
        new.flush()
        os.fsync(new.fileno())
    shutil.copystat(source, target)


def _nothing(_name: str) -> None:
    return None
