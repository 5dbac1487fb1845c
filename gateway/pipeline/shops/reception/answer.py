"""What a program is answered: JSON, and for what went wrong RFC 9457 with our codes.

Beside the members of the RFC a problem says ``code``, ``place`` (where in the request) and
``remedy`` (what to do); of several problems the first is told in these members, and all of them
under ``problems``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from sqlalchemy import Connection

from gateway.pipeline.upload.receive.answer import KIND, Answer, Pairs, as_text, said, told
from gateway.problems import Problem, problem

__all__ = [
    "Answer",
    "Done",
    "Pairs",
    "Remember",
    "as_facts",
    "as_text",
    "refused",
    "said",
    "told",
    "too_fast",
    "too_large",
    "unable",
]

SOON = 30.0
"""Seconds after which a program is asked to come again when we cannot take anything now."""
_HEADERS: Pairs = (("Content-Type", "application/problem+json"), ("Cache-Control", "no-store"))


def refused(
    status: int,
    found: Problem | Sequence[Problem],
    *,
    wait: float = 0.0,
    more: Pairs = (),
    held: bool = False,
) -> Answer:
    """What is wrong, in words; ``wait``: seconds after which the same request may come again."""
    every = [found] if isinstance(found, Problem) else list(found)
    facts: dict[str, Any] = {"status": status, **as_facts(every[0])}
    if len(every) > 1:
        facts["problems"] = [as_facts(each) for each in every]
    headers = (*_HEADERS, *more)
    if wait:
        headers += (("Retry-After", str(ceil(wait))),)
    return Answer(status, headers, as_text(facts).encode("utf-8", "replace"), held)


def unable(wait: float, reason: str = "nothing can be stored at the moment") -> Answer:
    """503: nothing was said about the request yet, and the same one may come again."""
    return refused(503, problem("W153", reason=reason, seconds=ceil(wait)), wait=wait)


def too_fast(wait: float) -> Answer:
    """429: the same request may come again after so many seconds."""
    return refused(429, problem("W146", seconds=round(wait) or 1), wait=wait)


def too_large(size: int, limit: int) -> Answer:
    """413; sizes in bytes."""
    return refused(413, problem("W144", size=size, limit=limit))


def as_facts(found: Problem) -> dict[str, Any]:
    """A problem as members of an answer."""
    facts: dict[str, Any] = {
        "type": KIND + found.code,
        "title": found.registered.title,
        "detail": found.sentence,
        "code": found.code,
        "remedy": found.remedy,
    }
    place = found.place.as_json()
    return {**facts, "place": place} if place else facts


@dataclass(frozen=True, slots=True)
class Done:
    """What a request did: its answer, which is remembered, and the lanes that have work now."""

    status: int
    facts: Mapping[str, Any]
    location: str = ""
    lanes: tuple[str, ...] = ()


Remember = Callable[[Connection, Done], None]
"""Keeps the answer of a request, within the transaction that does what it asks for."""
