"""What signs a webhook: HMAC over its body, or Standard Webhooks over id, time and body. Pure.

A platform's ``hooks.py`` names the header and the form; here it is verified. Every secret is tried,
the old and the new one beside each other while one is changed, and every comparison takes the
same time whatever was sent. A header that is there twice is no signature: two readers could take
two of them.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Literal

from gateway.channels.shops.connector import Visit

Proof = Literal["genuine", "unsigned", "forged", "stale"]
"""``unsigned``: no signature at all. ``stale``: signed, but at another time than now."""
Form = Literal["base64", "hex"]
TOLERANCE = timedelta(minutes=5)
"""How far the time of a Standard Webhooks signature may be from ours, both ways."""
PREFIX = "whsec_"
"""In front of the base64 of a secret of Standard Webhooks."""
MOST_SIGNATURES = 16
"""Signatures of one header that are looked at."""
_VERSION = "v1,"
_LONGEST_STAMP = 12
"""Digits of a time in seconds."""


def hmac_proof(
    visit: Visit, header: str, secrets: Sequence[str], *, form: Form = "base64"
) -> Proof:
    """HMAC-SHA256 of the body in one header (WooCommerce, Shopify …); never ``stale``."""
    given = values(visit, header)
    if not given:
        return "unsigned"
    right = [spelled(secret.encode(), visit.body, form) for secret in secrets if secret]
    return "genuine" if len(given) == 1 and _any_of(right, given) else "forged"


def standard_proof(
    visit: Visit, keys: Sequence[bytes], *, tolerance: timedelta = TOLERANCE
) -> Proof:
    """Standard Webhooks 1.0.0: ``webhook-id``, ``webhook-timestamp``, ``webhook-signature``.

    ``keys``: the bytes that sign, see :func:`standard_key`. The time counts only where a key
    signed it: what a stranger writes there is no time.
    """
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    ids, stamps, signatures = (values(visit, name) for name in names)
    if not signatures:
        return "unsigned"
    if not len(ids) == len(stamps) == len(signatures) == 1:
        return "forged"
    signed = f"{ids[0]}.{stamps[0]}.".encode("utf-8", "surrogatepass") + visit.body
    right = [spelled(key, signed, "base64") for key in keys if key]
    given = [
        text.removeprefix(_VERSION)
        for text in signatures[0].split()[:MOST_SIGNATURES]
        if text.startswith(_VERSION)
    ]
    if not _any_of(right, given):
        return "forged"
    return "genuine" if _is_now(stamps[0], visit, tolerance) else "stale"


def standard_key(secret: str) -> bytes | None:
    """The bytes of a secret as Standard Webhooks writes it (``whsec_…`` or base64).

    ``None`` where it is no base64. A platform that takes the bytes of its client secret themselves
    (BigCommerce: the secret is the base64 of it) needs no more than ``secret.encode()``.
    """
    try:
        return base64.b64decode(secret.strip().removeprefix(PREFIX), validate=True) or None
    except ValueError:  # binascii.Error, or signs beyond ASCII
        return None


def spelled(key: bytes, signed: bytes, form: Form = "base64") -> str:
    """HMAC-SHA256 as it stands in a header."""
    digest = hmac.digest(key, signed, "sha256")
    return digest.hex() if form == "hex" else base64.b64encode(digest).decode()


def values(visit: Visit, header: str) -> list[str]:
    """All values of a header."""
    wanted = header.lower()
    return [text.strip() for name, text in visit.headers if name.lower() == wanted]


def _any_of(right: Iterable[str], given: Sequence[str]) -> bool:
    """Whether one is right; all are compared, so that no answer comes sooner."""
    found = False
    for one in right:
        for text in given:
            # as bytes: a header can hold signs beyond ASCII, which texts refuse to compare
            found |= hmac.compare_digest(one.encode(), text.encode("utf-8", "surrogatepass"))
    return found


def _is_now(stamp: str, visit: Visit, tolerance: timedelta) -> bool:
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= _LONGEST_STAMP):
        return False
    return abs(visit.at.timestamp() - int(stamp)) <= tolerance.total_seconds()
