"""Prices and product data of BigCommerce: variants and products of the catalogue, in batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from gateway.channels.shops.bigcommerce.articles import ArticleId, articles
from gateway.channels.shops.bigcommerce.calls import Store
from gateway.channels.shops.bigcommerce.stock import reason_of
from gateway.channels.shops.connector import Article, Outcome, Price
from gateway.channels.shops.session import ShopRefusedError

VARIANTS_AT_ONCE = 50
PRODUCTS_AT_ONCE = 10


def send(prices: Sequence[Price], store: Store, location: int) -> list[Outcome]:
    """Set prices; an outcome for each, in order."""
    about = store.get("v2/store") or {}
    unknown = [price.sku for price in prices if ArticleId.of(price.product) is None]
    known = articles(store, unknown, location) if unknown else {}
    outcomes: dict[int, Outcome] = {}
    fit: dict[int, tuple[Price, ArticleId]] = {}
    for place, price in enumerate(prices):
        number, reason = _number(price, known), _unfit(price, about)
        if not reason and number is None:
            reason = f"BigCommerce has no article {price.sku}"
        if reason or number is None:
            outcomes[place] = Outcome(price.key, "refused", reason=reason)
        else:
            fit[place] = (price, number)
    outcomes |= _variants(fit, store)
    _products({place: one for place, one in fit.items() if _has_text(one[0])}, store, outcomes)
    return [outcomes[place] for place in range(len(prices))]


def _unfit(price: Price, about: Mapping[str, Any]) -> str:
    """Why a price is none of the store's: its currency, or with tax where they are without."""
    currency, with_tax = about.get("currency"), about.get("is_price_entered_with_tax")
    if price.currency != currency:
        return f"the price is in {price.currency}, the store's are in {currency}"
    if isinstance(with_tax, bool) and with_tax != price.includes_tax:
        word = "with" if with_tax else "without"
        return f"prices of the store are {word} tax, this one is not"
    return ""


def _number(price: Price, known: Mapping[str, Article]) -> ArticleId | None:
    article = known.get(price.sku)
    return ArticleId.of(price.product or (article.product if article else ""))


def _has_text(price: Price) -> bool:
    return price.name is not None or price.description is not None


def _variants(fit: Mapping[int, tuple[Price, ArticleId]], store: Store) -> dict[int, Outcome]:
    outcomes: dict[int, Outcome] = {}
    every = list(fit.items())
    for start in range(0, len(every), VARIANTS_AT_ONCE):
        outcomes |= _put_variants(every[start : start + VARIANTS_AT_ONCE], store)
    return outcomes


def _put_variants(
    batch: Sequence[tuple[int, tuple[Price, ArticleId]]], store: Store
) -> dict[int, Outcome]:
    """A refused batch is halved, until what is wrong stands alone."""
    body = [_variant(price, number) for _, (price, number) in batch]
    try:
        store.session.call("PUT", "v3/catalog/variants", json=body)
    except ShopRefusedError as failure:
        if len(batch) > 1:
            half = len(batch) // 2
            return _put_variants(batch[:half], store) | _put_variants(batch[half:], store)
        place, (price, _) = batch[0]
        return {place: Outcome(price.key, "refused", reason=reason_of(failure))}
    return {place: Outcome(price.key, "done") for place, (price, _) in batch}


def _variant(price: Price, number: ArticleId) -> dict[str, Any]:
    told: dict[str, Any] = {"id": number.variant, "price": price.amount}
    return told if price.ean is None else {**told, "upc": price.ean}


def _products(
    fit: Mapping[int, tuple[Price, ArticleId]], store: Store, outcomes: dict[int, Outcome]
) -> None:
    """Name and description, which all variants of a product share: the last ones count."""
    bodies: dict[int, dict[str, Any]] = {}
    for price, number in fit.values():
        body = bodies.setdefault(number.product, {"id": number.product})
        if price.name is not None:
            body["name"] = price.name
        if price.description is not None:
            body["description"] = escape(price.description).replace("\n", "<br>")
    every = list(bodies.values())
    for start in range(0, len(every), PRODUCTS_AT_ONCE):
        batch = every[start : start + PRODUCTS_AT_ONCE]
        try:
            store.session.call("PUT", "v3/catalog/products", json=batch)
        except ShopRefusedError as failure:
            refused = {body["id"] for body in batch}
            for place, (price, number) in fit.items():
                if number.product in refused:
                    outcomes[place] = Outcome(price.key, "refused", reason=reason_of(failure))
