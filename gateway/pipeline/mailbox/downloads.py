"""Files that a session reads: those for the partner, and his own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO

from gateway.channels.sftp.server.hosting import Caller
from gateway.pipeline.mailbox.fetching import Part, read_by
from gateway.pipeline.mailbox.mailbox import Mailbox
from gateway.store import Store, contents
from gateway.store.mailbox.offers import Offer

IN_MEMORY = 64 * 1024
"""Bytes of a file being read that are held in memory."""


class OpenDownload:
    """A :class:`~gateway.channels.sftp.server.hosting.Download` of bytes that never change."""

    def __init__(self, size: int, read: Callable[[int, int], bytes], end: Callable[[], None]):
        self._size = size
        self._read = read
        self._end = end

    @property
    def size(self) -> int:
        """Bytes."""
        return self._size

    def read(self, offset: int, size: int) -> bytes:
        """At most so many bytes from there; none at the end of the file."""
        wanted = min(size, self._size - offset)
        return self._read(offset, wanted) if wanted > 0 else b""

    def close(self, explicit: bool, sent: Sequence[Part]) -> None:
        """The end of reading."""
        self._end()


class OfferDownload(OpenDownload):
    """A file for the partner: reading it to its end is its delivery."""

    def __init__(self, mailbox: Mailbox, offer: Offer, caller: Caller) -> None:
        found = stored(mailbox.house.store, offer.sha, offer.size)
        super().__init__(found.size, found._read, found._end)
        self._mailbox = mailbox
        self._offer = offer
        self._caller = caller

    def close(self, explicit: bool, sent: Sequence[Part]) -> None:
        """The end of reading; see :mod:`.fetching`."""
        super().close(explicit, sent)
        if sent or (explicit and not self._offer.size):
            read_by(self._mailbox, self._offer.id, sent, self._caller, explicit=explicit)


def stored(store: Store, sha: str, size: int) -> OpenDownload:
    """A payload, wherever it is kept. Raises ``KeyError``."""
    with store.read() as connection:
        data = contents.read(connection, sha)
    if data is None:
        if not store.archive.holds(sha):
            raise KeyError(sha)
        return OpenDownload(
            size, lambda offset, count: store.archive.slice(sha, offset, count), lambda: None
        )
    spool: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 (closed with the reading)
    spool.write(data)
    return of_file(spool, len(data))


def of_file(file: IO[bytes], size: int) -> OpenDownload:
    """An open file; it is closed with the reading."""

    def read(offset: int, count: int) -> bytes:
        file.seek(offset)
        return file.read(count)

    return OpenDownload(size, read, file.close)
