"""A workspace with two web shops in memory, a partner, and an ERP that answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from gateway.channels.shops.connector import Decision, InvoiceFile, Price, Shipment
from gateway.config.shops import Shop
from gateway.documents import (
    Catalogue,
    DespatchAdvice,
    Document,
    InventoryReport,
    Invoice,
    OrderResponse,
)
from gateway.pipeline import Summary
from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.dispatch.polling import poll
from gateway.pipeline.shops import errands
from gateway.pipeline.shops.stock.view import Seen, view
from gateway.store import Message
from gateway.store.shops import stock
from gateway.store.shops.stock import FeedRow, ListingRow
from tests.pipeline.world import ACME, OWN, drop, make
from tests.shops.back.shelf import Shelf
from tests.shops.intake.world import HEAD, ShopWorld
from tests.tables import make_tables

ACME_SHOP, CORNER = "acme-shop", "corner-shop"
FORMS = (
    "order", "orderchange", "parties", "despatch", "invoice", "inventory", "catalogue",
    "orderresponse",
)  # fmt: skip
GATEWAY = f"""\
schema: 1
erp:
  receive: {{folder: erp/in}}
  send: {{folder: erp/out, name: "{{number}}_{{seq}}.{{ext}}"}}
  formats: {{{", ".join(f"{each}: json" for each in FORMS)}}}
retry: {{first: 10s, factor: 2, ceiling: 60s, attempts: 3, jitter: 0}}
poll: 1s
"""
SEND = """\
send:
  stock: {books_within: 1m}
  shipments:
    carriers: {DHL: dhl-fr}
    tracking: "https://track.example.com/{tracking}"
  invoices: {by: link, link: "https://erp.example.com/{number}?order={order}"}
  prices: {kind: retail}
"""
MIRAKL = """\
schema: 1
shop: {name}
name: Acme Market (example)
kind: mirakl
mirakl:
  url: https://{name}.example.com
  key: ${{env:GATEWAY_TEST_SHOP_KEY}}
"""
BIGCOMMERCE = """\
schema: 1
shop: {name}
name: Acme Places (example)
kind: bigcommerce
bigcommerce:
  store_hash: abc123
  token: ${{env:GATEWAY_TEST_SHOP_KEY}}
"""
UPLOAD = """\
send:
  invoices: {by: upload, folder: erp/pdf}
"""
TODAY = date(2026, 3, 2)


@dataclass
class BackWorld(ShopWorld):
    """The workspace at work."""

    shop: Shelf
    corner: Shelf = field(default_factory=Shelf)
    more: str = SEND
    second: str = "orders: {number: 'C-{number}'}\n" + SEND
    """Settings of the second shop."""
    head: str = HEAD
    second_head: str = HEAD

    def __post_init__(self) -> None:
        self.corner.clock = self.clock
        super().__post_init__()

    def settle(self, more: str) -> None:
        """Write the settings."""
        files = {
            "gateway.yaml": GATEWAY + (f"database: {self.database}\n" if self.database else ""),
            "partners/_own.yaml": OWN,
            "partners/acme-retail/partner.yaml": ACME,
            f"shops/{ACME_SHOP}/shop.yaml": shop_yaml(more, ACME_SHOP, self.head),
            f"shops/{CORNER}/shop.yaml": shop_yaml(self.second, CORNER, self.second_head),
        }
        self.workspace = make(self.root, files)
        make_tables(self.workspace.database)

    @property
    def second_settings(self) -> Shop:
        return self.house.workspace.shops[CORNER]

    def run(self) -> Summary:
        """All that is due, but for the periodic duties: quicker than the gateway's own run."""
        core = Core(self.house, "test")
        errands.review(self.house)
        for inbox in self.house.inboxes.values():
            if inbox.folder.is_dir():
                poll(core, inbox, at_once=True)
        while found := [key for key in core.waiting() if not key.startswith("duty/")]:
            if not sum(core.drain(key) for key in sorted(found, key=lambda key: key[:3] != "to/")):
                break
        return Summary()

    def watch(self, **by: float) -> None:
        """Time goes by, and the gateway does its whole round, alarms included."""
        self.clock.forward(**by)
        self.gateway.run_once()

    # ---- what the ERP says

    def says(self, document: Document, *, test: bool = False, name: str = "") -> None:
        """The ERP writes a file with one document."""
        data = self.written(document)
        folder = self.house.workspace.erp_in(document.name, test=test)
        self.file = getattr(self, "file", 0) + 1
        drop(folder, name or f"{document.name}-{self.file}.json", data)

    def written(self, document: Document) -> bytes:
        """A document as the ERP writes it."""
        compiled, problems = self.house.translation.erp_map(document.name, "json")
        assert compiled is not None and compiled.layout is not None, problems
        record, found = compiled.write(document)
        assert not found
        data, found = compiled.layout.write([record])
        assert not found
        return bytes(data)

    def taken(self, *ids: str) -> None:
        """Orders come from the first shop, and lie in the ERP's folder."""
        for id_ in ids:
            if id_ not in self.shop.orders:
                self.shop.put(id_)
        self.clock.forward(minutes=6)
        self.accept(*ids)
        self.run()

    # ---- what became of it

    def document(self, name: str) -> Message:
        """The newest document of the ERP of a kind."""
        rows = [row for row in self.rows() if row.kind == "document" and row.document == name]
        return rows[-1]

    def told(self, kind: type) -> list[Any]:
        """What the first shop was told."""
        return [one for one in self.shop.sent if isinstance(one, kind)]

    def shipments(self) -> list[Shipment]:
        return self.told(Shipment)

    def invoices(self) -> list[InvoiceFile]:
        return self.told(InvoiceFile)

    def decisions(self) -> list[Decision]:
        return self.told(Decision)

    def prices(self) -> list[Price]:
        return self.told(Price)

    def feed(self, shop: str = ACME_SHOP) -> FeedRow:
        with self.house.store.read() as connection:
            return stock.feed_of(connection, shop)

    def listing(self, sku: str, shop: str = ACME_SHOP) -> ListingRow:
        with self.house.store.read() as connection:
            (row,) = stock.listings(connection, shop, sku=sku)
        return row

    def seen(self, sku: str, shop: str = ACME_SHOP) -> Seen:
        (one,) = view(self.house, self.house.workspace.shops[shop], sku=sku).articles
        return one

    def alarms(self) -> list[str]:
        return sorted(one.found.code for one in self.gateway.alarms())


def shop_yaml(more: str, name: str, head: str) -> str:
    """Settings of a shop; ``more``: whole groups, as YAML."""
    return head.format(name=name) + "poll: {since: 2026-03-01}\n" + more


def report(quantities: dict[str, Any], number: str = "R1", **fields: Any) -> InventoryReport:
    """A stock report: by article a quantity, or its fields."""
    lines = [
        {"supplier_item": article, "stocks": [{"kind": "available", "quantity": str(each)}]}
        if not isinstance(each, dict)
        else {"supplier_item": article, **each}
        for article, each in quantities.items()
    ]
    return InventoryReport.model_validate(
        {"number": number, "issued": TODAY, "lines": lines} | fields
    )


def despatch(number: str, packages: list[Any], **fields: Any) -> DespatchAdvice:
    """A despatch advice."""
    data = {"number": number, "issued": TODAY, "packages": packages} | fields
    return DespatchAdvice.model_validate(data)


def item(order: str, quantity: Any = 2, article: str = "TEA-1", **fields: Any) -> dict[str, Any]:
    """An item of a package."""
    return {
        "supplier_item": article,
        "quantity": str(quantity),
        "order": {"number": order},
    } | fields


def invoice(number: str, order: str, **fields: Any) -> Invoice:
    """An invoice over 30.00."""
    line = {
        "number": "1", "supplier_item": "TEA-1", "quantity": "2", "price": "10.00",
        "amount": "20.00", "order": {"number": order},
    }  # fmt: skip
    data = {
        "number": number, "issued": TODAY, "kind": "invoice", "currency": "EUR",
        "order": {"number": order}, "lines": [line], "totals": {"gross": "30.00"},
    }  # fmt: skip
    return Invoice.model_validate(data | fields)


def response(order: str, **fields: Any) -> OrderResponse:
    """An order response."""
    data = {"number": f"A-{order}", "issued": TODAY, "order": {"number": order}}
    return OrderResponse.model_validate(data | fields)


def catalogue(prices: dict[str, Any], number: str = "P1", **fields: Any) -> Catalogue:
    """A catalogue: by article its prices."""
    items = [
        {"supplier_item": article, "text": f"About {article}", "prices": each}
        for article, each in prices.items()
    ]
    data = {"number": number, "issued": TODAY, "currency": "EUR", "items": items}
    return Catalogue.model_validate(data | fields)
