"""BG-25 of EN 16931-1: one line of an invoice."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from gateway.documents.base import Day, Model, Number, bt, exact, normal
from gateway.documents.common import (
    AllowanceCharge,
    Attribute,
    DocumentReference,
    Identifier,
    Item,
    OtherDate,
    OtherParty,
    Period,
    Reference,
    Tax,
    Text,
    taken,
)
from gateway.documents.order import Split

GTIN_SCHEME = "0160"

_ALLOWANCES = {
    "amount": "BT-136 BT-141",
    "base": "BT-137 BT-142",
    "percent": "BT-138 BT-143",
    "reason": "BT-139 BT-144",
    "reason_code": "BT-140 BT-145",
}
"""First the term of an allowance (BG-27), then that of a charge (BG-28)."""


class Classification(Model):
    """BT-158: a code for the kind of article."""

    code: str = Field(**bt("BT-158"))
    scheme: str | None = None
    """List that the code is from, of UNCL 7143 (``TST``: UNSPSC, ``HS``: customs tariff)."""
    version: str | None = None


class InvoiceLine(Item):
    """BG-25: one line.

    Normal form: a ``standard_item`` of scheme 0160 is the ``gtin``; a ``gross_basis`` that is the
    ``price_basis`` is not said again; a discount of 0 is none, and one without a gross price
    says the gross price (BT-146 = BT-148 − BT-147); the first text without a subject is the
    ``note``.
    """

    number: str | None = Field(None, **bt("BT-126"))
    parent_line: str | None = None
    """Number of the line that this one is a part of (sub-line)."""
    gtin: str | None = None
    buyer_item: str | None = Field(None, **bt("BT-156"))
    supplier_item: str | None = Field(None, **bt("BT-155"))
    standard_item: Identifier | None = Field(None, **bt("BT-157"))
    text: str | None = Field(None, **bt("BT-153"))
    """Name of the article."""
    description: str | None = Field(None, **bt("BT-154"))
    quantity: Number = Field(**bt("BT-129"))
    unit: str | None = Field(None, **bt("BT-130"))
    delivered_quantity: Number | None = None
    free_quantity: Number | None = None
    """Of which not charged."""
    per_pack: Number | None = None
    """Consumer units in one trade unit."""
    amount: Number | None = Field(None, **bt("BT-131"))
    """Net line amount, allowances and charges of the line included."""
    price: Number | None = Field(None, **bt("BT-146"))
    """Net price, for ``price_basis`` units."""
    price_discount: Number | None = Field(None, **bt("BT-147"))
    """What the gross price is lowered by."""
    gross_price: Number | None = Field(None, **bt("BT-148"))
    price_basis: Number | None = Field(None, **bt("BT-149"))
    price_unit: str | None = Field(None, **bt("BT-150"))
    gross_basis: Number | None = None
    """Of how many units ``gross_price`` is, where that is not ``price_basis``."""
    gross_unit: str | None = None
    retail_price: Number | None = None
    """What the consumer is meant to pay."""
    tax: Tax | None = Field(None, **bt("BG-30", {"category": "BT-151", "rate": "BT-152"}))
    duties: tuple[Tax, ...] = ()
    """Other taxes in the amount: excise, beverage tax …"""
    allowances: tuple[AllowanceCharge, ...] = Field((), **bt("BG-27 BG-28", _ALLOWANCES))
    period: Period | None = Field(None, **bt("BG-26", {"start": "BT-134", "end": "BT-135"}))
    order: DocumentReference | None = Field(None, **bt("", {"line": "BT-132"}))
    """Number of the order and of its line."""
    despatch: DocumentReference | None = None
    invoiced_object: Identifier | None = Field(None, **bt("BT-128"))
    accounting_reference: str | None = Field(None, **bt("BT-133"))
    promotion: str | None = None
    origin: str | None = Field(None, **bt("BT-159"))
    classifications: tuple[Classification, ...] = ()
    attributes: tuple[Attribute, ...] = Field(
        (), **bt("BG-32", {"name": "BT-160", "value": "BT-161"})
    )
    batch: str | None = None
    expiry: Day | None = None
    delivered: Day | None = None
    dates: tuple[OtherDate, ...] = ()
    parties: tuple[OtherParty, ...] = ()
    splits: tuple[Split, ...] = ()
    """Parts of the quantity that went to different places."""
    note: str | None = Field(None, **bt("BT-127"))
    texts: tuple[Text, ...] = ()
    references: tuple[Reference, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _gtin_and_note(cls, data: object) -> object:
        return noted(_gross(_basis(_gtin(_discount(data))))) if isinstance(data, Mapping) else data


def _gtin(data: Mapping[str, object]) -> Mapping[str, object]:
    standard = data.get("standard_item")
    if isinstance(standard, Identifier):
        standard = standard.to_data()
    if not isinstance(standard, Mapping) or data.get("gtin"):
        return data
    if standard.get("scheme") != GTIN_SCHEME:
        return data
    return {**data, "gtin": standard.get("value"), "standard_item": None}


def _basis(data: Mapping[str, object]) -> Mapping[str, object]:
    pairs = (("gross_basis", "price_basis"), ("gross_unit", "price_unit"))
    if data.get("gross_basis") is None or any(data.get(one) != data.get(of) for one, of in pairs):
        return data
    return {**data, "gross_basis": None, "gross_unit": None}


def _discount(data: Mapping[str, object]) -> Mapping[str, object]:
    """An allowance that says no more than how much per unit lowers the price (ISO 20625)."""
    known = data.get("allowances")
    if data.get("price_discount") is not None or not isinstance(known, list | tuple):
        return data
    first, rest = taken(
        known,
        lambda one: set(normal(one) or {}) == {"kind", "rate"} and one["kind"] == "allowance",
    )
    return {**data, "price_discount": first["rate"], "allowances": rest} if first else data


def _gross(data: Mapping[str, object]) -> Mapping[str, object]:
    discount, price = data.get("price_discount"), data.get("price")
    if discount is None:
        return data
    try:
        off, net = exact(discount), None if price is None else exact(price)
    except PydanticCustomError:
        return data
    if off == 0 and data.get("gross_price") is not None:
        return {**data, "price_discount": None}
    if isinstance(off, Decimal) and isinstance(net, Decimal) and data.get("gross_price") is None:
        return {**data, "gross_price": net + off}
    return data


def noted(data: Mapping[str, object]) -> Mapping[str, object]:
    """The first text without a subject becomes the note, where there is none."""
    texts = data.get("texts")
    if data.get("note") or not isinstance(texts, list | tuple):
        return data
    first, rest = taken(texts, lambda one: set(normal(one) or {}) == {"text"})
    return {**data, "note": first.get("text"), "texts": rest} if first else data
