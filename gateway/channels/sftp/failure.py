"""What the library raises, as a problem that says what is wrong and what would be right.

A server's own words are shown, but never believed: they are cut, and nothing in them is printed
that a terminal would obey.
"""

from __future__ import annotations

import asyncio
import os
import re
from dataclasses import dataclass
from typing import NoReturn

import asyncssh

from gateway.channels.remote.failure import RemoteError, Trouble
from gateway.problems import Place, problem
from gateway.telemetry.secrets import clean

STUMBLES = (asyncssh.Error, OSError, EOFError, ValueError, AssertionError)
"""What a server can make the library raise; anything else is a bug of ours."""
LONGEST_SAID = 200
"""Characters of a server's own words that are shown."""
_NO_ROOM = re.compile(r"no space|disk full|disc full|quota|not enough space|out of space", re.I)
_EMPTY = re.compile(
    r"^(|failure|no such file( or directory)?|permission denied|success|ok)\.?$", re.I
)

_TROUBLES: tuple[tuple[type[asyncssh.SFTPError], Trouble], ...] = (
    (asyncssh.SFTPNoSuchFile, "missing"),
    (asyncssh.SFTPNoSuchPath, "missing"),
    (asyncssh.SFTPPermissionDenied, "denied"),
    (asyncssh.SFTPWriteProtect, "denied"),
    (asyncssh.SFTPCannotDelete, "denied"),
    (asyncssh.SFTPFileAlreadyExists, "exists"),
    (asyncssh.SFTPNoSpaceOnFilesystem, "full"),
    (asyncssh.SFTPQuotaExceeded, "full"),
    (asyncssh.SFTPConnectionLost, "lost"),
    (asyncssh.SFTPNoConnection, "lost"),
    (asyncssh.SFTPBadMessage, "protocol"),
)
_CODES: dict[Trouble, str] = {
    "lost": "T320",
    "missing": "T322",
    "exists": "T323",
    "denied": "T324",
    "full": "T325",
    "refused": "T327",
    "protocol": "T328",
}


@dataclass(frozen=True, slots=True)
class Doing:
    """What was asked of a server when it failed."""

    server: str
    words: str
    """``reading /out/orders.edi``"""
    path: str
    changes: bool = False
    """It changes something on the server: when the connection breaks, nobody knows whether."""

    def failed(self, trouble: Trouble, reason: str = "") -> RemoteError:
        """The error for a trouble with a code of its own."""
        said = "" if _EMPTY.match(reason.strip()) else f" (“{said_by(reason)}”)"
        found = problem(
            _CODES[trouble],
            Place(file=shown(self.path)),
            server=self.server,
            doing=self.words,
            reason=said_by(reason) or "it was closed",
            said=said,
        )
        unknown = self.changes and trouble in ("lost", "protocol")
        return RemoteError(trouble, found, unknown=unknown)

    def late(self, seconds: float) -> RemoteError:
        """The server did not answer in time."""
        found = problem(
            "T321",
            Place(file=shown(self.path)),
            server=self.server,
            doing=self.words,
            seconds=f"{seconds:g}",
        )
        return RemoteError("lost", found, unknown=self.changes)


def of(failure: Exception, doing: Doing) -> RemoteError:
    """What an exception of the library means."""
    if isinstance(failure, RemoteError):
        return failure
    trouble = trouble_of(failure)
    return doing.failed(trouble, reason_of(failure))


def trouble_of(failure: Exception) -> Trouble:
    """Which kind of trouble an exception of the library is."""
    if isinstance(failure, asyncssh.SFTPError):
        if _NO_ROOM.search(failure.reason):
            return "full"
        return next((word for kind, word in _TROUBLES if isinstance(failure, kind)), "refused")
    if isinstance(failure, asyncssh.ProtocolError | asyncssh.MACError | asyncssh.CompressionError):
        return "protocol"
    if isinstance(failure, asyncssh.Error | OSError | EOFError):
        return "lost"
    return "protocol"  # an answer that could not be read: a bug of the server, or of the library


def reason_of(failure: BaseException) -> str:
    """Why, in the words of the server, the library or the operating system."""
    if isinstance(failure, asyncssh.Error):
        return failure.reason
    if isinstance(failure, OSError) and failure.errno:
        return os.strerror(failure.errno)
    if isinstance(failure, asyncio.IncompleteReadError | EOFError):
        return "the connection was closed"
    return f"its answer cannot be read ({type(failure).__name__})"


def said_by(text: str) -> str:
    """Words of a server as they may be shown."""
    words = clean(" ".join(text.split()))
    return words if len(words) <= LONGEST_SAID else f"{words[:LONGEST_SAID]}…"


def shown(path: str) -> str:
    """A path as it may be shown; bytes that are no UTF-8 are spelled out."""
    raw = path.encode("utf-8", "surrogatepass")
    if any("\udc80" <= each <= "\udcff" for each in path):
        raw = path.encode("utf-8", "surrogateescape")
    return clean(raw.decode("utf-8", "backslashreplace"))


def protocol(doing: Doing, reason: str) -> NoReturn:
    """Raise that the server answers what no server should."""
    raise doing.failed("protocol", reason)
