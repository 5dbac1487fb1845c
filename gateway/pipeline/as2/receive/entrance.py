"""The entrance: what the headers alone decide, before a byte of the body is read.

Requests that two programs could read in two ways are sent back, and so is what is too large or
comes too fast. AS2-From and AS2-To together name the channel; who names none learns nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.channels.as2.link import Limits, Link
from gateway.channels.as2.mime.headers import Headers
from gateway.channels.as2.mime.identity import read_name
from gateway.problems import Problem, problem

LIMITS = Limits()
"""Of those whose channel is not known."""
RECEIPT = Limits(body=1_000_000)
"""Of a receipt between ids that are not known."""
_RECEIPTS = ("multipart/report", "multipart/signed")
LONGEST_ID = 255
LONGEST_MESSAGE_ID = 998
"""Characters of a line (RFC 5322 §2.1.1)."""
ONCE = frozenset(
    {
        "as2-from",
        "as2-to",
        "message-id",
        "content-type",
        "content-length",
        "content-transfer-encoding",
        "transfer-encoding",
        "disposition-notification-to",
        "disposition-notification-options",
        "receipt-delivery-option",
    }
)
"""Headers that decide something: a second one could be the one that the next program reads."""
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Call:
    """A POST to the address, before its body."""

    headers: Headers
    address: str
    """Who calls: the address of the machine."""
    as2_from: str
    as2_to: str
    message_id: str
    """Verbatim; empty where there is none."""
    link: Link | None
    """``None``: no channel has these ids."""
    length: int | None
    """``Content-Length``; ``None`` for a body in chunks."""

    @property
    def limits(self) -> Limits:
        """What it may not exceed."""
        if self.link is not None:
            return self.link.limits
        return RECEIPT if self.is_kept else LIMITS

    @property
    def is_kept(self) -> bool:
        """Whether its body is needed: a stranger's only where it may be a receipt.

        Some leave the AS2 ids out of their receipts, or write other ones.
        """
        kind = (self.headers.get("content-type") or "").lstrip().lower()
        return self.link is not None or kind.startswith(_RECEIPTS)


def names_of(headers: Headers) -> tuple[str, str]:
    """AS2-From and AS2-To, without their quotes."""
    return read_name(headers.get("as2-from") or ""), read_name(headers.get("as2-to") or "")


def fault(headers: Headers, limits: Limits, *, version: str, tolerant: bool) -> Problem | None:
    """What is wrong with the headers of a request, whoever it comes from.

    ``version``: of HTTP. ``tolerant``: Content-Length beside Transfer-Encoding is let pass.
    """
    items = headers.items
    if len(items) > limits.headers:
        return _two_ways(f"has {len(items)} headers", f"at most {limits.headers}")
    size = sum(len(name) + len(value) + 4 for name, value in items)
    if size > limits.header_bytes:
        return _two_ways(f"has {size} bytes of headers", f"at most {limits.header_bytes}")
    for name, value in items:
        if _CONTROL.search(value):
            return _two_ways(f"has a control character in {shown(name)}", "text only")
    counted = Counter(name.lower() for name, _ in items)
    for name, count in counted.items():
        if count > 1 and name in ONCE:
            return _two_ways(f"has {count} headers {name}", "one")
        if "_" in name and name.replace("_", "-") in ONCE:
            return _two_ways(f"has a header {shown(name)}", name.replace("_", "-"))
    if "transfer-encoding" in counted:
        if version == "1.0":
            return _two_ways("is of HTTP 1.0 and has Transfer-Encoding", "Content-Length")
        if "content-length" in counted and not tolerant:
            return _two_ways("has Content-Length and Transfer-Encoding", "one of them")
    return None


def lacking(call: Call) -> Problem | None:
    """T267: what is needed to answer for sure, and is not there."""
    for name, value, most in (
        ("AS2-From", call.as2_from, LONGEST_ID),
        ("AS2-To", call.as2_to, LONGEST_ID),
        ("Message-ID", call.message_id, LONGEST_MESSAGE_ID),
    ):
        if not 0 < len(value) <= most:
            return problem("T267", header=name)
    return None


def length_of(headers: Headers) -> int | None:
    """``Content-Length``, which may have leading zeros; it counts only where nothing is chunked."""
    text = (headers.get("content-length") or "").strip()
    chunked = headers.get("transfer-encoding") is not None
    return int(text) if text.isascii() and text.isdigit() and not chunked else None


def too_large(size: int, limits: Limits) -> Problem | None:
    """T264."""
    return problem("T264", size=size, limit=limits.body) if size > limits.body else None


def shown(text: str) -> str:
    """A caller's text as a sentence of ours may hold it."""
    return ascii(text[:200])[1:-1][:200]


def latin(raw: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Headers as a server hands them over."""
    return Headers.of((name.decode("latin-1"), value.decode("latin-1")) for name, value in raw)


def _two_ways(what: str, right: str) -> Problem:
    return problem("T260", what=what, right=right)
