"""A price catalogue of the ERP as prices and product data of a shop."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from gateway.channels.shops.connector import Price
from gateway.config.shops import Shop
from gateway.config.shops.back import PriceRules
from gateway.documents import Catalogue
from gateway.documents.catalogue import CatalogueItem, CataloguePrice
from gateway.pipeline.shops.back.names import Names, article_of
from gateway.pipeline.shops.back.told import Planned, Prices, key_of
from gateway.problems import Problem, problem

GONE = ("deleted", "discontinued")
"""What a catalogue says of articles that get no price any more."""
_FEW = 5


def prices(
    shop: Shop, names: Names, catalogue: Catalogue, today: date, sha: str
) -> tuple[list[Planned], list[Problem]]:
    """All prices of a catalogue that a shop takes as one call (W435, W436).

    ``sha``: of the catalogue, so that another one with its number is another call.
    """
    rules = shop.send.prices
    assert rules is not None
    ready: list[Price] = []
    without: list[str] = []
    later: list[str] = []
    for item in catalogue.items:
        if item.action in GONE:
            continue
        skus = names.skus(article_of(item), item.gtin or "")
        price = _price(item, rules, today)
        if price is None or (price.currency is None and catalogue.currency is None):
            ours = [one for one in item.prices if one.kind == rules.kind]
            (later if ours and not any(_is_now(one, today) for one in ours) else without).append(
                article_of(item) or item.text or "?"
            )
            continue
        amount = _each(price)
        if amount is None:
            without.append(article_of(item))
            continue
        currency = price.currency or catalogue.currency or ""
        ready += [_told(shop, rules, sku, item, amount, currency, sha) for sku in skus]
    facts: dict[str, Any] = {"number": catalogue.number or f"of {catalogue.issued}"}
    found = _problems(without, later, rules.kind, facts)
    if not ready:
        return [], found
    key = key_of("prices", shop.shop, sha)
    name = f"{len(ready)} prices of catalogue {facts['number']}"
    return [Planned(shop.shop, Prices(key, tuple(ready)), name)], found


def _problems(
    without: Sequence[str], later: Sequence[str], kind: str, facts: dict[str, Any]
) -> list[Problem]:
    found = []
    if without:
        shown = ", ".join(without[:_FEW])
        found.append(problem("W435", count=len(without), kind=kind, items=shown, **facts))
    if later:
        found.append(problem("W436", count=len(later), items=", ".join(later[:_FEW]), **facts))
    return found


def _told(
    shop: Shop, rules: PriceRules, sku: str, item: CatalogueItem, amount: Decimal, currency: str,
    sha: str,
) -> Price:  # fmt: skip
    fields = rules.fields
    text = next((each.text for each in item.texts if each.text), None)
    return Price(
        sku=sku,
        amount=amount,
        currency=currency,
        includes_tax=rules.includes_tax,
        key=key_of("price", shop.shop, sku, sha),
        name=item.text if "name" in fields else None,
        description=text if "description" in fields else None,
        ean=item.gtin if "ean" in fields else None,
    )


def _price(item: CatalogueItem, rules: PriceRules, today: date) -> CataloguePrice | None:
    """The price of one piece that is valid now: of several the one that began last."""
    fits = [
        one
        for one in item.prices
        if one.kind == rules.kind
        and _is_now(one, today)
        and (one.from_quantity is None or one.from_quantity <= 1)
    ]
    return max(fits, key=_begin, default=None)


def _begin(one: CataloguePrice) -> date:
    return (one.valid.start if one.valid is not None else None) or date.min


def _is_now(one: CataloguePrice, today: date) -> bool:
    if one.valid is None:
        return True
    start, end = one.valid.start, one.valid.end
    return (start is None or start <= today) and (end is None or end >= today)


def _each(price: CataloguePrice) -> Decimal | None:
    """The price of one, where it can be told exactly."""
    basis = price.basis or Decimal(1)
    if basis <= 0 or price.amount < 0:
        return None
    each = (price.amount / basis).quantize(Decimal("0.0001"))
    if each * basis != price.amount:
        return None
    cents = each.quantize(Decimal("0.01"))
    return cents if cents == each else each
