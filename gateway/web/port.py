"""The address of the web port, and opening it; who cannot have it is told why in a sentence."""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass

OFF = "off"
CONNECTIONS = 64


class PortError(Exception):
    """The web port cannot be opened; the sentence says why and what to do."""


class PortTakenError(PortError):
    """Another program listens there."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the web port is."""

    host: str
    port: int
    scheme: str = "http"

    @property
    def url(self) -> str:
        """``http://127.0.0.1:8480``."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def bound(listen: str, setting: str = "http.listen") -> socket.socket:
    """A socket at an address ``host:port``, as ``setting`` says. Raises :class:`PortError`."""
    host, _, port = listen.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    try:
        number = int(port)
        if number not in range(65_536):  # the resolver would take the remainder
            raise ValueError("ports end at 65535")
        kind, _, _, _, address = socket.getaddrinfo(
            bare, number, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        # named, because asyncio sends small answers at once (TCP_NODELAY) only where it is known
        listener = socket.socket(kind, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    except (OSError, ValueError) as failure:
        raise PortError(f"{setting}: {listen} is no address and port: {failure}") from failure
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(CONNECTIONS)
    except OSError as failure:
        listener.close()
        raise _port_error(listen, failure, setting) from failure
    return listener


_REASONS = {
    errno.EACCES: "may not be opened by this user; take a port from 1024 up",
    errno.EADDRNOTAVAIL: "is no address of this machine",
}


def _port_error(listen: str, failure: OSError, setting: str) -> PortError:
    if failure.errno == errno.EADDRINUSE:
        return PortTakenError(
            f"the web port {listen} is taken by another program, perhaps by a gateway that is"
            f" still running; stop that one, or set {setting} in gateway.yaml to another port"
            f"{' or to off' if setting == 'http.listen' else ''}"
        )
    reason = _REASONS.get(failure.errno or 0, f"cannot be opened: {failure.strerror}")
    return PortError(f"the web port {listen} {reason}; see {setting} in gateway.yaml")
