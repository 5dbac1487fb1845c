"""Object identifiers by name: the ones that CMS, S/MIME and certificates use in AS2.

Names of algorithms are those of the settings (``sha-256``, ``aes-256-cbc``). An identifier that is
not listed is shown as it is written: ``1.2.840.113549.1.1.99``.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

DOTTED: Final[dict[str, str]] = {
    # content types (RFC 5652, 5083, 3274)
    "data": "1.2.840.113549.1.7.1",
    "signed": "1.2.840.113549.1.7.2",
    "enveloped": "1.2.840.113549.1.7.3",
    "signed-and-enveloped": "1.2.840.113549.1.7.4",
    "digested": "1.2.840.113549.1.7.5",
    "encrypted": "1.2.840.113549.1.7.6",
    "authenticated": "1.2.840.113549.1.9.16.1.2",
    "compressed": "1.2.840.113549.1.9.16.1.9",
    "auth-enveloped": "1.2.840.113549.1.9.16.1.23",
    # attributes (RFC 2985, 5652, 8551)
    "content-type": "1.2.840.113549.1.9.3",
    "message-digest": "1.2.840.113549.1.9.4",
    "signing-time": "1.2.840.113549.1.9.5",
    "capabilities": "1.2.840.113549.1.9.15",
    "algorithm-protection": "1.2.840.113549.1.9.52",
    # digests
    "md2": "1.2.840.113549.2.2",
    "md5": "1.2.840.113549.2.5",
    "sha-1": "1.3.14.3.2.26",
    "sha-256": "2.16.840.1.101.3.4.2.1",
    "sha-384": "2.16.840.1.101.3.4.2.2",
    "sha-512": "2.16.840.1.101.3.4.2.3",
    "sha-224": "2.16.840.1.101.3.4.2.4",
    # RSA (RFC 8017)
    "rsa": "1.2.840.113549.1.1.1",
    "md2-rsa": "1.2.840.113549.1.1.2",
    "md5-rsa": "1.2.840.113549.1.1.4",
    "sha-1-rsa": "1.2.840.113549.1.1.5",
    "rsa-oaep": "1.2.840.113549.1.1.7",
    "mgf1": "1.2.840.113549.1.1.8",
    "oaep-label": "1.2.840.113549.1.1.9",
    "rsa-pss": "1.2.840.113549.1.1.10",
    "sha-256-rsa": "1.2.840.113549.1.1.11",
    "sha-384-rsa": "1.2.840.113549.1.1.12",
    "sha-512-rsa": "1.2.840.113549.1.1.13",
    "sha-224-rsa": "1.2.840.113549.1.1.14",
    "sha-1-rsa-oiw": "1.3.14.3.2.29",
    # elliptic curves (RFC 5753) and others that are known to be refused by name
    "ec": "1.2.840.10045.2.1",
    "sha-1-ecdsa": "1.2.840.10045.4.1",
    "sha-224-ecdsa": "1.2.840.10045.4.3.1",
    "sha-256-ecdsa": "1.2.840.10045.4.3.2",
    "sha-384-ecdsa": "1.2.840.10045.4.3.3",
    "sha-512-ecdsa": "1.2.840.10045.4.3.4",
    "dsa": "1.2.840.10040.4.1",
    "sha-1-dsa": "1.2.840.10040.4.3",
    "ed25519": "1.3.101.112",
    "ed448": "1.3.101.113",
    # ciphers (RFC 3565, 5084, 8551) and key wrapping
    "des": "1.3.14.3.2.7",
    "rc2": "1.2.840.113549.3.2",
    "rc4": "1.2.840.113549.3.4",
    "3des": "1.2.840.113549.3.7",
    "aes-128-cbc": "2.16.840.1.101.3.4.1.2",
    "aes-128-gcm": "2.16.840.1.101.3.4.1.6",
    "aes-128-ccm": "2.16.840.1.101.3.4.1.7",
    "aes-192-cbc": "2.16.840.1.101.3.4.1.22",
    "aes-192-gcm": "2.16.840.1.101.3.4.1.26",
    "aes-192-ccm": "2.16.840.1.101.3.4.1.27",
    "aes-256-cbc": "2.16.840.1.101.3.4.1.42",
    "aes-256-gcm": "2.16.840.1.101.3.4.1.46",
    "aes-256-ccm": "2.16.840.1.101.3.4.1.47",
    "aes-128-wrap": "2.16.840.1.101.3.4.1.5",
    "aes-192-wrap": "2.16.840.1.101.3.4.1.25",
    "aes-256-wrap": "2.16.840.1.101.3.4.1.45",
    # compression (RFC 3274)
    "zlib": "1.2.840.113549.1.9.16.3.8",
}
"""Name -> dotted."""


def encode(dotted: str) -> bytes:
    """The content octets of an identifier (X.690 8.19). Raises ``ValueError``."""
    first, second, *arcs = map(int, dotted.split("."))
    if first > 2 or (first < 2 and second > 39) or min(first, second, *arcs) < 0:
        raise ValueError(f"{dotted} is no object identifier")
    out = bytearray()
    for arc in (first * 40 + second, *arcs):
        septets = [arc & 0x7F]
        while arc := arc >> 7:
            septets.append(arc & 0x7F | 0x80)
        out += bytes(reversed(septets))
    return bytes(out)


def decode(content: bytes) -> str:
    """Dotted. Raises ``ValueError`` when it is empty, does not end, or an arc has leading zeros."""
    arcs: list[int] = []
    arc, inside = 0, False
    for octet in content:
        if not inside and octet == 0x80:
            raise ValueError("an arc begins with zero")
        arc = arc << 7 | octet & 0x7F
        inside = octet >= 0x80
        if not inside:
            arcs.append(arc)
            arc = 0
    if inside or not arcs:
        raise ValueError("the identifier does not end")
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - first * 40, *arcs[1:])))


ENCODED: Final[dict[str, bytes]] = {name: encode(dotted) for name, dotted in DOTTED.items()}
"""Name -> content octets."""
NAMES: Final[dict[bytes, str]] = {content: name for name, content in ENCODED.items()}
"""Content octets -> name."""


@lru_cache(maxsize=256)
def content_of(name: str) -> bytes:
    """Content octets of a name or of a dotted identifier. Raises ``ValueError``."""
    return ENCODED.get(name) or encode(name)


def name_of(content: bytes) -> str:
    """The name, or dotted where it has none here. Raises ``ValueError`` as :func:`decode`."""
    return NAMES.get(content) or decode(content)
