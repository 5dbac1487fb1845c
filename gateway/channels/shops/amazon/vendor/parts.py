"""What all bodies to Amazon Vendor are made of: parties, quantities, articles, money."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from gateway.channels.shops.amazon.write import CannotSayError
from gateway.documents.common import Item, Party

_CASES = ("case", "carton", "box")
_EACHES = ("piece", "article", "each", "one", None)


def party(told: Party | None, what: str, postcode: str = "postalCode") -> dict[str, Any]:
    """A party by the code that Amazon gave it. Raises :class:`CannotSayError` without one.

    ``postcode``: how this API calls it.
    """
    code = None if told is None else told.buyer_number or told.gln
    if told is None or not code:
        raise CannotSayError(f"Amazon's code of the {what} is not known")
    made: dict[str, Any] = {"partyId": code}
    if told.name and told.street and told.country:
        place = {
            "name": told.name,
            "addressLine1": told.street,
            "addressLine2": told.street2,
            "addressLine3": told.street3,
            "city": told.city,
            "stateOrRegion": told.subdivision,
            postcode: told.postcode,
            "countryCode": told.country,
        }
        made["address"] = {name: value for name, value in place.items() if value}
    return made


def quantity(amount: Decimal, unit: str | None, size: Decimal | None) -> dict[str, Any]:
    """A whole number of pieces or cases."""
    if amount != int(amount):
        raise CannotSayError(f"Amazon takes whole quantities only, not {amount}")
    if unit in _CASES:
        told: dict[str, Any] = {"amount": int(amount), "unitOfMeasure": "Cases"}
        return {**told, "unitSize": int(size)} if size and size == int(size) else told
    if unit not in _EACHES:
        raise CannotSayError(f"Amazon takes pieces and cases only, not {unit}")
    return {"amount": int(amount), "unitOfMeasure": "Eaches", "unitSize": 1}


def article(item: Item) -> dict[str, str]:
    """ASIN and the vendor's identifier."""
    told = {
        "amazonProductIdentifier": item.buyer_item,
        "vendorProductIdentifier": item.gtin or item.supplier_item,
    }
    made = {name: value for name, value in told.items() if value}
    if not made:
        raise CannotSayError("a line names no article")
    return made


def money(amount: Decimal, currency: str | None) -> dict[str, str]:
    """An amount with its currency."""
    if not currency:
        raise CannotSayError("the document names no currency")
    return {"currencyCode": currency, "amount": format(amount, "f")}


def instant(at: datetime) -> str:
    """ISO 8601 in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def noon(day: date) -> str:
    """A day as a time: its noon in UTC, which is that day nearly everywhere."""
    return f"{day.isoformat()}T12:00:00Z"
