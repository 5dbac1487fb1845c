"""A partner's server as plain values, secrets looked up."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.channels.tls import Tls

EXPLICIT, IMPLICIT = 21, 990
"""Ports where nothing else is said."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where it is, how we know it, and how we get in."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    implicit: bool = False
    """TLS is there from the start; else it is asked for before anything else (``AUTH TLS``)."""
    tls: Tls = field(default_factory=Tls)
    connect: float = 15.0
    """Seconds that connecting and logging in may take."""
    timeout: float = 60.0
    """Seconds the server may not move."""
