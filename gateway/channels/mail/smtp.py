"""Handing mails to a server (SMTP, RFC 5321).

A session is encrypted and logged in as the server's values say; a server that offers no STARTTLS
where it is wanted gets nothing. A mail is handed over to all of its receivers or to none: until its
last byte left, nothing has happened; after that, only the answer of the server tells.
"""

from __future__ import annotations

import re
import smtplib
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

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
from gateway.channels.remote.failure import RemoteError
from gateway.problems import Problem, problem

PORTS = {"starttls": 587, "tls": 465, "none": 25}
PERMANENT = 500
"""Replies from here on say that trying again is no use (RFC 5321 §4.2.1)."""
MOST_LINES = 200
"""Of one reply."""
_GO_ON = 354
_TAKEN = frozenset({250, 251, 252})
_DOT = re.compile(rb"(?m)^\.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A mail and whom it goes to."""

    name: str
    """Of the file in it, for sentences."""
    partner: str
    id: str
    """Of the message it belongs to."""
    message_id: str
    sender: str
    receivers: Sequence[str]
    data: bytes
    """The mail; its lines end in CRLF."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a mail is not there, as far as we know."""

    found: Problem
    for_good: bool = False
    broken: bool = False
    """The session is over, too."""


class _Session(smtplib.SMTP):
    """Over a connection that stands already."""

    def __init__(self, server: MailServer, connection: socket.socket) -> None:
        self._given = connection
        super().__init__(server.host, server.port, timeout=server.seconds)

    def _get_socket(self, *_where: object) -> socket.socket:
        return self._given

    def getreply(self) -> tuple[int, bytes]:
        """A reply. Raises ``OSError`` for one without end."""
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("the session is over")
        whole = self.file or self.sock.makefile("rb")
        self.file = _Few(whole)
        try:
            return super().getreply()
        finally:
            if self.file is not None:  # it is, unless the session was closed
                self.file = whole


class _Few:
    """The lines of one reply."""

    def __init__(self, lines: Any) -> None:
        self._lines = lines
        self._left = MOST_LINES

    def readline(self, most: int) -> bytes:
        self._left -= 1
        if self._left < 0:
            raise OSError("a reply without end")
        line: bytes = self._lines.readline(most)
        return line

    def close(self) -> None:
        self._lines.close()


@contextmanager
def connected(server: MailServer, told: Told = untold) -> Iterator[smtplib.SMTP]:
    """A session, encrypted and logged in, each step told. Raises ``RemoteError`` until then."""
    connection = secured(server, reach(server, told), told)
    with _closing(connection):
        try:
            session = _Session(server, connection)
        except OSError as error:
            raise unreachable(server, error) from None
    with _closing(session):
        try:
            _enter(server, session, told)
        except RemoteError:
            raise
        except OSError as error:
            raise unreachable(server, error) from None
    try:
        yield session
        # a mail is taken by now; how the server says goodbye changes nothing
        with suppress(OSError):
            session.quit()
    finally:
        session.close()


@contextmanager
def _closing(opened: smtplib.SMTP | socket.socket) -> Iterator[None]:
    """Close it when something goes wrong."""
    try:
        yield
    except BaseException:
        opened.close()
        raise


def _enter(server: MailServer, session: smtplib.SMTP, told: Told) -> None:
    if server.security == "starttls":
        session.ehlo_or_helo_if_needed()
        if not session.has_extn("starttls"):
            raise RemoteError("identity", problem("T453", host=server.host))
        try:
            session.starttls(context=server.context())
        except (OSError, ValueError) as error:
            raise unprotected(server, error) from None
        told("tls", described(session.sock))
    if server.user is None or server.password is None:
        return
    try:
        session.login(server.user, server.password)
    except smtplib.SMTPResponseException as error:
        raise _no_entry(server, _reply(error.smtp_code, error.smtp_error)) from None
    except (smtplib.SMTPNotSupportedError, UnicodeError, ValueError) as error:
        raise _no_entry(server, said(error)) from None
    told("login", f"logged in as {server.user}")


def _no_entry(server: MailServer, words: str) -> RemoteError:
    found = problem("T454", host=server.host, user=server.user or "", said=words)
    return RemoteError("login", found)


def hand_over(session: smtplib.SMTP, host: str, parcel: Parcel) -> Refusal | None:
    """Give a mail to the server for all of its receivers; ``None``: it took it."""
    try:
        refusal = _envelope(session, host, parcel)
    except OSError as error:
        doing = f"{parcel.name} was announced"
        found = problem("T455", host=host, doing=doing, reason=reason_of(error))
        return Refusal(found, broken=True)
    if refusal is not None:
        return refusal
    try:
        session.send(_DOT.sub(b"..", parcel.data.removesuffix(b"\r\n")) + b"\r\n.\r\n")
        code, words = session.getreply()
    except OSError as error:
        found = problem(
            "T469",
            host=host,
            name=parcel.name,
            message_id=parcel.message_id,
            reason=reason_of(error),
        )
        return Refusal(found, broken=True)
    return None if code in _TAKEN else _refused(session, host, parcel, code, words)


def ready_for(
    session: smtplib.SMTP, host: str, partner: str, sender: str, receivers: Sequence[str]
) -> Problem | None:
    """Whether the server would take a mail for all of these; none is sent. Raises ``OSError``."""
    parcel = Parcel(
        name="a mail",
        partner=partner,
        id="",
        message_id="",
        sender=sender,
        receivers=receivers,
        data=b"",
    )
    refusal = _addressed(session, host, parcel)
    if refusal is not None:
        return refusal.found
    session.rset()
    return None


def _envelope(session: smtplib.SMTP, host: str, parcel: Parcel) -> Refusal | None:
    """Everything before the mail itself."""
    refusal = _addressed(session, host, parcel)
    if refusal is not None:
        return refusal
    code, words = session.docmd("DATA")
    return None if code == _GO_ON else _refused(session, host, parcel, code, words)


def _addressed(session: smtplib.SMTP, host: str, parcel: Parcel) -> Refusal | None:
    """From whom, to whom."""
    session.ehlo_or_helo_if_needed()
    size = [f"size={len(parcel.data)}"] if session.has_extn("size") else []
    code, words = session.mail(parcel.sender, size)
    if code not in _TAKEN:
        return _refused(session, host, parcel, code, words)
    refused: dict[str, tuple[int, bytes]] = {}
    for each in parcel.receivers:
        code, words = session.rcpt(each)
        if code not in _TAKEN:
            refused[each] = (code, words)
    if refused:
        session.rset()
        return _not_for(host, parcel, refused)
    return None


def _refused(session: smtplib.SMTP, host: str, parcel: Parcel, code: int, words: bytes) -> Refusal:
    for_good = code >= PERMANENT
    with suppress(OSError):  # the next mail begins anew
        session.rset()
    code_of = "T466" if for_good else "T467"
    reply = _reply(code, words)
    return Refusal(
        problem(code_of, host=host, name=parcel.name, said=reply, id=parcel.id), for_good
    )


def _not_for(host: str, parcel: Parcel, refused: dict[str, tuple[int, bytes]]) -> Refusal:
    answers = sorted(refused.values(), key=lambda answer: -answer[0])
    found = problem(
        "T468",
        host=host,
        refused=", ".join(refused),
        name=parcel.name,
        said=_reply(*answers[0]),
        partner=parcel.partner,
    )
    return Refusal(found, any(code >= PERMANENT for code, _ in answers))


def _reply(code: int, words: bytes | str) -> str:
    return f"{code} {said(words)}"
