"""Settings of how a platform is reached, and of what only one platform has.

Each is seen in what leaves for the shop, or in what is read of an order of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from gateway.channels.shops import platforms
from gateway.channels.shops.connector import (
    Connector,
    InvoiceFile,
    Level,
    Parcel,
    Price,
    Shipment,
    ShippedLine,
    Window,
)
from gateway.config.shops import Shop
from gateway.syntax.jsonparts import dumps
from tests.shops.cases import loaded
from tests.shops.prestashop.webservice import Webservice
from tests.shops.prestashop.webservice import loaded as presta
from tests.shops.settings.wire import NOW, Answers

TESTS = Path(__file__).parents[1]
WINDOW = Window(NOW - timedelta(hours=1), NOW)
SHIPMENT = Shipment(
    key="k1", order="5", order_number="5", shipped=NOW, lines=(ShippedLine("1", Decimal(1)),),
    parcels=(Parcel("T-1", "dhl", "DHL", "https://track.example.com/T-1"),), complete=True,
)  # fmt: skip
PRICE = Price("TEA", Decimal("5.00"), "EUR", includes_tax=True, key="k1")


@dataclass(frozen=True)
class Setting:
    """A setting, another value of it, and what is only seen with that."""

    name: str
    other: Any
    shows: str
    """A part of what is seen with the other value; empty: anything else than before."""
    look: Callable[[Connector], Any] | None = None
    """What is done with the connector; ``None``: the shop is asked for orders."""
    read: Callable[[Shop], Any] | None = None
    """What is read instead, without any call."""
    base: Mapping[str, Any] = field(default_factory=dict)
    """Settings of the group that both have."""
    answers: Answers = field(default_factory=dict)
    whole: Mapping[str, Any] = field(default_factory=dict)
    """Groups of the shop that both have."""


def asks(connector: Connector) -> Any:
    return connector.page(WINDOW)


def levels(connector: Connector, **more: Any) -> Any:
    return connector.send_stock([Level("TEA", 5, "k1", **more)])


def level_of_variant(connector: Connector) -> Any:
    return levels(connector, product="1/2/3", expected=7)


def level_of_article(connector: Connector) -> Any:
    return levels(connector, product="12")


def prices(connector: Connector) -> Any:
    return connector.send_prices([PRICE])


def prices_with_ean(connector: Connector) -> Any:
    return connector.send_prices([Price(**_fields(PRICE), ean="4012345000047")])


def _fields(price: Price) -> dict[str, Any]:
    return {name: getattr(price, name) for name in ("sku", "amount", "currency", "includes_tax",
                                                     "key")}  # fmt: skip


def ships(connector: Connector) -> Any:
    return connector.send_shipment(SHIPMENT)


def bills(kind: Any = "invoice") -> Callable[[Connector], Any]:
    invoice = InvoiceFile(
        "k1", "5", "I-1", NOW, kind, Decimal(30), "EUR", link="https://erp.example.com/I-1"
    )
    return lambda connector: connector.send_invoice(invoice)


def record(path: str, change: Callable[[Any], None] = lambda _: None) -> Callable[[Shop], Any]:
    """What a record in a file is read as, after a change of it."""

    def look(shop: Shop) -> Any:
        data = loaded(TESTS / path)
        data = data.get("record", data)
        change(data)
        return platforms.read_order(shop, dumps(data))

    return look


def read_in_prestashop(shop: Shop) -> Any:
    """The order of the shop in memory, as it is listed and read."""
    session = Webservice(presta("simple")["tables"])
    connector = platforms.connect(shop, lambda _: "unused", lambda: NOW, session)
    found = connector.order("5")
    assert found is not None
    return connector.read_order(found.raw)


def ships_in_prestashop(shop: Shop) -> Any:
    """The calls that tell it of a shipment."""
    tables = presta("simple")["tables"]
    more = {"order_carriers": [], "order_histories": []}
    session = Webservice({**tables, **more})
    connector = platforms.connect(shop, lambda _: "unused", lambda: NOW, session)
    return connector.send_shipment(SHIPMENT), session.sent()


def _vat_in_meta(order: Any) -> None:
    order["meta_data"] = [{"key": "my_vat", "value": "FR12345678901"}]


def _ean_in_meta(order: Any) -> None:
    for line in order["line_items"]:
        line["global_unique_id"] = ""
        line["meta_data"] = [{"key": "_ean", "value": "4012345000047"}]


def _vat_detail(parts: Any) -> None:
    parts["order"]["customAttributes"] = [{"key": "Partita IVA", "value": "IT12345670017"}]


def _vat_field(parts: Any) -> None:
    fields = [{"name": "Tax number", "value": "FR12345678901"}]
    parts["order"]["billing_address"]["form_fields"] = fields


WOO_ORDER = {"orders/5": {"id": 5, "status": "processing", "meta_data": []}}
UNCOUNTED = {"products": [{"id": 12, "manage_stock": False, "stock_quantity": None}]}
TIME = ("12s", "within 0:00:12")
SIGNED = {"consumer_key": "ck-1", "consumer_secret": "${env:A_SECRET}",
          "access_secret": "${env:B_SECRET}"}  # fmt: skip
APP = {"token": None, "client_id": "app-1", "client_secret": "${env:A_SECRET}"}
SHELF = {"source-items": {"items": [{"sku": "TEA", "quantity": 9}]}, "salable": 7}
FOR_FRANCE = {"tax": {"rates": {"FR": ["20", "10", "5.5", "2.1"]}}}

WOOCOMMERCE = (
    Setting("url", "https://other.example.com", "GET https://other.example.com/wp-json/wc/v3/or"),
    Setting("key", "${env:OTHER_KEY}", "Basic what-OTHER_KEY-holds:"),
    Setting("secret", "${env:OTHER_SECRET}", ":what-OTHER_SECRET-holds"),
    Setting("auth", "oauth1", "oauth_signature="),
    Setting("vat_keys", ["my_vat"], "vat_id='FR12345678901'",
            read=record("woocommerce/live/order.json", _vat_in_meta)),
    Setting("tracking", "meta", "_wc_shipment_tracking_items", ships, answers=WOO_ORDER),
    Setting("note", "Parcel {tracking} left", "Parcel T-1 left", ships, answers={
        "orders/5/notes": [], **WOO_ORDER}),
    Setting("tracking_key", "_my_parcels", "_my_parcels", ships, base={"tracking": "meta"},
            answers=WOO_ORDER),
    Setting("invoice_key", "_my_invoice", "_my_invoice", bills(), answers=WOO_ORDER),
    Setting("credit_note_key", "_my_credit", "_my_credit", bills("credit_note"),
            answers=WOO_ORDER),
    Setting("count_stock", False, "does not count the stock", level_of_article,
            answers=UNCOUNTED),
    Setting("ean_key", "_ean", "ean='4012345000047'",
            read=record("woocommerce/live/order.json", _ean_in_meta)),
    Setting("timeout", *TIME),
)  # fmt: skip
SHOPIFY = (
    Setting("url", "https://mugs.myshopify.com", "POST https://mugs.myshopify.com/admin/api"),
    Setting("client_id", "app-2", "client_id=app-2", base=APP),
    Setting("client_secret", "${env:OTHER_SECRET}", "client_secret=what-OTHER_SECRET-holds",
            base=APP),
    Setting("token", "${env:OTHER_TOKEN}", "Access-Token: what-OTHER_TOKEN-holds"),
    Setting("version", "2026-07", "/admin/api/2026-07/"),
    Setting("money", "shop", " currency='EUR'", read=record("shopify/orders/currencies.json")),
    Setting("location", "9", "gid://shopify/Location/9", level_of_variant),
    Setting("b2b", False, '"b2b": false'),
    Setting("vat_attributes", ["Partita IVA"], "vat_id='IT12345670017'",
            read=record("shopify/orders/taxnumbers.json", _vat_detail)),
    Setting("invoices", "mine.papers", '"namespace": "mine", "key": "papers"', bills()),
    Setting("timeout", *TIME),
)  # fmt: skip
PRESTASHOP = (
    Setting("url", "https://other.example.com", "GET https://other.example.com/api/orders"),
    Setting("key", "${env:OTHER_KEY}", "Basic what-OTHER_KEY-holds:"),
    Setting("zone", "Asia/Tokyo", "2026-03-02 20:"),
    Setting("id_shop", 2, "id_shop=2"),
    Setting("language", 2, "language=2"),
    Setting("shipped_state", 9, "'id_order_state': '9'", read=ships_in_prestashop),
    Setting("cancelled_states", [2], "status='cancelled'", read=read_in_prestashop),
    Setting("refunded_states", [2], "status='refunded'", read=read_in_prestashop),
    Setting("timeout", *TIME),
)  # fmt: skip
MAGENTO = (
    Setting("url", "https://other.example.com", "GET https://other.example.com/rest/all/V1/or"),
    Setting("token", "${env:OTHER_TOKEN}", "Bearer what-OTHER_TOKEN-holds"),
    Setting("consumer_key", "ck-2", 'oauth_consumer_key="ck-2"', base=SIGNED),
    Setting("consumer_secret", "${env:OTHER_SECRET}", "", base=SIGNED),
    Setting("access_secret", "${env:OTHER_SECRET}", "", base=SIGNED),
    Setting("store", "fr", "/rest/fr/V1/"),
    Setting("source", "east", '"source_code": "east"', levels, answers=SHELF),
    Setting("source", "east", '"source_code": "east"', ships, answers={"/ship": 7}),
    Setting("quantities", "physical", '"quantity": 5,', levels, answers=SHELF),
    Setting("stock", 3, "get-product-salable-quantity/TEA/3", levels, answers=SHELF),
    Setting("catalogue", "without_tax", "prices of the catalogue are without tax", prices),
    Setting("ean", "ean13", '"attribute_code": "ean13"', prices_with_ean),
    Setting("money", "base", " currency='EUR'", read=record("magento/orders/two-currencies.json")),
    Setting("timeout", *TIME),
)  # fmt: skip
BIGCOMMERCE = (
    Setting("store_hash", "xyz789", "/stores/xyz789/"),
    Setting("token", "${env:OTHER_TOKEN}", "X-Auth-Token: what-OTHER_TOKEN-holds"),
    Setting("url", "https://api.example.com", "GET https://api.example.com/stores/abc123/"),
    Setting("location", 4, '"location_id": 4', levels),
    Setting("vat_fields", ["Tax number"], "vat_id='FR12345678901'",
            read=record("bigcommerce/orders/simple.json", _vat_field)),
    Setting("invoices", "my_papers", "my_papers", bills()),
    Setting("timeout", *TIME),
)  # fmt: skip
AMAZON = (
    Setting("url", "https://api.example.com", "GET https://api.example.com/orders/"),
    Setting("login", "https://login.example.com/token", "POST https://login.example.com/token"),
    Setting("client_id", "app-2", "client_id=app-2"),
    Setting("client_secret", "${env:OTHER_SECRET}", "client_secret=what-OTHER_SECRET-holds"),
    Setting("refresh_token", "${env:OTHER_TOKEN}", "refresh_token=what-OTHER_TOKEN-holds"),
    Setting("seller", "A2SELLER", "items/A2SELLER/TEA", levels),
    Setting("marketplaces", ["A1PA6795UKMFR9"], "marketplaceIds=A1PA6795UKMFR9"),
    Setting("fulfilled_by", ["AMAZON"], "fulfilledBy=AMAZON"),
    Setting("prices", "without_tax", "prices_include_tax=False", whole=FOR_FRANCE,
            read=record("amazon/orders/prices-set.json")),
    Setting("untaxed", "accept", "shop_status='UNSHIPPED'", whole=FOR_FRANCE,
            read=record("amazon/orders/untaxed-held.json")),
    Setting("product_type", "TEA", '"productType": "TEA"', levels),
    Setting("timeout", *TIME),
)  # fmt: skip
OCTOPIA = (
    Setting("url", "https://api.example.com", "GET https://api.example.com/orders"),
    Setting("login", "https://login.example.com/token", "POST https://login.example.com/token"),
    Setting("client_id", "app-2", "client_id=app-2"),
    Setting("client_secret", "${env:OTHER_SECRET}", "client_secret=what-OTHER_SECRET-holds"),
    Setting("seller", "4712", "SellerId: 4712"),
    Setting("timeout", *TIME),
)  # fmt: skip
MIRAKL = (
    Setting("url", "https://other.example.com", "GET https://other.example.com/api/orders"),
    Setting("key", "${env:OTHER_KEY}", "Authorization: what-OTHER_KEY-holds"),
    Setting("shop_id", 7, "shop_id=7"),
    Setting("timeout", *TIME),
)  # fmt: skip
SETTINGS: Mapping[str, tuple[Setting, ...]] = {
    "woocommerce": WOOCOMMERCE,
    "shopify": SHOPIFY,
    "prestashop": PRESTASHOP,
    "magento": MAGENTO,
    "bigcommerce": BIGCOMMERCE,
    "amazon": AMAZON,
    "octopia": OCTOPIA,
    "mirakl": MIRAKL,
}
PAGES: Mapping[str, str] = {
    "woocommerce": "per_page=7", "shopify": '"first": 7', "prestashop": "limit=7",
    "magento": "pageSize]=7", "bigcommerce": "limit=7", "amazon": "maxResultsPerPage=7",
    "octopia": "pageSize=7", "mirakl": "max=7",
}  # fmt: skip
"""How each platform is asked for seven orders at a time (``poll.page``)."""
