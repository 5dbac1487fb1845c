"""What the attacks of the catalogue are made of, and how they are answered."""

from __future__ import annotations

from tests.as2.attacks.forging import DOCUMENT, EDIFACT, SMIME, part
from tests.as2.attacks.target import UNIFORM, request

UNEXPECTED = "200 processed/error: unexpected-processing-error"
DECRYPTION = "200 processed/error: decryption-failed"
SECURITY = "200 processed/error: insufficient-message-security"
AUTHENTICATION = f"200 {UNIFORM}"
"""The uniform answer to everything that fails behind our key, too."""
INTEGRITY = "200 processed/error: integrity-check-failed"
DECOMPRESSION = "200 processed/error: decompression-failed"
UNKNOWN = "200 processed/error: unknown-trading-partner"
CHUNKED = "Transfer-Encoding: chunked"
INNER = part(EDIFACT, DOCUMENT)


def whole(body: bytes, kind: str = SMIME, sender: str = "ACME") -> list[bytes]:
    """A request in two pieces."""
    return [request(body, kind=kind, sender=sender), body]
