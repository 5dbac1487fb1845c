"""libas2 (Node) decrypts and verifies what we built; its own composer does not work any more.

Its parser of MIME takes parts for text: it adds a line end, and changes letters beyond ASCII. So
bytes are compared where the part is base64; elsewhere that it decrypts and verifies is the result.
"""

from __future__ import annotations

from tests.as2.conformance import ours
from tests.as2.conformance.combination import Combination
from tests.as2.conformance.sides import link
from tests.as2.peers.libas2.reader import LibAS2


def lacks(each: Combination) -> str:
    """What libas2 does not do, by its own documentation or by the look of its code."""
    if each.compression != "none":
        return "compression"
    if (each.cipher or "").endswith("gcm"):
        return "AES-GCM (AuthEnvelopedData)"
    if each.digest and each.scheme == "pss":
        return "RSASSA-PSS"
    if each.digest and each.part_encoding == "binary" and not each.payload.isascii():
        return "signed 8-bit parts"
    return ""


def reads(peer: LibAS2, each: Combination) -> str:
    """One message of ours."""
    built = ours.build(each, link(each, "acme", "ours"))
    head = "".join(f"{name}: {value}\r\n" for name, value in built.headers)
    entity = head.encode("latin-1") + b"\r\n" + b"".join(built.body.chunks())
    signer = f"acme{'-ec' if each.scheme == 'ecdsa' else ''}" if each.digest else None
    found = peer.read(entity, key="ours" if each.cipher else None, signer=signer)
    exact = each.encoding == "base64"
    return "" if found == each.payload or not exact else f"other bytes: {len(found)}"
