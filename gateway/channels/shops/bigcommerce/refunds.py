"""Refunds of BigCommerce (v3): a sum, its tax, and what they are for.

Of each item only the pieces are told, or an amount that was asked for. So the sum and its tax are
shared out among the items by what the order's lines cost, by largest remainder: together they are
what BigCommerce says, to the cent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from gateway.channels.shops.bigcommerce.orders import instant
from gateway.channels.shops.bigcommerce.taxes import NOTHING, money, needed
from gateway.channels.shops.fields import Fields
from gateway.documents.shop import (
    Amounts,
    LineTax,
    RefundLine,
    ShopCharge,
    ShopLine,
    ShopOrder,
    ShopRefund,
)
from gateway.documents.shop.money import smallest
from gateway.documents.shop.order import ChargeKind

_CHARGES: dict[str, tuple[ChargeKind, str]] = {
    "SHIPPING": ("shipping", "Shipping"),
    "HANDLING": ("fee", "Handling"),
    "GIFT_WRAPPING": ("gift_wrap", "Gift wrapping"),
    "ORDER": ("other", "Refund"),
    "TAX": ("other", "Tax"),
}
_UNTAXED = ("ORDER",)
"""An amount off the whole order, of which BigCommerce takes no tax back."""


@dataclass(frozen=True, slots=True)
class _Item:
    """One thing that is refunded, with what it weighs in the sum and in its tax."""

    given: Fields
    kind: str
    line: ShopLine | None
    quantity: Decimal | None
    gross: Decimal
    tax: Decimal
    taxes: tuple[LineTax, ...]
    """Of what it is refunded for."""


def refunds_of(record: Fields, order: ShopOrder) -> tuple[ShopRefund, ...]:
    """All refunds of an order that some payment was made for."""
    lines = {line.key: line for line in order.lines}
    return tuple(
        refund
        for one in record.each("refunds")
        if not _is_declined(one) and (refund := _refund(one, order, lines)) is not None
    )


def _is_declined(one: Fields) -> bool:
    payments = list(one.each("payments"))
    return bool(payments) and all(each.flag("is_declined") for each in payments)


def _refund(one: Fields, order: ShopOrder, lines: Mapping[str, ShopLine]) -> ShopRefund | None:
    key = one.need("id", "the id of the refund")
    created = instant(one.text("created"))
    if created is None:
        one.say("W231", "created", expected="a time")
        return None
    total, tax = needed(one, "total_amount"), money(one, "total_tax") or NOTHING
    items = [_item(each, lines, order) for each in one.each("items")]
    coin = smallest(order.currency)
    gross = shares(total, [item.gross for item in items], coin)
    taxes = shares(tax, [item.tax for item in items], coin)
    parts = list(zip(items, gross, taxes, strict=True))
    return ShopRefund(
        external_id=key,
        order=order.external_id,
        order_number=order.number,
        created=created,
        currency=order.currency,
        reason=one.text("reason"),
        total=total,
        lines=tuple(_line(*part) for part in parts if part[0].kind == "PRODUCT"),
        charges=tuple(_charge(*part) for part in parts if part[0].kind != "PRODUCT"),
        rounding=None if items else total,
        payment=next((text for each in one.each("payments")
                      if (text := each.text("provider_id"))), None),
        test=order.test,
    )  # fmt: skip


def _item(given: Fields, lines: Mapping[str, ShopLine], order: ShopOrder) -> _Item:
    kind = given.text("item_type") or "ORDER"
    quantity = given.number("quantity")
    asked = money(given, "requested_amount")
    if kind == "PRODUCT":
        return _product(given, lines.get(given.text("item_id") or ""), quantity, asked)
    if kind not in _CHARGES:
        given.say("W237", "item_type", value=kind)
    wanted = _CHARGES.get(kind, _CHARGES["ORDER"])[0]
    charged = [one for one in order.charges if one.kind == wanted]
    gross = sum((one.amounts.gross for one in charged), NOTHING)
    tax = sum((one.amounts.tax for one in charged), NOTHING)
    if kind in _UNTAXED:
        return _Item(given, kind, None, None, asked or NOTHING, NOTHING, ())
    if kind == "TAX":
        return _Item(given, kind, None, None, asked or NOTHING, asked or NOTHING, ())
    taxes = tuple(each for one in charged for each in one.taxes)
    return _Item(given, kind, None, None, asked or gross, tax, taxes)


def _product(
    given: Fields, line: ShopLine | None, quantity: Decimal | None, asked: Decimal | None
) -> _Item:
    """Pieces of a line weigh their part of it."""
    if line is None:
        return _Item(given, "PRODUCT", None, quantity, asked or NOTHING, NOTHING, ())
    share = quantity / line.quantity if quantity and line.quantity else Decimal(1)
    gross = asked or line.amounts.gross * share
    return _Item(given, "PRODUCT", line, quantity, gross, line.amounts.tax * share, line.taxes)


def shares(total: Decimal, weights: Sequence[Decimal], coin: Decimal) -> list[Decimal]:
    """A sum shared out by weights in whole coins, the rest to the largest remainders.

    What is left over below a coin goes to the first one. Without any weight it is the first one's.
    """
    if not weights:
        return []
    whole = sum(weights, NOTHING)
    if not whole:
        return [total, *[NOTHING] * (len(weights) - 1)]
    exact = [total * weight / whole for weight in weights]
    found = [part.quantize(coin, ROUND_DOWN) for part in exact]
    order = sorted(range(len(weights)), key=lambda place: -abs(exact[place] - found[place]))
    left = total - sum(found, NOTHING)
    step = coin if left >= 0 else -coin
    for place in order:
        if abs(left) < coin:
            break
        found[place] += step
        left -= step
    found[0] += left
    return found


def _line(item: _Item, gross: Decimal, tax: Decimal) -> RefundLine:
    line = item.line
    return RefundLine(
        line=item.given.text("item_id"),
        sku=line.sku if line else None,
        ean=line.ean if line else None,
        name=line.name if line else None,
        quantity=item.quantity,
        amounts=Amounts(net=gross - tax, tax=tax, gross=gross),
        taxes=_taxes(tax, item.taxes),
        reason=item.given.text("reason"),
    )


def _charge(item: _Item, gross: Decimal, tax: Decimal) -> ShopCharge:
    kind, name = _CHARGES.get(item.kind, ("other", item.kind))
    return ShopCharge(
        kind=kind,
        name=name,
        amounts=Amounts(net=gross - tax, tax=tax, gross=gross),
        taxes=_taxes(tax, item.taxes),
    )


def _taxes(tax: Decimal, of_order: Sequence[LineTax]) -> tuple[LineTax, ...]:
    """The tax given back, at the rate of the order where that has only one."""
    if len(of_order) == 1:
        return (of_order[0].model_copy(update={"amount": tax, "base": None}),)
    return (LineTax(amount=tax),) if tax else ()
