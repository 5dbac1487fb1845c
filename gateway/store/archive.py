"""The archive: what came in, byte for byte, under its SHA-256.

A payload is streamed, so its size is bounded by the disk and not by memory. The same bytes are
kept once. Nothing is ever changed or overwritten. What the gateway *produces* lives in the
``content`` table, in the same transaction as the row that names it.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from gateway.store.durable import make_folder, rename_new, sync_folder

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Stored:
    """Name and size (bytes) of a payload."""

    sha: str
    size: int


class Archive:
    """Payloads under ``root/ab/abcd…``; temporary files under ``root/tmp``."""

    def __init__(self, root: Path, checkpoint: Callable[[str], None] | None = None) -> None:
        self.root = root
        self._temporary = root / "tmp"
        self._checkpoint = checkpoint or _nothing

    def put_file(self, source: BinaryIO) -> Stored:
        """Copy a stream into the archive; it is durable when this returns.

        Raises ``OSError`` when the disk refuses: then nothing is archived, and a receipt must
        not be given.
        """
        make_folder(self._temporary)
        temporary = self._temporary / secrets.token_hex(8)
        try:
            stored = self._copy(source, temporary)
            self._checkpoint("archive written")
            self._settle(temporary, stored)
        except BaseException:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
        self._checkpoint("archive named")
        return stored

    def path(self, sha: str) -> Path:
        """Where a payload lies."""
        if len(sha) != 64 or not sha.isalnum():
            raise ValueError(f"not a SHA-256: {sha!r}")
        return self.root / sha[:2] / sha

    def holds(self, sha: str) -> bool:
        """Whether a payload is there."""
        return self.path(sha).is_file()

    def chunks(self, sha: str, size: int = CHUNK) -> Iterator[bytes]:
        """The payload, piece by piece."""
        with self.path(sha).open("rb") as file:
            while piece := file.read(size):
                yield piece

    def slice(self, sha: str, offset: int, size: int) -> bytes:
        """A part of a payload: one message of a file."""
        with self.path(sha).open("rb") as file:
            file.seek(offset)
            return file.read(size)

    def intact(self, sha: str) -> bool:
        """Whether the bytes on disk still have their hash."""
        digest = hashlib.sha256()
        for piece in self.chunks(sha):
            digest.update(piece)
        return digest.hexdigest() == sha

    def sweep(self) -> int:
        """Remove what a crash left half written; only for the one process that may write."""
        left = list(self._temporary.glob("*")) if self._temporary.is_dir() else []
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def _copy(self, source: BinaryIO, temporary: Path) -> Stored:
        digest, size = hashlib.sha256(), 0
        with temporary.open("xb") as file:
            while piece := source.read(CHUNK):
                digest.update(piece)
                size += len(piece)
                file.write(piece)
            self._checkpoint("archive half")
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o440)
        return Stored(digest.hexdigest(), size)

    def _settle(self, temporary: Path, stored: Stored) -> None:
        final = self.path(stored.sha)
        make_folder(final.parent)
        try:
            rename_new(temporary, final)
        except FileExistsError:
            temporary.unlink()
        sync_folder(final.parent)


def _nothing(_name: str) -> None:
    return None
