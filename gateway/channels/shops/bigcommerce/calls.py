"""How BigCommerce is called: one token, so many calls in a window of time, lists in pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.channels.http import Reply
from gateway.channels.shops.auth import Header
from gateway.channels.shops.pace import Bucket
from gateway.channels.shops.session import Answer, Query, Session, ShopAnswerError
from gateway.channels.shops.web import Clockwork, Terms, session
from gateway.config.secrets import Secret
from gateway.config.shops.bigcommerce import BigCommerce
from gateway.syntax.jsonparts import NoSuchPartError, array, elements

PAGE = 250
"""Entries of one page, at most."""
MOST_PAGES = 200
"""Of one list: 50 000 entries."""


def session_of(
    settings: BigCommerce, secrets: Callable[[Secret], str], clock: Callable[[], datetime]
) -> Session:
    """Calls of a store. Calls nothing yet."""
    auth = Header("X-Auth-Token", lambda: secrets(settings.token))
    terms = Terms(timeout=settings.timeout, slow_down=slow_down)
    url = f"{settings.url.rstrip('/')}/stores/{settings.store_hash}"
    return session(url, auth, terms=terms, clockwork=Clockwork(today=clock))


def slow_down(answer: Answer | Reply, bucket: Bucket, now: float) -> None:
    """What is left of the window; without anything left, wait for its end."""
    left, quota, window, reset = (
        _number(answer, f"x-rate-limit-{name}")
        for name in ("requests-left", "requests-quota", "time-window-ms", "time-reset-ms")
    )
    if left is None:
        return
    if left < 1 and reset is not None:
        bucket.block(now, reset / 1000)
    elif quota and window:
        bucket.told(now, left, quota / (window / 1000))


def _number(answer: Answer | Reply, name: str) -> int | None:
    text = answer.header(name).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


@dataclass(frozen=True, slots=True)
class Store:
    """The API of one store; paths begin with ``v2`` or ``v3``."""

    session: Session

    def get(self, path: str, query: Query = ()) -> Any:
        """The values of an answer; ``None`` for the empty one that says "nothing" (204)."""
        answer = self.session.call("GET", path, query=query)
        return answer.json() if answer.body.strip() else None

    def all_of(self, path: str, query: Query = ()) -> bytes:
        """All entries of a list, as they came, in one array.

        Lists of v2 stand alone, those of v3 in ``data``.
        """
        inside = ("data",) if path.startswith("v3") else ()
        found: list[bytes] = []
        for page in range(1, MOST_PAGES + 1):
            asked = [*query, ("page", str(page)), ("limit", str(PAGE))]
            answer = self.session.call("GET", path, query=asked)
            entries = _entries(answer, inside)
            found += entries
            if len(entries) < PAGE:
                return array(found)
        raise ShopAnswerError(f"{path} does not end after {MOST_PAGES} pages")

    def each(self, path: str, query: Query = ()) -> Iterator[dict[str, Any]]:
        """The same as values."""
        told = Answer(200, (), self.all_of(path, query)).json()
        return (entry for entry in told if isinstance(entry, dict))


def _entries(answer: Answer, inside: Sequence[str]) -> list[bytes]:
    if not answer.body.strip():
        return []
    try:
        return elements(answer.body, *inside)
    except NoSuchPartError as failure:
        raise ShopAnswerError(f"the answer is no list: {failure}") from None
