"""Which addresses may be called: an address out of a message is compared with those agreed.

Pure, and stricter than what a server would accept: whatever two programs could read in two ways is
refused, because the one that compares and the one that connects must mean the same place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

LONGEST = 2000
"""Characters."""
_PLAIN = re.compile(r"[!-~]+")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]")
_NETLOC = re.compile(r"(\[[^\[\]@]*\]|[^\[\]@:]*)(?::[0-9]*)?")
_PORTS = {"http": 80, "https": 443}
_HIDDEN = ("%2e", "%2f", "%5c", "%00", "\\", "/../", "/./")
"""In a path: steps that one reader follows and another one does not."""


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of an ``http`` or ``https`` address that are compared."""

    scheme: str
    host: str
    port: int
    path: str
    query: str


def read(url: str) -> Address | None:
    """The parts of an address; ``None`` for one that nobody should call."""
    if len(url) > LONGEST or not _PLAIN.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    scheme, host, path = parts.scheme.lower(), _host(parts.netloc), parts.path or "/"
    if scheme not in _PORTS or "#" in url or not _HOST.fullmatch(host) or port == 0:
        return None
    if "//" in path or any(each in f"{path.lower()}/" for each in _HIDDEN):
        return None
    return Address(scheme, host, port or _PORTS[scheme], path, parts.query)


def allowed(url: str, prefixes: Iterable[str]) -> bool:
    """Whether an address is one of those agreed, or below one.

    Scheme, host and port are the same; the path begins with the agreed one and goes on, if it
    does, behind a ``/``. An agreed query has to be there; another one is up to the partner.
    """
    wanted = read(url)
    if wanted is None:
        return False
    return any(_below(wanted, found) for found in map(read, prefixes) if found is not None)


def _below(wanted: Address, agreed: Address) -> bool:
    if (wanted.scheme, wanted.host, wanted.port) != (agreed.scheme, agreed.host, agreed.port):
        return False
    if agreed.query:
        return (wanted.path, wanted.query) == (agreed.path, agreed.query)
    folder = agreed.path if agreed.path.endswith("/") else f"{agreed.path}/"
    return wanted.path == agreed.path or wanted.path.startswith(folder)


def _host(netloc: str) -> str:
    """The host of ``host:port``, as names are compared; nothing where it is anything else."""
    found = _NETLOC.fullmatch(netloc.lower())
    return "" if found is None else found[1].removesuffix(".")
