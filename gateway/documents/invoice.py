"""Invoice and credit note (INVOIC, 810), by the semantics of EN 16931-1.

``json_schema_extra["bt"]`` of a field names its business term. Amounts of a credit note are
positive, as in EN 16931; its ``kind`` says which way they go.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field, model_validator

from gateway.documents.base import Day, Document, Model, Number, bt
from gateway.documents.common import (
    AllowanceCharge,
    Delivery,
    DeliveryTerms,
    DocumentReference,
    Function,
    Item,
    OtherParty,
    Party,
    PaymentTerms,
    Period,
    Reference,
    Tax,
    Text,
    inherited,
)


class InvoiceLine(Item):
    """BG-25: one line."""

    number: str | None = Field(None, **bt("BT-126"))
    gtin: str | None = Field(None, **bt("BT-157"))
    buyer_item: str | None = Field(None, **bt("BT-156"))
    supplier_item: str | None = Field(None, **bt("BT-155"))
    text: str | None = Field(None, **bt("BT-153"))
    quantity: Number = Field(**bt("BT-129"))
    unit: str | None = Field(None, **bt("BT-130"))
    amount: Number | None = Field(None, **bt("BT-131"))
    """Net line amount, allowances and charges of the line included."""
    price: Number | None = Field(None, **bt("BT-146"))
    gross_price: Number | None = Field(None, **bt("BT-148"))
    price_basis: Number | None = Field(None, **bt("BT-149"))
    price_unit: str | None = Field(None, **bt("BT-150"))
    tax: Tax | None = None
    allowances: tuple[AllowanceCharge, ...] = Field((), **bt("BG-27"))
    order: DocumentReference | None = None
    """Number of the order and of its line (BT-132)."""
    despatch: DocumentReference | None = None
    origin: str | None = Field(None, **bt("BT-159"))
    delivered: Day | None = None
    note: str | None = Field(None, **bt("BT-127"))
    texts: tuple[Text, ...] = ()
    references: tuple[Reference, ...] = ()


class TaxSubtotal(Model):
    """BG-23: one row of the VAT breakdown."""

    kind: str = "vat"
    category: str | None = Field(None, **bt("BT-118"))
    rate: Number | None = Field(None, **bt("BT-119"))
    base: Number | None = Field(None, **bt("BT-116"))
    amount: Number | None = Field(None, **bt("BT-117"))
    exemption: str | None = Field(None, **bt("BT-120"))


class Account(Model):
    """BG-17: where to pay to."""

    iban: str | None = Field(None, **bt("BT-84"))
    name: str | None = Field(None, **bt("BT-85"))
    bic: str | None = Field(None, **bt("BT-86"))


class Payment(PaymentTerms):
    """BG-16: how and when to pay."""

    means: str | None = Field(None, **bt("BT-81"))
    """``credit_transfer``, ``direct_debit``, ``card`` …"""
    reference: str | None = Field(None, **bt("BT-83"))
    due: Day | None = Field(None, **bt("BT-9"))
    account: Account | None = None


class InvoiceTotals(Model):
    """BG-22: document totals."""

    lines: Number | None = Field(None, **bt("BT-106"))
    allowances: Number | None = Field(None, **bt("BT-107"))
    charges: Number | None = Field(None, **bt("BT-108"))
    net: Number | None = Field(None, **bt("BT-109"))
    tax: Number | None = Field(None, **bt("BT-110"))
    gross: Number | None = Field(None, **bt("BT-112"))
    prepaid: Number | None = Field(None, **bt("BT-113"))
    rounding: Number | None = Field(None, **bt("BT-114"))
    payable: Number | None = Field(None, **bt("BT-115"))


def _names_line(line: Any) -> bool:
    line = line.to_data() if isinstance(line, Model) else line
    order = line.get("order") if isinstance(line, Mapping) else None
    order = order.to_data() if isinstance(order, Model) else order
    return isinstance(order, Mapping) and bool(order.get("line"))


class Invoice(Document):
    """An invoice, credit note or debit note."""

    name: ClassVar[str] = "invoice"

    number: str = Field(**bt("BT-1"))
    issued: Day = Field(**bt("BT-2"))
    kind: str | None = Field(None, **bt("BT-3"))
    """``invoice`` (380), ``credit_note`` (381), ``debit_note`` (383), ``corrected`` (384) …"""
    function: Function | None = None
    currency: str | None = Field(None, **bt("BT-5"))
    tax_currency: str | None = Field(None, **bt("BT-6"))
    tax_point: Day | None = Field(None, **bt("BT-7"))
    buyer_reference: str | None = Field(None, **bt("BT-10"))
    contract: str | None = Field(None, **bt("BT-12"))
    order: DocumentReference | None = Field(None, **bt("BT-13"))
    supplier_reference: str | None = Field(None, **bt("BT-14"))
    receipt: DocumentReference | None = Field(None, **bt("BT-15"))
    despatch: DocumentReference | None = Field(None, **bt("BT-16"))
    preceding_invoice: DocumentReference | None = Field(None, **bt("BG-3"))
    note: str | None = Field(None, **bt("BT-22"))
    texts: tuple[Text, ...] = Field((), **bt("BG-1"))
    references: tuple[Reference, ...] = ()
    seller: Party | None = Field(None, **bt("BG-4"))
    buyer: Party | None = Field(None, **bt("BG-7"))
    payee: Party | None = Field(None, **bt("BG-10"))
    invoicee: Party | None = None
    ship_to: Party | None = Field(None, **bt("BG-13"))
    parties: tuple[OtherParty, ...] = ()
    delivery: Delivery | None = Field(None, **bt("BT-72"))
    delivery_terms: DeliveryTerms | None = None
    period: Period | None = Field(None, **bt("BG-14"))
    payment: Payment | None = Field(None, **bt("BG-16"))
    allowances: tuple[AllowanceCharge, ...] = Field((), **bt("BG-20"))
    lines: tuple[InvoiceLine, ...] = Field((), **bt("BG-25"))
    taxes: tuple[TaxSubtotal, ...] = Field((), **bt("BG-23"))
    totals: InvoiceTotals | None = Field(None, **bt("BG-22"))

    @model_validator(mode="before")
    @classmethod
    def _orders_of_lines(cls, data: object) -> object:
        """BT-132 is the line alone; a line that names one belongs to the order of the head."""
        if not isinstance(data, Mapping) or not isinstance(data.get("lines"), list | tuple):
            return data
        head = data.get("order")
        lines = [inherited(one, head) if _names_line(one) else one for one in data["lines"]]
        return {**data, "lines": lines}

    def business_key(self) -> str:
        """``invoice 2026-0815 of 2026``: numbers may start anew every year."""
        return f"{self.kind or 'invoice'} {self.number} of {self.issued.year}"
