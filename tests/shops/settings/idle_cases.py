"""Settings that can do nothing where they are written: each is refused, or warned of.

A case is a kind of shop, its groups of ``shop.yaml``, and what is told of it: the code, and the
setting it names.
"""

from __future__ import annotations

from tests.shops.settings.wire import GROUPS

Case = tuple[str, str, str]
SIGNED = "webhooks: {secrets: ['${env:A_HOOK}']}"
SHIPS = "send: {shipments: {"

REFUSED: dict[Case, str] = {
    ("api", "", "poll: {every: 5m}"): "C572 poll",
    ("woocommerce", "", "api: {keys: ['${env:A_KEY}']}"): "C572 api",
    ("prestashop", "", SIGNED): "C572 webhooks",
    ("woocommerce", "", "webhooks: {}"): "C581",
    ("woocommerce", "", "webhooks: {secrets: ['${env:A_HOOK}'], manage: true}"):
        "C582 webhooks.manage",
    ("woocommerce", "", "poll: {every: 5s}"): "C574 poll.every",
    ("shopify", "", "poll: {overlap: 10s}"): "C574 poll.overlap",
    ("woocommerce", "", "poll: {page: 200}"): "C574 poll.page",
    ("woocommerce", "", "orders: {channels: [web]}"): "C572 orders.channels",
    ("amazon", "", "orders: {channels: [web]}"): "C572 orders.channels",
    ("prestashop", "", "orders: {number: '{channel}-{number}'}"): "C572 orders.number",
    ("octopia", "", "send: {stock: {}}"): "C572 send.stock",
    ("woocommerce", "", "send: {stock: {locations: {A: '1'}}}"): "C572 send.stock.locations",
    ("prestashop", "", "send: {invoices: {link: 'https://a.example.com/{number}'}}"):
        "C572 send.invoices",
    ("amazon", "", "send: {invoices: {link: 'https://a.example.com/{number}'}}"):
        "C572 send.invoices.by",
    ("amazon", "", "send: {prices: {}}"): "C572 send.prices",
    ("mirakl", "", "send: {prices: {fields: [price, name]}}"): "C572 send.prices.fields",
    ("woocommerce", "", "send: {prices: {fields: [name]}}"): "C100 prices",
    ("shopify", "", "send: {stock: {locations: {A: main}}}"): "C574 send.stock.locations.A",
    ("bigcommerce", "", "send: {stock: {locations: {A: main}}}"): "C574 send.stock.locations.A",
    ("prestashop", "", "send: {prices: {}}"): "C572 send.prices.includes_tax",
    ("prestashop", "", "send: {prices: {includes_tax: true}}"): "C572 send.prices.includes_tax",
    ("magento", "catalogue: without_tax", "send: {prices: {}}"):
        "C572 send.prices.includes_tax",
    ("magento", "", "send: {prices: {fields: [price, ean]}}"): "C572 send.prices.fields",
    ("magento", "consumer_key: ck-1", ""): "C579",
    ("magento", "consumer_key: ck-1, consumer_secret: '${env:A_SECRET}'", ""): "C579",
    ("magento", "access_secret: '${env:A_SECRET}'", ""): "C579",
    ("shopify", "version: 2025-10", "send: {stock: {}}"): "C572 send.stock",
    ("woocommerce", "", "send: {accept: import}"): "C572 send.accept",
    ("api", "", "send: {prices: {}}"): "C572 send.prices",
    ("woocommerce", "", "alerts: [{on: [held], to: somebody}]"): "C591",
}  # fmt: skip
"""A shop with one of these is left out."""

WARNED: dict[Case, str] = {
    ("woocommerce", "", "orders: {test_orders: ignore}"): "orders.test_orders",
    ("amazon", "", "orders: {refunds: ignore}"): "orders.refunds",
    ("octopia", "", "orders: {refunds: ignore}"): "orders.refunds",
    ("shopify", "", "items: {bundles: parent}"): "items.bundles",
    ("prestashop", "", "items: {bundles: parent}"): "items.bundles",
    ("mirakl", "", "items: {bundles: parent}"): "items.bundles",
    ("woocommerce", "", "items: {by: ean, codes: articles.csv}"): "items.codes",
    ("shopify", "", "tax: {rates: {FR: [20]}}"): "tax.rates",
    ("api", "", "tax: {rates: {FR: [20]}}"): "tax.rates",
    ("woocommerce", "", "tax: {default: 20}"): "tax.default",
    ("mirakl", "", "tax: {default: 20}"): "tax.default",
    ("bigcommerce", "", SHIPS + "notify: false}}"): "send.shipments.notify",
    ("amazon", "", SHIPS + "notify: false}}"): "send.shipments.notify",
    ("mirakl", "", SHIPS + "notify: false}}"): "send.shipments.notify",
    ("api", "", SHIPS + "notify: false}}"): "send.shipments.notify",
    ("woocommerce", "tracking: meta", SHIPS + "notify: false}}"): "send.shipments.notify",
    ("woocommerce", "tracking: none", SHIPS + "carriers: {'*': dhl}}}"):
        "send.shipments.carriers",
    ("woocommerce", "note: '{tracking}'",
     SHIPS + "tracking: 'https://a.example.com/{tracking}'}}"): "send.shipments.tracking",
    ("magento", "", SHIPS + "tracking: 'https://a.example.com/{tracking}'}}"):
        "send.shipments.tracking",
    ("prestashop", "", SHIPS + "tracking: 'https://a.example.com/{tracking}'}}"):
        "send.shipments.tracking",
    ("prestashop", "", SHIPS + "carriers: {DHL: dhl}}}"): "send.shipments.carriers",
    ("api", "", SHIPS + "carriers: {'*': dhl}}}"): "send.shipments.carriers",
    ("mirakl", "", "send: {prices: {includes_tax: false}}"): "send.prices.includes_tax",
    ("woocommerce", "",
     "send: {invoices: {link: 'https://a.example.com/{number}', name: '{number}.pdf'}}"):
        "send.invoices.name",
    ("mirakl", "", "send: {invoices: {by: upload, folder: pdf, link: 'https://a.b/{number}'}}"):
        "send.invoices.link",
    ("woocommerce", "tracking: none", ""): "woocommerce.tracking",
    ("woocommerce", "note: '{tracking}'", ""): "woocommerce.note",
    ("woocommerce", "tracking: meta, note: '{tracking}'", SHIPS + "}}"): "woocommerce.note",
    ("woocommerce", "tracking_key: _parcels", SHIPS + "}}"): "woocommerce.tracking_key",
    ("woocommerce", "invoice_key: _a", ""): "woocommerce.invoice_key",
    ("woocommerce", "credit_note_key: _a", ""): "woocommerce.credit_note_key",
    ("woocommerce", "count_stock: false", ""): "woocommerce.count_stock",
    ("shopify", "location: 9", ""): "shopify.location",
    ("shopify", "location: 9", "send: {stock: {locations: {A: '1'}}}"): "shopify.location",
    ("shopify", "invoices: mine.papers", ""): "shopify.invoices",
    ("shopify", "client_secret: '${env:A_SECRET}'", ""): "shopify.client_secret",
    ("bigcommerce", "client_secret: '${env:A_SECRET}'", ""): "bigcommerce.client_secret",
    ("bigcommerce", "location: 2", ""): "bigcommerce.location",
    ("bigcommerce", "invoices: papers", ""): "bigcommerce.invoices",
    ("magento", "source: east", ""): "magento.source",
    ("magento", "source: east, quantities: physical", "send: {stock: {locations: {A: b}}}"):
        "magento.source",
    ("magento", "quantities: physical", ""): "magento.quantities",
    ("magento", "stock: 2", ""): "magento.stock",
    ("magento", "stock: 2, quantities: physical", "send: {stock: {}}"): "magento.stock",
    ("magento", "catalogue: without_tax", ""): "magento.catalogue",
    ("magento", "ean: ean13", ""): "magento.ean",
    ("magento", "ean: ean13", "send: {prices: {}}"): "magento.ean",
    ("amazon", "fulfilled_by: [AMAZON]", SHIPS + "}}"): "send.shipments",
    ("amazon", "product_type: TEA", ""): "amazon.product_type",
    ("amazon", "prices: without_tax, untaxed: accept", ""): "amazon.untaxed",
    ("woocommerce", "", "alerts: [{on: [certificate_expires], to: 'email:a@example.com'}]"):
        "alerts[1].on",
    ("woocommerce", "", "alerts: [{on: [unanswered], to: 'email:a@example.com'}]"):
        "alerts[1].on",
    ("woocommerce", "", "alerts: [{on: [refused], to: 'email:a@example.com'}]"):
        "alerts[1].on",
    ("woocommerce", "", "alerts: [{on: [held], to: 'email:a@example.com', before: 7d}]"):
        "alerts[1].before",
}  # fmt: skip
"""A shop with one of these is told that the setting does nothing there (C573)."""

FREE: tuple[Case, ...] = (
    ("api", "", "reconcile: {days: 5}"),
    ("magento", "source: east", SHIPS + "}}"),
    ("bigcommerce", "location: 2", "send: {prices: {}}"),
    ("bigcommerce", "location: 2", "send: {prices: {}, stock: {locations: {A: '1'}}}"),
    ("magento", "source: east", "send: {stock: {locations: {A: east}}}"),
    ("prestashop", "shipped_state: 9, cancelled_states: [8], refunded_states: [7]", ""),
    ("prestashop", "", "send: {prices: {includes_tax: false}}"),
    ("shopify", "client_secret: '${env:A_SECRET}'", "webhooks: {}"),
    ("bigcommerce", "client_secret: '${env:A_SECRET}'", "webhooks: {}"),
    ("magento", "ean: ean13", "send: {prices: {fields: [price, ean]}}"),
    ("octopia", "", "tax: {default: 20, rates: {FR: [20]}}"),
    ("woocommerce", "note: '{tracking} {url}'",
     SHIPS + "tracking: 'https://a.example.com/{tracking}'}}"),
)  # fmt: skip
"""These do something, so nothing is told."""


def shop_yaml(name: str, case: Case) -> str:
    """The settings of a shop of a case, with an account of its own."""
    kind, group, more = case
    head = f"schema: 1\nshop: {name}\nname: A shop (example)\nkind: {kind}\n"
    number = "" if "orders:" in more else "orders: {number: '{shop}-{number}'}\n"
    if kind == "api":
        keys = f"api: {{keys: ['${{env:{name.upper()}}}']}}\n"
        return f"{head}{keys}{number}{more}\n"
    told = {**GROUPS[kind], **_account(kind, name)}
    settings = [f"{key}: {_written(value)}" for key, value in told.items()]
    whole = ", ".join([*settings, *filter(None, [group])])
    return f"{head}{kind}: {{{whole}}}\n{number}{more}\n"


def _account(kind: str, name: str) -> dict[str, str]:
    """No two shops may read the same orders."""
    if kind == "bigcommerce":
        return {"store_hash": name}
    if kind in ("amazon", "octopia"):
        return {"seller": name.upper()}
    end = "myshopify.com" if kind == "shopify" else "example.com"
    return {"url": f"https://{name}.{end}"}


def _written(value: object) -> str:
    return f"[{', '.join(value)}]" if isinstance(value, list) else f"'{value}'"
