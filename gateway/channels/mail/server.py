"""A mail server as plain values, and the way to it: name, TCP, TLS, each step told.

Certificates are always checked against the name of the server. STARTTLS that is not offered ends
the connection: nothing is said without the protection that was agreed.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from gateway.channels.remote.directory import Told, untold
from gateway.channels.remote.failure import RemoteError
from gateway.problems import problem
from gateway.telemetry.secrets import clean

Security = Literal["tls", "starttls", "none"]
SECONDS = 20.0
"""Longest wait for an answer, where nothing else is said."""
CONNECTING = 15.0
_SAID = 200
"""Characters of a server's words that a person is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where a server is, and how we get in."""

    host: str
    port: int
    security: Security
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    context: Callable[[], ssl.SSLContext] = ssl.create_default_context
    """Whom we trust to name the server."""
    seconds: float = SECONDS

    def protect(self, connection: socket.socket) -> ssl.SSLSocket:
        """TLS from here on. Raises ``OSError``."""
        return self.context().wrap_socket(connection, server_hostname=self.host)


def address(written: str, port: int) -> tuple[str, int]:
    """``host:port`` as it is written in settings; ``port`` where none is."""
    host, colon, found = written.rpartition(":")
    if not colon or not found.isdigit() or written.endswith("]"):
        host, found = written, str(port)
    return host.removeprefix("[").removesuffix("]"), int(found)


def reach(server: MailServer, told: Told = untold) -> socket.socket:
    """A connection by TCP. Raises ``RemoteError`` (T450, T451)."""
    try:
        found = socket.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        reason = reason_of(error)
        raise RemoteError("dns", problem("T450", host=server.host, reason=reason)) from None
    told("dns", f"{server.host} is {found[0][4][0]}")
    failure: OSError = ConnectionError("no address answers")
    for where in dict.fromkeys(str(each[4][0]) for each in found):
        try:
            made = socket.create_connection((where, server.port), min(CONNECTING, server.seconds))
        except OSError as error:
            failure = error
            continue
        made.settimeout(server.seconds)
        told("tcp", f"port {server.port} answers")
        return made
    raise unreachable(server, failure)


def secured(server: MailServer, connection: socket.socket, told: Told = untold) -> socket.socket:
    """TLS where it is there from the start. Raises ``RemoteError`` (T452); closes then."""
    if server.security != "tls":
        return connection
    try:
        made = server.protect(connection)
    except (OSError, ValueError) as error:
        connection.close()
        raise unprotected(server, error) from None
    told("tls", described(made))
    return made


def described(connection: socket.socket | None) -> str:
    """The version of TLS, and what was found."""
    version = connection.version() if isinstance(connection, ssl.SSLSocket) else None
    return f"{version or 'TLS'}, the certificate is trusted and names the server"


def unreachable(server: MailServer, error: BaseException) -> RemoteError:
    """T451."""
    port, reason = str(server.port), reason_of(error)
    return RemoteError("reach", problem("T451", host=server.host, port=port, reason=reason))


def unprotected(server: MailServer, error: BaseException) -> RemoteError:
    """T452: its certificate does not count, or it speaks no TLS."""
    found = problem("T452", host=server.host, reason=reason_of(error))
    known = isinstance(error, ssl.SSLCertVerificationError)
    return RemoteError("identity" if known else "reach", found)


def reason_of(error: BaseException) -> str:
    """Why, in the words of the system, for a sentence."""
    if isinstance(error, ssl.SSLCertVerificationError):
        text = error.verify_message
    elif isinstance(error, TimeoutError):
        text = "it takes too long"
    elif isinstance(error, OSError):
        text = error.strerror or str(error)
    else:
        text = str(error)
    text = clean(" ".join(text.split()))[:_SAID] or type(error).__name__
    return text[:1].lower() + text[1:]


def said(words: object) -> str:
    """What a server said, for a sentence: one line, short."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return clean(" ".join(text.split()))[:_SAID] or "nothing"
