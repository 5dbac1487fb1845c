"""What an answer over HTTP means that is no receipt: problems as values, nothing is done here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gateway.channels.as2.link import Link
from gateway.channels.http import Reply, Unanswered, Unsent
from gateway.problems import Problem, problem
from gateway.telemetry.secrets import clean

_SHOWN = 200
"""Characters of an answer that a person is shown."""
_LATER = frozenset({408, 425, 429})
_CODES = {401: "T284", 403: "T284", 407: "T284", 404: "T285", 405: "T285", 410: "T285", 413: "T286"}
_UNSENT = {"reach": "T280", "tls": "T281", "pin": "T282", "settings": "T298"}


@dataclass(frozen=True, slots=True)
class About:
    """What was to be sent, as the problems name it."""

    link: Link
    name: str
    """Of the file."""
    message_id: str
    size: int
    """Bytes of the body."""
    host: str
    """The partner's server."""


def unsent(failure: Unsent, about: About) -> Problem:
    """Why nothing left."""
    facts: dict[str, Any] = {"partner": about.link.partner, "channel": about.link.channel}
    if failure.kind == "pin":
        facts |= {"found": failure.reason, "expected": failure.expected}
    facts |= {"host": about.host, "reason": clean(failure.reason)}
    return problem(_UNSENT[failure.kind], name=about.name, **facts)


def unanswered(failure: Unanswered, about: About) -> Problem:
    """Why nobody knows whether it arrived."""
    facts: dict[str, Any] = {"host": about.host, "message_id": about.message_id}
    return problem("T283", name=about.name, reason=clean(failure.reason), **facts)


def no_receipt(reply: Reply, about: About) -> Problem:
    """What was answered instead of a receipt."""
    status = reply.status
    facts: dict[str, Any] = {"name": about.name, "host": about.host, "status": status}
    if 200 <= status < 300:
        return problem("T290", found=_found(reply), **facts)
    if 300 <= status < 400:
        where = clean(reply.header("location"))[:_SHOWN] or "nowhere"
        return problem("T287", where=where, **facts)
    code = _CODES.get(status)
    if code is not None:
        return problem(code, size=about.size, **facts)
    code = "T289" if status >= 500 or status in _LATER else "T288"
    return problem(code, said=_said(reply), message_id=about.message_id, **facts)


def _found(reply: Reply) -> str:
    if not reply.body:
        return "the answer is empty"
    kind = clean(reply.header("content-type"))[:_SHOWN] or "no content type"
    return f"{len(reply.body)} bytes of {kind}"


def _said(reply: Reply) -> str:
    """The start of an answer in plain text, which is most often a sentence for a person."""
    if not reply.header("content-type").lower().startswith("text/plain"):
        return ""
    text = " ".join(clean(reply.body[:2000].decode("utf-8", "replace")).split())
    return f": {text[:_SHOWN]}" if text else ""
