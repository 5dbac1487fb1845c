"""Orders of Shopify → canonical. Pure: the same bytes give the same order on any day."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from pydantic import ValidationError

from gateway.channels.shops.connector import Reading
from gateway.channels.shops.fields import Fields, opened
from gateway.channels.shops.shopify.lines import charges_of, done_of, extra_of, lines_of
from gateway.channels.shops.shopify.money import NOTHING, Side, side_of
from gateway.channels.shops.shopify.people import address_of, buyer_of, localized, payments_of
from gateway.channels.shops.shopify.refunds import refunds_of
from gateway.channels.shops.shopify.whole import whole
from gateway.config.shops import Shop
from gateway.config.shops.shopify import Shopify
from gateway.documents.shop import Payment, ShopCharge, ShopLine, ShopOrder, ShopTotals
from gateway.documents.shop.order import Status
from gateway.problems import has_errors, problem

OURS = "edi-gateway"
"""Tag of orders that were made in the shop by us: they are never taken in again (echo)."""
_PAYMENT: dict[str, Status] = {
    "PAID": "paid",
    "PARTIALLY_REFUNDED": "paid",
    "AUTHORIZED": "processing",
    "PENDING": "pending",
    "PARTIALLY_PAID": "pending",
    "EXPIRED": "pending",
    "VOIDED": "pending",
    "REFUNDED": "refunded",
}
_WAITING = ("ON_HOLD", "SCHEDULED")


def read_order(raw: bytes, shop: Shop) -> Reading:
    """The order of a record, and the refunds in it."""
    record = opened(raw, "the order")
    if record.found:
        return Reading(problems=tuple(record.found))
    try:
        return _read(whole(record), _settings(shop))
    except ValidationError as failure:
        first = failure.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        record.found.append(problem("W230", what="the order", reason=f"{where}: {first['msg']}"))
        return Reading(problems=tuple(record.found))


def read_refund(raw: bytes, shop: Shop) -> Reading:
    """Shopify tells refunds within their order only, so none comes alone."""
    record = opened(raw, "the refund")
    reason = "refunds of Shopify are read with their order"
    record.found.append(problem("W230", what="the refund", reason=reason))
    return Reading(problems=tuple(record.found))


def _settings(shop: Shop) -> Shopify:
    if shop.shopify is None:
        raise ValueError(f"{shop.shop} is no shop of Shopify")
    return shop.shopify


def _read(given: Fields, settings: Shopify) -> Reading:
    side = side_of(given, settings.money)
    lines = lines_of(given, side, done_of(given))
    order = _order(given, settings, side, lines)
    refunds = refunds_of(given, side, {line.key: line for line in lines})
    return Reading(order=order, refunds=refunds, problems=tuple(given.found))


def _order(
    given: Fields, settings: Shopify, side: Side, lines: tuple[ShopLine, ...]
) -> ShopOrder | None:
    charges, payments = charges_of(given, side), payments_of(given, side)
    key, created = given.need("legacyResourceId", "the id"), given.instant("createdAt")
    if created is None:
        given.say("W231", "createdAt", expected="a time")
    cash = side.amount(given.inside("totalCashRoundingAdjustment"), "paymentSet") or NOTHING
    totals = _totals(given, side, cash, payments)
    buyer, status = buyer_of(given, settings), _status(given, lines, totals.grand)
    tags = _tags(given)
    if created is None or has_errors(given.found):
        return None
    return ShopOrder(
        **_names(given),
        external_id=key,
        test=given.flag("test"),
        created=created,
        placed=given.instant("processedAt"),
        updated=given.instant("updatedAt"),
        status=status,
        currency=side.currency,
        shop_currency=given.text("currencyCode"),
        shop_grand=_in_shop_money(given, cash),
        prices_include_tax=side.included,
        totals=totals,
        rounding=cash or None,
        buyer=buyer,
        bill_to=address_of(given, "billingAddress"),
        ship_to=address_of(given, "shippingAddress"),
        tax_collector="marketplace" if _theirs(lines, charges) else "seller",
        lines=lines,
        charges=charges,
        payments=payments,
        tags=tags,
        ours=OURS in tags,
        extra=_extra(given, settings, cash),
    )


def _names(given: Fields) -> dict[str, str | None]:
    """What Shopify and people call the order, and its states."""
    financial = given.text("displayFinancialStatus") or "PENDING"
    return {
        "number": given.text("name") or given.text("legacyResourceId"),
        "version": given.text("updatedAt"),
        "channel": given.text("sourceName"),
        "shop_status": "CANCELLED" if given.text("cancelledAt") else financial,
        "payment_status": financial,
        "note": given.text("note"),
    }


def _tags(given: Fields) -> tuple[str, ...]:
    every = given.data.get("tags")
    tags = every if isinstance(every, list) else ()
    each = (Fields({"tags": tag}, given.path, given.found).text("tags") for tag in tags)
    return tuple(tag for tag in each if tag)


def _totals(given: Fields, side: Side, cash: Decimal, payments: Sequence[Payment]) -> ShopTotals:
    """As Shopify says them.

    What is rounded because it is paid in cash is no part of its ``totalPriceSet``, but of what
    the buyer owes.
    """
    cards = [one.amount or NOTHING for one in payments if _is_card(one)]
    return ShopTotals(
        grand=side.needed(given, "totalPriceSet") + cash,
        tax=side.amount(given, "totalTaxSet"),
        paid=side.amount(given, "totalReceivedSet"),
        outstanding=side.amount(given, "totalOutstandingSet"),
        refunded=side.amount(given, "totalRefundedSet") or None,
        gift_cards=sum(cards, NOTHING) or None,
    )


def _is_card(payment: Payment) -> bool:
    return payment.kind == "gift_card" and payment.state == "paid"


def _in_shop_money(given: Fields, cash: Decimal) -> Decimal | None:
    total = given.inside("totalPriceSet", "shopMoney").number("amount")
    if total is None or not cash:
        return total
    rounded = given.inside("totalCashRoundingAdjustment", "paymentSet", "shopMoney")
    return total + (rounded.number("amount") or NOTHING)


def _status(given: Fields, lines: tuple[ShopLine, ...], grand: Decimal) -> Status:
    """By what became of the lines, then by how it is paid."""
    financial = given.text("displayFinancialStatus")
    status = _PAYMENT.get(financial or "PENDING")
    if status is None:
        status = "pending"
        given.say("W236", "displayFinancialStatus", value=financial, status=status)
    if financial is None and not grand:
        status = "paid"
    if given.text("cancelledAt"):
        return "cancelled"
    if status == "refunded":
        return status
    if any(line.shipped for line in lines):
        return "part_shipped" if any(map(_is_open, lines)) else "shipped"
    if given.text("displayFulfillmentStatus") == "FULFILLED":
        return "shipped"
    waits = given.text("displayFulfillmentStatus") in _WAITING
    return "on_hold" if waits and status != "pending" else status


def _is_open(line: ShopLine) -> bool:
    """Whether something of it is still to be shipped."""
    gone = sum((part or NOTHING for part in (line.cancelled, line.refunded, line.shipped)), NOTHING)
    return line.kind == "goods" and gone < line.quantity


def _theirs(lines: Sequence[ShopLine], charges: Sequence[ShopCharge]) -> bool:
    """Whether all tax there is, is owed by the channel that sold it."""
    each = [*(line.taxes for line in lines), *(charge.taxes for charge in charges)]
    taxes = [tax for taxes in each for tax in taxes if tax.amount]
    return bool(taxes) and all(tax.collected_by == "marketplace" for tax in taxes)


def _extra(given: Fields, settings: Shopify, cash: Decimal) -> dict[str, str]:
    """What has no place of its own."""
    found = extra_of(given) | localized(given)
    company = given.inside("purchasingEntity", "company")
    location = given.inside("purchasingEntity", "location")
    named = {
        "fulfillment_status": given.text("displayFulfillmentStatus"),
        "return_status": _unless(given.text("returnStatus"), "NO_RETURN"),
        "cancel_reason": given.text("cancelReason"),
        "app": given.inside("app").text("name"),
        "source_identifier": given.text("sourceIdentifier"),
        "company_id": company.text("externalId"),
        "company_location": location.text("name"),
        "company_location_id": location.text("externalId"),
        "tax_exempt": "yes" if given.flag("taxExempt") else None,
        "edited": "yes" if given.flag("edited") else None,
    }
    presented = given.text("presentmentCurrencyCode")
    if settings.money == "shop" and presented != given.text("currencyCode"):
        money = given.inside("totalPriceSet", "presentmentMoney").number("amount")
        named["presentment_currency"] = presented
        named["presentment_total"] = None if money is None else format(money, "f")
    return found | {f"shopify:{name}": value for name, value in named.items() if value}


def _unless(value: str | None, usual: str) -> str | None:
    return None if value == usual else value
