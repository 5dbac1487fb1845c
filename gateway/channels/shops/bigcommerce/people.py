"""Who buys at BigCommerce, where to, and how it is paid."""

from __future__ import annotations

import re
from typing import Literal

from gateway.channels.shops.bigcommerce.taxes import money
from gateway.channels.shops.fields import Fields
from gateway.config.shops.bigcommerce import BigCommerce
from gateway.documents.shop import Address, Buyer, Payment

_STATES: dict[str, Literal["pending", "authorised", "paid", "failed", "refunded"]] = {
    "authorized": "authorised",
    "captured": "paid",
    "capture pending": "authorised",
    "paid": "paid",
    "partially refunded": "paid",
    "refunded": "refunded",
    "declined": "failed",
    "void": "failed",
    "pending": "pending",
    "held for review": "pending",
}
_AT_THE_DOOR = "cash on delivery"


def buyer_of(order: Fields, settings: BigCommerce) -> Buyer:
    """The customer of the billing address; without a number a guest."""
    billing = order.inside("billing_address")
    number, company = order.text("customer_id"), billing.text("company")
    vat = _vat(billing, settings)
    return Buyer(
        id=None if number == "0" else number,
        kind="b2b" if company or vat else "b2c",
        name=_name(billing),
        company=company,
        email=billing.text("email"),
        phone=billing.text("phone"),
        vat_id=vat,
        language=order.text("customer_locale"),
    )


def _vat(billing: Fields, settings: BigCommerce) -> str | None:
    wanted = {name.casefold() for name in settings.vat_fields}
    for one in billing.each("form_fields"):
        if (one.text("name") or "").casefold() in wanted:
            return re.sub(r"[\s.\-/]", "", one.text("value") or "").upper() or None
    return None


def _name(given: Fields) -> str | None:
    return " ".join(filter(None, (given.text("first_name"), given.text("last_name")))) or None


def address_of(given: Fields) -> Address | None:
    """A postal address; ``None`` where there is none."""
    found = Address(
        name=_name(given),
        company=given.text("company"),
        street=given.text("street_1"),
        street2=given.text("street_2"),
        postcode=given.text("zip"),
        city=given.text("city"),
        region=given.text("state"),
        country=given.text("country_iso2"),
        phone=given.text("phone"),
        email=given.text("email"),
    )
    return found if found.to_data() else None


def payments_of(order: Fields) -> tuple[Payment, ...]:
    """Gift certificates, store credit, and what paid the rest; its amount is not told."""
    found: list[Payment] = []
    certificates = money(order, "gift_certificate_amount")
    if certificates:
        found.append(Payment(kind="gift_card", amount=certificates, state="paid"))
    credit = money(order, "store_credit_amount")
    if credit:
        found.append(Payment(kind="store_credit", amount=credit, state="paid"))
    method = order.text("payment_method")
    if method:
        at_the_door = method.casefold() == _AT_THE_DOOR
        found.append(
            Payment(
                kind="cash_on_delivery" if at_the_door else "gateway",
                method=method,
                id=order.text("payment_provider_id"),
                state=_STATES.get((order.text("payment_status") or "").lower()),
            )
        )
    return tuple(found)
