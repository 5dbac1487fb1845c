"""Calls of a marketplace on Mirakl: what is read from it (OR11, OF21, A01)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

from gateway.channels.shops.auth import Header
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
from gateway.channels.shops.entries import entries, told_apart
from gateway.channels.shops.fields import Fields, opened
from gateway.channels.shops.mirakl import read
from gateway.channels.shops.mirakl.write import Writing
from gateway.channels.shops.session import Query, Session, ShopAnswerError, ShopRefusedError
from gateway.channels.shops.web import Terms, session
from gateway.config.secrets import Secret
from gateway.config.shops import Shop
from gateway.syntax.jsonparts import member

CAPABILITIES = Capabilities(
    overlap=timedelta(minutes=10),
    stock="absolute",
    stock_batch=5000,
    shipments=True,
    several_parcels=True,
    invoices="upload",
    prices=True,
    accepts=True,
)
PAGE = 100
"""The most orders of one answer."""


def connect(
    shop: Shop,
    secrets: Callable[[Secret], str],
    clock: Callable[[], datetime],
    given: Session | None = None,
) -> Mirakl:
    """The marketplace of a shop's settings. Calls nothing."""
    settings = shop.mirakl
    assert settings is not None
    auth = Header("Authorization", lambda: secrets(settings.key))
    calls = given or session(settings.url, auth, terms=Terms(timeout=settings.timeout))
    return Mirakl(shop, calls)


class Mirakl(Writing):
    """One operator's marketplace."""

    capabilities = CAPABILITIES

    def __init__(self, shop: Shop, calls: Session) -> None:
        super().__init__(calls, shop.mirakl.shop_id if shop.mirakl else None)
        self._shop = shop

    # ---- pure

    def read_order(self, raw: bytes) -> Reading:
        """The canonical order of a record."""
        return read.read_order(raw, self._shop)

    def read_refund(self, raw: bytes) -> Reading:
        """Refunds come with their orders."""
        return read.read_refund(raw, self._shop)

    # ---- reading

    def page(self, window: Window, position: str = "") -> Page:
        """Orders that changed in a window.

        The list is sorted by creation only. An order that changes meanwhile leaves the window, and
        what is behind it moves up: by so many the next page begins earlier.
        """
        offset, counted = map(int, position.split(":")) if position else (0, -1)
        size = min(self._shop.poll.page, PAGE)
        query = [
            ("start_update_date", _instant(window.since)),
            ("end_update_date", _instant(window.until)),
            ("sort", "dateCreated"),
            ("order", "asc"),
            ("max", str(size)),
            ("offset", str(offset)),
        ]
        found, total = self._orders(query)
        moved = max(0, counted - total) if counted >= 0 else 0
        following = max(0, offset + len(found) - moved)
        more = following < total and (found or moved)
        records, broken = told_apart(map(_record, found))
        return Page(records, f"{following}:{total}" if more else "", broken)

    def order(self, external_id: str) -> Record | None:
        """One order by its id."""
        told, _ = self._orders([("order_ids", external_id)])
        found = [each for each in map(_record, told) if each.external_id == external_id]
        return found[0] if found else None

    def listed(self, window: Window, *, by: Literal["created", "updated"]) -> Iterator[Listed]:
        """All orders of a window in short."""
        names = {
            "created": ("start_date", "end_date"),
            "updated": ("start_update_date", "end_update_date"),
        }[by]
        bounds = list(zip(names, map(_instant, (window.since, window.until)), strict=True))
        offset, total = 0, 1
        while offset < total:
            query = [*bounds, ("max", str(PAGE)), ("offset", str(offset)), ("sort", "dateCreated")]
            found, total = self._orders(query)
            if not found:
                return
            offset += len(found)
            yield from (each for each in map(_listed, found) if each is not None)

    def count(self, window: Window) -> int | None:
        """How many orders were created in a window."""
        query = [
            ("start_date", _instant(window.since)),
            ("end_date", _instant(window.until)),
            ("max", "1"),
        ]
        return self._orders(query)[1]

    def articles(self, skus: Sequence[str]) -> dict[str, Article]:
        """Our offers by their SKU (OF21), asked one by one."""
        found: dict[str, Article] = {}
        for sku in skus:
            body = self._get("api/offers", [("sku", sku), ("max", "10")])
            for each in entries(body, "offers", what="offers"):
                offer = opened(each, "an offer")
                if offer.text("shop_sku") == sku:
                    found[sku] = _article(sku, offer)
        return found

    # ---- the connection itself

    def try_out(self) -> str:
        """The shop as the operator knows it (A01)."""
        account = opened(self._get("api/account", []), "the account")
        state = account.text("shop_state")
        return " ".join(filter(None, (account.text("shop_name"), f"({state})" if state else "")))

    def webhooks(self) -> list[Hook]:
        """Sellers are never called."""
        return []

    def make_webhook(self, topic: str, address: str, secret: str) -> Hook:
        """Sellers are never called."""
        raise ShopRefusedError("this platform does not call sellers", 405)

    def topics(self) -> tuple[str, ...]:
        """None."""
        return ()

    def close(self) -> None:
        """Give connections back."""
        self._calls.close()

    def _orders(self, query: Query) -> tuple[list[bytes], int]:
        body = self._get("api/orders", query)
        try:
            total = int(member(body, "total_count") or b"0")
        except ValueError as failure:
            raise ShopAnswerError(f"the list of orders is none: {failure}") from None
        return entries(body, "orders", what="orders"), total


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _record(raw: bytes) -> Record:
    order = opened(raw, "an order")
    return Record("order", order.text("order_id") or "", raw, order.instant("last_updated_date"))


def _listed(raw: bytes) -> Listed | None:
    order = opened(raw, "an order")
    created, key = order.instant("created_date", UTC), order.text("order_id")
    if created is None or key is None:
        return None
    return Listed(
        key,
        key,
        created,
        order.instant("last_updated_date", UTC),
        order.text("order_state") or "",
        # of orders without tax in it, it is not the total that the order is read with
        None if order.text("order_tax_mode") == "TAX_EXCLUDED" else order.number("total_price"),
        order.text("currency_iso_code") or "",
    )


def _article(sku: str, offer: Fields) -> Article:
    quantity = offer.number("quantity")
    ean = next(
        (
            each.text("reference") or ""
            for each in offer.each("product_references")
            if each.text("reference_type") == "EAN"
        ),
        "",
    )
    return Article(sku, sku, ean, None if quantity is None else int(quantity))
