"""Digests by name: which are read, which are refused, computed in one pass."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any, Final

from cryptography.hazmat.primitives import hashes

from gateway.channels.as2.extent import Extent

ALGORITHMS: Final[dict[str, hashes.HashAlgorithm]] = {
    "sha-1": hashes.SHA1(),
    "sha-224": hashes.SHA224(),
    "sha-256": hashes.SHA256(),
    "sha-384": hashes.SHA384(),
    "sha-512": hashes.SHA512(),
}
"""Those that are read in signatures. SHA-1 is a matter of the partner's policy."""
EXPECTED = "sha-256, sha-384 or sha-512"
"""For sentences about the others (MD2, MD5)."""
_MAKERS: Final[dict[str, Callable[[], Any]]] = {
    "sha-1": hashlib.sha1,
    "sha-224": hashlib.sha224,
    "sha-256": hashlib.sha256,
    "sha-384": hashlib.sha384,
    "sha-512": hashlib.sha512,
}


def digests_of(extent: Extent, names: Iterable[str]) -> dict[str, bytes]:
    """Digests over exactly these bytes, read once. Raises ``KeyError`` for unknown names."""
    running = {name: _MAKERS[name]() for name in names}
    for chunk in extent.chunks():
        for each in running.values():
            each.update(chunk)
    return {name: each.digest() for name, each in running.items()}
