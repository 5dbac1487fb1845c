"""Orders and refunds of WooCommerce → canonical. Pure: the same bytes give the same document.

A record is the order as it came, or, where it has refunds, an object with ``order`` and
``refunds``, each as it came.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from pydantic import ValidationError

from gateway.channels.shops.connector import Reading
from gateway.channels.shops.fields import Fields, opened
from gateway.channels.shops.woocommerce.lines import charges_of, coupons_of, lines_of, meta
from gateway.channels.shops.woocommerce.parties import address_of, buyer_of, payments_of
from gateway.channels.shops.woocommerce.refunds import refund_of, refunded_quantities
from gateway.channels.shops.woocommerce.states import status_of
from gateway.channels.shops.woocommerce.taxes import Rates, amounts_of, needed, rates_of
from gateway.config.shops import Shop
from gateway.config.shops.woocommerce import WooCommerce
from gateway.documents.shop import Amounts, ShopOrder, ShopRefund, ShopTotals
from gateway.problems import Problem, has_errors, problem

OURS = "_edi_gateway_order"
"""Meta data of orders that we made in the shop: they are never taken in again (echo)."""
_CARDS = "gift_cards"
"""Of a plug-in; there is no place in the core that says whether ``total`` contains them."""


def read_order(raw: bytes, shop: Shop) -> Reading:
    """The order of a record, and the refunds in it."""
    record = opened(raw, "the order")
    if record.found:
        return Reading(problems=tuple(record.found))
    try:
        order, refunds = _order_and_refunds(record, shop)
    except ValidationError as failure:
        record.found.append(_unreadable("the order", failure))
        order, refunds = None, ()
    return Reading(order=order, refunds=refunds, problems=tuple(record.found))


def read_refund(raw: bytes, shop: Shop) -> Reading:
    """The refund of a record that holds ``refund`` and its ``order``."""
    record = opened(raw, "the refund")
    if record.found:
        return Reading(problems=tuple(record.found))
    order = record.inside("order")
    try:
        refund = refund_of(record.inside("refund"), order, rates_of(order, shop))
    except ValidationError as failure:
        record.found.append(_unreadable("the refund", failure))
        refund = None
    return Reading(refund=refund, problems=tuple(record.found))


def _order_and_refunds(
    record: Fields, shop: Shop
) -> tuple[ShopOrder | None, tuple[ShopRefund, ...]]:
    bundled = "order" in record.data
    given = record.inside("order") if bundled else record
    rates = rates_of(given, shop)
    entries = list(record.each("refunds")) if bundled else []
    there = {entry.text("id") for entry in entries}
    if any(one.text("id") not in there for one in given.each("refunds")):
        given.say("W239", "refunds", count=len(entries))
    refunds = [one for entry in entries if (one := refund_of(entry, given, rates)) is not None]
    return _order(given, rates, refunds, _settings(shop)), tuple(refunds)


def _settings(shop: Shop) -> WooCommerce:
    if shop.woocommerce is None:
        raise ValueError(f"{shop.shop} is no shop of WooCommerce")
    return shop.woocommerce


def _unreadable(what: str, failure: ValidationError) -> Problem:
    first = failure.errors(include_url=False, include_input=False)[0]
    place = ".".join(map(str, first["loc"]))
    return problem("W230", what=what, reason=f"{place}: {first['msg']}")


def _order(
    given: Fields, rates: Rates, refunds: list[ShopRefund], settings: WooCommerce
) -> ShopOrder | None:
    key, status = given.need("id", "the id of the order"), status_of(given)
    created = _created(given)
    lines = lines_of(given, rates, refunded_quantities(refunds), settings.ean_key)
    charges = charges_of(given, rates)
    totals, currency = _totals(given), given.need("currency", "a currency")
    buyer = buyer_of(given, settings)
    payments = payments_of(given, totals.grand)
    for _ in given.each(_CARDS):
        given.say("W237", _CARDS, value="gift cards of a plug-in")
        break
    if created is None or has_errors(given.found):
        return None
    return ShopOrder(
        external_id=key,
        number=given.text("number") or key,
        created=created,
        placed=created,
        updated=given.instant("date_modified_gmt", UTC) or created,
        status=status,
        shop_status=given.text("status") or "",
        currency=currency,
        prices_include_tax=given.flag("prices_include_tax"),
        totals=totals,
        buyer=buyer,
        bill_to=address_of(given, "billing", buyer.vat_id),
        ship_to=address_of(given, "shipping"),
        tax_country=rates.country_told,
        lines=lines,
        charges=charges,
        discounts=coupons_of(given),
        payments=payments,
        note=given.text("customer_note"),
        ours=any(name == OURS and value for name, value in meta(given)),
        extra=_extra(given),
    )


def _created(given: Fields) -> datetime | None:
    before = len(given.found)
    created = given.instant("date_created_gmt", UTC)
    if created is None and len(given.found) == before:
        given.say("W231", "date_created_gmt", expected="a time")
    return created


def _totals(given: Fields) -> ShopTotals:
    paid = given.instant("date_paid_gmt", UTC)
    grand = needed(given, "total")
    back = [amount for one in given.each("refunds") if (amount := one.number("total"))]
    return ShopTotals(
        grand=grand,
        tax=given.number("total_tax"),
        shipping=_pair(given, "shipping_total", "shipping_tax"),
        discount=_pair(given, "discount_total", "discount_tax"),
        paid=grand if paid else None,
        refunded=abs(sum(back, Decimal(0))) or None,
    )


def _pair(given: Fields, net: str, tax: str) -> Amounts | None:
    return amounts_of(given, net, tax) if given.text(net) and given.text(tax) else None


def _extra(given: Fields) -> dict[str, str]:
    """How the order was made (``checkout``, ``rest-api`` …), and whether its buyer pays no VAT."""
    via = given.text("created_via")
    found = {"woocommerce:created_via": via} if via else {}
    if any(name == "is_vat_exempt" and value == "yes" for name, value in meta(given)):
        found["woocommerce:vat_exempt"] = "yes"
    return found
