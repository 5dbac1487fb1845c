"""The real calls of a shop: over HTTP, at its pace, with retries that can double nothing.

What may be made again is made again a few times, at short intervals; whatever needs more patience
is an exception that says for how long, and the lane is left to others meanwhile.
"""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, cast
from urllib.parse import quote, unquote, urlencode

from gateway.channels.http import Client, Endpoint, Reply, Unanswered, Unsent
from gateway.channels.http.client import Method
from gateway.channels.shops import session as calls
from gateway.channels.shops.auth import Auth, OAuth1
from gateway.channels.shops.pace import Bucket, Pace
from gateway.channels.shops.session import (
    Answer,
    ShopAnswerError,
    ShopBusyError,
    ShopError,
    ShopLoginError,
    ShopRefusedError,
    ShopUncertainError,
    ShopUnreachableError,
)
from gateway.syntax.jsonparts import dumps
from gateway.telemetry.secrets import clean

MOST = 32_000_000
"""Bytes of an answer, unpacked: a page of 250 orders has less than ten million."""
PATIENCE = 5.0
"""Seconds that one call waits for its turn; who has to wait longer leaves the lane to others."""
PAUSES = (0.5, 2.0)
"""Seconds before the second and the third try."""
LATER = 60.0
"""Seconds that a shop is left alone which does not say for how long."""
LONGEST = 24 * 3600.0
SHOWN = 300
"""Characters of what a shop says that are told."""
_TRANSIENT = (408, 425, 500, 502, 503, 504, 520, 521, 522, 523, 524)
_REPEATABLE = ("GET", "PUT")
_UNFIT = re.compile(r"[\x00-\x20\x7f\\\ud800-\udfff]")
"""Signs that no address holds as they are."""
_HEADER = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


@dataclass(slots=True)
class Clockwork:
    """What a session needs of time; tests put their own in."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    today: Callable[[], datetime] = lambda: datetime.now(UTC)


@dataclass(slots=True)
class Terms:
    """How a shop is called."""

    timeout: timedelta = timedelta(seconds=30)
    """Of one call, once it was sent."""
    pace: Pace = field(default_factory=Pace)
    headers: Mapping[str, str] = field(default_factory=dict)
    """Of every call."""
    slow_down: Callable[[Answer | Reply, Bucket, float], None] = lambda _answer, _bucket, _now: None
    """Reads what the shop says of its limits in an answer."""


def session(
    url: str,
    auth: Auth,
    *,
    terms: Terms | None = None,
    clockwork: Clockwork | None = None,
) -> calls.Session:
    """Calls of the shop at an address. Connects when the first call is made.

    Raises :class:`ShopUnreachableError` for an address that nobody could call.
    """
    return WebSession(url, auth, terms or Terms(), clockwork or Clockwork())


class WebSession:
    """Calls of one shop. Not thread safe."""

    def __init__(self, url: str, auth: Auth, terms: Terms, clockwork: Clockwork) -> None:
        self.url = url.rstrip("/")
        self.auth = auth
        self.terms = terms
        self.clockwork = clockwork
        self.bucket = Bucket(terms.pace, clockwork.now())
        try:
            self._client = Client(
                Endpoint(self.url, connect=timedelta(seconds=10), reply=terms.timeout)
            )
        except Unsent as failure:
            raise ShopUnreachableError(failure.reason) from None

    def call(  # the contract of Session
        self,
        method: calls.Method,
        path: str,
        *,
        query: calls.Query = (),
        json: Any = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        allowed: Sequence[int] = (),
        repeatable: bool | None = None,
    ) -> Answer:
        """One request, as :class:`~gateway.channels.shops.session.Session` says."""
        data = dumps(json) if json is not None else body or b""
        extra = {"Content-Type": "application/json"} if json is not None else {}
        extra |= dict(headers or {})
        again = method in _REPEATABLE if repeatable is None else repeatable
        request = _Request(method, self._address(path), tuple(query), data, extra, again)
        return self._tried(request, frozenset(allowed))

    def close(self) -> None:
        """Give the connection back."""
        self._client.close()

    def _address(self, path: str) -> str:
        if _leads_astray(path):
            raise ShopRefusedError("an id in the address means another place of the shop", 0)
        if path.startswith(("http://", "https://")):
            return path
        return f"{self.url}/{path.lstrip('/')}" if path else self.url

    def _tried(self, request: _Request, allowed: frozenset[int]) -> Answer:
        """The call, as often as it may be made."""
        renewed = False
        pauses = iter(PAUSES)
        while True:
            failure: ShopError
            soon = 0.0
            try:
                answer = self._once(request)
            except (ShopUnreachableError, ShopUncertainError) as trouble:
                failure = trouble
            else:
                wanted = answer.status < 400 or answer.status in allowed
                if wanted and not _is_page(answer):
                    return answer
                if answer.status == 401 and not renewed and self.auth.renew():
                    renewed = True
                    continue
                asked = self._asked(answer)
                failure = _no_answer(request) if wanted else _failure(answer, request, asked)
                soon = (LATER if answer.status == 429 else 0.0) if asked is None else asked
            pause = next(pauses, None) if _may_again(failure, request) else None
            if pause is None or soon > PATIENCE:
                if isinstance(failure, ShopBusyError):
                    self.bucket.block(self.clockwork.now(), failure.after)
                raise failure
            self.clockwork.sleep(max(pause, soon))

    def _once(self, request: _Request) -> Answer:
        self._wait()
        query = list(request.query)
        proof = self.auth.headers(request.method, request.url, query)
        if isinstance(self.auth, OAuth1) and self.auth.in_query:
            query += [
                pair
                for pair in self.auth.parameters(request.method, request.url, query)
                if pair not in query
            ]
        url = request.url
        if query:
            url += ("&" if "?" in url else "?") + urlencode(query, quote_via=quote, safe="")
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "User-Agent": "edi-gateway",
            **self.terms.headers,
            **request.headers,
            **proof,
        }
        wrong = next((name for name, text in headers.items() if not _HEADER.fullmatch(text)), None)
        if wrong is not None:  # a key that was copied with signs that nobody sees
            raise ShopLoginError(f"what {wrong} holds has signs that no header can have")
        try:
            reply = self._client.send(
                cast(Method, request.method),
                list(headers.items()),
                [request.body],
                len(request.body),
                url=url,
                most=MOST,
            )
        except Unsent as failure:
            raise ShopUnreachableError(clean(f"{failure.reason}")) from None
        except Unanswered as failure:
            raise ShopUncertainError(clean(failure.reason)) from None
        answer = Answer(reply.status, reply.headers, _unpacked(reply))
        self.terms.slow_down(answer, self.bucket, self.clockwork.now())
        return answer

    def _wait(self) -> None:
        now = self.clockwork.now()
        wait = self.bucket.wait(now)
        if wait > PATIENCE:
            raise ShopBusyError("the shop is called as often as it lets us", wait)
        if wait > 0:
            self.clockwork.sleep(wait)
        self.bucket.take(self.clockwork.now())

    def _asked(self, answer: Answer) -> float | None:
        """Seconds that the shop asks for (RFC 9110 §10.2.3), or nothing."""
        told = answer.header("retry-after").strip()
        if not told:
            return None
        with suppress(ValueError):
            return min(LONGEST, max(0.0, float(told)))
        with suppress(ValueError, TypeError):
            at = parsedate_to_datetime(told)
            at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
            return min(LONGEST, max(0.0, (at - self.clockwork.today()).total_seconds()))
        return None


def _leads_astray(path: str) -> bool:
    """Whether an id that somebody else chose makes a path another one (``../``, ``?``, ``#``).

    Quoting does not help against ``..``. A whole address may have a query; whose server it is of is
    looked at when it is called.
    """
    if not path.startswith(("http://", "https://")) and ("?" in path or "#" in path):
        return True
    steps = unquote(path.partition("?")[0]).split("/")
    return bool(_UNFIT.search(path)) or not {".", ".."}.isdisjoint(steps)


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    url: str
    query: tuple[tuple[str, str], ...]
    body: bytes
    headers: Mapping[str, str]
    again: bool
    """It may be made again when nobody knows whether it was carried out."""


def _may_again(failure: ShopError, request: _Request) -> bool:
    """Whether making a call again can double nothing: it never left, or was turned away."""
    return isinstance(failure, ShopUnreachableError | ShopBusyError) or (
        request.again and isinstance(failure, ShopUncertainError | ShopAnswerError)
    )


def _failure(answer: Answer, request: _Request, asked: float | None) -> ShopError:
    """What an answer that is none means."""
    status, said = answer.status, saying(answer)
    told = f"{status} {said}".strip()
    if status == 429 or (status == 503 and asked is not None):
        return ShopBusyError(told, LATER if asked is None else asked)
    if status in (401, 403, 407):
        return ShopLoginError(told)
    if status in _TRANSIENT:
        return ShopBusyError(told, LATER) if request.again else ShopUncertainError(told)
    return ShopRefusedError(told, status, answer.body)


def _is_page(answer: Answer) -> bool:
    """Whether a page for people came instead of an answer: a proxy says that it is busy."""
    return answer.body[:100].lstrip()[:14].lower().startswith((b"<html", b"<!doctype html"))


def _no_answer(request: _Request) -> ShopError:
    """A page for people says nothing of what became of a call, whatever its status is."""
    told = "a page for people (HTML) came instead of an answer"
    return ShopAnswerError(told) if request.again else ShopUncertainError(told)


def saying(answer: Answer) -> str:
    """What a shop says in an answer, shortened, in one line and without secrets."""
    text = answer.body[: SHOWN * 4].decode("utf-8", "replace")
    if text.lstrip().startswith("<"):
        return "a page in HTML or XML"
    text = clean(" ".join(text.split()))
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _unpacked(reply: Reply) -> bytes:
    """The body; a packed one grows to the limit and no further."""
    encoding = reply.header("content-encoding").strip().lower()
    if reply.status < 400 and reply.status >= 300:
        where = clean(reply.header("location"))
        raise ShopAnswerError(f"the shop sends us elsewhere ({reply.status}): {where}")
    if encoding in ("", "identity"):
        return reply.body
    if encoding != "gzip":
        raise ShopAnswerError(f"the answer is packed in a way that was not asked for: {encoding}")
    machine = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        data = machine.decompress(reply.body, MOST + 1)
    except zlib.error as failure:
        raise ShopAnswerError(f"the answer cannot be unpacked: {failure}") from None
    if len(data) > MOST:
        raise ShopAnswerError(f"the answer is larger than {MOST // 1_000_000} MB when unpacked")
    if not machine.eof:
        raise ShopUncertainError("the packed answer ends in its middle")
    return data
