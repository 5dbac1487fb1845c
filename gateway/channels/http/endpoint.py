"""Where messages go to, and how one gets in there: plain values, made from the settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from gateway.channels.tls import Tls


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address with everything that belongs to it: nothing of it is used for another one."""

    url: str
    connect: timedelta = timedelta(seconds=15)
    """How long connecting may take."""
    reply: timedelta = timedelta(minutes=5)
    """How long the whole answer may take, once the message is over there."""
    chunked: bool = False
    tls: Tls = field(default_factory=Tls)
    authorization: Callable[[], str] | None = None
    """Looks up the value of ``Authorization`` when it is needed; may raise ``OSError``."""
