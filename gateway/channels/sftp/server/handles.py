"""What a session has open: files being written or read, and folders being listed.

They guard what the wire allows and nobody wants: a file that is closed after a write failed, or
with bytes missing in its middle, is not whole; a file that was read counts as read only when the
client had every answer before it closed it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

from gateway.channels.sftp.server.hosting import Download, Entry, Refusal, Upload
from gateway.channels.sftp.server.paths import Spot
from gateway.channels.sftp.server.ranges import Ranges, TooManyGapsError
from gateway.channels.sftp.server.wire import Attributes

LARGEST = 2**62
"""Positions beyond are no positions of a file."""


class Writing:
    """A file the client puts."""

    def __init__(self, spot: Spot, upload: Upload, *, append: bool) -> None:
        self.spot = spot
        self._upload = upload
        self._append = append
        self._there = Ranges(upload.size)
        self._failed: Refusal | None = None

    @property
    def size(self) -> int:
        """Bytes so far."""
        return self._upload.size

    def write(self, offset: int, data: bytes) -> None:
        """Put bytes there; in append mode behind the others, whatever the client says."""
        start = self._upload.size if self._append else offset
        with self._remembering():
            _reasonable(start + len(data))
            self._upload.write(start, data)
            self._there.add(start, start + len(data))

    def set(self, wanted: Attributes) -> None:
        """Only a size has an effect: cut there, or filled with zeros on the client's wish."""
        if wanted.size is None or wanted.size == self._upload.size:
            return
        before = self._upload.size
        with self._remembering():
            _reasonable(wanted.size)
            self._upload.truncate(wanted.size)
            self._there.cut(wanted.size)
            self._there.add(before, wanted.size)

    def sync(self) -> None:
        """Make durable what is there."""
        with self._remembering():
            self._upload.sync()

    @contextmanager
    def _remembering(self) -> Iterator[None]:
        """What fails in here makes a whole file impossible."""
        try:
            yield
        except TooManyGapsError as error:
            self._failed = Refusal("invalid", str(error))
            raise self._failed from error
        except Refusal as refusal:
            self._failed = refusal
            raise
        except Exception:
            self._failed = Refusal("failed", "writing it failed")
            raise

    def close(self) -> None:
        """The client's own close: whole, or a refusal that says why it is not."""
        if self._failed is not None:
            self.tear()
            raise Refusal(self._failed.why, f"the file was not taken: {self._failed.text}")
        gap = self._there.gap(self._upload.size)
        if gap is not None:
            self.tear()
            raise Refusal(
                "invalid",
                f"the file was not taken: its bytes {gap[0]} to {gap[1] - 1} were never written",
            )
        self._upload.close(explicit=True)

    def tear(self) -> None:
        """The session ended first. What is kept for a resumption has no hole in it."""
        gap = self._there.gap(self._upload.size)
        try:
            if gap is not None:
                self._upload.truncate(gap[0])
        finally:
            self._upload.close(explicit=False)


def _reasonable(end: int) -> None:
    if end > LARGEST:
        raise Refusal("invalid", "no file is so long")


class Reading:
    """A file the client gets."""

    def __init__(self, spot: Spot, download: Download) -> None:
        self.spot = spot
        self._download = download
        self._sent = Ranges()
        self._last = 0

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self._download.size

    @property
    def sent(self) -> int:
        """Bytes of it that went to the client, none counted twice."""
        return sum(end - start for start, end in self._sent.all)

    def read(self, offset: int, size: int, request: int) -> bytes:
        """Bytes from there; none at the end. ``request``: the number of the request."""
        if offset >= self._download.size:
            return b""
        found = self._download.read(offset, size)
        try:
            self._sent.add(offset, offset + len(found))
        except TooManyGapsError as error:
            raise Refusal("invalid", str(error)) from error
        self._last = request
        return found

    def close(self, answered: int) -> None:
        """The client's own close, sent when it had the answers to so many requests."""
        self._download.close(explicit=self._last <= answered, sent=self._sent.all)

    def tear(self) -> None:
        """The session ended first."""
        self._download.close(explicit=False, sent=self._sent.all)


class Listing:
    """A folder the client lists."""

    def __init__(self, spot: Spot, entries: Iterator[Entry]) -> None:
        self.spot = spot
        self._entries = entries

    def some(self, count: int) -> list[Entry]:
        """The next ones; none at the end."""
        return list(islice(self._entries, count))
