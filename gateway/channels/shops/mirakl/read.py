"""An order of a marketplace on Mirakl (OR11) as the canonical one.

Prices of a line hold tax or not, as ``order_tax_mode`` says; its taxes are amounts beside it. What
was cancelled or refunded stands in the line, each with an id of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC
from decimal import Decimal
from typing import Any

from gateway.channels.shops.connector import Reading
from gateway.channels.shops.fields import Fields, opened
from gateway.channels.shops.mirakl.refunds import refunds_of
from gateway.channels.shops.mirakl.taxes import ZERO, Taxation
from gateway.config.shops import Shop
from gateway.documents.shop import (
    Address,
    Buyer,
    Discount,
    Payment,
    ShopCharge,
    ShopLine,
    ShopOrder,
    ShopTotals,
)
from gateway.documents.shop.order import Status
from gateway.problems import has_errors, problem

STATES: dict[str, Status] = {
    "STAGING": "draft",
    "WAITING_ACCEPTANCE": "pending",
    "WAITING_DEBIT": "pending",
    "WAITING_DEBIT_PAYMENT": "pending",
    "SHIPPING": "paid",
    "SHIPPED": "shipped",
    "TO_COLLECT": "shipped",
    "RECEIVED": "shipped",
    "CLOSED": "shipped",
    "REFUSED": "cancelled",
    "CANCELED": "cancelled",
}
"""Of orders and of their lines; a seller sees an order as paid when he is to ship it."""
_GONE = ("REFUSED", "CANCELED")


def read_order(raw: bytes, shop: Shop) -> Reading:
    """The order of one record. Pure; never raises."""
    fields = opened(raw, "the order of the marketplace")
    found = fields.found
    if has_errors(found):
        return Reading(problems=tuple(found))
    try:
        order = _order(fields, shop)
        refunds = refunds_of(fields, shop, None if order is None else order.tax_country)
    except ValueError as failure:  # what the canonical model refuses, told in its own words
        found.append(problem("W230", what="the order of the marketplace", reason=_first(failure)))
        return Reading(problems=tuple(found))
    if has_errors(found):
        return Reading(problems=tuple(found))
    return Reading(order=order, refunds=refunds, problems=tuple(found))


def read_refund(raw: bytes, shop: Shop) -> Reading:
    """Refunds come with their orders only."""
    reason = "refunds of this platform come with their orders"
    return Reading(problems=(problem("W230", what="the refund", reason=reason),))


def _order(fields: Fields, shop: Shop) -> ShopOrder | None:
    customer = fields.inside("customer")
    ship_to = _address(customer.inside("shipping_address"), fields)
    taxation = Taxation.of(fields, shop, None if ship_to is None else ship_to.country)
    lines = tuple(_line(each, taxation) for each in fields.each("order_lines"))
    charges = tuple(_charges(fields, taxation))
    state = fields.need("order_state", "the state of the order")
    updated = fields.instant("last_updated_date", UTC)
    created = fields.instant("created_date", UTC)
    if created is None:
        fields.say("W231", "created_date", expected="when the order was made")
    if not lines:
        fields.say("W231", "order_lines", expected="at least one line")
    if has_errors(fields.found) or created is None:
        return None
    amounts = [*(each.amounts for each in lines), *(each.amounts for each in charges)]
    grand = sum((each.gross for each in amounts), ZERO)
    told = _told_total(fields, taxation, grand)
    return ShopOrder(
        external_id=fields.need("order_id"),
        number=fields.text("order_id") or "",
        version=fields.text("last_updated_date"),
        channel=fields.inside("channel").text("code"),
        split_of=fields.text("commercial_id"),
        created=created,
        placed=created,
        updated=updated,
        status=_status(fields, state),
        shop_status=state,
        awaits_acceptance=state == "WAITING_ACCEPTANCE",
        ship_by=fields.instant("shipping_deadline", UTC),
        deliver_by=fields.inside("delivery_date").instant("latest", UTC),
        currency=fields.need("currency_iso_code", "a currency (ISO 4217)"),
        prices_include_tax=taxation.included,
        totals=ShopTotals(grand=told),
        buyer=_buyer(fields, customer),
        bill_to=_address(customer.inside("billing_address"), fields),
        ship_to=ship_to,
        tax_country=taxation.country,
        lines=lines,
        charges=charges,
        payments=_payments(fields, told),
    )


def _told_total(fields: Fields, taxation: Taxation, counted: Decimal) -> Decimal:
    """The total that the marketplace says, with tax.

    ``total_price`` of orders without tax in it says nothing of the tax: it is added as told.
    """
    total = fields.number("total_price")
    if total is None:
        fields.say("W231", "total_price", expected="the total of the order")
        return counted
    if taxation.included:
        return total
    for line in fields.each("order_lines"):
        total += Taxation.sum_of(line, "taxes") + Taxation.sum_of(line, "shipping_taxes")
        total += sum((Taxation.sum_of(fee, "taxes") for fee in line.each("fees")), ZERO)
    return total


def _status(fields: Fields, state: str) -> Status:
    known = STATES.get(state)
    if known is None:
        fields.say("W236", "order_state", value=state, status="pending")
        return "pending"
    lines = [each.text("order_line_state") or "" for each in fields.each("order_lines")]
    alive = {STATES.get(each) for each in lines if each not in _GONE}
    if alive == {"paid", "shipped"}:
        return "part_shipped"
    if fields.flag("fully_refunded"):
        return "refunded"
    return known


def _line(fields: Fields, taxation: Taxation) -> ShopLine:
    quantity = fields.number("quantity")
    if quantity is None:
        fields.say("W231", "quantity", expected="a quantity")
    money = taxation.money(fields, "price", "taxes")
    state = fields.text("order_line_state") or ""
    gone = state in _GONE
    return ShopLine(
        key=fields.need("order_line_id"),
        sku=fields.text("offer_sku"),
        product=fields.text("offer_id"),
        name=fields.text("product_title"),
        quantity=quantity or ZERO,
        cancelled=quantity if gone else _quantity(fields.each("cancelations")),
        refunded=_quantity(fields.each("refunds")),
        shipped=quantity if STATES.get(state) == "shipped" else None,
        unit_price=fields.number("price_unit"),
        amounts=money.amounts,
        taxes=money.taxes,
        discounts=tuple(map(_promotion, fields.each("promotions"))),
        extra=_extra(fields),
    )


def _extra(fields: Fields) -> dict[str, str]:
    """What the ERP may need and no order has a place for."""
    found = {f"mirakl:{name}": fields.text(name) for name in ("product_sku", "total_commission")}
    for number, each in enumerate(fields.each("eco_contributions"), 1):
        found[f"mirakl:eco_contribution_{number}"] = " ".join(
            filter(
                None,
                (
                    each.text("epr_category_code"),
                    each.text("producer_id"),
                    each.text("total_amount"),
                ),
            )
        )
    return {name: value for name, value in found.items() if value}


def _quantity(entries: Iterable[Fields]) -> Decimal | None:
    told = [found for each in entries if (found := each.number("quantity")) is not None]
    return sum(told, ZERO) if told else None


def _promotion(fields: Fields) -> Discount:
    """The price of the line holds it already."""
    return Discount(
        code=fields.text("promo_code") or fields.text("id"),
        kind="promotion",
        gross=fields.number("deduced_amount"),
    )


def _charges(fields: Fields, taxation: Taxation) -> Iterable[ShopCharge]:
    """Shipping of each line, and its fees: each with the key of its line."""
    method = fields.text("shipping_type_code")
    for line in fields.each("order_lines"):
        key = line.text("order_line_id")
        money = taxation.money(line, "shipping_price", "shipping_taxes", needed=False)
        if money.amounts.gross:
            yield ShopCharge(
                key=key,
                name=fields.text("shipping_type_label"),
                method=method,
                carrier=fields.text("shipping_carrier_code"),
                amounts=money.amounts,
                taxes=money.taxes,
            )
        for fee in line.each("fees"):
            told = taxation.money(fee, "amount", "taxes")
            yield ShopCharge(
                key=key,
                kind="fee",
                name=fee.text("label") or fee.text("code"),
                method=fee.text("code"),
                amounts=told.amounts,
                taxes=told.taxes,
            )


def _buyer(fields: Fields, customer: Fields) -> Buyer:
    organization = customer.inside("organization")
    names = (customer.text("firstname"), customer.text("lastname"))
    references = fields.inside("references")
    company = organization.text("name") or customer.inside("billing_address").text("company")
    return Buyer(
        id=customer.text("customer_id"),
        kind="b2b" if organization else "b2c",
        name=" ".join(filter(None, names)) or None,
        company=company,
        email=fields.text("customer_notification_email"),
        vat_id=organization.text("tax_identification_number"),
        tax_id=organization.text("identification_number"),
        po_number=references.text("order_reference_for_customer"),
        language=customer.text("locale"),
    )


def _address(fields: Fields, order: Fields) -> Address | None:
    if not fields:
        return None
    names = (fields.text("firstname"), fields.text("lastname"))
    country = fields.text("country_iso_code") or fields.text("country")
    return Address(
        name=" ".join(filter(None, names)) or None,
        company=fields.text("company"),
        street=fields.text("street_1"),
        street2=fields.text("street_2"),
        postcode=fields.text("zip_code"),
        city=fields.text("city"),
        region=fields.text("state"),
        country=_two_letters(country),
        phone=fields.text("phone"),
        pickup_point=order.text("shipping_pudo_id")
        if fields.path.endswith("shipping_address")
        else None,
    )


def _two_letters(country: str | None) -> str | None:
    """Operators choose between codes of two and of three letters."""
    if country is None:
        return None
    return _ALPHA3.get(country.upper(), country.upper())


def _payments(fields: Fields, total: Decimal) -> tuple[Payment, ...]:
    """The buyer pays the marketplace, or the seller himself."""
    paid = fields.instant("customer_debited_date", UTC)
    direct = fields.flag("customer_directly_pays_seller")
    data: dict[str, Any] = {
        "kind": "gateway" if direct else "marketplace",
        "method": fields.text("payment_type"),
        "id": fields.text("transaction_number"),
        "amount": total,
        "state": "pending" if paid is None else "paid",
        "at": paid,
    }
    return (Payment(**data),)


def _first(failure: ValueError) -> str:
    return str(failure).replace("\n", " ")[:200]


_ALPHA3 = {
    "AUT": "AT", "BEL": "BE", "BGR": "BG", "CHE": "CH", "CYP": "CY", "CZE": "CZ", "DEU": "DE",
    "DNK": "DK", "ESP": "ES", "EST": "EE", "FIN": "FI", "FRA": "FR", "GBR": "GB", "GRC": "GR",
    "HRV": "HR", "HUN": "HU", "IRL": "IE", "ITA": "IT", "LTU": "LT", "LUX": "LU", "LVA": "LV",
    "MLT": "MT", "NLD": "NL", "NOR": "NO", "POL": "PL", "PRT": "PT", "ROU": "RO", "SVK": "SK",
    "SVN": "SI", "SWE": "SE", "USA": "US", "CAN": "CA", "AUS": "AU", "NZL": "NZ", "MCO": "MC",
    "GLP": "GP", "MTQ": "MQ", "GUF": "GF", "REU": "RE", "MYT": "YT",
}  # fmt: skip
"""ISO 3166-1: three letters → two."""
