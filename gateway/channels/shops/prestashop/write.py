"""Stock and prices to PrestaShop: row by row, read before and verified after.

A row that is written loses what is not written with it, so a stock row goes back as it came, with
another quantity. The row of a product with combinations is their sum, which the shop makes itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from gateway.channels.shops.connector import Article, Level, Outcome, Price
from gateway.channels.shops.prestashop.articles import (
    Place,
    has_variants,
    place_of,
    stock_rows,
    whole,
)
from gateway.channels.shops.prestashop.calls import Webservice, body, one, refusal, values
from gateway.channels.shops.session import ShopAnswerError, ShopRefusedError

Lookup = Callable[[Sequence[str]], dict[str, Article]]
_ROW = "stock_available"


def send_stock(service: Webservice, levels: Sequence[Level], lookup: Lookup) -> list[Outcome]:
    """Set stock."""
    unknown = [level.sku for level in levels if not level.product]
    articles = lookup(unknown) if unknown else {}
    places = [_place(level.sku, level.product, articles) for level in levels]
    stock = stock_rows(service, {place[0] for place in places if place is not None})
    return [
        _sent(service, level, place, stock) for level, place in zip(levels, places, strict=True)
    ]


def _place(sku: str, product: str, articles: Mapping[str, Article]) -> Place | None:
    article = articles.get(sku)
    return place_of(product or (article.product if article else ""))


def _sent(
    service: Webservice, level: Level, place: Place | None, stock: dict[Place, dict[str, Any]]
) -> Outcome:
    row = None if place is None else stock.get(place)
    if place is None or row is None:
        reason = f"the shop has no article, or several, with the reference {level.sku}"
        return Outcome(level.key, "refused", reason=reason)
    actual = whole(row.get("quantity"))
    reason = _unfit(level, row, has_variants(stock, place))
    if reason:
        return Outcome(level.key, "refused", actual=actual, reason=reason)
    if actual == level.quantity:
        return Outcome(level.key, "done", actual=actual)
    if level.expected is not None and actual != level.expected:
        reason = f"{level.expected} were expected, {actual} are there"
        return Outcome(level.key, "conflict", actual=actual, reason=reason)
    return _written(service, level, row)


def _unfit(level: Level, row: Mapping[str, Any], variants: bool) -> str:
    """Why a quantity cannot be the row's."""
    if type(level.quantity) is not int or level.quantity < 0:
        return f"{level.quantity!r} is no whole quantity from 0 on"
    if variants:
        return "the article has combinations: its stock is the sum of theirs"
    if str(row.get("depends_on_stock")) == "1":
        return "the shop takes this stock from its own stock management"
    return ""


def _written(service: Webservice, level: Level, row: Mapping[str, Any]) -> Outcome:
    kept = {name: str(value) for name, value in row.items() if isinstance(value, str | int)}
    changed = body(_ROW, {**kept, "quantity": str(level.quantity)})
    try:
        answer = service.put("stock_availables", str(row.get("id")), changed)
    except ShopRefusedError as failure:
        return Outcome(level.key, "refused", reason=refusal(failure))
    actual = whole(one(answer, _ROW).get("quantity"))
    if actual != level.quantity:
        reason = f"{level.quantity} were sent, {actual} are there"
        return Outcome(level.key, "conflict", actual=actual, reason=reason)
    return Outcome(level.key, "done", actual=actual)


def send_prices(
    service: Webservice, prices: Sequence[Price], lookup: Lookup, language: int
) -> list[Outcome]:
    """Set prices without tax, and names, descriptions and EANs. PrestaShop 8 or newer."""
    unknown = [price.sku for price in prices if not price.product]
    articles = lookup(unknown) if unknown else {}
    currency = _currency(service) if prices else ""
    found = []
    for price in prices:
        place = _place(price.sku, price.product, articles)
        reason = _no_price(price, place, currency)
        if reason or place is None:
            found.append(Outcome(price.key, "refused", reason=reason))
        else:
            found.append(_priced(service, price, place[0], language))
    return found


def _no_price(price: Price, place: Place | None, currency: str) -> str:
    """Why a price cannot be set: it would be taken for another amount."""
    if place is None:
        return f"the shop has no article, or several, with the reference {price.sku}"
    if not price.amount.is_finite() or price.amount < 0:
        return f"{price.amount} is no price"
    if place[1] != "0":
        return "the price of a combination is a difference to that of its product"
    if price.includes_tax:
        return "the shop keeps prices without tax, this one is with tax"
    if price.currency != currency:
        return f"the price is in {price.currency}, the shop keeps them in {currency}"
    return ""


def _currency(service: Webservice) -> str:
    """The currency that prices are kept in."""
    name = {"name": "[PS_CURRENCY_DEFAULT]"}
    settings = service.rows("configurations", name, "[id,name,value]")
    number = str(values(settings[0]).get("value")) if len(settings) == 1 else ""
    rows = service.rows_of("currencies", "id", [number], "[id,iso_code]")
    if len(rows) != 1:
        raise ShopAnswerError("the shop does not tell its currency")
    return str(values(rows[0]).get("iso_code"))


def _priced(service: Webservice, price: Price, product: str, language: int) -> Outcome:
    fields: dict[str, str | Mapping[str, str]] = {
        "id": product, "price": format(price.amount, "f"),
    }  # fmt: skip
    if price.ean:
        fields["ean13"] = price.ean
    if price.name:
        fields["name"] = {str(language): price.name}
    if price.description:
        fields["description"] = {str(language): price.description}
    try:
        answer = service.patch("products", product, body("product", fields))
    except ShopRefusedError as failure:
        return Outcome(price.key, "refused", reason=refusal(failure))
    kept = str(one(answer, "product").get("price"))
    try:
        same = Decimal(kept) == price.amount
    except InvalidOperation:
        same = False
    if not same:
        return Outcome(price.key, "conflict", reason=f"{price.amount} was sent, {kept} is there")
    return Outcome(price.key, "done")
