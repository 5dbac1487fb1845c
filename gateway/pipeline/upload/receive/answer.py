"""What the partner's program is answered: JSON, and for what went wrong RFC 9457."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from gateway.problems import REGISTRY, Problem

Pairs = tuple[tuple[str, str], ...]
_JSON = ("Content-Type", "application/json")
_PROBLEM = ("Content-Type", "application/problem+json")
_NEVER_KEPT = ("Cache-Control", "no-store")
KIND = "urn:edi-gateway:problem:"
"""In front of the code of a problem."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a request."""

    status: int
    headers: Pairs = ()
    body: bytes = b""
    held: bool = False
    """Sent at the next mark of time: how long it took would tell what was tried."""


def said(status: int, text: str, more: Pairs = ()) -> Answer:
    """JSON that was written already."""
    return Answer(status, (_JSON, _NEVER_KEPT, *more), text.encode())


def told(status: int, facts: Mapping[str, Any]) -> Answer:
    """JSON of facts."""
    return said(status, as_text(facts))


def refused(
    status: int, found: Problem, *, wait: float = 0.0, more: Pairs = (), held: bool = False
) -> Answer:
    """What is wrong, in words; ``wait``: seconds after which the same request may come again."""
    facts = {
        "type": KIND + found.code,
        "title": REGISTRY[found.code].title,
        "status": status,
        "detail": found.sentence,
        "code": found.code,
    }
    return _failed(status, facts, wait, more, held=held)


def unable(wait: float, text: str = "nothing can be stored at the moment") -> Answer:
    """503: nothing was said about the file yet, the same request may come again."""
    facts = {"type": "about:blank", "title": "Service Unavailable", "status": 503, "detail": text}
    return _failed(503, facts, wait, ())


def as_text(facts: Mapping[str, Any]) -> str:
    """As it is stored and sent."""
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


def _failed(
    status: int, facts: Mapping[str, Any], wait: float, more: Pairs, *, held: bool = False
) -> Answer:
    headers: Pairs = (_PROBLEM, _NEVER_KEPT, *more)
    if wait:
        headers += (("Retry-After", str(ceil(wait))),)
    return Answer(status, headers, as_text(facts).encode(), held)
