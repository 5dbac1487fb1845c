"""Orders of BigCommerce → canonical. Pure: the same bytes give the same order on any day.

Amounts are in the currency that the buyer paid in (``default_currency_code``); ``currency_code``
is only what prices were shown in.
"""

from __future__ import annotations

from pydantic import ValidationError

from gateway.channels.shops.bigcommerce.lines import charges_of, coupons_of, lines_of
from gateway.channels.shops.bigcommerce.orders import instant
from gateway.channels.shops.bigcommerce.people import address_of, buyer_of, payments_of
from gateway.channels.shops.bigcommerce.refunds import refunds_of
from gateway.channels.shops.bigcommerce.taxes import Taxes, money, needed
from gateway.channels.shops.connector import Reading
from gateway.channels.shops.fields import Fields, opened
from gateway.config.shops import Shop
from gateway.config.shops.bigcommerce import BigCommerce
from gateway.documents.shop import Address, ShopLine, ShopOrder, ShopTotals
from gateway.documents.shop.order import Status
from gateway.problems import has_errors, problem

OURS = "edi-gateway"
"""``external_source`` of orders that were made in the store by us: never taken in again (echo)."""
_STATUS: dict[str, Status] = {
    "0": "draft",  # incomplete: a buyer who went away at the payment
    "1": "pending",
    "2": "shipped",
    "3": "part_shipped",
    "4": "refunded",
    "5": "cancelled",
    "6": "cancelled",  # declined
    "7": "pending",
    "8": "processing",  # awaiting pickup
    "9": "processing",
    "10": "shipped",
    "11": "processing",
    "12": "on_hold",  # somebody has to verify it
    "13": "on_hold",  # disputed
    "14": "paid",  # partially refunded
}
_BY_LINES = ("paid", "processing", "part_shipped", "shipped")
_TEST = "test payment gateway"


def read_order(raw: bytes, shop: Shop) -> Reading:
    """The order of a record, and the refunds in it."""
    record = opened(raw, "the order")
    if record.found:
        return Reading(problems=tuple(record.found))
    try:
        order = _order(record, shop)
        refunds = refunds_of(record, order) if order is not None else ()
    except ValidationError as failure:
        first = failure.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        reason = f"{where}: {first['msg']}"
        record.found.append(problem("W230", what="the order", reason=reason))
        return Reading(problems=tuple(record.found))
    return Reading(order=order, refunds=refunds, problems=tuple(record.found))


def read_refund(raw: bytes, shop: Shop) -> Reading:
    """Refunds are read with their order, whose lines they are of."""
    record = opened(raw, "the refund")
    reason = "refunds of BigCommerce are read with their order"
    record.found.append(problem("W230", what="the refund", reason=reason))
    return Reading(problems=tuple(record.found))


def _settings(shop: Shop) -> BigCommerce:
    if shop.bigcommerce is None:
        raise ValueError(f"{shop.shop} is no shop of BigCommerce")
    return shop.bigcommerce


def _order(record: Fields, shop: Shop) -> ShopOrder | None:
    given = record.inside("order")
    bill_to, ship_to = address_of(given.inside("billing_address")), _ship_to(record)
    taxes = Taxes(record, shop, _country(ship_to) or _country(bill_to))
    lines, charges = lines_of(record, taxes, coupons_of(record)), charges_of(record, taxes)
    key, created = given.need("id", "the id of the order"), instant(given.text("date_created"))
    if created is None:
        given.say("W231", "date_created", expected="a time")
    totals, currency = _totals(given), _currency(given)
    status, buyer = _status(given, lines), buyer_of(given, _settings(shop))
    if created is None or has_errors(record.found):
        return None
    method = (given.text("payment_method") or "").casefold()
    return ShopOrder(
        external_id=key,
        number=key,
        channel=given.text("channel_id"),
        test=method == _TEST,
        created=created,
        placed=created,
        updated=instant(given.text("date_modified")) or created,
        status=status,
        shop_status=given.text("status") or given.text("status_id") or "",
        payment_status=given.text("payment_status"),
        currency=currency,
        shop_currency=given.text("store_default_currency_code"),
        fx_rate=given.number("store_default_to_transactional_exchange_rate"),
        prices_include_tax=given.flag("is_tax_inclusive_pricing"),
        totals=totals,
        buyer=buyer,
        bill_to=bill_to,
        ship_to=ship_to,
        lines=lines,
        charges=charges,
        payments=payments_of(given),
        note=given.text("customer_message"),
        ours=(given.text("external_source") or "").casefold() == OURS,
        extra=_extra(given),
    )


def _country(address: Address | None) -> str | None:
    return address.country if address is not None else None


def _ship_to(record: Fields) -> Address | None:
    """The only address: goods for several of them must not go to the first one."""
    every = list(record.each("addresses"))
    if len(every) > 1:
        value, right = f"{len(every)} addresses", "one address for the whole order"
        record.say("W232", "addresses", value=value, expected=right)
    return address_of(every[0]) if every else None


def _currency(given: Fields) -> str:
    return given.text("default_currency_code") or given.need("currency_code", "a currency")


def _totals(given: Fields) -> ShopTotals:
    return ShopTotals(
        grand=needed(given, "total_inc_tax"),
        tax=money(given, "total_tax"),
        gift_cards=money(given, "gift_certificate_amount") or None,
    )


def _status(given: Fields, lines: tuple[ShopLine, ...]) -> Status:
    """By its number; what was shipped, by the lines."""
    number = given.text("status_id") or ""
    status = _STATUS.get(number)
    if status is None:
        status = "on_hold"
        given.say("W236", "status_id", value=number, status=status)
    if status in _BY_LINES and any(line.shipped for line in lines):
        return "part_shipped" if any(map(_is_open, lines)) else "shipped"
    return status


def _is_open(line: ShopLine) -> bool:
    gone = (line.shipped or 0) + (line.refunded or 0)
    return line.kind == "goods" and gone < line.quantity


def _extra(given: Fields) -> dict[str, str]:
    """What has no place of its own."""
    shown, paid = given.text("currency_code"), given.text("default_currency_code")
    named = {
        "order_source": given.text("order_source"),
        "external_order": given.text("external_id") or given.text("external_order_id"),
        "external_source": given.text("external_source"),
        "staff_notes": given.text("staff_notes"),
        "shown_in": shown if paid and shown != paid else None,
    }
    return {f"bigcommerce:{name}": value for name, value in named.items() if value}
