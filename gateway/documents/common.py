"""Objects that several documents share: parties, references, delivery, prices, taxes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from gateway.documents.base import Day, Model, Number, bt, normal

Function = Literal[
    "original", "change", "replacement", "cancellation", "copy", "duplicate", "confirmation",
    "proposed", "response", "additional",
]  # fmt: skip
"""What a document does to the one before it (UNCL 1225, X12 353)."""


class Contact(Model):
    """A person or department (CTA/COM, PER)."""

    kind: str | None = None
    """``order``, ``information``, ``delivery`` …"""
    name: str | None = Field(None, **bt("BT-41"))
    phone: str | None = Field(None, **bt("BT-42"))
    email: str | None = Field(None, **bt("BT-43"))
    fax: str | None = None


class Party(Model):
    """A company or place. Identified by GLN, or by the number that one side gave it."""

    gln: str | None = None
    """Global Location Number, 13 digits (ISO 6523 scheme 0088)."""
    buyer_number: str | None = None
    """The number the buyer gave it (3055 = 92, X12 66 = 92)."""
    supplier_number: str | None = None
    """The number the supplier gave it (3055 = 91, X12 66 = 91)."""
    duns: str | None = None
    name: str | None = None
    name2: str | None = None
    street: str | None = None
    street2: str | None = None
    city: str | None = None
    postcode: str | None = None
    subdivision: str | None = None
    """State, county."""
    country: str | None = None
    """ISO 3166-1, two letters."""
    vat_id: str | None = None
    """VAT identifier with its country prefix."""
    tax_id: str | None = None
    """Number at the tax office."""
    contacts: tuple[Contact, ...] = ()


class OtherParty(Party):
    """A party in a role that has no field of its own."""

    role: str


class Delivery(Model):
    """When goods are wanted or promised."""

    on: Day | None = None
    earliest: Day | None = None
    latest: Day | None = None


class Period(Model):
    """A period, both days included."""

    start: Day | None = Field(None, **bt("BT-73"))
    end: Day | None = Field(None, **bt("BT-74"))


class Reference(Model):
    """Another document, of a kind that has no field of its own."""

    kind: str
    number: str
    date: Day | None = None
    line: str | None = None


class DocumentReference(Model):
    """Another document, or one line of it (of the document named above, without a number)."""

    number: str | None = None
    date: Day | None = None
    line: str | None = None


def inherited(line: Any, head: Any) -> Any:
    """A line (or packed item) whose order has no number belongs to the order of the head.

    Both as data or models. Formats differ in where they name the order; a document names it on
    every line that refers to it.
    """
    head = head.to_data() if isinstance(head, Model) else head
    line = line.to_data() if isinstance(line, Model) else line
    if not isinstance(head, Mapping) or not isinstance(line, Mapping) or not head.get("number"):
        return line
    order = line.get("order") or {}
    order = order.to_data() if isinstance(order, Model) else order
    if not isinstance(order, Mapping) or order.get("number"):
        return line
    known = {name: head[name] for name in ("number", "date") if head.get(name)}
    return {**line, "order": {**known, **(normal(order) or {})}}


class Text(Model):
    """A text with its subject (UNCL 4451)."""

    kind: str | None = None
    text: str
    language: str | None = None


class Tax(Model):
    """The tax that applies to a line, an allowance or a charge."""

    kind: str = "vat"
    category: str | None = Field(None, **bt("BT-151"))
    """UNCL 5305: S standard, Z zero, E exempt, AE reverse charge …"""
    rate: Number | None = Field(None, **bt("BT-152"))
    amount: Number | None = None


class AllowanceCharge(Model):
    """An allowance (taken off) or a charge (added). Amounts are positive in both."""

    kind: Literal["allowance", "charge"]
    reason_code: str | None = Field(None, **bt("BT-98"))
    """UNCL 7161 word, such as ``freight``."""
    reason: str | None = Field(None, **bt("BT-97"))
    percent: Number | None = Field(None, **bt("BT-94"))
    base: Number | None = Field(None, **bt("BT-93"))
    amount: Number | None = Field(None, **bt("BT-92"))
    tax: Tax | None = None


class PaymentTerms(Model):
    """When to pay, and what is saved by paying early."""

    text: str | None = Field(None, **bt("BT-20"))
    due: Day | None = None
    days: int | None = None
    """Days until the net amount is due."""
    discount_percent: Number | None = None
    discount_until: Day | None = None
    discount_days: int | None = None


class DeliveryTerms(Model):
    """Who pays and bears what on the way (Incoterms)."""

    code: str | None = None
    place: str | None = None


class Item(Model):
    """What a line is about: the identifiers of the article."""

    gtin: str | None = None
    buyer_item: str | None = None
    supplier_item: str | None = None
    text: str | None = None
