"""What a server with folders offers us: the few operations that everything is built from.

One :class:`RemoteDir` is one connection, logged in. It belongs to one event loop. Paths are text
with ``/``; a relative one starts where the login put us. Operations raise
:class:`~gateway.channels.remote.failure.RemoteError` and nothing else (but
``asyncio.CancelledError``); each one is bounded in time by whoever made the connection.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from gateway.problems import Problem

Kind = Literal["file", "folder", "link", "other"]


@dataclass(frozen=True, slots=True)
class Entry:
    """Something in a folder, as the server tells it."""

    name: str
    """One step of a path, never with ``/``. Bytes that are no UTF-8 are surrogates."""
    kind: Kind = "file"
    size: int | None = None
    """Bytes; ``None`` where the server does not say."""
    changed: int | None = None
    """Seconds since 1970 by the clock of the server; ``None`` where it does not say."""
    shown: str = ""
    """What a person calls it, where ``name`` is not that (an attachment of a mail)."""

    @property
    def called(self) -> str:
        """The name that patterns and people go by."""
        return self.shown or self.name


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a server can do, as far as one knows before trying."""

    transfers: int = 4
    """Files that may be on the way at the same time over one connection."""
    ranges: bool = True
    """Reading and writing may begin in the middle."""
    renames: bool = True
    sync: bool = False
    """It makes files durable when asked (``fsync@openssh.com``)."""
    safe_rename: bool = True
    """Its plain rename refuses to replace a file."""
    lasting: bool = False
    """A path names the same bytes for ever (an attachment): what was taken is not fetched again."""


class RemoteDir(Protocol):
    """A connection to a server with folders."""

    @property
    def abilities(self) -> Abilities:
        """What the server can do."""

    @property
    def closed(self) -> bool:
        """The connection is gone; nothing works on it any more."""

    def scan(self, folder: str) -> AsyncIterator[Sequence[Entry]]:
        """What is in a folder, in pieces as they come, in no order; ``.`` and ``..`` left out."""

    async def stat(self, path: str) -> Entry | None:
        """One thing, links not followed; ``None`` when it is not there."""

    def read(self, path: str, start: int, size: int) -> AsyncIterator[bytes]:
        """Exactly these bytes of a file, in order.

        Ends with ``RemoteError("short")`` when the file ends before.
        """

    async def write(
        self,
        path: str,
        chunks: AsyncIterator[bytes],
        start: int = 0,
        told: Callable[[int], None] = lambda _count: None,
    ) -> int:
        """Make a file (``start`` 0: anew) of these bytes; with ``start``, go on behind them.

        The size of the whole file then. It is synced on the server where that is offered. What
        fails in the middle leaves what arrived. ``told`` hears of bytes that were taken.
        """

    async def rename(self, source: str, target: str, *, replace: bool = False) -> None:
        """Give a file another name; ``RemoteError("exists")`` rather than replacing one."""

    async def remove(self, path: str) -> None:
        """Delete a file; ``RemoteError("missing")`` when it is not there."""

    async def make_folder(self, path: str) -> None:
        """Make a folder, unless it is there."""

    async def close(self) -> None:
        """Say goodbye, within a few seconds, and never raise."""


@runtime_checkable
class Marking(Protocol):
    """A server on which a file can be marked as ours that has to stay (``after: leave``)."""

    async def mark(self, path: str) -> None:
        """Mark it; a second time, too."""


@runtime_checkable
class Leaving(Protocol):
    """A server that has things which somebody may expect to be taken, and which are not."""

    def left(self) -> Mapping[str, Problem]:
        """Why, by what it is in a few words; of the last :meth:`RemoteDir.scan`."""


@runtime_checkable
class Holding(Protocol):
    """A connection that can leave a file open that was read to its end.

    Many servers take the closing of a file that was read for "he has it": they delete it, or put it
    away. So it is closed when it is ours, durably, and not before.
    """

    def read_open(
        self, path: str, start: int, size: int, keep: Callable[[Callable[[], None]], None]
    ) -> AsyncIterator[bytes]:
        """As :meth:`RemoteDir.read`; ``keep`` is given what closes the file, to be called later.

        Where that is never called the file stays open until the connection ends, which tells the
        server that its reading was broken off.
        """


Told = Callable[[str, str], None]
"""Hears of each step of connecting that worked: its name (``dns``, ``tcp``, ``tls``, ``host key``,
``login``, ``sftp``) and one sentence."""


def untold(_step: str, _text: str) -> None:
    """Nobody listens."""
