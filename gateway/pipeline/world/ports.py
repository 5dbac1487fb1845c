"""A port of ours: free, so that it can be opened, or open already because the gateway works."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator

from gateway.channels.remote.step import Step
from gateway.pipeline.world.looked import failed
from gateway.problems import problem

_PATIENCE = 3.0
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1", "*": "127.0.0.1", "": "127.0.0.1"}
_HEAD = b"GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n"
_OURS = {
    "http": re.compile(rb"HTTP/1\.[01] (200|503) "),
    "https": re.compile(rb"(\x15\x03|\Z)"),
    "ssh": re.compile(rb"SSH-2\.0-"),
}
"""What the gateway answers; a port with TLS says nothing to a plain question, or refuses it."""


def look_at(listen: str, protocol: str) -> Iterator[Step]:
    """``listen``: ``0.0.0.0:8480``; ``protocol``: ``http``, ``https`` or ``ssh``."""
    host, _, written = listen.rpartition(":")
    host, port = host.strip("[]"), int(written)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host if host != "*" else "", port))
        except OSError as failure:
            yield _taken(listen, (_ANY.get(host, host), port), protocol, failure)
            return
    yield Step("port", f"{listen} is free")


def _taken(listen: str, address: tuple[str, int], protocol: str, failure: OSError) -> Step:
    """Somebody has the port: ourselves, as far as the answer tells."""
    reason = failure.strerror or str(failure)
    try:
        with socket.create_connection(address, _PATIENCE) as connection:
            connection.settimeout(_PATIENCE)
            if protocol != "ssh":
                connection.sendall(_HEAD)
            greeting = connection.recv(64)
    except OSError:
        return failed("port", problem("P244", listen=listen, reason=reason))
    if _OURS[protocol].match(greeting):
        return Step("port", f"{listen} is open and speaks {protocol}: the gateway is at work")
    other = "another program answers there"
    return failed("port", problem("P244", listen=listen, reason=other))
