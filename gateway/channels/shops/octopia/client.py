"""Calls of Octopia: what is read from it, and how it is logged in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import quote

from gateway.channels.shops.auth import Token
from gateway.channels.shops.connector import (
    Article,
    Capabilities,
    Hook,
    Listed,
    Page,
    Reading,
    Record,
    Window,
)
from gateway.channels.shops.entries import told_apart
from gateway.channels.shops.fields import opened
from gateway.channels.shops.octopia import read
from gateway.channels.shops.octopia.write import Writing
from gateway.channels.shops.session import (
    Answer,
    Query,
    Session,
    ShopAnswerError,
    ShopRefusedError,
)
from gateway.channels.shops.tokens import fetch
from gateway.channels.shops.web import Terms, session
from gateway.config.secrets import Secret
from gateway.config.shops import Shop
from gateway.syntax.jsonparts import NoSuchPartError, elements, member

CAPABILITIES = Capabilities(
    overlap=timedelta(minutes=5),
    shipments=True,
    several_parcels=True,
    invoices="upload",
    accepts=True,
)
PAGE = 100
_INDEX = re.compile(r"[?&]pageIndex=(\d{1,9})(?:&|$)", re.ASCII)
_NEXT = re.compile(r'<([^<>]{1,2000})>\s{0,9};[^,<]{0,200}rel="?next"?')
"""Bounded: whatever the header is, looking through it takes no time."""


def connect(
    shop: Shop,
    secrets: Callable[[Secret], str],
    clock: Callable[[], datetime],
    given: Session | None = None,
) -> Octopia:
    """The account of a shop's settings. Calls nothing."""
    settings = shop.octopia
    assert settings is not None
    if given is None:
        form = {"grant_type": "client_credentials", "client_id": settings.client_id}
        secret = settings.client_secret
        auth = Token(
            lambda: fetch(
                settings.login, {**form, "client_secret": secrets(secret)}, settings.timeout
            ),
            clock,
        )
        terms = Terms(timeout=settings.timeout, headers={"SellerId": settings.seller})
        given = session(settings.url, auth, terms=terms)
    return Octopia(shop, given)


class Octopia(Writing):
    """One seller's account."""

    capabilities = CAPABILITIES

    def __init__(self, shop: Shop, calls: Session) -> None:
        super().__init__(calls)
        self._shop = shop

    # ---- pure

    def read_order(self, raw: bytes) -> Reading:
        """The canonical order of a record."""
        return read.read_order(raw, self._shop)

    def read_refund(self, raw: bytes) -> Reading:
        """Refunds are not told by themselves."""
        return read.read_refund(raw, self._shop)

    # ---- reading

    def page(self, window: Window, position: str = "") -> Page:
        """Orders that changed in a window, oldest change first.

        An order that changes meanwhile leaves the window, so each page begins at the last change
        that was seen; page numbers count only what changed at that very instant.
        """
        since, _, index = position.partition("#")
        query: Query = [
            ("updatedAtMin", since or _instant(window.since)),
            ("updatedAtMax", _instant(window.until)),
            ("sort", "updatedAt"),
            ("pageIndex", index or "1"),
            ("pageSize", str(min(self._shop.poll.page, PAGE))),
            *(("salesChannelId", each) for each in self._shop.orders.channels),
        ]
        answer = self._calls.call("GET", "orders", query=query)
        found = tuple(map(_record, _orders(answer)))
        position = _following(answer, found, since, int(index or "1"))
        records, broken = told_apart(found)
        return Page(records, position, broken)

    def order(self, external_id: str) -> Record | None:
        """One order by its id."""
        answer = self._calls.call("GET", f"orders/{quote(external_id, safe='')}", allowed=(404,))
        return None if answer.status == 404 else _record(answer.body)

    def listed(self, window: Window, *, by: Literal["created", "updated"]) -> Iterator[Listed]:
        """All orders of a window in short."""
        names = (f"{by}AtMin", f"{by}AtMax")
        bounds = list(zip(names, map(_instant, (window.since, window.until)), strict=True))
        number = 1
        while True:
            query = [*bounds, ("pageIndex", str(number)), ("pageSize", str(PAGE))]
            answer = self._calls.call("GET", "orders", query=query)
            entries = _orders(answer)
            yield from (found for each in entries if (found := _listed(each)) is not None)
            if not entries or not _more(answer, len(entries)):
                return
            number += 1

    def count(self, window: Window) -> int | None:
        """How many orders were created in a window."""
        query = [
            ("createdAtMin", _instant(window.since)),
            ("createdAtMax", _instant(window.until)),
        ]
        told = opened(self._calls.call("GET", "orders/count", query=query).body, "the count")
        number = told.number("count") or told.number("total")
        return None if number is None else int(number)

    def articles(self, skus: Sequence[str]) -> dict[str, Article]:
        """Offers are managed by packages, which are not built: none is known."""
        return {}

    # ---- the connection itself

    def try_out(self) -> str:
        """Count the orders of an hour."""
        until = datetime(2026, 1, 1, tzinfo=UTC)
        self.count(Window(until - timedelta(hours=1), until))
        return f"seller {self._shop.octopia.seller if self._shop.octopia else '?'}"

    def webhooks(self) -> list[Hook]:
        """It never calls."""
        return []

    def make_webhook(self, topic: str, address: str, secret: str) -> Hook:
        """It never calls."""
        raise ShopRefusedError("this platform does not call sellers", 405)

    def topics(self) -> tuple[str, ...]:
        """None."""
        return ()

    def close(self) -> None:
        """Give connections back."""
        self._calls.close()


def _orders(answer: Answer) -> list[bytes]:
    """The entries of a list, bare or under ``items``."""
    try:
        if answer.body.lstrip()[:1] == b"[":
            return elements(answer.body)
        if member(answer.body, "items") is None:
            raise NoSuchPartError("there are no items in it")
        return elements(answer.body, "items")
    except NoSuchPartError as failure:
        raise ShopAnswerError(f"the list of orders is none: {failure}") from None


def _more(answer: Answer, entries: int) -> bool:
    """Whether there is a further page: the ``Link`` says so, or the page was full."""
    link = answer.header("link")
    return bool(_NEXT.search(link)) if link else entries >= PAGE


def _following(answer: Answer, records: Sequence[Record], since: str, index: int) -> str:
    """Where a window goes on: at the last change seen, or at the next page of one instant."""
    link = _NEXT.search(answer.header("link"))
    if not records or (link is None and len(records) < PAGE):
        return ""
    last = records[-1].updated
    if last is None or _instant(last) == since:
        told = _INDEX.search(link[1]) if link is not None else None
        return f"{since}#{told[1] if told else index + 1}"
    return f"{_instant(last)}#1"


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _record(raw: bytes) -> Record:
    order = opened(raw, "an order")
    key = order.text(read.named(order, "order")) or ""
    return Record("order", key, raw, order.instant("updatedAt", UTC))


def _listed(raw: bytes) -> Listed | None:
    order = opened(raw, "an order")
    created, key = order.instant("createdAt", UTC), order.text(read.named(order, "order"))
    if created is None or key is None:
        return None
    return Listed(
        key,
        order.text("reference") or key,
        created,
        order.instant("updatedAt", UTC),
        order.text("status") or "",
        None,
        order.text(read.named(order, "currency")) or "",
    )
