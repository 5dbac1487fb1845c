"""Lines and charges of an order of BigCommerce."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from gateway.channels.shops.bigcommerce.taxes import NOTHING, Taxes, money, needed, with_tax
from gateway.channels.shops.fields import Fields
from gateway.documents.shop import Amounts, Discount, ShopCharge, ShopLine
from gateway.documents.shop.order import ChargeKind

_CHARGES: tuple[tuple[str, ChargeKind, str, str], ...] = (
    ("handling_cost", "fee", "handling", "Handling"),
    ("wrapping_cost", "gift_wrap", "gift-wrapping", "Gift wrapping"),
)
"""Amounts of the order that are no article: field, kind, word of the list of taxes, name."""
_NO_PARENT = ("", "0", None)


def lines_of(record: Fields, taxes: Taxes, coupons: frozenset[str]) -> tuple[ShopLine, ...]:
    """All lines. ``coupons``: codes that are vouchers; all other discounts are promotions."""
    return tuple(_line(one, taxes, coupons) for one in record.each("products"))


def _line(one: Fields, taxes: Taxes, coupons: frozenset[str]) -> ShopLine:
    key = one.need("id", "the id of the line")
    discounts, off = _discounts(one, coupons)
    gross = money(one, "discounted_total_inc_tax")
    if gross is None:  # stores of older days
        gross = needed(one, "total_inc_tax") - off
    told = money(one, "total_tax") or NOTHING
    of_line = taxes.of_product(key, gross - told, told, one.where("total_tax"))
    tax = sum((each.amount for each in of_line), NOTHING)
    refunded, shipped = one.number("quantity_refunded"), one.number("quantity_shipped")
    parent = one.text("parent_order_product_id")
    return ShopLine(
        key=key or "?",
        parent=None if parent in _NO_PARENT else parent,
        kind="gift_card" if one.text("type") == "giftcertificate" else "goods",
        sku=one.text("sku"),
        ean=one.text("upc"),
        product=_product(one),
        name=one.text("name"),
        attributes=dict(_options(one)),
        quantity=_pieces(one),
        refunded=refunded or None,
        shipped=shipped or None,
        unit_price=money(one, "base_price"),
        amounts=Amounts(net=gross - tax, tax=tax, gross=gross),
        discounts=discounts,
        taxes=of_line,
    )


def _pieces(one: Fields) -> Decimal:
    before = len(one.found)
    quantity = one.number("quantity")
    if quantity is None and len(one.found) == before:
        one.say("W231", "quantity", expected="a number")
    return NOTHING if quantity is None else quantity


def _product(one: Fields) -> str | None:
    """``variant/product``; an article that is not in the catalogue has neither."""
    variant, product = one.text("variant_id"), one.text("product_id")
    return f"{variant}/{product}" if variant and product and product != "0" else None


def _options(one: Fields) -> Iterator[tuple[str, str]]:
    for option in one.each("product_options"):
        name, value = option.text("display_name"), option.text("display_value")
        if name and value:
            yield name, value


def _discounts(one: Fields, coupons: frozenset[str]) -> tuple[tuple[Discount, ...], Decimal]:
    found, total = [], NOTHING
    for each in one.each("applied_discounts"):
        amount, code = needed(each, "amount"), each.text("code")
        manual = each.text("id") == "manual-discount"
        found.append(
            Discount(
                code=code,
                name=each.text("name"),
                kind="manual" if manual else "voucher" if code in coupons else "promotion",
                gross=amount,
            )
        )
        total += amount
    return tuple(found), total


def coupons_of(record: Fields) -> frozenset[str]:
    """Codes of the coupons that were used."""
    codes = (one.text("code") for one in record.each("coupons"))
    return frozenset(code for code in codes if code)


def charges_of(record: Fields, taxes: Taxes) -> tuple[ShopCharge, ...]:
    """Shipping, handling, wrapping, and fees."""
    order = record.inside("order")
    return (
        *_shipping(record, order, taxes),
        *(charge for row in _CHARGES if (charge := _charge(order, taxes, *row)) is not None),
        *(_fee(one, taxes) for one in order.each("fees")),
    )


def _shipping(record: Fields, order: Fields, taxes: Taxes) -> Iterator[ShopCharge]:
    amounts = with_tax(order, "shipping_cost")
    address = next(record.each("addresses"), None)
    if address is None and not amounts.gross:
        return
    where = order.where("shipping_cost_tax")
    method = None if address is None else address.text("shipping_method")
    yield ShopCharge(
        kind="shipping",
        name=method,
        method=method,
        amounts=amounts,
        taxes=taxes.of_charge("shipping", amounts.net, amounts.tax, where),
    )


def _charge(
    order: Fields, taxes: Taxes, field: str, kind: ChargeKind, word: str, name: str
) -> ShopCharge | None:
    amounts = with_tax(order, field)
    if not amounts.gross:
        return None
    told = taxes.of_charge(word, amounts.net, amounts.tax, order.where(f"{field}_tax"))
    return ShopCharge(kind=kind, name=name, amounts=amounts, taxes=told)


def _fee(one: Fields, taxes: Taxes) -> ShopCharge:
    amounts = with_tax(one, "cost")
    return ShopCharge(
        key=one.text("id"),
        kind="fee",
        name=one.text("display_name_customer") or one.text("display_name_merchant"),
        amounts=amounts,
        taxes=taxes.of_charge("fee", amounts.net, amounts.tax, one.where("cost_tax")),
    )
