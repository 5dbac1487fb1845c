"""How an FTPS server fails us: replies and errors of the library as ``RemoteError``.

Replies have three digits (RFC 959 §4.2); which of the many reasons behind 550 is meant stands in
the words only, in those that servers commonly use.
"""

from __future__ import annotations

import ftplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from gateway.channels.ftps.server import Server
from gateway.channels.remote.failure import RemoteError, Trouble
from gateway.problems import problem

LONGEST = 200
"""Characters of a reply that are shown."""
_TROUBLE: dict[str, Trouble] = {
    "421": "lost",
    "425": "lost",
    "426": "lost",
    "452": "full",
    "552": "full",
    "530": "denied",
    "532": "denied",
    "553": "denied",
}
_DENIED = re.compile(r"denied|permission|not permitted|not allowed|forbidden|access", re.IGNORECASE)
_MISSING = re.compile(r"no such|not found|cannot find|not exist|no file", re.IGNORECASE)
_EXISTS = re.compile(r"exist", re.IGNORECASE)
_FULL = re.compile(r"no space|disk full|quota", re.IGNORECASE)
_UNCLEAR = frozenset({"450", "501", "521", "550", "551", "553"})
"""Replies whose words tell what is meant."""


class ForeignCertificateError(Exception):
    """The server showed a certificate that is none of those pinned."""

    def __init__(self, shown: str, pins: frozenset[str]) -> None:
        super().__init__(f"it shows the certificate {shown}, expected {' or '.join(sorted(pins))}")


class ClearTextError(Exception):
    """The server would have us go on without protection of ``what``."""

    def __init__(self, what: str, reply: str) -> None:
        super().__init__(reply)
        self.what = what


@dataclass(frozen=True, slots=True)
class Doing:
    """What is being done, for the words of a failure."""

    text: str
    """``fetching /out/orders.edi``."""
    absent: Trouble = "missing"
    """What 550 means where its words do not tell."""
    changes: bool = False
    """It changes something: when the connection breaks, nobody knows whether it was done."""


def reply_error(server: Server, doing: Doing, failure: Exception) -> RemoteError:
    """What a refusing reply means."""
    reply = shown(server, str(failure))
    found = problem("T437", host=server.host, doing=doing.text, reply=reply)
    trouble = _trouble(reply, doing)
    if trouble == "lost":
        found = problem("T436", host=server.host, doing=doing.text, reason=reply)
    return RemoteError(trouble, found, unknown=doing.changes and trouble == "lost")


def lost(server: Server, doing: Doing, reason: str) -> RemoteError:
    """The connection is gone."""
    found = problem("T436", host=server.host, doing=doing.text, reason=shown(server, reason))
    return RemoteError("lost", found, unknown=doing.changes)


def protocol(server: Server, doing: Doing, reason: str) -> RemoteError:
    """An answer that no server should give."""
    found = problem("T439", host=server.host, doing=doing.text, reason=shown(server, reason))
    return RemoteError("protocol", found, unknown=doing.changes)


@contextmanager
def translated(server: Server, doing: Doing) -> Iterator[None]:
    """Whatever library, TLS or system raise, as :class:`RemoteError`."""
    try:
        yield
    except (ssl.SSLCertVerificationError, ForeignCertificateError) as failure:
        reason = getattr(failure, "verify_message", "") or str(failure)
        found = problem("T433", host=server.host, reason=shown(server, reason))
        raise RemoteError("identity", found) from None
    except (ftplib.error_perm, ftplib.error_temp) as failure:
        raise reply_error(server, doing, failure) from None
    except (ftplib.Error, UnicodeError, ValueError) as failure:
        raise protocol(server, doing, str(failure) or type(failure).__name__) from None
    except ClearTextError as failure:
        reply = shown(server, str(failure))
        found = problem("T434", host=server.host, what=failure.what, reply=reply)
        raise RemoteError("refused", found) from None
    except RemoteError:
        raise
    except (OSError, EOFError) as failure:
        raise lost(server, doing, words(failure)) from None


def words(failure: BaseException) -> str:
    """What the system says of a broken connection."""
    if isinstance(failure, TimeoutError):
        return "no answer in time"
    if isinstance(failure, EOFError):
        return "the server hung up"
    return getattr(failure, "strerror", "") or str(failure) or type(failure).__name__


def shown(server: Server, text: str) -> str:
    """Words of a server as a sentence of ours may hold them: one line, bounded, no password."""
    if server.password:
        text = text.replace(server.password, "***")
    line = " ".join(text[: 4 * LONGEST].split())
    return "".join(sign if sign.isprintable() else "�" for sign in line)[:LONGEST]


def is_missing(reply: str) -> bool:
    """Whether a refusing reply says that a file is not there."""
    return _trouble(reply, Doing("")) == "missing"


def _trouble(reply: str, doing: Doing) -> Trouble:
    code, text = reply[:3], reply[3:]
    patterns: tuple[tuple[re.Pattern[str], Trouble], ...] = (
        (_FULL, "full"),
        (_MISSING, "missing"),
        (_DENIED, "denied"),
        (_EXISTS, "exists"),
    )
    if code in _UNCLEAR:
        for pattern, meant in patterns:
            if pattern.search(text):
                return meant
    if code == "550":
        return doing.absent
    return _TROUBLE.get(code, "refused")
