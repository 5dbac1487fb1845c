"""Where a body lies while it is worked on: in memory while it is small, then in a file.

The file lies in the temporary folder of the archive: on the disk that has to have the room anyway,
and where what a crash leaves behind is swept.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO

from gateway.channels.as2.extent import Extent
from gateway.store.archive import FolderArchive
from gateway.store.archive.payload import Archive
from gateway.store.durable import make_folder

IN_MEMORY = 512 * 1024
"""Bytes of one layer of one message that are held in memory."""


class Spools:
    """All spools of one message; closing them removes their files."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = None if folder is None else str(folder)
        self._open: list[IO[bytes]] = []

    @classmethod
    def beside(cls, archive: Archive) -> Spools:
        """In the temporary folder of an archive; of one elsewhere, in that of the machine."""
        if not isinstance(archive, FolderArchive):
            return cls(None)
        make_folder(archive.temporary)
        return cls(archive.temporary)

    def __call__(self) -> IO[bytes]:
        """An empty one (a :data:`~gateway.channels.as2.extent.Scratch`)."""
        made = SpooledTemporaryFile(IN_MEMORY, dir=self._folder)  # noqa: SIM115 (close does)
        self._open.append(made)
        return made

    def close(self) -> None:
        """Give memory and disk back."""
        while self._open:
            self._open.pop().close()

    def __enter__(self) -> Spools:
        return self

    def __exit__(self, *_failure: object) -> None:
        self.close()


class Body:
    """A body on its way in, counted while it is written."""

    def __init__(self, spool: IO[bytes]) -> None:
        self._spool = spool
        self.size = 0

    def write(self, data: bytes) -> None:
        """Append. Raises ``OSError`` when the disk is full."""
        self._spool.write(data)
        self.size += len(data)

    @property
    def extent(self) -> Extent:
        """All of it."""
        return Extent(self._spool, 0, self.size)


class Reading:
    """An extent as a stream that is read to its end, as the archive takes it."""

    def __init__(self, extent: Extent) -> None:
        self._extent = extent
        self._at = 0

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes; none at the end."""
        left = self._extent.size - self._at
        wanted = left if size < 0 else min(size, left)
        if wanted <= 0:
            return b""
        self._extent.stream.seek(self._extent.start + self._at)
        piece = self._extent.stream.read(wanted)
        self._at += len(piece)
        return piece
