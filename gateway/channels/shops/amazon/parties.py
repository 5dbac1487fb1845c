"""Who buys at Amazon, and where it goes: as far as the role of the app may see it."""

from __future__ import annotations

import re

from gateway.channels.shops.fields import Fields
from gateway.documents.shop import Address, Buyer

_VAT = re.compile(r"[A-Z]{2}[0-9A-Z]{2,13}")


def buyer_of(record: Fields) -> Buyer | None:
    """The buyer; ``None`` where nothing of him may be seen."""
    told = record.inside("buyer")
    company = told.text("buyerCompanyName") or _registered(record).text("legalName")
    programs = record.data.get("programs")
    business = bool(company) or (isinstance(programs, list) and "AMAZON_BUSINESS" in programs)
    vat_id, tax_id = _numbers(record)
    found = Buyer(
        kind="b2b" if business else "b2c",
        name=told.text("buyerName"),
        company=company,
        email=told.text("buyerEmail"),
        phone=record.inside("recipient", "deliveryAddress").text("phone"),
        vat_id=vat_id,
        tax_id=tax_id,
        po_number=told.text("buyerPurchaseOrderNumber"),
    )
    return None if found == Buyer() else found


def places(record: Fields) -> tuple[Address | None, Address | None]:
    """Where the bill and the goods go. Only business orders name the place of the bill."""
    registered = _registered(record)
    vat_id, _ = _numbers(record)
    billed = _address(registered.inside("taxRegistrationAddress"))
    if billed is not None:
        billed = billed.model_copy(
            update={
                "company": billed.company or registered.text("legalName"),
                "vat_id": vat_id,
            }
        )
    return billed, _address(record.inside("recipient", "deliveryAddress"))


def _registered(record: Fields) -> Fields:
    """The buyer's registration for taxes."""
    tax = record.inside("tax")
    for entry in tax.each("taxRegistrations"):
        if entry.text("entityType") == "BUYER":
            return entry
    return Fields({}, tax.where("taxRegistrations"), record.found)


def _numbers(record: Fields) -> tuple[str | None, str | None]:
    """The buyer's VAT identifier, and his tax number that is none."""
    entry = _registered(record)
    number = entry.text("taxRegistrationNumber")
    kind = entry.text("taxRegistrationType")
    if number is None:
        return None, None
    written = re.sub(r"[\s.-]", "", number).upper()
    if kind == "VAT" or (kind == "BUSINESS" and _VAT.fullmatch(written)):
        return written, None
    return None, number


def _address(told: Fields) -> Address | None:
    pickup = told.text("addressType") == "PICKUP_POINT"
    found = Address(
        name=told.text("name"),
        company=told.text("companyName"),
        street=told.text("addressLine1"),
        street2=told.text("addressLine2"),
        street3=told.text("addressLine3"),
        postcode=told.text("postalCode"),
        city=told.text("city") or told.text("municipality") or told.text("districtOrCounty"),
        region=told.text("stateOrRegion"),
        country=_country(told),
        phone=told.text("phone"),
        pickup_network="amazon" if pickup else None,
    )
    return None if found == Address() else found


def _country(told: Fields) -> str | None:
    code = told.text("countryCode")
    if code is not None and not re.fullmatch(r"[A-Za-z]{2}", code):
        told.refuse("countryCode", "a country code of two letters")
        return None
    return code.upper() if code else None
