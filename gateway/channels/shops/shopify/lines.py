"""Lines and charges of an order of Shopify."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from gateway.channels.shops.fields import Fields
from gateway.channels.shops.shopify.ids import number_of
from gateway.channels.shops.shopify.money import NOTHING, Side
from gateway.documents.shop import ShopCharge, ShopLine
from gateway.documents.shop.order import LineKind

_CANCELS = "CANCEL"
_UNDONE = ("CANCELLED", "ERROR", "FAILURE")
"""States of a fulfilment that shipped nothing."""


@dataclass(slots=True)
class Done:
    """What became of the pieces of one line."""

    cancelled: Decimal = NOTHING
    refunded: Decimal = NOTHING
    shipped: Decimal = NOTHING


def done_of(order: Fields) -> Mapping[str, Done]:
    """By number of the line: pieces that were taken out, given back, shipped.

    A refund that moves no money takes pieces out of an order (they were removed from it, or
    it was cancelled before it was paid).
    """
    found: defaultdict[str, Done] = defaultdict(Done)
    for refund in order.each("refunds"):
        paid_back = moves_money(refund)
        for one in refund.each("refundLineItems"):
            done = found[number_of(one.inside("lineItem").text("id"))]
            quantity = one.number("quantity") or NOTHING
            if paid_back and one.text("restockType") != _CANCELS:
                done.refunded += quantity
            else:
                done.cancelled += quantity
    for fulfillment in order.each("fulfillments"):
        if fulfillment.text("status") in _UNDONE:
            continue
        for one in fulfillment.each("fulfillmentLineItems"):
            key = number_of(one.inside("lineItem").text("id"))
            found[key].shipped += one.number("quantity") or NOTHING
    return found


def moves_money(refund: Fields) -> bool:
    """Whether money goes back with it."""
    bag = refund.inside("totalRefundedSet")
    return bool(bag.inside("shopMoney").number("amount"))


def lines_of(order: Fields, side: Side, done: Mapping[str, Done]) -> tuple[ShopLine, ...]:
    """All lines; a tip is a line of its own kind."""
    tips = _tip_keys(order, side)
    return tuple(_line(one, side, done, tips) for one in order.each("lineItems"))


def _line(one: Fields, side: Side, done: Mapping[str, Done], tips: frozenset[str]) -> ShopLine:
    key = number_of(one.need("id", "the id of the line"))
    discounts, off = side.discounts(one)
    taxes = side.taxes(one)
    quantity = _needed_number(one, "quantity")
    so_far = done.get(key, Done())
    current = one.number("currentQuantity")
    cancelled = so_far.cancelled
    if current is not None:
        # removed by an edit that Shopify tells of nowhere else
        cancelled += max(NOTHING, quantity - current - cancelled - so_far.refunded)
    return ShopLine(
        key=key or "?",
        kind=_kind(one, key, tips),
        sku=one.text("sku"),
        ean=one.inside("variant").text("barcode"),
        product=one.inside("variant").text("legacyResourceId"),
        name=one.text("name") or one.text("title"),
        attributes=_attributes(one),
        quantity=quantity,
        cancelled=cancelled or None,
        refunded=so_far.refunded or None,
        shipped=so_far.shipped or None,
        unit_price=side.amount(one, "originalUnitPriceSet"),
        amounts=side.amounts(side.needed(one, "originalTotalSet") - off, taxes),
        discounts=discounts,
        taxes=taxes,
        extra=extra_of(one),
    )


def _kind(one: Fields, key: str, tips: frozenset[str]) -> LineKind:
    if one.flag("isGiftCard"):
        return "gift_card"
    return "fee" if key in tips else "goods"


def _tip_keys(order: Fields, side: Side) -> frozenset[str]:
    """Lines that are the tip: of no article, not shipped, and together what Shopify calls so."""
    tip = side.amount(order, "totalTipReceivedSet") or NOTHING
    if not tip:
        return frozenset()
    like_it = {
        number_of(one.text("id")): side.amount(one, "originalTotalSet") or NOTHING
        for one in order.each("lineItems")
        if not one.inside("variant") and not one.text("sku") and not one.flag("requiresShipping")
    }
    if sum(like_it.values(), NOTHING) == tip:
        return frozenset(like_it)
    return frozenset({key for key, amount in like_it.items() if amount == tip})


def _attributes(one: Fields) -> dict[str, str]:
    """The options of the variant as it is now; of one that is gone, its name at that time."""
    found = {
        name: value
        for option in one.inside("variant").each("selectedOptions")
        if (name := option.text("name")) and (value := option.text("value"))
    }
    usual = {"Title": "Default Title"}
    if found and found != usual:
        return found
    title = one.text("variantTitle")
    return {"variant": title} if title and title != "Default Title" else {}


def extra_of(owner: Fields) -> dict[str, str]:
    """Additional details (engraving …), and the bundle that a line is a part of."""
    found = {}
    for one in owner.each("customAttributes"):
        name, value = one.text("key"), one.text("value")
        if name and value:
            found[f"shopify:{' '.join(name.split())}"] = value
    group = owner.inside("lineItemGroup").text("title")
    if group:
        found["shopify:bundle"] = group
    return found


def _needed_number(one: Fields, name: str) -> Decimal:
    before = len(one.found)
    found = one.number(name)
    if found is None and len(one.found) == before:
        one.say("W231", name, expected="a number")
    return NOTHING if found is None else found


def charges_of(order: Fields, side: Side) -> tuple[ShopCharge, ...]:
    """Shipping, additional fees, duties that are not in the prices, and a tip that is no line."""
    return (
        *(_shipping(one, side) for one in order.each("shippingLines")),
        *(_fee(one, side) for one in order.each("additionalFees")),
        *(() if order.flag("dutiesIncluded") else _duties(order, side)),
        *_tip(order, side),
    )


def _shipping(one: Fields, side: Side) -> ShopCharge:
    discounts, _ = side.discounts(one)
    taxes = side.taxes(one)
    return ShopCharge(
        key=number_of(one.text("id")) or None,
        kind="shipping",
        name=one.text("title"),
        method=one.text("code") or one.text("title"),
        carrier=one.text("carrierIdentifier"),
        amounts=side.amounts(side.needed(one, "discountedPriceSet"), taxes),
        discounts=discounts,
        taxes=taxes,
    )


def _fee(one: Fields, side: Side) -> ShopCharge:
    taxes = side.taxes(one)
    return ShopCharge(
        key=number_of(one.text("id")) or None,
        kind="fee",
        name=one.text("name"),
        amounts=side.amounts(side.needed(one, "price"), taxes),
        taxes=taxes,
    )


def _duties(order: Fields, side: Side) -> Iterator[ShopCharge]:
    for line in order.each("lineItems"):
        for one in line.each("duties"):
            taxes = side.taxes(one)
            yield ShopCharge(
                key=number_of(one.text("id")) or None,
                kind="duty",
                name=one.text("harmonizedSystemCode"),
                amounts=side.amounts(side.needed(one, "price"), taxes),
                taxes=taxes,
            )


def _tip(order: Fields, side: Side) -> Iterator[ShopCharge]:
    tip = side.amount(order, "totalTipReceivedSet") or NOTHING
    if tip and not _tip_keys(order, side):
        yield ShopCharge(kind="other", name="Tip", amounts=side.split(tip, NOTHING))
