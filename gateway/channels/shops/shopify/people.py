"""Who buys at Shopify, where to, and how it is paid."""

from __future__ import annotations

import re
from typing import Literal

from gateway.channels.shops.fields import Fields
from gateway.channels.shops.shopify.ids import number_of
from gateway.channels.shops.shopify.money import NOTHING, Side
from gateway.config.shops.shopify import Shopify
from gateway.documents.shop import Address, Buyer, Payment
from gateway.documents.shop.order import PaymentKind

_EUROPE = (
    "AT BE BG CY CZ DE DK EE EL ES FI FR GB HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI CHE"
)
_VAT = re.compile(rf"(?:{_EUROPE.replace(' ', '|')})[0-9A-Z+*]{{2,13}}")
"""How VAT numbers begin in Europe; any other tax number is no VAT number here."""
_PAYS = ("SALE", "CAPTURE", "AUTHORIZATION", "EMV_AUTHORIZATION")
_STATES: dict[str, Literal["pending", "paid"]] = {
    "SUCCESS": "paid",
    "PENDING": "pending",
    "AWAITING_RESPONSE": "pending",
}
_GATEWAYS: dict[str, PaymentKind] = {
    "gift_card": "gift_card",
    "shopify_store_credit": "store_credit",
    "store_credit": "store_credit",
    "cash_on_delivery": "cash_on_delivery",
    "cash on delivery (cod)": "cash_on_delivery",
}


def buyer_of(order: Fields, settings: Shopify) -> Buyer:
    """The customer; in a company's name where it bought as one."""
    customer = order.inside("customer")
    company = order.inside("purchasingEntity", "company")
    location = order.inside("purchasingEntity", "location")
    billing = order.inside("billingAddress")
    tax = location.inside("taxSettings").text("taxRegistrationId") or _attribute(order, settings)
    number = _tidy(tax)
    is_vat = bool(number and _VAT.fullmatch(number))
    return Buyer(
        id=customer.text("legacyResourceId"),
        kind="b2b" if company or billing.text("company") or is_vat else "b2c",
        name=customer.text("displayName") or billing.text("name"),
        company=company.text("name") or billing.text("company"),
        email=order.text("email") or customer.inside("defaultEmailAddress").text("emailAddress"),
        phone=order.text("phone") or customer.inside("defaultPhoneNumber").text("phoneNumber"),
        vat_id=number if is_vat else None,
        tax_id=_tax_number(order) or (None if is_vat else tax),
        po_number=order.text("poNumber"),
        language=order.text("customerLocale") or customer.text("locale"),
    )


def _attribute(order: Fields, settings: Shopify) -> str | None:
    """The VAT number that an app wrote into the additional details."""
    wanted = {name.casefold() for name in settings.vat_attributes}
    for one in order.each("customAttributes"):
        if (one.text("key") or "").casefold() in wanted:
            return one.text("value")
    return None


def _tidy(number: str | None) -> str | None:
    return re.sub(r"[\s.\-/]", "", number).upper() or None if number else None


def _tax_number(order: Fields) -> str | None:
    """The tax number of those countries that Shopify asks it for at the checkout."""
    for one in order.each("localizedFields"):
        key = one.text("key") or ""
        if key.startswith("TAX_CREDENTIAL_") and "_TYPE_" not in key and "_USE_" not in key:
            return one.text("value")
    return None


def localized(order: Fields) -> dict[str, str]:
    """All that is asked for in one country only."""
    return {
        f"shopify:{key.lower()}": value
        for one in order.each("localizedFields")
        if (key := one.text("key")) and (value := one.text("value"))
    }


def address_of(order: Fields, name: str) -> Address | None:
    """A postal address; ``None`` where there is none."""
    given = order.inside(name)
    if not given:
        return None
    person = " ".join(filter(None, (given.text("firstName"), given.text("lastName"))))
    found = Address(
        name=given.text("name") or person or None,
        company=given.text("company"),
        street=given.text("address1"),
        street2=given.text("address2"),
        postcode=given.text("zip"),
        city=given.text("city"),
        region=given.text("provinceCode") or given.text("province"),
        country=given.text("countryCodeV2"),
        phone=given.text("phone"),
    )
    return found if found.to_data() else None


def payments_of(order: Fields, side: Side) -> tuple[Payment, ...]:
    """What was paid or promised. A promise that was kept is told once, as what was paid."""
    every = list(order.each("transactions"))
    settled = {
        parent
        for one in every
        if one.text("kind") in ("CAPTURE", "VOID") and one.text("status") == "SUCCESS"
        if (parent := number_of(one.inside("parentTransaction").text("id")))
    }
    return tuple(
        _payment(one, side)
        for one in every
        if one.text("kind") in _PAYS
        and one.text("status") in _STATES
        and not ("AUTHORIZATION" in (one.text("kind") or "") and _key(one) in settled)
    )


def _payment(one: Fields, side: Side) -> Payment:
    state = _STATES[one.text("status") or ""]
    promised = "AUTHORIZATION" in (one.text("kind") or "") and state == "paid"
    gateway = one.text("gateway") or ""
    return Payment(
        kind=_GATEWAYS.get(gateway.casefold(), "gateway"),
        method=gateway or None,
        id=_key(one) or None,
        amount=side.amount(one, "amountSet") or NOTHING,
        state="authorised" if promised else state,
        at=one.instant("processedAt") or one.instant("createdAt"),
    )


def _key(one: Fields) -> str:
    return number_of(one.text("id"))
