"""Orders and refunds as WooCommerce's REST API v3 tells them: amounts are texts, times are UTC."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import reduce
from typing import Any

from gateway.cli.demoshop.goods import (
    NOTHING,
    STANDARD,
    Amount,
    Product,
    Rate,
    cents,
    taxed,
)

COUPON, PERCENT_OFF = "WELCOME10", 10
SHIPPING = Decimal("5.90")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sold:
    """A line of an order: what it cost before the coupon, and what it costs."""

    product: Product
    quantity: int
    before: Amount
    after: Amount


def sold(product: Product, quantity: int, percent_off: int) -> Sold:
    """The line of an article."""
    gross = product.price * quantity
    less = cents(gross * (100 - percent_off) / 100)
    return Sold(product, quantity, taxed(gross, product.rate), taxed(less, product.rate))


def order_of(
    number: int,
    lines: Sequence[Sold],
    buyer: Mapping[str, str],
    at: datetime,
    next_id: Callable[[], int],
    coupon: str = "",
) -> Json:
    """A paid order of a guest, shipping included."""
    goods = _sum(line.after for line in lines)
    off = _sum(line.before for line in lines) - goods
    shipping = taxed(SHIPPING, STANDARD)
    total = goods + shipping
    address = {
        "first_name": buyer["first_name"], "last_name": buyer["last_name"], "company": "",
        "address_1": buyer["street"], "address_2": "", "city": buyer["city"], "state": "",
        "postcode": buyer["postcode"], "country": buyer["country"], "phone": buyer["phone"],
    }  # fmt: skip
    return {
        "id": number, "parent_id": 0, "number": str(number), "status": "processing",
        "currency": "EUR", "version": "10.3.0", "prices_include_tax": True, "customer_id": 0,
        "date_created_gmt": stamp(at), "date_modified_gmt": stamp(at), "date_paid_gmt": stamp(at),
        "discount_total": str(off.net), "discount_tax": str(off.tax),
        "shipping_total": str(shipping.net), "shipping_tax": str(shipping.tax),
        "cart_tax": str(goods.tax), "total": str(total.gross), "total_tax": str(total.tax),
        "billing": {**address, "email": buyer["email"]}, "shipping": address,
        "payment_method": "card", "payment_method_title": "Card",
        "transaction_id": f"demo-{number}", "created_via": "checkout",
        "customer_note": buyer.get("note", ""),
        "line_items": [_line(line, next_id()) for line in lines],
        "shipping_lines": [_shipping(shipping, next_id())],
        "tax_lines": [_tax_line(rate, lines, shipping, next_id()) for rate in _rates(lines)],
        "fee_lines": [],
        "coupon_lines": [_coupon(coupon, off, next_id())] if coupon else [],
        "refunds": [], "meta_data": [],
    }  # fmt: skip


def refund_of(
    order: Json, line: Json, quantity: int, reason: str, at: datetime, next_id: Callable[[], int]
) -> Json:
    """Some of a line comes back: a document of its own, with negative amounts."""
    share = Decimal(quantity) / line["quantity"]
    back = Amount(cents(Decimal(line["total"]) * share), cents(Decimal(line["total_tax"]) * share))
    return {
        "id": next_id(), "parent_id": order["id"], "date_created_gmt": stamp(at),
        "amount": str(back.gross), "reason": reason, "refunded_payment": True,
        "meta_data": [],
        "line_items": [{
            "id": next_id(), "name": line["name"], "product_id": line["product_id"],
            "variation_id": 0, "quantity": -quantity, "sku": line["sku"], "price": line["price"],
            **_texts(-back, "total"), "taxes": [_tax(line["taxes"][0]["id"], (-back).tax)],
            "meta_data": [{"id": 1, "key": "_refunded_item_id", "value": str(line["id"])}],
        }],
        "shipping_lines": [], "fee_lines": [],
    }  # fmt: skip


def stamp(at: datetime) -> str:
    """As the shop writes times: to the second."""
    return at.strftime("%Y-%m-%dT%H:%M:%S")


def _line(line: Sold, id_: int) -> Json:
    product, after = line.product, line.after
    return {
        "id": id_, "name": product.name, "product_id": product.id, "variation_id": 0,
        "quantity": line.quantity, "tax_class": "", "sku": product.sku,
        "price": float(after.net / line.quantity),  # as the shop tells it: divided, not exact
        **_texts(line.before, "subtotal"), **_texts(after, "total"),
        "taxes": [_tax(product.rate.id, after.tax)], "meta_data": [],
    }  # fmt: skip


def _shipping(amount: Amount, id_: int) -> Json:
    return {
        "id": id_, "method_title": "Parcel to the door", "method_id": "flat_rate",
        "instance_id": "1", **_texts(amount, "total"), "taxes": [_tax(STANDARD.id, amount.tax)],
        "meta_data": [],
    }  # fmt: skip


def _tax_line(rate: Rate, lines: Sequence[Sold], shipping: Amount, id_: int) -> Json:
    goods = _sum(line.after for line in lines if line.product.rate is rate)
    carried = shipping if rate is STANDARD else NOTHING
    return {
        "id": id_, "rate_code": rate.code, "rate_id": rate.id, "label": rate.label,
        "compound": False, "rate_percent": float(rate.percent), "tax_total": str(goods.tax),
        "shipping_tax_total": str(carried.tax), "meta_data": [],
    }  # fmt: skip


def _coupon(code: str, off: Amount, id_: int) -> Json:
    return {
        "id": id_, "code": code.lower(), "discount": str(off.net), "discount_tax": str(off.tax),
        "discount_type": "percent", "nominal_amount": PERCENT_OFF, "meta_data": [],
    }  # fmt: skip


def _rates(lines: Sequence[Sold]) -> list[Rate]:
    """Those of the lines, and of the shipping."""
    found = {STANDARD.id: STANDARD} | {line.product.rate.id: line.product.rate for line in lines}
    return list(found.values())


def _tax(rate: int, amount: Decimal) -> Json:
    return {"id": rate, "total": str(amount), "subtotal": str(amount)}


def _texts(amount: Amount, name: str) -> Json:
    return {name: str(amount.net), f"{name}_tax": str(amount.tax)}


def _sum(amounts: Iterable[Amount]) -> Amount:
    return reduce(Amount.__add__, amounts, NOTHING)
