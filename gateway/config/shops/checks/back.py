"""What goes back to a shop (``send``), compared with what its platform can do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from gateway.config.shops.abilities import ABILITIES
from gateway.config.shops.back import StockRules
from gateway.config.shops.checks.intake import others_unsaid
from gateway.config.shops.checks.saying import idle, refused, written
from gateway.config.shops.shop import Shop
from gateway.problems import Problem, problem
from gateway.syntax.yamltext import Path_, YamlText, dotted

_LOCATIONS = {
    "shopify": re.compile(r"(gid://shopify/Location/)?\d{1,20}", re.ASCII),
    "bigcommerce": re.compile(r"\d{1,18}", re.ASCII),
}
"""What names a location, where not any text does."""


def back_problems(shop: Shop, text: YamlText) -> Iterator[Problem]:
    """Of every group below ``send``."""
    groups: tuple[tuple[str, Callable[[Shop, YamlText], Iterator[Problem]]], ...] = (
        ("stock", _stock),
        ("shipments", _shipments),
        ("invoices", _invoices),
        ("prices", _prices),
    )
    for name, check in groups:
        if getattr(shop.send, name) is not None:
            yield from check(shop, text)
    if shop.send.accept != "none" and not ABILITIES[shop.kind].accepts:
        yield refused(shop, text, ("send", "accept"), "its orders need not be accepted")


def _stock(shop: Shop, text: YamlText) -> Iterator[Problem]:
    able, rules = ABILITIES[shop.kind], shop.send.stock
    assert rules is not None
    path: Path_ = ("send", "stock")
    if not able.stock:
        yield refused(shop, text, path, "there is nowhere to set stock")
        return
    if rules.locations and not able.locations:
        why = "it keeps stock in one place"
        yield refused(shop, text, (*path, "locations"), why)
    yield from _locations(shop, rules, text)
    # BigCommerce finds the articles of prices by it, too
    needed = shop.kind == "bigcommerce" and shop.send.prices is not None
    own: Path_ = (shop.kind, "location")
    if rules.locations and not needed and written(text, own):
        yield idle(text, own, "send.stock.locations names the locations")


def _locations(shop: Shop, rules: StockRules, text: YamlText) -> Iterator[Problem]:
    """Locations of the shop that cannot be any: the quantity would be set somewhere else (C574)."""
    form = _LOCATIONS.get(shop.kind)
    for place, location in rules.locations.items() if form is not None else ():
        if form is not None and not form.fullmatch(location):
            path: Path_ = ("send", "stock", "locations", place)
            facts: dict[str, Any] = {"setting": dotted(path), "value": location}
            facts["platform"] = ABILITIES[shop.kind].name
            yield problem("C574", text.place(path), **facts, limit="the number of a location")


def _shipments(shop: Shop, text: YamlText) -> Iterator[Problem]:
    rules = shop.send.shipments
    assert rules is not None
    path: Path_ = ("send", "shipments")
    able = ABILITIES[shop.kind]
    if not able.shipments:
        yield refused(shop, text, path, "there is nobody to be told")
        return
    if able.carriers:
        yield from others_unsaid(rules.carriers, text, (*path, "carriers"))
    unused = (
        ("carriers", able.carriers, "takes no carrier with a parcel"),
        ("tracking", able.follows, "takes no address at which a parcel is followed"),
        ("notify", able.notifies, "tells the buyer, or not, as it is set there"),
    )
    for name, does, why in unused:
        if not does and written(text, (*path, name)):
            yield idle(text, (*path, name), f"{able.name} {why}")


def _invoices(shop: Shop, text: YamlText) -> Iterator[Problem]:
    able, rules = ABILITIES[shop.kind], shop.send.invoices
    assert rules is not None
    path: Path_ = ("send", "invoices")
    if not able.invoices:
        yield refused(shop, text, path, "it takes no invoices")
        return
    if rules.by not in able.invoices:
        ways = " or ".join(able.invoices)
        why = f"it takes an invoice by {ways} only"
        yield refused(shop, text, (*path, "by"), why, f"write by: {ways}")
    others = ("link",) if rules.by == "upload" else ("folder", "name")
    for name in others:
        if written(text, (*path, name)):
            yield idle(text, (*path, name), f"invoices go by {rules.by}")


def _prices(shop: Shop, text: YamlText) -> Iterator[Problem]:
    able, rules = ABILITIES[shop.kind], shop.send.prices
    assert rules is not None
    path: Path_ = ("send", "prices")
    if not able.prices:
        yield refused(shop, text, path, "its prices cannot be set")
        return
    for name in rules.fields:
        if name not in able.prices:
            why = f"{name} cannot be set; {', '.join(able.prices)} can"
            yield refused(shop, text, (*path, "fields"), why, f"take {name} out of it")
