"""Prices and product data of Shopify: variants product by product, texts of the product itself."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

from gateway.channels.shops.connector import Article, Outcome, Price
from gateway.channels.shops.shopify.articles import Shelf
from gateway.channels.shops.shopify.documents import PRICES, PRODUCT, SHOP
from gateway.channels.shops.shopify.graph import Complaint, Graph
from gateway.channels.shops.shopify.ids import ArticleId, gid

BATCH = 100
"""Variants of one call."""


def send(prices: Sequence[Price], graph: Graph, shelf: Shelf) -> list[Outcome]:
    """Set prices; an outcome for each, in order."""
    shop = graph.data(SHOP).get("shop") or {}
    unknown = [price.sku for price in prices if ArticleId.of(price.product) is None]
    known = shelf.articles(unknown) if unknown else {}
    outcomes: dict[int, Outcome] = {}
    products: dict[str, dict[int, tuple[Price, ArticleId]]] = {}
    for place, price in enumerate(prices):
        reason = _unfit(price, shop)
        number = _number(price, known)
        if not reason and number is None:
            reason = f"Shopify has no article {price.sku}, or more than one"
        if reason or number is None:
            outcomes[place] = Outcome(price.key, "refused", reason=reason)
        else:
            products.setdefault(number.product, {})[place] = (price, number)
    for product, entries in products.items():
        outcomes |= _variants(product, entries, graph)
        _texts(product, entries, graph, outcomes)
    return [outcomes[place] for place in range(len(prices))]


def _unfit(price: Price, shop: Mapping[str, Any]) -> str:
    """Why a price is none of the store's: its currency, or with tax where prices are without."""
    currency, included = shop.get("currencyCode"), bool(shop.get("taxesIncluded"))
    if price.currency != currency:
        return f"the price is in {price.currency}, the store's are in {currency}"
    if price.includes_tax != included:
        word = "with" if included else "without"
        return f"prices of the store are {word} tax, this one is not"
    return ""


def _number(price: Price, known: Mapping[str, Article]) -> ArticleId | None:
    article = known.get(price.sku)
    return ArticleId.of(price.product or (article.product if article else ""))


def _variants(
    product: str, entries: Mapping[int, tuple[Price, ArticleId]], graph: Graph
) -> dict[int, Outcome]:
    """Prices and EANs of the variants of one product."""
    outcomes: dict[int, Outcome] = {}
    every = list(entries.items())
    for start in range(0, len(every), BATCH):
        batch = every[start : start + BATCH]
        variants = [_variant(price, number) for _, (price, number) in batch]
        asked = {"product": gid("Product", product), "variants": variants}
        _, complaints = graph.change(PRICES, asked, "productVariantsBulkUpdate", repeatable=True)
        whole = next((one for one in complaints if one.number_after("variants") is None), None)
        single = {one.number_after("variants"): one for one in complaints}
        for index, (place, (price, _)) in enumerate(batch):
            outcomes[place] = _outcome(price, single.get(index) or whole)
    return outcomes


def _variant(price: Price, number: ArticleId) -> dict[str, Any]:
    told = {"id": gid("ProductVariant", number.variant), "price": format(price.amount, "f")}
    return told if price.ean is None else {**told, "barcode": price.ean}


def _outcome(price: Price, complaint: Complaint | None) -> Outcome:
    if complaint is None:
        return Outcome(price.key, "done")
    return Outcome(price.key, "refused", reason=complaint.message)


def _texts(
    product: str,
    entries: Mapping[int, tuple[Price, ArticleId]],
    graph: Graph,
    outcomes: dict[int, Outcome],
) -> None:
    """Name and description, which all variants of a product share: the last ones count."""
    told: dict[str, Any] = {}
    for price, _ in entries.values():
        if price.name is not None:
            told["title"] = price.name
        if price.description is not None:
            told["descriptionHtml"] = html.escape(price.description).replace("\n", "<br>")
    if not told:
        return
    asked = {"product": {"id": gid("Product", product), **told}}
    _, complaints = graph.change(PRODUCT, asked, "productUpdate", repeatable=True)
    if complaints:
        for place, (price, _) in entries.items():
            outcomes[place] = _outcome(price, complaints[0])
