"""A BigCommerce store behind the contract of :mod:`gateway.channels.shops.connector`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, Literal

from gateway.channels.shops.bigcommerce import (
    articles,
    calls,
    notes,
    orders,
    prices,
    read,
    shipments,
    stock,
)
from gateway.channels.shops.bigcommerce.hooks import TOPICS
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
from gateway.channels.shops.session import Session, ShopAnswerError
from gateway.config.secrets import Secret
from gateway.config.shops import Shop
from gateway.config.shops.bigcommerce import BigCommerce

HOOKS = "v3/hooks"
CAPABILITIES = Capabilities(
    counts=False,
    webhooks=True,
    manages_webhooks=True,
    stock="absolute",
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
) -> BigCommerceStore:
    """A connector. Raises ``ShopUnreachableError`` for an address that nobody could call."""
    if shop.bigcommerce is None:
        raise ValueError(f"{shop.shop} is no shop of BigCommerce")
    made = session or calls.session_of(shop.bigcommerce, secrets, clock)
    return BigCommerceStore(shop, shop.bigcommerce, made)


class BigCommerceStore:
    """One store. Not thread safe."""

    capabilities = CAPABILITIES

    def __init__(self, shop: Shop, settings: BigCommerce, session: Session) -> None:
        self._shop = shop
        self._settings = settings
        self._session = session
        self._store = calls.Store(session)

    # ---- pure

    def read_order(self, raw: bytes) -> Reading:
        """The canonical order of a record, and the refunds in it."""
        return read.read_order(raw, self._shop)

    def read_refund(self, raw: bytes) -> Reading:
        """Refunds come with their order."""
        return read.read_refund(raw, self._shop)

    # ---- reading

    def page(self, window: Window, position: str = "") -> Page:
        """Orders that changed in a window, oldest change first."""
        return orders.page(self._store, window, position, self._shop.poll.page)

    def order(self, external_id: str) -> Record | None:
        """One order by its number."""
        return orders.order(self._store, external_id)

    def listed(self, window: Window, *, by: Literal["created", "updated"]) -> Iterator[Listed]:
        """All orders of a window in short."""
        return orders.listed(self._store, window, by)

    def count(self, window: Window) -> int | None:
        """BigCommerce counts all orders there are, not those of a window."""
        return None

    def articles(self, skus: Sequence[str]) -> dict[str, Article]:
        """Articles by SKU, with what the location of the settings has."""
        return articles.articles(self._store, skus, self._settings.location)

    # ---- writing

    def send_stock(self, levels: Sequence[Level]) -> list[Outcome]:
        """Set stock, absolutely."""
        return stock.send(levels, self._store, self._settings.location)

    def send_prices(self, prices_: Sequence[Price]) -> list[Outcome]:
        """Set prices, EANs, names and descriptions."""
        return prices.send(prices_, self._store, self._settings.location)

    def send_shipment(self, shipment: Shipment) -> Outcome:
        """Make shipments; a repeat finds them."""
        return shipments.send(shipment, self._store)

    def send_invoice(self, invoice: InvoiceFile) -> Outcome:
        """Note the address of an invoice at its order."""
        return notes.send_invoice(invoice, self._store, self._settings.invoices)

    def send_decision(self, decision: Decision) -> Outcome:
        """Nothing has to be accepted at BigCommerce."""
        return Outcome(decision.key, "refused", reason="orders of BigCommerce are not accepted")

    def follow_up(self, ticket: str) -> Outcome:
        """Nothing is ever pending at BigCommerce."""
        return Outcome(ticket, "refused", reason="nothing is pending at BigCommerce")

    # ---- the connection itself

    def try_out(self) -> str:
        """The store's name, address, currency and plan."""
        told = self._store.get("v2/store") or {}
        parts = (told.get("domain"), told.get("currency"), told.get("plan_name"))
        return f"{told.get('name')} ({', '.join(str(part) for part in parts if part)})"

    def webhooks(self) -> list[Hook]:
        """The webhooks of this API account, switched off ones, too."""
        return [_hook(one) for one in self._store.each(HOOKS)]

    def make_webhook(self, topic: str, address: str, secret: str) -> Hook:
        """Have BigCommerce call an address; one that was switched off is switched on again.

        ``secret`` is not used: the client secret of the API account signs.
        """
        same = (one for one in self.webhooks() if (one.topic, one.address) == (topic, address))
        there = next(same, None)
        body = {"scope": topic, "destination": address, "is_active": True}
        if there is not None:
            answer = self._session.call("PUT", f"{HOOKS}/{there.id}", json=body)
        else:
            answer = self._session.call("POST", HOOKS, json=body, repeatable=False)
        told = answer.json()
        made = told.get("data") if isinstance(told, dict) else None
        if not isinstance(made, dict):
            raise ShopAnswerError("the answer does not say which webhook was made")
        return _hook(made)

    def topics(self) -> tuple[str, ...]:
        """Topics that webhooks are needed for."""
        return TOPICS

    def close(self) -> None:
        """Give connections back."""
        self._session.close()


def _hook(told: dict[str, Any]) -> Hook:
    return Hook(
        id=str(told.get("id")),
        topic=str(told.get("scope")),
        address=str(told.get("destination")),
        active=bool(told.get("is_active")),
    )
