"""A mailbox over IMAP (RFC 9051, RFC 3501), for one thread: what is in it, and a few changes.

imap-tools logs in, selects and searches. It would remove every mail that anybody marked as deleted
(EXPUNGE), so removing and moving are done here for exactly one mail (UID EXPUNGE, RFC 4315; MOVE,
RFC 6851); where the server knows neither, a mail is marked as deleted and the server cleans up.
"""

from __future__ import annotations

import imaplib
import re
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from imap_tools.errors import (
    MailboxLoginError,
    UnexpectedCommandStatusError,
)
from imap_tools.mailbox import BaseMailBox
from imap_tools.utils import encode_folder

from gateway.channels.mail.server import (
    MailServer,
    described,
    reach,
    reason_of,
    said,
    secured,
    unprotected,
    unreachable,
)
from gateway.channels.remote.directory import Told, untold
from gateway.channels.remote.failure import RemoteError, Trouble
from gateway.problems import problem

PORTS = {"tls": 993, "starttls": 143, "none": 143}
TAKEN = "EdiTaken"
"""The keyword of mails that were taken and stay, where the server keeps keywords."""
BATCH = 50
"""Heads that one answer holds."""
HEAD = 32 * 1024
"""Bytes of a head that are looked at before a mail is read."""
ANSWER = 8_000_000
"""Bytes that the server may send for one command, besides the mail that was asked for."""
_FIELDS = "FROM SUBJECT DATE MESSAGE-ID AUTHENTICATION-RESULTS"
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_CONTROL = re.compile(r"[\x00-\x1f]")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a mail before it is read."""

    uid: int
    size: int
    """Bytes."""
    fields: bytes
    """Some of its headers, in their order."""


@dataclass(frozen=True, slots=True)
class Selected:
    """A folder as it is now."""

    validity: int
    """UIDVALIDITY: another one means that all UIDs are others."""
    keywords: bool
    """It keeps :data:`TAKEN`."""


class _Client(imaplib.IMAP4):
    """Over a connection that stands already."""

    def __init__(self, server: MailServer, connection: socket.socket) -> None:
        self._given = connection
        self.left = ANSWER
        super().__init__(server.host, server.port, server.seconds)

    def _create_socket(self, _timeout: float | None) -> socket.socket:
        return self._given

    def read(self, size: int) -> bytes:
        """A literal of a size that the server chose: believed only up to what is left."""
        self._takes(size)
        return super().read(size)

    def readline(self) -> bytes:
        """A line; there may be no end of them."""
        line = super().readline()
        self._takes(len(line))
        return line

    def _takes(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise self.abort("an answer without end")


class _Box(BaseMailBox):
    def __init__(self, client: imaplib.IMAP4) -> None:
        self._given = client
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return self._given


class Imap:
    """A connection to a mailbox, logged in. Raises ``RemoteError`` and nothing else."""

    def __init__(self, server: MailServer, box: BaseMailBox, client: _Client) -> None:
        self.server = server
        self.broken = False
        self._box = box
        self._client = client
        self._able = _capabilities(client)

    @classmethod
    def open(cls, server: MailServer, told: Told = untold) -> Imap:
        """Connect and log in, each step told."""
        connection = secured(server, reach(server, told), told)
        client: _Client | None = None
        try:
            client = _Client(server, connection)
            if server.security == "starttls":
                _starttls(server, client, told)
            box = _Box(client)
            _login(server, box, told)
            return cls(server, box, client)
        except BaseException as error:
            if client is None:
                connection.close()
            else:
                with suppress(OSError):
                    client.shutdown()
            if isinstance(error, (imaplib.IMAP4.error, OSError)) and not isinstance(
                error, RemoteError
            ):
                raise unreachable(server, error) from None
            raise

    def select(self, folder: str) -> Selected:
        """Go to a folder. ``RemoteError("missing")`` when it is not there."""
        try:
            self._do("open a folder", lambda: self._box.folder.set(folder))
        except RemoteError as error:
            if error.trouble == "refused":
                found = problem("T456", what=f"the folder {folder}", host=self.server.host)
                raise RemoteError("missing", found) from None
            raise
        answers = self._client.untagged_responses
        kept = _words(answers.get("PERMANENTFLAGS"))
        validity = _words(answers.get("UIDVALIDITY")).split() or [b"0"]
        return Selected(int(validity[-1]), rb"\*" in kept or TAKEN.encode() in kept)

    def search(self, criteria: str) -> list[int]:
        """UIDs, oldest first."""
        found = self._do("search", lambda: self._box.uids(criteria, None))
        return sorted(int(each) for each in found)

    def heads(self, uids: Sequence[int]) -> Iterator[Head]:
        """Of these mails, those that are still there."""
        wanted = f"(UID RFC822.SIZE BODY.PEEK[HEADER.FIELDS ({_FIELDS})]<0.{HEAD}>)"
        for start in range(0, len(uids), BATCH):
            some = ",".join(map(str, uids[start : start + BATCH]))
            for about, fields in self._fetch(some, wanted):
                uid, size = _UID.search(about), _SIZE.search(about)
                if uid is not None and size is not None:
                    yield Head(int(uid[1]), int(size[1]), fields)

    def mail(self, uid: int, most: int) -> bytes | None:
        """A mail, at most so many bytes of it; ``None`` when it is not there any more."""
        for about, data in self._fetch(str(uid), f"(UID BODY.PEEK[]<0.{most}>)", most):
            found = _UID.search(about)
            if found is not None and int(found[1]) == uid:
                return data
        return None

    def flag(self, uid: int, *flags: str) -> None:
        """Set flags of a mail."""
        wanted = f"({' '.join(flags)})"
        self._checked("mark a mail", "STORE", str(uid), "+FLAGS.SILENT", wanted)

    def remove(self, uid: int) -> None:
        """Delete one mail and nothing else."""
        self.flag(uid, r"\Seen", r"\Deleted")
        if "UIDPLUS" in self._able:
            self._checked("delete a mail", "EXPUNGE", str(uid))

    def move(self, uid: int, folder: str) -> None:
        """Move one mail; ``RemoteError("missing")`` when the folder is not there."""
        command = "MOVE" if "MOVE" in self._able else "COPY"
        self.flag(uid, r"\Seen")
        try:
            self._checked("move a mail", command, str(uid), encode_folder(folder))
        except RemoteError as error:
            if "TRYCREATE" not in str(error):
                raise
            found = problem("T456", what=f"the folder {folder}", host=self.server.host)
            raise RemoteError("missing", found) from None
        if command == "COPY":
            self.remove(uid)

    def make_folder(self, folder: str) -> None:
        """Make a folder, unless it is there."""
        if not self._do("list folders", lambda: self._box.folder.exists(folder)):
            self._do("make a folder", lambda: self._box.folder.create(folder))

    def close(self) -> None:
        """Say goodbye; never raises."""
        self.broken = True
        with suppress(Exception):
            self._client.sock.settimeout(2.0)
            self._client.logout()
        with suppress(OSError):
            self._client.shutdown()

    def cut(self) -> None:
        """End the connection from any thread; who waits for an answer gets an error."""
        self.broken = True
        with suppress(OSError):
            self._client.sock.shutdown(socket.SHUT_RDWR)

    # ---- inside

    def _fetch(self, uids: str, wanted: str, most: int = 0) -> Iterator[tuple[bytes, bytes]]:
        """Of each mail: what stands around its bytes, and these."""
        _, answer = self._checked("read mails", "FETCH", uids, wanted, most=most)
        for index, each in enumerate(answer):
            if isinstance(each, tuple):
                rest = answer[index + 1] if index + 1 < len(answer) else b""
                yield each[0] + (rest if isinstance(rest, bytes) else b""), each[1]

    def _checked(
        self, doing: str, command: str, *arguments: Any, most: int = 0
    ) -> tuple[str, list[Any]]:
        answer = self._do(doing, lambda: self._client.uid(command, *arguments), most)
        if answer[0] != "OK":
            raise self._refused(doing, _words(answer[1]))
        return answer

    def _do(self, doing: str, what: Callable[[], T], most: int = 0) -> T:
        """``most``: bytes of a mail that may come with the answer."""
        self._client.left = ANSWER + most
        try:
            return what()
        except (imaplib.IMAP4.abort, OSError) as error:
            self.broken = True
            found = problem("T455", host=self.server.host, doing=doing, reason=reason_of(error))
            raise RemoteError("lost", found, unknown=True) from None
        except UnexpectedCommandStatusError as error:
            raise self._refused(doing, error.command_result[1]) from None
        except imaplib.IMAP4.error as error:
            raise self._refused(doing, error) from None

    def _refused(self, doing: str, words: object) -> RemoteError:
        text = said(_words(words) if isinstance(words, list) else words)
        trouble: Trouble = "full" if "OVERQUOTA" in text.upper() else "refused"
        found = problem("T457", host=self.server.host, doing=doing, said=text)
        return RemoteError(trouble, found)


def _words(answer: Sequence[Any] | None) -> bytes:
    """An answer as one text."""
    return b" ".join(each for each in answer or () if isinstance(each, bytes))


def _starttls(server: MailServer, client: imaplib.IMAP4, told: Told) -> None:
    if "STARTTLS" not in client.capabilities:
        raise RemoteError("identity", problem("T453", host=server.host))
    try:
        client.starttls(server.context())
    except (OSError, ValueError) as error:
        raise unprotected(server, error) from None
    told("tls", described(client.sock))


def _login(server: MailServer, box: BaseMailBox, told: Told) -> None:
    user, password = server.user or "", server.password or ""
    try:
        if "AUTH=PLAIN" in _capabilities(box.client):
            box.login_utf8(user, password, None)
        elif _CONTROL.search(user + password) or not (user + password).isascii():
            reason = "the server takes a plain LOGIN only, which holds printable ASCII signs"
            raise RemoteError("settings", problem("T458", setting="password", reason=reason))
        else:
            box.login(user, password, None)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, MailboxLoginError) as error:
        words = error.command_result[1][0] if isinstance(error, MailboxLoginError) else error
        found = problem("T454", host=server.host, user=user, said=said(words))
        raise RemoteError("login", found) from None
    told("login", f"logged in as {user}")


def _capabilities(client: imaplib.IMAP4) -> frozenset[str]:
    """What the server can do now; it may be more once we are logged in."""
    _, answer = client.capability()
    return frozenset(_words(answer).decode("ascii", "replace").upper().split())
