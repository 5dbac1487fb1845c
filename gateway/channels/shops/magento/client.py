"""A site of Magento 2: orders, stock, prices, shipments, links to invoices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import quote

from gateway.channels.shops.auth import Auth, Bearer, OAuth1
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
from gateway.channels.shops.fields import opened
from gateway.channels.shops.magento import read, write
from gateway.channels.shops.magento.orders import Orders
from gateway.channels.shops.magento.search import Search
from gateway.channels.shops.magento.stock import AT_ONCE, Stock
from gateway.channels.shops.session import Session, ShopError, ShopRefusedError
from gateway.channels.shops.web import Clockwork, Terms, session
from gateway.config.secrets import Secret
from gateway.config.shops import Shop
from gateway.config.shops.magento import Magento

CAPABILITIES = Capabilities(
    overlap=timedelta(minutes=1),
    stock="absolute",
    stock_batch=AT_ONCE,
    shipments=True,
    several_parcels=True,
    invoices="link",
    prices=True,
)
Look = Callable[[Secret], str]


def connect(
    shop: Shop,
    secrets: Look,
    clock: Callable[[], datetime],
    session: Session | None = None,
) -> MagentoShop:
    """A connector for a site. Calls nothing; raises ``ShopError`` for settings without a proof."""
    if shop.magento is None:
        raise ShopError(f"shop {shop.shop} has no settings of Magento")
    calls = session or _session(shop.magento, secrets, clock)
    return MagentoShop(shop, shop.magento, calls)


def _session(settings: Magento, secrets: Look, clock: Callable[[], datetime]) -> Session:
    address = f"{settings.url}/rest/{quote(settings.store, safe='')}"
    terms = Terms(settings.timeout)
    return session(
        address, proof(settings, secrets, clock), terms=terms, clockwork=Clockwork(today=clock)
    )


def proof(settings: Magento, secrets: Look, clock: Callable[[], datetime]) -> Auth:
    """Signed calls where all four parts of a signature are there, else the token itself."""
    token, access = settings.token, settings.access_secret
    key, secret = settings.consumer_key, settings.consumer_secret
    if token is None:
        raise ShopError("Magento needs the access token of an integration (magento.token)")
    if access is None or key is None or secret is None:
        return Bearer(lambda: secrets(token))
    return OAuth1(
        consumer_key=lambda: key,
        consumer_secret=lambda: secrets(secret),
        clock=clock,
        token=lambda: secrets(token),
        token_secret=lambda: secrets(access),
    )


class MagentoShop:
    """One site. Not thread safe."""

    capabilities = CAPABILITIES

    def __init__(self, shop: Shop, settings: Magento, session: Session) -> None:
        self._shop = shop
        self._settings = settings
        self._session = session
        self._search = Search(session)
        self._orders = Orders(settings, self._search)
        self._stock = Stock(settings, self._search)

    def read_order(self, raw: bytes) -> Reading:
        """See :mod:`.read`."""
        return read.read_order(raw, self._shop)

    def read_refund(self, raw: bytes) -> Reading:
        """See :mod:`.read`."""
        return read.read_refund(raw, self._shop)

    def page(self, window: Window, position: str = "") -> Page:
        """Orders that changed in a window, oldest change first, with their credit memos."""
        return self._orders.page(window, position, self._shop.poll.page)

    def order(self, external_id: str) -> Record | None:
        """One order, with its credit memos."""
        return self._orders.order(external_id)

    def listed(self, window: Window, *, by: Literal["created", "updated"]) -> Iterator[Listed]:
        """All orders of a window in short."""
        return self._orders.listed(window, f"{by}_at")

    def count(self, window: Window) -> int | None:
        """How many orders were created in a window."""
        return self._orders.count(window)

    def articles(self, skus: Sequence[str]) -> dict[str, Article]:
        """How Magento knows these articles."""
        return self._stock.articles(skus)

    def send_stock(self, levels: Sequence[Level]) -> list[Outcome]:
        """Set what lies in the source, together."""
        return self._stock.send(levels)

    def send_prices(self, prices: Sequence[Price]) -> list[Outcome]:
        """Set base prices together, and other data of articles one by one."""
        with_tax = self._settings.catalogue == "with_tax"
        found: dict[int, Outcome] = {}
        good: list[tuple[int, Price]] = []
        for index, price in enumerate(prices):
            if price.includes_tax == with_tax:
                good.append((index, price))
            else:
                reason = f"prices of the catalogue are {self._settings.catalogue.replace('_', ' ')}"
                found[index] = Outcome(price.key, "refused", reason=reason)
        wrong = self._base_prices([price for _, price in good])
        for index, price in good:
            reason = wrong.get(price.sku) or self._product(price)
            found[index] = Outcome(price.key, "refused" if reason else "done", reason=reason)
        return [found[index] for index in range(len(prices))]

    def send_shipment(self, shipment: Shipment) -> Outcome:
        """Ship in Magento what was shipped, unless it is shipped there already."""
        try:
            body = write.ship(shipment, self._settings.source)
        except write.CannotSayError as failure:
            return Outcome(shipment.key, "refused", reason=str(failure))
        there = self._orders.shipped(shipment)
        if there is not None:
            return Outcome(shipment.key, "done", reference=there)
        path = f"/V1/order/{quote(shipment.order, safe='')}/ship"
        try:
            answer = self._session.call("POST", path, json=body, repeatable=False)
        except ShopRefusedError as failure:
            return Outcome(shipment.key, "refused", reason=failure.reason)
        return Outcome(shipment.key, "done", reference=str(answer.json()))

    def send_invoice(self, invoice: InvoiceFile) -> Outcome:
        """Write the address of an invoice to its order, where the buyer sees it."""
        if not invoice.link or not (invoice.order.isascii() and invoice.order.isdigit()):
            return Outcome(invoice.key, "refused", reason="Magento takes an address only")
        text = write.invoice_comment(invoice)
        path = f"/V1/orders/{invoice.order}/comments"
        try:
            if self._orders.commented(path, text):
                return Outcome(invoice.key, "done")
            body = write.comment(text, int(invoice.order))
            self._session.call("POST", path, json=body, repeatable=False)
        except ShopRefusedError as failure:
            return Outcome(invoice.key, "refused", reason=failure.reason)
        return Outcome(invoice.key, "done")

    def send_decision(self, decision: Decision) -> Outcome:
        """Orders of Magento are not accepted or refused."""
        return Outcome(decision.key, "refused", reason="Magento's orders need no acceptance")

    def follow_up(self, ticket: str) -> Outcome:
        """Nothing is pending at Magento."""
        return Outcome("", "refused", reason="nothing is pending at Magento")

    def try_out(self) -> str:
        """The store views of the site."""
        answer = self._session.call("GET", "/V1/store/storeConfigs")
        told = opened(b'{"stores":' + (answer.body or b"[]") + b"}", "the store views")
        codes = [one.text("code") for one in told.each("stores")]
        return "Magento: " + (", ".join(filter(None, codes)) or "no store view")

    def webhooks(self) -> list[Hook]:
        """Magento calls nobody."""
        return []

    def make_webhook(self, topic: str, address: str, secret: str) -> Hook:
        """Raises :class:`ShopError`: there are none."""
        raise ShopError("Magento calls no address when orders change")

    def topics(self) -> tuple[str, ...]:
        """None."""
        return ()

    def close(self) -> None:
        """Give connections back."""
        self._session.close()

    def _base_prices(self, prices: Sequence[Price]) -> dict[str, str]:
        """What Magento says against prices, by SKU."""
        if not prices:
            return {}
        body = write.base_prices(prices)
        try:
            answer = self._session.call(
                "POST", "/V1/products/base-prices", json=body, repeatable=True
            )
        except ShopRefusedError as failure:
            return {price.sku: failure.reason for price in prices}
        told = opened(b'{"wrong":' + (answer.body or b"[]") + b"}", "the answer about prices")
        found: dict[str, str] = {}
        for one in told.each("wrong"):
            named = one.data.get("parameters")
            values = set(named) if isinstance(named, list) else set()
            message = one.text("message") or "refused"
            hit = [price.sku for price in prices if price.sku in values]
            # whom a complaint is about is not always said: then it is about all of them
            for sku in hit or [price.sku for price in prices]:
                found.setdefault(sku, message)
        return found

    def _product(self, price: Price) -> str:
        """Set the other data of an article; what Magento says against it."""
        try:
            body = write.product(price, self._settings.ean)
            if body is not None:
                path = f"/V1/products/{quote(price.sku, safe='')}"
                self._session.call("PUT", path, json=body)
        except (write.CannotSayError, ShopRefusedError) as failure:
            return str(failure)
        return ""
