"""What only one platform has: settings that depend on each other there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from gateway.config.shops.checks.saying import idle, refused, written
from gateway.config.shops.shop import Shop
from gateway.config.shops.shopify import STOCK_SINCE
from gateway.config.shops.woocommerce import WooCommerce
from gateway.config.values import is_here
from gateway.problems import Problem, problem
from gateway.syntax.yamltext import Path_, YamlText

_STORE = ".myshopify.com"
_SENT: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "woocommerce": {
        "tracking": ("shipments",),
        "tracking_key": ("shipments",),
        "note": ("shipments",),
        "invoice_key": ("invoices",),
        "credit_note_key": ("invoices",),
        "count_stock": ("stock",),
    },
    "shopify": {"location": ("stock",), "invoices": ("invoices",)},
    "magento": {
        "source": ("stock", "shipments"),
        "quantities": ("stock",),
        "stock": ("stock",),
        "catalogue": ("prices",),
        "ean": ("prices",),
    },
    # articles are looked up by where they lie
    "bigcommerce": {"location": ("stock", "prices"), "invoices": ("invoices",)},
    "amazon": {"product_type": ("stock",)},
}
"""By platform: settings that only matter when something is sent, and what (``send``)."""


def platform_problems(shop: Shop, text: YamlText) -> Iterator[Problem]:
    """Of the group that has the name of the platform, and what it means for others."""
    if shop.connection is None:
        return
    for setting, sent in _SENT.get(shop.kind, {}).items():
        is_sent = any(getattr(shop.send, one) is not None for one in sent)
        if not is_sent and written(text, (shop.kind, setting)):
            named = " and no ".join(f"send.{one}" for one in sent)
            yield idle(text, (shop.kind, setting), f"there is no {named}")
    yield from _OF.get(shop.kind, _nothing)(shop, text)


def _woocommerce(shop: Shop, text: YamlText) -> Iterator[Problem]:
    group = shop.woocommerce
    assert group is not None
    for setting, needed in (("tracking_key", "meta"), ("note", "note")):
        unused = group.tracking != needed and written(text, ("woocommerce", setting))
        if unused and shop.send.shipments is not None:
            why = f"woocommerce.tracking is {group.tracking}, only {needed} uses it"
            yield idle(text, ("woocommerce", setting), why)
    yield from _parcels(shop, group, text)


def _parcels(shop: Shop, group: WooCommerce, text: YamlText) -> Iterator[Problem]:
    """What is said of parcels, where WooCommerce hears nothing of it."""
    if shop.send.shipments is None:
        return
    why = f"woocommerce.tracking is {group.tracking}"
    unused = {"note": (), "meta": ("notify",), "none": ("carriers", "tracking", "notify")}
    for setting in unused[group.tracking]:
        if written(text, ("send", "shipments", setting)):
            yield idle(text, ("send", "shipments", setting), why)
    linked = group.tracking != "note" or "{url}" in group.note
    if not linked and shop.send.shipments.tracking is not None:
        why = "woocommerce.note has no {url} in it"
        yield idle(text, ("send", "shipments", "tracking"), why)


def _shopify(shop: Shop, text: YamlText) -> Iterator[Problem]:
    group = shop.shopify
    assert group is not None
    host = urlsplit(group.url).netloc
    if not host.endswith(_STORE) and not is_here(host):
        why = "the API is at the store's own address, not at the one that buyers see"
        facts: dict[str, Any] = {"setting": "shopify.url", "value": group.url, "why": why}
        facts["right"] = f"https://NAME{_STORE}"
        yield problem("C576", text.place(("shopify", "url")), **facts)
    if group.token is not None:
        yield from _only_signs(shop, text)
    if shop.send.stock is not None and group.version < STOCK_SINCE:
        why = f"version {group.version} cannot set stock safely"
        way = f"write shopify.version: {STOCK_SINCE} or a later one"
        yield refused(shop, text, ("send", "stock"), why, way)


def _only_signs(shop: Shop, text: YamlText) -> Iterator[Problem]:
    """A secret of the app that nothing but webhooks needs."""
    path: Path_ = (shop.kind, "client_secret")
    if shop.webhooks is None and written(text, path):
        yield idle(text, path, "it signs webhooks, and there is no webhooks")


def _prestashop(shop: Shop, text: YamlText) -> Iterator[Problem]:
    yield from _prices(shop, text, with_tax=False)


def _magento(shop: Shop, text: YamlText) -> Iterator[Problem]:
    group = shop.magento
    assert group is not None
    place = text.place(("magento",), key=True)
    if group.token is None:
        yield problem("C579", place, group="magento", needed="token")
    signing = ("consumer_key", "consumer_secret", "access_secret")
    given = [name for name in signing if getattr(group, name) is not None]
    missing = [name for name in signing if name not in given]
    if given and missing:
        needed = f"{' and '.join(missing)} beside {' and '.join(given)}"
        yield problem("C579", place, group="magento", needed=needed)
    if shop.send.stock is not None and group.quantities == "physical":
        yield from _physical(shop, text)
    yield from _prices(shop, text, with_tax=group.catalogue == "with_tax")
    prices = shop.send.prices
    if prices is not None and ("ean" in prices.fields) != (group.ean is not None):
        yield _ean(shop, text)


def _physical(shop: Shop, text: YamlText) -> Iterator[Problem]:
    """What only reservations of open orders are looked up by, where they are not added."""
    assert shop.send.stock is not None
    if written(text, ("magento", "stock")):
        why = "magento.quantities is physical: no reservations are added"
        yield idle(text, ("magento", "stock"), why)
    ships = shop.send.shipments is not None  # from the source
    if shop.send.stock.locations and not ships and written(text, ("magento", "source")):
        yield idle(text, ("magento", "source"), "send.stock.locations names the locations")


def _ean(shop: Shop, text: YamlText) -> Problem:
    """The EAN is to be set and nobody knows where, or it is known and not to be set."""
    if shop.magento is not None and shop.magento.ean is not None:
        return idle(text, ("magento", "ean"), "send.prices.fields has no ean")
    why = "magento.ean does not name the attribute that holds it"
    path: Path_ = ("send", "prices", "fields")
    return refused(shop, text, path, why, "write magento.ean, or take ean out")


def _prices(shop: Shop, text: YamlText, *, with_tax: bool) -> Iterator[Problem]:
    """Prices of the ERP contain tax if, and only if, those of the shop do."""
    prices = shop.send.prices
    if prices is not None and prices.includes_tax != with_tax:
        why = f"its catalogue holds prices {'with' if with_tax else 'without'} tax"
        way = f"write includes_tax: {str(with_tax).lower()}, and have the ERP send such prices"
        yield refused(shop, text, ("send", "prices", "includes_tax"), why, way)


def _mirakl(shop: Shop, text: YamlText) -> Iterator[Problem]:
    path: Path_ = ("send", "prices", "includes_tax")
    if written(text, path):
        yield idle(text, path, "the operator decides what prices of offers contain")


def _amazon(shop: Shop, text: YamlText) -> Iterator[Problem]:
    if shop.orders.channels:
        why = "amazon.marketplaces says which ones are read"
        yield refused(shop, text, ("orders", "channels"), why)
    group = shop.amazon
    assert group is not None
    if group.fulfilled_by == ("AMAZON",) and shop.send.shipments is not None:
        why = "amazon.fulfilled_by is AMAZON: Amazon ships these orders itself"
        yield idle(text, ("send", "shipments"), why)
    if group.prices == "without_tax" and written(text, ("amazon", "untaxed")):
        why = "amazon.prices is without_tax: no price contains tax that is not told"
        yield idle(text, ("amazon", "untaxed"), why)


def _nothing(shop: Shop, text: YamlText) -> Iterator[Problem]:
    return iter(())


_OF: Mapping[str, Callable[[Shop, YamlText], Iterator[Problem]]] = {
    "woocommerce": _woocommerce,
    "shopify": _shopify,
    "prestashop": _prestashop,
    "magento": _magento,
    "bigcommerce": _only_signs,
    "amazon": _amazon,
    "mirakl": _mirakl,
}
