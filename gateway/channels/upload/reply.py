"""What a partner's server answers to a posted file, read for people and for the next attempt. Pure.

Taken: any 2xx. For good: 4xx, except those that speak of now (408, 425, 429). Everything else may
be another one later, a redirect as well: it is not followed, as it leads where nobody agreed to.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

from gateway.channels.http import Reply

Verdict = Literal["arrived", "later", "refused"]
LONGEST = 200
"""Characters of an answer that a person is shown."""
LONGEST_WAIT = 86_400.0
"""Seconds: a server that asks for more than a day is asked again all the same."""
_READ = 20_000
"""Bytes of an answer that are looked at."""
_LATER = frozenset({408, 425, 429})
_CONFLICT = 409
_WORDS = ("detail", "message", "error_description", "error", "title")
"""Names under which programs say what is wrong, the most telling first (RFC 9457, RFC 6749)."""


def verdict(status: int, *, again: bool) -> Verdict:
    """``again``: the file may have been posted before, so that 409 may speak of that attempt."""
    if 200 <= status < 300:
        return "arrived"
    if status in _LATER or not 400 <= status < 500 or (status == _CONFLICT and again):
        return "later"
    return "refused"


def wait(reply: Reply, at: datetime) -> float:
    """Seconds of ``Retry-After`` (RFC 9110 §10.2.3); 0 where there is none."""
    text = reply.header("retry-after").strip()
    if text.isascii() and text.isdigit() and len(text) <= len(str(int(LONGEST_WAIT))):
        return min(float(text), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, IndexError):
        return LONGEST_WAIT if text.isascii() and text.isdigit() else 0.0
    until = until if until.tzinfo is not None else until.replace(tzinfo=UTC)
    return min(max((until - at).total_seconds(), 0.0), LONGEST_WAIT)


def said(reply: Reply) -> str:
    """What the answer says in words; not masked yet. Pages for browsers are left out."""
    kind = reply.header("content-type").partition(";")[0].strip().lower()
    text = reply.body[:_READ].decode("utf-8", "replace")
    if kind == "application/json" or kind.endswith("+json"):
        return _short(_words(text))
    return _short(text) if kind == "text/plain" else ""


def _words(text: str) -> str:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(found, dict):
        return ""
    return next((value for name in _WORDS if isinstance(value := found.get(name), str)), "")


def _short(text: str) -> str:
    line = " ".join(text[: 10 * LONGEST].split())
    return "".join(sign if sign.isprintable() else "�" for sign in line)[:LONGEST]
