"""A shop in memory, and the connector that speaks with it: for tests of everything behind one.

Records are the canonical order with its refunds, as JSON: ``{"order": {…}, "refunds": [{…}]}``.
The shop keeps a stamp of each change by its own clock, lists by (stamp, id), can hide orders from
the list, answer late, and fail as the test says.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, Literal

import pytest
from pydantic import ValidationError

from gateway.channels.shops import platforms
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
from gateway.channels.shops.session import ShopRefusedError
from gateway.config.shops import Shop
from gateway.documents.shop import ShopOrder, ShopRefund
from gateway.problems import problem

Fields = dict[str, Any]
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def order_fields(id_: str, **changes: Any) -> Fields:
    """A paid order over 2 × 10.00 net with 20 % tax and shipping of 5.00 net: 30.00."""
    fields: Fields = {
        "external_id": id_,
        "number": id_,
        "created": "2026-03-02T09:00:00Z",
        "placed": "2026-03-02T09:00:00Z",
        "status": "paid",
        "shop_status": "processing",
        "currency": "EUR",
        "prices_include_tax": False,
        "totals": {"grand": "30.00", "tax": "5.00"},
        "buyer": {"id": "7", "name": "Alex Sample", "email": "alex@example.com"},
        "bill_to": {
            "name": "Alex Sample",
            "street": "1 Sample Street",
            "postcode": "75001",
            "city": "Paris",
            "country": "FR",
        },
        "lines": [
            {
                "key": "1",
                "sku": "TEA-1",
                "ean": "4012345000047",
                "name": "Green tea",
                "quantity": "2",
                "amounts": {"net": "20.00", "tax": "4.00", "gross": "24.00"},
                "taxes": [{"rate": "20", "amount": "4.00", "country": "FR"}],
            }
        ],
        "charges": [
            {
                "kind": "shipping",
                "method": "standard",
                "amounts": {"net": "5.00", "tax": "1.00", "gross": "6.00"},
                "taxes": [{"rate": "20", "amount": "1.00", "country": "FR"}],
            }
        ],
    }
    return fields | changes


def refund_fields(id_: str, order: str, **changes: Any) -> Fields:
    """A refund of one of the two articles of :func:`order_fields`: 12.00."""
    fields: Fields = {
        "external_id": id_,
        "order": order,
        "created": "2026-03-02T10:00:00Z",
        "currency": "EUR",
        "total": "12.00",
        "lines": [
            {
                "key": "1",
                "line": "1",
                "sku": "TEA-1",
                "quantity": "1",
                "amounts": {"net": "10.00", "tax": "2.00", "gross": "12.00"},
                "taxes": [{"rate": "20", "amount": "2.00", "country": "FR"}],
            }
        ],
    }
    return fields | changes


@dataclass
class Kept:
    """An order as the shop has it."""

    fields: Fields
    updated: datetime
    refunds: list[Fields] = field(default_factory=list)
    hidden: bool = False
    """Not in the list, though it can be read by its id."""
    broken: bytes | None = None
    """Bytes that the shop gives instead."""

    @property
    def raw(self) -> bytes:
        if self.broken is not None:
            return self.broken
        stamp = self.updated.isoformat()
        data = {"order": {**self.fields, "updated": stamp}, "refunds": self.refunds}
        return json.dumps(data).encode()


@dataclass
class FakeShop:
    """Orders by id. May be written and read by several threads."""

    clock: Callable[[], datetime] = lambda: START
    capabilities: Capabilities = field(default_factory=Capabilities)
    page_size: int = 2
    skew: timedelta = timedelta(0)
    """How far the shop's clock is ahead of the test's."""
    orders: dict[str, Kept] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    fails: list[Exception] = field(default_factory=list)
    """Raised by the next calls, one by each."""
    before: Callable[[str], None] = lambda _call: None
    """Called with the name of each call, before it is answered."""
    sent: list[Any] = field(default_factory=list)
    """What came back: levels, prices, shipments, invoices, decisions."""
    hooks: list[Hook] = field(default_factory=list)
    """The webhooks it has, whatever they lead to."""
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def now(self) -> datetime:
        """The shop's own time; it has no fractions of a second."""
        return (self.clock() + self.skew).replace(microsecond=0)

    def put(self, id_: str, *, at: datetime | None = None, **changes: Any) -> Kept:
        """Make an order, or change it."""
        with self._lock:
            known = self.orders.get(id_)
            if known is None:
                made = Kept(order_fields(id_, **changes), at or self.now())
            else:
                known.fields = known.fields | changes
                known.updated = at or self.now()
                made = known
            self.orders[id_] = made
            return made

    def refund(self, id_: str, refund: str, **changes: Any) -> None:
        """Refund a part of an order."""
        with self._lock:
            kept = self.orders[id_]
            kept.refunds.append(refund_fields(refund, id_, **changes))
            kept.updated = self.now()

    def spoil(self, id_: str, raw: bytes = b"{") -> None:
        """The record of an order is not readable from now on."""
        with self._lock:
            kept = self.put(id_)
            kept.broken = raw

    def record(self, id_: str) -> Record:
        """An order as it is now."""
        with self._lock:
            kept = self.orders[id_]
            return Record("order", id_, kept.raw, kept.updated)

    def listed(self, window: Window, after: tuple[datetime, str] | None) -> list[str]:
        """Ids of a window behind a place, by (stamp, id)."""
        with self._lock:
            found = sorted(
                (kept.updated, id_)
                for id_, kept in self.orders.items()
                if not kept.hidden and window.since <= kept.updated <= window.until
            )
        return [id_ for stamp, id_ in found if after is None or (stamp, id_) > after]

    def called(self, name: str) -> None:
        """Count a call, and fail if the test says so."""
        self.before(name)
        with self._lock:
            self.calls[name] += 1
            if self.fails:
                raise self.fails.pop(0)


class FakeConnector:
    """One connection to it."""

    def __init__(self, shop: FakeShop) -> None:
        self.shop = shop
        self.capabilities = shop.capabilities
        self.closed = False

    def read_order(self, raw: bytes) -> Reading:
        return read_order(raw)

    def read_refund(self, raw: bytes) -> Reading:
        return read_refund(raw)

    def page(self, window: Window, position: str = "") -> Page:
        self.shop.called("page")
        after = None
        if position:
            stamp, _, id_ = position.partition(" ")
            try:
                after = (datetime.fromisoformat(stamp), id_)
            except ValueError:
                raise ShopRefusedError("no such place", 400) from None
        ids = self.shop.listed(window, after)
        page = ids[: self.shop.page_size]
        records = tuple(self.shop.record(id_) for id_ in page)
        if len(ids) <= self.shop.page_size:
            return Page(records)
        last = records[-1]
        assert last.updated is not None
        return Page(records, f"{last.updated.isoformat()} {last.external_id}")

    def order(self, external_id: str) -> Record | None:
        self.shop.called("order")
        return self.shop.record(external_id) if external_id in self.shop.orders else None

    def listed(self, window: Window, *, by: Literal["created", "updated"]) -> Iterator[Listed]:
        self.shop.called("listed")
        for id_, kept in sorted(self.shop.orders.items()):
            order = ShopOrder.model_validate(kept.fields)
            at = kept.updated if by == "updated" else order.created
            if not kept.hidden and window.since <= at <= window.until:
                yield Listed(
                    id_, order.number, order.created, kept.updated, order.shop_status,
                    order.totals.grand, order.currency,
                )  # fmt: skip

    def count(self, window: Window) -> int | None:
        return sum(1 for _ in self.listed(window, by="created"))

    def articles(self, skus: Sequence[str]) -> dict[str, Article]:
        self.shop.called("articles")
        return {sku: Article(sku, f"p-{sku}") for sku in skus}

    def send_stock(self, levels: Sequence[Level]) -> list[Outcome]:
        return [self._sent("stock", each, each.key) for each in levels]

    def send_prices(self, prices: Sequence[Price]) -> list[Outcome]:
        return [self._sent("prices", each, each.key) for each in prices]

    def send_shipment(self, shipment: Shipment) -> Outcome:
        return self._sent("shipment", shipment, shipment.key)

    def send_invoice(self, invoice: InvoiceFile) -> Outcome:
        return self._sent("invoice", invoice, invoice.key)

    def send_decision(self, decision: Decision) -> Outcome:
        return self._sent("decision", decision, decision.key)

    def follow_up(self, ticket: str) -> Outcome:
        self.shop.called("follow_up")
        return Outcome(ticket, "done")

    def try_out(self) -> str:
        self.shop.called("try_out")
        return "a shop in memory"

    def webhooks(self) -> list[Hook]:
        self.shop.called("webhooks")
        return list(self.shop.hooks)

    def make_webhook(self, topic: str, address: str, secret: str) -> Hook:
        self.shop.called("make_webhook")
        made = Hook(str(len(self.shop.hooks) + 1), topic, address, active=True, detail=secret)
        kept = [one for one in self.shop.hooks if (one.topic, one.address) != (topic, address)]
        self.shop.hooks = [*kept, made]
        return made

    def topics(self) -> tuple[str, ...]:
        return ("order.updated",)

    def close(self) -> None:
        self.closed = True

    def _sent(self, call: str, what: Any, key: str) -> Outcome:
        self.shop.called(call)
        self.shop.sent.append(what)
        return Outcome(key, "done")


def read_order(raw: bytes) -> Reading:
    """The reading of a record of such a shop."""
    try:
        data = json.loads(raw, parse_float=Decimal)
        order = ShopOrder.model_validate(data["order"])
        refunds = tuple(ShopRefund.model_validate(each) for each in data["refunds"])
    except (ValueError, KeyError, TypeError, ValidationError) as failure:
        reason = str(failure).partition("\n")[0]
        return Reading(problems=(problem("W230", what="the order", reason=reason),))
    return Reading(order, refunds=refunds)


def read_refund(raw: bytes) -> Reading:
    """The reading of a refund that came alone."""
    try:
        return Reading(refund=ShopRefund.from_json(raw))
    except (ValueError, ValidationError):
        return Reading(problems=(problem("W230", what="the refund", reason="it is broken"),))


@dataclass
class FakePlatform:
    """Stands for all platforms: the shops of a test, by name."""

    shops: dict[str, FakeShop] = field(default_factory=dict)
    made: list[FakeConnector] = field(default_factory=list)

    def part(self, _kind: str, name: str) -> Any:
        parts = {
            "client": SimpleNamespace(connect=self._connect),
            "read": SimpleNamespace(
                read_order=lambda raw, _shop: read_order(raw),
                read_refund=lambda raw, _shop: read_refund(raw),
            ),
        }
        return parts[name]

    def _connect(self, shop: Shop, _secrets: Any, _clock: Any, _session: Any) -> FakeConnector:
        made = FakeConnector(self.shops[shop.shop])
        self.made.append(made)
        return made


def install(monkeypatch: pytest.MonkeyPatch, **shops: FakeShop) -> FakePlatform:
    """Have these shops reached under their names (``_`` stands for ``-``), whatever their kind."""
    platform = FakePlatform({name.replace("_", "-"): shop for name, shop in shops.items()})
    monkeypatch.setattr(platforms, "_part", platform.part)
    return platform
