"""What the SFTP server needs from whoever keeps the mailboxes, and what it tells him.

The server speaks the protocol; a :class:`Hosting` has the files. Every call comes in a worker
thread and may block (disk, database). The calls of one :class:`Box`, and of what it opened, never
overlap; those of two sessions of the same partner do. Whatever is not to be done is a
:class:`Refusal`, whose text the partner reads; any other exception is a bug, logged with its trace,
and the partner hears no more than "failed".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from gateway.channels.sftp.server.paths import Spot

Why = Literal[
    "missing",  # there is no such file
    "denied",  # he may not do that there
    "exists",  # a file of that name is there
    "busy",  # somebody works on that file at this moment
    "full",  # no room: a quota, or the disk
    "large",  # more bytes than a file may have
    "slow",  # too many requests; later again
    "unsupported",  # the server does not do such things at all
    "invalid",  # the request makes no sense: a name, a position
    "failed",  # anything else, on our side
]


class Refusal(Exception):  # noqa: N818 (an answer to the partner, not a fault)
    """Something a partner asked for is not done; ``text`` says why, in a sentence for him."""

    def __init__(self, why: Why, text: str) -> None:
        super().__init__(text)
        self.why = why
        self.text = text


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is logged in: one session (an SFTP channel) of a connection."""

    session: str
    """Our id of it, in every action it does; that of its connection, with a number behind."""
    user: str
    partner: str
    channel: str
    address: str
    """Where he comes from, without the port."""
    client: str
    """What his program calls itself; his text, at most 100 signs."""
    means: str
    """How he logged in: ``key SHA256:…``, ``password``, ``key SHA256:… and password``."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something in a mailbox."""

    name: str
    size: int
    """Bytes; of a folder 0."""
    changed: int
    """Seconds since 1970."""
    folder: bool = False
    writable: bool = True
    """Shown in the mode; what may really be done is decided when it is asked for."""


@dataclass(frozen=True, slots=True)
class Room:
    """What a mailbox has room for."""

    bytes: int
    bytes_free: int
    files: int
    files_free: int


@dataclass(frozen=True, slots=True)
class Opening:
    """How a file is opened to be written."""

    create: bool
    """Made when it is not there; otherwise that is ``missing``."""
    fresh: bool
    """What is in it is thrown away; otherwise it is continued (a torn upload)."""
    only_new: bool
    """``exists`` when it is there."""


class Upload(Protocol):
    """A file being written by one session. Its bytes count for nothing until it is closed."""

    @property
    def size(self) -> int:
        """Bytes it has now, those of the torn upload it continues included."""

    def write(self, offset: int, data: bytes) -> None:
        """Put bytes anywhere; a gap is filled with zeros. ``full``, ``large``."""

    def truncate(self, size: int) -> None:
        """Cut it, or fill it with zeros up to there."""

    def sync(self) -> None:
        """Make it durable (``fsync@openssh.com``); it is not complete by that."""

    def close(self, explicit: bool) -> None:
        """The end of writing; called exactly once.

        ``explicit``: the partner asked for it, so the file is whole as far as he is concerned; he
        is told OK only after this returned, so everything must be durable by then. Not explicit:
        his session ended without it, and the file is torn, however many bytes it has. A
        :class:`Refusal` tells him that the file was not taken.
        """


class Download(Protocol):
    """A file being read by one session."""

    @property
    def size(self) -> int:
        """Bytes, the same as long as it is open."""

    def read(self, offset: int, size: int) -> bytes:
        """At most so many bytes from there; none at the end of the file."""

    def close(self, explicit: bool, sent: Sequence[tuple[int, int]]) -> None:
        """The end of reading; called exactly once.

        ``explicit``: the partner asked for it, after he received every answer that he waited
        for. ``sent``: the parts of the file that were given to him, from and to, in order, with
        gaps between them. ``((0, size),)`` and explicit: he has all of it. A client that continues
        a torn download begins in the middle, one with several connections reads parts with each.
        """


class Box(Protocol):
    """A partner's mailbox, opened for one session. Files only; the folders are fixed."""

    def stat(self, spot: Spot) -> Entry:
        """One file or folder. ``missing``."""

    def list(self, folder: Spot) -> Iterator[Entry]:
        """What is in ``/in``, ``/out`` or ``/archive``, read as the partner asks for more."""

    def upload(self, spot: Spot, opening: Opening) -> Upload:
        """Open a file for writing."""

    def download(self, spot: Spot) -> Download:
        """Open a file for reading."""

    def rename(self, source: Spot, target: Spot, replace: bool) -> None:
        """Give a file another name or folder; without ``replace`` never over another one."""

    def remove(self, spot: Spot) -> None:
        """Delete a file."""

    def room(self) -> Room:
        """How much there is room for."""

    def close(self) -> None:
        """The session ended; what it had opened is closed before."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something that was done, or refused; for the record."""

    at: datetime
    session: str
    """Empty before a session."""
    user: str
    """As the client gave it, at most 64 signs; may be nobody's."""
    partner: str
    """Empty when nobody's."""
    channel: str
    address: str
    action: str
    """``login``, ``locked`` (and what led there), ``session`` (only one too many), ``list``,
    ``put``, ``get``, ``rename``, ``remove``, ``mkdir``, ``rmdir``, ``link``, ``command``,
    ``forward``, ``end``."""
    path: str = ""
    target: str = ""
    """The new name of a file."""
    size: int | None = None
    """Bytes of a file put; bytes that were sent of a file got."""
    outcome: str = ""
    """Empty: it was done. Otherwise why not, in a sentence."""


class Hosting(Protocol):
    """Who keeps the mailboxes."""

    def box(self, caller: Caller) -> Box:
        """The mailbox of someone who has logged in. A :class:`Refusal` ends the session."""

    def note(self, actions: Sequence[Action]) -> None:
        """Keep these in the record, in their order; in a thread of their own, one call at a time.

        What comes before a login is limited in number by the server, so a guesser fills nothing.
        """
