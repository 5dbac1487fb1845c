"""How Amazon is called: tokens of Login with Amazon, and one pace for each kind of call."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from gateway.channels.http import Reply
from gateway.channels.shops.auth import Open, Token
from gateway.channels.shops.pace import SLOWEST, Bucket, Pace
from gateway.channels.shops.session import Answer, Session, ShopAnswerError
from gateway.channels.shops.tokens import fetch
from gateway.channels.shops.web import Clockwork, Terms, session
from gateway.config.secrets import Secret
from gateway.config.shops.amazon import Amazon

PACES = {
    "search": Pace(0.0056, 20),
    "order": Pace(0.5, 30),
    "shipment": Pace(2, 10),
    "listings": Pace(5, 5),
    "documents": Pace(0.5, 15),
    "feeds": Pace(0.0083, 15),
    "feed": Pace(2, 15),
    "sellers": Pace(0.016, 15),
}
"""Calls a second and at once, by kind of call: what Amazon gives everybody at first."""

STORES = (".amazonaws.com", ".amazonaws.com.cn", ".cloudfront.net")
"""Ends of the names of servers where Amazon keeps the files of feeds."""


class Sessions:
    """The sessions of one account: one for each kind of call, made when it is first needed."""

    def __init__(
        self,
        settings: Amazon,
        secrets: Callable[[Secret], str],
        clock: Callable[[], datetime],
        given: Session | None = None,
    ) -> None:
        self._settings = settings
        self._clockwork = Clockwork(today=clock)
        self._given = given
        self._made: dict[str, Session] = {}
        self._auth = Token(
            fetch=lambda: fetch(settings.login, form(settings, secrets), settings.timeout),
            clock=clock,
            header="x-amz-access-token",
            before="",
        )

    def of(self, kind: str) -> Session:
        """The session for a kind of call."""
        if self._given is not None:
            return self._given
        if kind not in self._made:
            terms = Terms(self._settings.timeout, PACES[kind], slow_down=slow_down)
            self._made[kind] = session(
                self._settings.url, self._auth, terms=terms, clockwork=self._clockwork
            )
        return self._made[kind]

    def transfer(self, url: str, body: bytes | None, media_type: str = "") -> bytes:
        """Send a file to, or get one from, an address that Amazon names for a few minutes.

        Raises ``ShopAnswerError`` for one that is none of Amazon's: invoices go nowhere else, and
        nothing in our own network is called because an answer says so.
        """
        if not self._may_be(url):
            raise ShopAnswerError("the address of a file is none of Amazon's stores")
        place = self._given or self._outside(url)
        try:
            if body is None:
                return place.call("GET", url).body
            place.call("PUT", url, body=body, headers={"Content-Type": media_type})
            return b""
        finally:
            if self._given is None:
                place.close()

    def close(self) -> None:
        """Give all connections back."""
        for one in self._made.values():
            one.close()
        self._made.clear()
        if self._given is not None:
            self._given.close()

    def _may_be(self, url: str) -> bool:
        """Whether an address is one of Amazon's stores, by https, or the API's own server."""
        try:
            parts, own = urlsplit(url), urlsplit(self._settings.url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return False
        if (parts.scheme, parts.netloc) == (own.scheme, own.netloc):
            return True
        return parts.scheme == "https" and port in (None, 443) and host.endswith(STORES)

    def _outside(self, url: str) -> Session:
        """A session for an address of another server than the API's."""
        parts = urlsplit(url)
        terms = Terms(self._settings.timeout)
        place = f"{parts.scheme}://{parts.netloc}"
        return session(place, Open(), terms=terms, clockwork=self._clockwork)


def form(settings: Amazon, secrets: Callable[[Secret], str]) -> dict[str, str]:
    """What a token of an hour is asked for with: the lasting one, and who we are."""
    return {
        "grant_type": "refresh_token",
        "refresh_token": secrets(settings.refresh_token),
        "client_id": settings.client_id,
        "client_secret": secrets(settings.client_secret),
    }


def slow_down(answer: Answer | Reply, bucket: Bucket, now: float) -> None:
    """Amazon tells the rate that this account really has."""
    try:
        rate = float(answer.header("x-amzn-ratelimit-limit"))
    except ValueError:
        return
    if 0 < rate < 1000:
        bucket.pace = Pace(max(rate, SLOWEST), bucket.pace.burst)
