"""What orders and refunds of shops share: amounts, taxes, addresses, instants."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, PlainSerializer
from pydantic_core import PydanticCustomError

from gateway.documents.base import Model, Number

Party = Literal["seller", "marketplace"]


def zoned(value: object) -> object:
    """A zone-aware instant or its ISO 8601 text with a zone, as UTC."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError(
                "instant", "not an instant like 2026-03-02T09:14:00Z"
            ) from None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise PydanticCustomError("instant", "not an instant with a zone")
    try:
        return value.astimezone(UTC)
    except OverflowError:  # the first or last hours of the calendar
        raise PydanticCustomError("instant", "not an instant of this age") from None


def _spelled(value: datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")


Zoned = Annotated[
    datetime,
    BeforeValidator(zoned),
    PlainSerializer(_spelled, return_type=str, when_used="json"),
]
"""An instant; its zone is UTC."""


class Amounts(Model):
    """An amount without tax, its tax, and both together: what the shop says, never computed.

    Whoever reads a shop fills in all three; where a shop tells two, the third is their sum or
    difference, which is exact.
    """

    net: Number
    tax: Number
    gross: Number


class LineTax(Model):
    """The tax of one rate on one line, charge or discount."""

    rate: Number | None = None
    """Percent, as the shop names it; never found by a division. ``None``: it names none."""
    amount: Number
    base: Number | None = None
    category: str | None = None
    """UNCL 5305: S, Z, E, AE, K, G, O."""
    country: str | None = None
    """Whose tax it is (ISO 3166-1), where the shop says so."""
    name: str | None = None
    """``TVA 20%``: what the shop calls it."""
    collected_by: Party = "seller"
    """``marketplace``: the marketplace owes it (deemed supplier), it is none of ours."""
    supposed: bool = False
    """The rate is the legal one next to the ratio, because the shop tells none."""


class Address(Model):
    """Where somebody is, or wants the goods."""

    name: str | None = None
    """The person; of a company the person there."""
    company: str | None = None
    street: str | None = None
    street2: str | None = None
    street3: str | None = None
    postcode: str | None = None
    city: str | None = None
    region: str | None = None
    """State, province or county: its code where the shop has one."""
    country: str | None = None
    """ISO 3166-1, two letters."""
    phone: str | None = None
    email: str | None = None
    vat_id: str | None = None
    pickup_point: str | None = None
    """Identifier of a parcel shop or locker."""
    pickup_network: str | None = None
    """Whose pickup point it is."""
