"""A Shopify store behind the contract of :mod:`gateway.channels.shops.connector`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Literal

from gateway.channels.shops.connector import (
    Article,
    Capabilities,
    Decision,
    Hook,
    InvoiceFile,
    Level,
    Listed,
    Outcome,
    Page,
    Price,
    Reading,
    Record,
    Shipment,
    Window,
)
from gateway.channels.shops.session import Session
from gateway.channels.shops.shopify import (
    access,
    notes,
    prices,
    read,
    shipments,
    stock,
    subscriptions,
)
from gateway.channels.shops.shopify.articles import Shelf
from gateway.channels.shops.shopify.documents import SHOP
from gateway.channels.shops.shopify.graph import Graph
from gateway.channels.shops.shopify.hooks import TOPICS
from gateway.channels.shops.shopify.orders import OrderBook
from gateway.config.secrets import Secret
from gateway.config.shops import Shop
from gateway.config.shops.shopify import STOCK_SINCE

ALL_ORDERS = "read_all_orders"
"""Scope without which only orders of the last 60 days can be read."""
CAPABILITIES = Capabilities(
    overlap=timedelta(minutes=2),
    webhooks=True,
    manages_webhooks=True,
    stock="compare_and_set",
    stock_batch=stock.BATCH,
    shipments=True,
    several_parcels=True,
    invoices="link",
    prices=True,
)


def connect(
    shop: Shop,
    secrets: Callable[[Secret], str],
    clock: Callable[[], datetime],
    session: Session | None = None,
) -> ShopifyStore:
    """A connector. Raises ``ShopUnreachableError`` for an address that nobody could call."""
    settings = shop.shopify
    if settings is None:
        raise ValueError(f"{shop.shop} is no shop of Shopify")
    return ShopifyStore(shop, session or access.session_of(settings, secrets, clock))


class ShopifyStore:
    """One store. Not thread safe."""

    capabilities = CAPABILITIES

    def __init__(self, shop: Shop, session: Session) -> None:
        if shop.shopify is None:
            raise ValueError(f"{shop.shop} is no shop of Shopify")
        self._shop = shop
        self._settings = shop.shopify
        self._session = session
        self._graph = Graph(session, shop.shopify.version)
        self._orders = OrderBook(self._graph, shop.shopify, shop.poll.page)
        self._shelf = Shelf(self._graph, shop.shopify)

    # ---- pure

    def read_order(self, raw: bytes) -> Reading:
        """The canonical order of a record, and the refunds in it."""
        return read.read_order(raw, self._shop)

    def read_refund(self, raw: bytes) -> Reading:
        """Refunds come with their order."""
        return read.read_refund(raw, self._shop)

    # ---- reading

    def page(self, window: Window, position: str = "") -> Page:
        """Orders that changed in a window.

        ``position``: Shopify's cursor, which names the last order by its change.
        """
        return self._orders.page(window, position)

    def order(self, external_id: str) -> Record | None:
        """One order by its number."""
        return self._orders.order(external_id)

    def listed(self, window: Window, *, by: Literal["created", "updated"]) -> Iterator[Listed]:
        """All orders of a window in short."""
        return self._orders.listed(window, by)

    def count(self, window: Window) -> int | None:
        """How many orders were created in a window."""
        return self._orders.count(window)

    def articles(self, skus: Sequence[str]) -> dict[str, Article]:
        """Articles by SKU; one that several variants share is left out."""
        return self._shelf.articles(skus)

    # ---- writing

    def send_stock(self, levels: Sequence[Level]) -> list[Outcome]:
        """Set stock where it is still what we believe."""
        return stock.send(levels, self._graph, self._shelf)

    def send_prices(self, prices_: Sequence[Price]) -> list[Outcome]:
        """Set prices, EANs, names and descriptions."""
        return prices.send(prices_, self._graph, self._shelf)

    def send_shipment(self, shipment: Shipment) -> Outcome:
        """Fulfil what was shipped; a repeat finds it done."""
        return shipments.send(shipment, self._graph)

    def send_invoice(self, invoice: InvoiceFile) -> Outcome:
        """Add the address of an invoice to the order."""
        return notes.send_invoice(invoice, self._graph, self._settings)

    def send_decision(self, decision: Decision) -> Outcome:
        """Nothing has to be accepted at Shopify."""
        return Outcome(decision.key, "refused", reason="orders of Shopify are not accepted")

    def follow_up(self, ticket: str) -> Outcome:
        """Nothing is ever pending at Shopify."""
        return Outcome(ticket, "refused", reason="nothing is pending at Shopify")

    # ---- the connection itself

    def try_out(self) -> str:
        """The store's name, the version of the API that answers, and what the app may not do."""
        told = self._graph.ask(SHOP)
        shop = told.data.get("shop") or {}
        install = told.data.get("currentAppInstallation") or {}
        scopes = {str(one.get("handle")) for one in install.get("accessScopes") or []}
        answers = told.version or self._settings.version
        parts = [f"{shop.get('name')} ({shop.get('myshopifyDomain')})", f"API {answers}"]
        if answers != self._settings.version:
            parts.append(f"{self._settings.version} has ended: set shopify.version")
        if ALL_ORDERS not in scopes:
            parts.append(f"orders of the last 60 days only (no scope {ALL_ORDERS})")
        missing = sorted(self._needed() - scopes)
        if missing:
            parts.append(f"missing scopes: {', '.join(missing)}")
        return "; ".join(parts)

    def _needed(self) -> set[str]:
        """Scopes that what is set up needs. Writing includes reading."""
        send = self._shop.send
        needed = {"read_orders", "read_customers", "read_products"}
        if self._settings.b2b:
            needed.add("read_companies")
        if send.shipments is not None:
            needed |= {"write_merchant_managed_fulfillment_orders", "write_orders"}
        if send.invoices is not None:
            needed.add("write_orders")
        if send.stock is not None and self._settings.version >= STOCK_SINCE:
            needed |= {"write_inventory", "read_locations"}
        if send.prices is not None:
            needed.add("write_products")
        writes = {scope.replace("write_", "read_") for scope in needed if scope[:6] == "write_"}
        return needed - writes

    def webhooks(self) -> list[Hook]:
        """The webhooks that Shopify has for the app."""
        return subscriptions.listed(self._graph)

    def make_webhook(self, topic: str, address: str, secret: str) -> Hook:
        """Have Shopify call an address. ``secret`` is not used: the app's own one signs."""
        return subscriptions.make(topic, address, self._graph)

    def topics(self) -> tuple[str, ...]:
        """Topics that webhooks are needed for."""
        return TOPICS

    def close(self) -> None:
        """Give connections back."""
        self._session.close()
