"""Where messages go to, and how one gets in there: plain values, made from the settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from gateway.channels.as2.credentials import OwnCredential


@dataclass(frozen=True, slots=True)
class Tls:
    """How the connection is protected. The server's name is always checked against its certificate.

    Except with pins and no authorities: then the certificate itself is known, which says more.
    """

    minimum: Literal["1.2", "1.3"] = "1.2"
    authorities: str | None = None
    """PEM of the authorities that count; ``None``: those of the system."""
    pins: frozenset[str] = frozenset()
    """SHA-256 of the certificates that the server may show, in small hexadecimal digits."""
    ours: OwnCredential | None = None
    """The certificate that the server may ask for."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address with everything that belongs to it: nothing of it is used for another one."""

    url: str
    connect: timedelta = timedelta(seconds=15)
    """How long connecting may take."""
    reply: timedelta = timedelta(minutes=5)
    """How long the whole answer may take, once the message is over there."""
    chunked: bool = False
    tls: Tls = Tls()
    authorization: Callable[[], str] | None = None
    """Looks up the value of ``Authorization`` when it is needed; may raise ``OSError``."""
