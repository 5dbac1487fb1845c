"""A purchase order of Amazon Vendor (``/vendor/orders/v1/purchaseOrders``) as an order.

The same canonical order as of an EDIFACT ORDERS or X12 850 with the same content.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from gateway.channels.shops.fields import Fields, opened
from gateway.documents import Order
from gateway.documents.checks.identifiers import check_digit
from gateway.problems import Problem, has_errors, problem

PATH = "/vendor/orders/v1/purchaseOrders"
_KINDS = {
    "RegularOrder": "order",
    "NewProductIntroduction": "order",
    "ConsignedOrder": "consignment",
    "RushOrder": "rush",
}
_UNITS = {"Eaches": "piece", "Each": "piece", "EACH": "piece", "Cases": "case", "Case": "case"}
_WEIGHTS = {"POUNDS": "pound", "OUNCES": "ounce", "GRAMS": "gram", "KILOGRAMS": "kilogram"}
_TERMS = {
    "ExWorks": "EXW",
    "FreeCarrier": "FCA",
    "FreeOnBoard": "FOB",
    "FreeAlongSideShip": "FAS",
    "CarriagePaidTo": "CPT",
    "CostAndFreight": "CFR",
    "CarriageAndInsurancePaidTo": "CIP",
    "CostInsuranceAndFreight": "CIF",
    "DeliveredAtTerminal": "DAT",
    "DeliveredAtPlace": "DAP",
    "DeliverDutyPaid": "DDP",
}
_GTINS = (8, 12, 13, 14)


@dataclass(frozen=True, slots=True)
class PurchaseOrder:
    """A purchase order that was read."""

    order: Order | None
    state: str
    """``New``, ``Acknowledged``, ``Closed``: as Amazon says it."""
    problems: tuple[Problem, ...]


def read_purchase_order(raw: bytes) -> PurchaseOrder:
    """The canonical order of one entry of ``orders``, or of the payload for one number."""
    record = opened(raw, "the purchase order")
    order: Order | None = None
    if not record.found:
        try:
            order = Order.model_validate(_order(record))
        except ValidationError as failure:
            reason = str(failure).partition("\n")[0]
            record.found.append(problem("W230", what="the purchase order", reason=reason))
    problems = tuple(record.found)
    state = record.text("purchaseOrderState") or ""
    return PurchaseOrder(None if has_errors(problems) else order, state, problems)


def _order(record: Fields) -> dict[str, Any]:
    details = record.inside("orderDetails")
    issued = details.instant("purchaseOrderDate", UTC)
    if issued is None:
        details.say("W231", "purchaseOrderDate", expected="a time")
    lines, currency = _lines(details)
    kind = details.text("purchaseOrderType") or "RegularOrder"
    method = details.text("paymentMethod")
    return {
        "number": record.need("purchaseOrderNumber") or "?",
        "kind": _KINDS.get(kind, "order"),
        "function": "original",
        "issued": (issued or datetime(1970, 1, 1, tzinfo=UTC)).date(),
        "currency": currency,
        "delivery": _interval(details, "deliveryWindow"),
        "shipment": _interval(details, "shipWindow"),
        "promotion": details.text("dealCode"),
        "buyer": _party(details.inside("buyingParty")),
        "supplier": _party(details.inside("sellingParty")),
        "ship_to": _party(details.inside("shipToParty")),
        "invoicee": _party(details.inside("billToParty")),
        "delivery_terms": _terms(details.inside("importDetails")),
        "lines": lines,
        "extra": _extra(details, kind, method),
    }


def _extra(details: Fields, kind: str, method: str | None) -> dict[str, str]:
    """What an order has no place for."""
    refused = [
        item.text("itemSequenceNumber") or ""
        for item in details.each("items")
        if item.data.get("isBackOrderAllowed") is False
    ]
    told = {
        "amazon:order_type": kind if kind not in ("RegularOrder", "RushOrder") else "",
        "amazon:payment_method": method if method not in (None, "Invoice") else "",
        "amazon:no_back_order": ", ".join(refused),
    }
    return {name: value for name, value in told.items() if value}


def _interval(details: Fields, name: str) -> dict[str, Any] | None:
    """``start--end`` as days (UTC); one end may be absent."""
    text = details.text(name)
    if text is None:
        return None
    first, _, last = text.partition("--")
    both = Fields({"earliest": first, "latest": last}, details.where(name), details.found)
    days = {end: both.instant(end, UTC) for end in ("earliest", "latest")}
    return {end: at.date() for end, at in days.items() if at is not None} or None


def _party(told: Fields) -> dict[str, Any] | None:
    """A party; Amazon gives all of them their numbers."""
    place = told.inside("address")
    found = {
        "buyer_number": told.text("partyId"),
        "name": place.text("name"),
        "street": place.text("addressLine1"),
        "street2": place.text("addressLine2"),
        "street3": place.text("addressLine3"),
        "city": place.text("city") or place.text("district"),
        "postcode": place.text("postalCode"),
        "subdivision": place.text("stateOrRegion") or place.text("county"),
        "country": place.text("countryCode"),
        "vat_id": told.inside("taxInfo").text("taxRegistrationNumber"),
    }
    if phone := place.text("phone"):
        found["contacts"] = [{"phone": phone}]  # type: ignore[assignment]
    return {name: value for name, value in found.items() if value} or None


def _terms(told: Fields) -> dict[str, Any] | None:
    name = told.text("internationalCommercialTerms")
    if name is None:
        return None
    return {"code": _TERMS.get(name, name), "place": told.text("portOfDelivery")}


def _lines(details: Fields) -> tuple[list[dict[str, Any]], str | None]:
    """The lines, and the one currency of their prices."""
    found, currency = [], None
    for item in details.each("items"):
        cost, listed = item.inside("netCost"), item.inside("listPrice")
        code = cost.text("currencyCode") or listed.text("currencyCode")
        if code and currency and code != currency:
            cost.say("W235", "currencyCode", found=code, currency=currency)
        currency = currency or code
        weight = cost.text("unitOfMeasure")
        line = {
            "number": item.need("itemSequenceNumber"),
            "price": cost.number("amount"),
            "price_unit": _word(cost, "unitOfMeasure", _WEIGHTS) if weight else None,
            "gross_price": listed.number("amount"),
            "buyer_item": item.text("amazonProductIdentifier"),
            **article(item),
            **_quantity(item),
        }
        found.append(line)
    if not found:
        details.say("W231", "items", expected="at least one item")
    return found, currency


def article(item: Fields) -> dict[str, str]:
    """The vendor's identifier: a GTIN where it is one."""
    told = item.text("vendorProductIdentifier")
    if told is None:
        return {}
    gtin = told.isascii() and told.isdigit() and len(told) in _GTINS and check_digit(told)
    return {"gtin" if gtin else "supplier_item": told}


def _quantity(item: Fields) -> dict[str, Any]:
    told = item.inside("orderedQuantity")
    amount = told.number("amount")
    if amount is None:
        told.say("W231", "amount", expected="a quantity")
    unit = _word(told, "unitOfMeasure", _UNITS) or "piece"
    size = told.number("unitSize")
    return {
        "quantity": 0 if amount is None else amount,
        "unit": unit,
        "per_pack": size if unit == "case" else None,
    }


def _word(owner: Fields, name: str, words: Mapping[str, str]) -> str | None:
    text = owner.text(name)
    if text is not None and text not in words:
        owner.refuse(name, "one of " + ", ".join(words))
        return None
    return words.get(text or "")
