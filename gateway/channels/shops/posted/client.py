"""The connector of a shop that is never called: nothing is there to be asked or told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
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
from gateway.channels.shops.posted import read
from gateway.channels.shops.session import Session, ShopError
from gateway.config.secrets import Secret
from gateway.config.shops import Shop

_NO_CALLS = "a shop of kind api is not called: it asks at GET /api/orders/… itself"
_ASKED = "the shop asks for it at GET /api/orders/…"


def connect(
    shop: Shop,
    _secrets: Callable[[Secret], str],
    _clock: Callable[[], datetime],
    _session: Session | None = None,
) -> Posted:
    """The connector of a shop of kind ``api``."""
    return Posted(shop)


class Posted:
    """A shop whose orders are posted to us."""

    capabilities = Capabilities(by_id=False, counts=False, shipments=True, several_parcels=True)

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def read_order(self, raw: bytes) -> Reading:
        """The canonical order of what was posted."""
        return read.read_order(raw, self._shop)

    def read_refund(self, raw: bytes) -> Reading:
        """The canonical refund of what was posted."""
        return read.read_refund(raw, self._shop)

    def page(self, window: Window, position: str = "") -> Page:
        """Nothing: orders come when they are posted."""
        return Page(())

    def order(self, external_id: str) -> Record | None:
        """Nothing can be asked for."""
        return None

    def listed(self, window: Window, *, by: Literal["created", "updated"]) -> Iterator[Listed]:
        """Nothing is listed."""
        return iter(())

    def count(self, window: Window) -> int | None:
        """It cannot tell."""
        return None

    def articles(self, skus: Sequence[str]) -> dict[str, Article]:
        """None are known."""
        return {}

    def send_stock(self, levels: Sequence[Level]) -> list[Outcome]:
        """Refused."""
        return [_refused(each.key) for each in levels]

    def send_prices(self, prices: Sequence[Price]) -> list[Outcome]:
        """Refused."""
        return [_refused(each.key) for each in prices]

    def send_shipment(self, shipment: Shipment) -> Outcome:
        """Done: from then on it is in the answer when the shop asks."""
        return Outcome(shipment.key, "done", reason=_ASKED)

    def send_invoice(self, invoice: InvoiceFile) -> Outcome:
        """Refused."""
        return _refused(invoice.key)

    def send_decision(self, decision: Decision) -> Outcome:
        """Refused."""
        return _refused(decision.key)

    def follow_up(self, ticket: str) -> Outcome:
        """Refused."""
        return _refused(ticket)

    def try_out(self) -> str:
        """What stands instead of a call."""
        return _NO_CALLS

    def webhooks(self) -> list[Hook]:
        """None."""
        return []

    def make_webhook(self, topic: str, address: str, secret: str) -> Hook:
        """Raises ShopError."""
        raise ShopError(_NO_CALLS)

    def topics(self) -> tuple[str, ...]:
        """None."""
        return ()

    def close(self) -> None:
        """Nothing is open."""


def _refused(key: str) -> Outcome:
    return Outcome(key, "refused", reason=_NO_CALLS)
