"""Refunds of Shopify: each is a document of its own.

One that moves no money is none: it takes pieces out of an order. One whose payment is still under
way is taken when it is through.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from gateway.channels.shops.fields import Fields
from gateway.channels.shops.shopify.ids import number_of
from gateway.channels.shops.shopify.lines import moves_money
from gateway.channels.shops.shopify.money import NOTHING, Side
from gateway.documents.shop import LineTax, RefundLine, ShopCharge, ShopLine, ShopRefund

_WAITING = ("PENDING", "AWAITING_RESPONSE")
_BACK_ON_SHELF = ("RETURN", "CANCEL", "LEGACY_RESTOCK")


def refunds_of(order: Fields, side: Side, lines: Mapping[str, ShopLine]) -> tuple[ShopRefund, ...]:
    """The refunds of an order that are through. ``lines``: of the order, by key."""
    return tuple(
        _refund(one, order, side, lines)
        for one in order.each("refunds")
        if moves_money(one) and not _under_way(one)
    )


def _under_way(refund: Fields) -> bool:
    states = [one.text("status") for one in refund.each("transactions")]
    return any(state in _WAITING for state in states)


def _refund(refund: Fields, order: Fields, side: Side, lines: Mapping[str, ShopLine]) -> ShopRefund:
    created = refund.instant("createdAt") or refund.instant("updatedAt")
    if created is None:
        refund.say("W231", "createdAt", expected="a time")
        created = order.instant("updatedAt") or order.instant("createdAt")
    back = [one for one in refund.each("transactions") if one.text("kind") == "REFUND"]
    return ShopRefund(
        external_id=refund.need("legacyResourceId", "the id of the refund"),
        order=order.text("legacyResourceId") or "",
        order_number=order.text("name"),
        created=created,
        currency=side.currency,
        reason=refund.text("note"),
        total=side.needed(refund, "totalRefundedSet"),
        lines=tuple(_line(one, side, lines) for one in refund.each("refundLineItems")),
        charges=(
            *(_shipping(one, side) for one in refund.each("refundShippingLines")),
            *_duties(refund, side),
        ),
        rounding=_adjusted(refund, side) or None,
        payment=next((gateway for one in back if (gateway := one.text("gateway"))), None),
        test=order.flag("test"),
        extra=_return(refund),
    )


def _line(one: Fields, side: Side, lines: Mapping[str, ShopLine]) -> RefundLine:
    key = number_of(one.inside("lineItem").text("id"))
    line = lines.get(key)
    tax = side.amount(one, "totalTaxSet") or NOTHING
    restocked = one.flag("restocked") and one.text("restockType") in _BACK_ON_SHELF
    return RefundLine(
        key=number_of(one.text("id")) or None,
        line=key or None,
        sku=line.sku if line else None,
        ean=line.ean if line else None,
        name=line.name if line else None,
        quantity=one.number("quantity"),
        restock=restocked,
        amounts=side.split(side.needed(one, "subtotalSet"), tax),
        taxes=_taxes(tax, line.taxes if line else ()),
    )


def _taxes(tax: Decimal, of_order: tuple[LineTax, ...]) -> tuple[LineTax, ...]:
    """The tax given back. Its rate is that of the line, where that has only one."""
    taxed = [one for one in of_order if one.amount] or list(of_order)
    if len(taxed) == 1:
        return (taxed[0].model_copy(update={"amount": tax, "base": None}),)
    if not tax:
        return ()
    whose = {one.collected_by for one in taxed}
    return (LineTax(amount=tax, collected_by=whose.pop() if len(whose) == 1 else "seller"),)


def _shipping(one: Fields, side: Side) -> ShopCharge:
    line = one.inside("shippingLine")
    tax = side.amount(one, "taxAmountSet") or NOTHING
    return ShopCharge(
        key=number_of(line.text("id")) or None,
        kind="shipping",
        name=line.text("title"),
        method=line.text("code") or line.text("title"),
        amounts=side.split(side.needed(one, "subtotalAmountSet"), tax),
        taxes=_taxes(tax, side.taxes(line)),
    )


def _duties(refund: Fields, side: Side) -> Iterator[ShopCharge]:
    for one in refund.each("duties"):
        duty = one.inside("originalDuty")
        yield ShopCharge(
            key=number_of(duty.text("id")) or None,
            kind="duty",
            name=duty.text("harmonizedSystemCode"),
            amounts=side.split(side.needed(one, "amountSet"), NOTHING),
        )


def _adjusted(refund: Fields, side: Side) -> Decimal:
    """What goes back besides lines and shipping.

    Shopify tells it as what the shop keeps: negative is more for the buyer.
    """
    kept = NOTHING
    for one in refund.each("orderAdjustments"):
        kept += side.amount(one, "amountSet") or NOTHING
        kept += side.amount(one, "taxAmountSet") or NOTHING
    return -kept


def _return(refund: Fields) -> dict[str, str]:
    name = refund.inside("return").text("name")
    return {"shopify:return": name} if name else {}
