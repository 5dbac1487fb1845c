"""Lines, shipping, fees and coupons of a WooCommerce order."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from gateway.channels.shops.fields import Fields
from gateway.channels.shops.woocommerce.taxes import Rates, amounts_of, needed
from gateway.documents.shop import Discount, ShopCharge, ShopLine
from gateway.documents.shop.order import ChargeKind

_LONGEST_PRICE = 12
"""Digits behind the mark of a unit price: the shop divides, and tells 14.994444333333334."""


def lines_of(
    order: Fields, rates: Rates, refunded: Mapping[str, Decimal], ean_key: str | None
) -> tuple[ShopLine, ...]:
    """The articles. ``refunded``: quantities by key of the line."""
    codes = [code for line in order.each("coupon_lines") if (code := line.text("code"))]
    code = codes[0] if len(codes) == 1 else None
    return tuple(_line(line, rates, refunded, ean_key, code) for line in order.each("line_items"))


def _line(
    line: Fields,
    rates: Rates,
    refunded: Mapping[str, Decimal],
    ean_key: str | None,
    code: str | None,
) -> ShopLine:
    key = line.need("id", "the id of the line")
    amounts = amounts_of(line, "total", "total_tax")
    return ShopLine(
        key=key,
        parent=line.text("bundled_by") or line.text("composite_parent"),
        sku=line.text("sku"),
        ean=line.text("global_unique_id") or (meta_text(line, ean_key) if ean_key else None),
        product=product_of(line),
        name=name_of(line, "name"),
        attributes=dict(_attributes(line)),
        quantity=needed(line, "quantity"),
        refunded=refunded.get(key),
        unit_price=_price(line),
        amounts=amounts,
        discounts=_discounts(line, code),
        taxes=rates.taxes(line, amounts.net),
    )


def product_of(line: Fields) -> str | None:
    """``12``, or ``12/13`` for a variation: what its address in the API is made of."""
    product, variation = line.text("product_id"), line.text("variation_id")
    if product in (None, "0"):
        return None
    return product if variation in (None, "0") else f"{product}/{variation}"


def name_of(entry: Fields, name: str) -> str | None:
    """A name as buyers see it: WordPress keeps some of them with HTML entities."""
    text = entry.text(name)
    return None if text is None else html.unescape(text)


def meta(entry: Fields) -> Iterator[tuple[str, Any]]:
    """Meta data: whatever plug-ins keep beside an order or a line."""
    for pair in entry.each("meta_data"):
        key = pair.data.get("key")
        if isinstance(key, str):
            yield key, pair.data.get("value")


def meta_text(entry: Fields, *keys: str) -> str | None:
    """The first text under one of some keys of meta data."""
    values = {key: value for key, value in meta(entry) if isinstance(value, str) and value.strip()}
    return next((values[key].strip() for key in keys if key in values), None)


def _attributes(line: Fields) -> Iterator[tuple[str, str]]:
    """What a variation is told apart by; keys that begin with ``_`` are of the shop's inside."""
    for pair in line.each("meta_data"):
        key, value = pair.data.get("key"), pair.data.get("value")
        if not (isinstance(key, str) and isinstance(value, str)) or key.startswith("_"):
            continue
        shown = pair.data.get("display_key")
        name = shown if isinstance(shown, str) and shown else key
        text = pair.text("display_value") if isinstance(pair.data.get("display_value"), str) else ""
        yield html.unescape(name), html.unescape(text or value)


def _price(line: Fields) -> Decimal | None:
    price = line.data.get("price")
    if isinstance(price, Decimal) and price.is_finite() and abs(price) < Decimal(10) ** 15:
        exponent = price.as_tuple().exponent
        if isinstance(exponent, int) and exponent < -_LONGEST_PRICE:
            return round(price, _LONGEST_PRICE)
        return price
    return None


def _discounts(line: Fields, code: str | None) -> tuple[Discount, ...]:
    """What coupons took off a line: what it cost before, less what it costs."""
    before, tax_before = line.number("subtotal"), line.number("subtotal_tax")
    after, tax_after = line.number("total"), line.number("total_tax")
    if before is None or after is None or before <= after:
        return ()
    net = before - after
    gross = net + (tax_before or 0) - (tax_after or 0)
    return (Discount(code=code, kind="voucher" if code else "other", net=net, gross=gross),)


def charges_of(order: Fields, rates: Rates, sign: int = 1) -> tuple[ShopCharge, ...]:
    """Shipping and fees, of an order or (``sign`` -1) of a refund."""
    found = []
    for line in order.each("shipping_lines"):
        found.append(_charge(line, "shipping", "method_title", _method(line), rates, sign))
    for line in order.each("fee_lines"):
        found.append(_charge(line, "fee", "name", None, rates, sign))
    return tuple(found)


def _charge(
    line: Fields, kind: ChargeKind, name: str, method: str | None, rates: Rates, sign: int
) -> ShopCharge:
    amounts = amounts_of(line, "total", "total_tax", sign)
    return ShopCharge(
        key=line.text("id"),
        kind=kind,
        name=name_of(line, name),
        method=method,
        amounts=amounts,
        taxes=rates.taxes(line, amounts.net, sign),
    )


def _method(line: Fields) -> str | None:
    """``flat_rate:3``: two flat rates are told apart by their instance."""
    method, instance = line.text("method_id"), line.text("instance_id")
    if method is None or instance in (None, "0") or ":" in method:
        return method
    return f"{method}:{instance}"


def coupons_of(order: Fields) -> tuple[Discount, ...]:
    """Coupons of the whole order; the lines contain them already."""
    found = []
    for line in order.each("coupon_lines"):
        net, tax = line.number("discount"), line.number("discount_tax")
        gross = None if net is None else net + (tax or 0)
        found.append(Discount(code=line.text("code"), kind="voucher", net=net, gross=gross))
    return tuple(found)
