"""A seller's account on Amazon: one connector of what the other modules can do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Literal

from gateway.channels.shops.amazon import read
from gateway.channels.shops.amazon.access import Sessions
from gateway.channels.shops.amazon.invoices import Invoices
from gateway.channels.shops.amazon.listings import Listings
from gateway.channels.shops.amazon.orders import Orders
from gateway.channels.shops.amazon.shipments import Shipments
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
from gateway.channels.shops.session import Session, ShopError
from gateway.config.secrets import Secret
from gateway.config.shops import Shop

CAPABILITIES = Capabilities(
    overlap=timedelta(minutes=10),
    counts=False,
    stock="absolute",
    shipments=True,
    several_parcels=True,
    invoices="upload",
)


def connect(
    shop: Shop,
    secrets: Callable[[Secret], str],
    clock: Callable[[], datetime],
    session: Session | None = None,
) -> AmazonShop:
    """A connector for a seller's account. Calls nothing."""
    return AmazonShop(shop, secrets, clock, session)


class AmazonShop:
    """One account. Not thread safe."""

    capabilities = CAPABILITIES

    def __init__(
        self,
        shop: Shop,
        secrets: Callable[[Secret], str],
        clock: Callable[[], datetime],
        session: Session | None,
    ) -> None:
        if shop.amazon is None:
            raise ShopError(f"shop {shop.shop} has no settings of Amazon")
        self._shop = shop
        self._sessions = Sessions(shop.amazon, secrets, clock, session)
        self._orders = Orders(shop.amazon, self._sessions, clock)
        self._listings = Listings(shop.amazon, self._sessions)
        self._shipments = Shipments(self._orders, self._sessions)
        self._invoices = Invoices(self._orders, self._sessions)

    def read_order(self, raw: bytes) -> Reading:
        """See :mod:`.read`."""
        return read.read_order(raw, self._shop)

    def read_refund(self, raw: bytes) -> Reading:
        """See :mod:`.read`."""
        return read.read_refund(raw, self._shop)

    def page(self, window: Window, position: str = "") -> Page:
        """Orders that changed in a window, up to two minutes ago."""
        return self._orders.page(window, position, self._shop.poll.page)

    def order(self, external_id: str) -> Record | None:
        """One order, also one that the list does not show (yet)."""
        return self._orders.order(external_id)

    def listed(self, window: Window, *, by: Literal["created", "updated"]) -> Iterator[Listed]:
        """All orders of a window in short."""
        return self._orders.listed(window, created=by == "created")

    def count(self, window: Window) -> int | None:
        """Amazon counts nothing."""
        return None

    def articles(self, skus: Sequence[str]) -> dict[str, Article]:
        """How Amazon knows these articles."""
        return self._listings.articles(skus)

    def send_stock(self, levels: Sequence[Level]) -> list[Outcome]:
        """One call for each."""
        return [self._listings.set_stock(level) for level in levels]

    def send_prices(self, prices: Sequence[Price]) -> list[Outcome]:
        """Not done: setting a price replaces all other offers of the listing."""
        reason = "prices are not sent to Amazon"
        return [Outcome(price.key, "refused", reason=reason) for price in prices]

    def send_shipment(self, shipment: Shipment) -> Outcome:
        """Confirm its packages."""
        return self._shipments.send(shipment)

    def send_invoice(self, invoice: InvoiceFile) -> Outcome:
        """Upload it; what Amazon thinks of it comes by :meth:`follow_up`."""
        return self._invoices.send(invoice)

    def send_decision(self, decision: Decision) -> Outcome:
        """Orders of Amazon are not accepted or refused."""
        return Outcome(decision.key, "refused", reason="Amazon's orders need no acceptance")

    def follow_up(self, ticket: str) -> Outcome:
        """What became of an invoice."""
        return self._invoices.follow_up(ticket)

    def try_out(self) -> str:
        """The marketplaces that the account sells in."""
        answer = self._sessions.of("sellers").call("GET", "/sellers/v1/marketplaceParticipations")
        told = opened(answer.body, "the answer of Amazon")
        names = [one.inside("marketplace").text("name") for one in told.each("payload")]
        return "Amazon: " + (", ".join(filter(None, names)) or "no marketplace")

    def webhooks(self) -> list[Hook]:
        """Amazon calls nobody."""
        return []

    def make_webhook(self, topic: str, address: str, secret: str) -> Hook:
        """Raises :class:`ShopError`: notices of Amazon go to a queue of Amazon."""
        raise ShopError("Amazon calls no address: it puts notices into a queue of its own")

    def topics(self) -> tuple[str, ...]:
        """None."""
        return ()

    def close(self) -> None:
        """Give connections back."""
        self._sessions.close()
