"""Invoice and credit note (INVOIC, 810, UBL, CII), by the semantics of EN 16931-1.

``json_schema_extra`` of a field names its business term (:mod:`gateway.documents.invoiceterms`
has them all). Amounts of a credit note are positive, as in EN 16931; its ``kind`` says which way
they go.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from gateway.documents.account import Account
from gateway.documents.base import Day, Document, Model, Number, bt
from gateway.documents.common import (
    AllowanceCharge,
    Delivery,
    DeliveryTerms,
    DocumentReference,
    Function,
    Identifier,
    OtherDate,
    OtherParty,
    Party,
    Period,
    Reference,
    Text,
    Transport,
)
from gateway.documents.invoiceform import one_home, spread
from gateway.documents.invoiceline import InvoiceLine, noted
from gateway.documents.invoiceterms import (
    ALLOWANCES,
    BUYER,
    PAYEE,
    REPRESENTATIVE,
    SELLER,
    SHIP_TO,
)
from gateway.documents.payment import Payment

__all__ = ["Account", "Attachment", "Invoice", "InvoiceLine", "InvoiceTotals", "TaxSubtotal"]


class TaxSubtotal(Model):
    """BG-23: one row of the VAT breakdown."""

    kind: str = "vat"
    category: str | None = Field(None, **bt("BT-118"))
    rate: Number | None = Field(None, **bt("BT-119"))
    base: Number | None = Field(None, **bt("BT-116"))
    amount: Number | None = Field(None, **bt("BT-117"))
    exemption: str | None = Field(None, **bt("BT-120"))
    exemption_code: str | None = Field(None, **bt("BT-121"))
    """Code of the list VATEX: ``VATEX-EU-IC`` …"""
    country: str | None = None
    """Place of supply: whose tax it is, where that is not the seller's country."""
    scheme: Literal["oss", "ioss"] | None = None
    """Special scheme by which the seller declares the tax of other member states."""
    tax_point: Day | None = None
    """Only where the rows have several; else it is that of the invoice."""
    tax_point_code: str | None = None


class TaxAmount(Model):
    """Sum of the tax in one currency."""

    amount: Number
    currency: str | None = None


class InvoiceTotals(Model):
    """BG-22: document totals."""

    lines: Number | None = Field(None, **bt("BT-106"))
    allowances: Number | None = Field(None, **bt("BT-107"))
    charges: Number | None = Field(None, **bt("BT-108"))
    net: Number | None = Field(None, **bt("BT-109"))
    tax: Number | None = Field(None, **bt("BT-110"))
    accounting_tax: Number | None = Field(None, **bt("BT-111"))
    """The tax in ``tax_currency``."""
    gross: Number | None = Field(None, **bt("BT-112"))
    prepaid: Number | None = Field(None, **bt("BT-113"))
    rounding: Number | None = Field(None, **bt("BT-114"))
    payable: Number | None = Field(None, **bt("BT-115"))
    discountable: Number | None = None
    """What the discount for early payment is taken of."""


class Attachment(Model):
    """BG-24: a document that supports the invoice, as a file inside or by reference."""

    number: str | None = Field(None, **bt("BT-122"))
    description: str | None = Field(None, **bt("BT-123"))
    url: str | None = Field(None, **bt("BT-124"))
    content: str | None = Field(None, **bt("BT-125"))
    """The file as base64."""
    mime: str | None = None
    """Its media type, such as ``application/pdf``."""
    filename: str | None = None

    def data(self) -> bytes | None:
        """The bytes of the file; ``None`` where ``content`` is absent or no base64."""
        try:
            return None if self.content is None else base64.b64decode(self.content, validate=True)
        except (binascii.Error, ValueError):
            return None


class Invoice(Document):
    """An invoice, credit note or debit note.

    Normal form: the first text without a subject is the ``note``; the first preceding invoice is
    ``preceding_invoice``, ``further_invoices`` has the others; tax amounts are in ``totals``. Of
    the first identifier without a scheme EN 16931 says who knows it: the seller's, payee's and
    delivery place's is their number at the buyer, the buyer's is its number at the seller.
    """

    name: ClassVar[str] = "invoice"

    number: str = Field(**bt("BT-1"))
    issued: Day = Field(**bt("BT-2"))
    kind: str | None = Field(None, **bt("BT-3"))
    """``invoice`` (380), ``credit_note`` (381), ``debit_note`` (383), ``corrected`` (384) …"""
    function: Function | None = None
    process: str | None = Field(None, **bt("BT-23"))
    """Business process that the invoice is part of."""
    specification: str | None = Field(None, **bt("BT-24"))
    """Rules that the invoice follows, such as ``urn:cen.eu:en16931:2017``."""
    currency: str | None = Field(None, **bt("BT-5"))
    tax_currency: str | None = Field(None, **bt("BT-6"))
    tax_point: Day | None = Field(None, **bt("BT-7"))
    tax_point_code: str | None = Field(None, **bt("BT-8"))
    """``invoice_date``, ``delivery_date`` or ``payment_date``: which of them is the tax point."""
    buyer_reference: str | None = Field(None, **bt("BT-10"))
    project: str | None = Field(None, **bt("BT-11"))
    contract: str | None = Field(None, **bt("BT-12"))
    order: DocumentReference | None = Field(None, **bt("", {"number": "BT-13"}))
    supplier_reference: str | None = Field(None, **bt("BT-14"))
    """The seller's number of the order."""
    receipt: DocumentReference | None = Field(None, **bt("", {"number": "BT-15"}))
    despatch: DocumentReference | None = Field(None, **bt("", {"number": "BT-16"}))
    tender: str | None = Field(None, **bt("BT-17"))
    """Tender or lot."""
    invoiced_object: Identifier | None = Field(None, **bt("BT-18"))
    """What is invoiced: a meter, a telephone number … with a scheme of UNCL 1153."""
    accounting_reference: str | None = Field(None, **bt("BT-19"))
    """Where the buyer books it."""
    preceding_invoice: DocumentReference | None = Field(
        None, **bt("BG-3", {"number": "BT-25", "date": "BT-26"})
    )
    further_invoices: tuple[DocumentReference, ...] = ()
    note: str | None = None
    texts: tuple[Text, ...] = Field((), **bt("BG-1", {"kind": "BT-21", "text": "BT-22"}))
    references: tuple[Reference, ...] = ()
    seller: Party | None = Field(None, **bt("BG-4", SELLER))
    buyer: Party | None = Field(None, **bt("BG-7", BUYER))
    payee: Party | None = Field(None, **bt("BG-10", PAYEE))
    tax_representative: Party | None = Field(None, **bt("BG-11", REPRESENTATIVE))
    invoicee: Party | None = None
    ship_to: Party | None = Field(None, **bt("BG-13", SHIP_TO))
    parties: tuple[OtherParty, ...] = ()
    delivery: Delivery | None = Field(None, **bt("", {"on": "BT-72"}))
    delivery_terms: DeliveryTerms | None = None
    transport: Transport | None = None
    dates: tuple[OtherDate, ...] = ()
    period: Period | None = Field(None, **bt("BG-14", {"start": "BT-73", "end": "BT-74"}))
    payment: Payment | None = Field(None, **bt("BG-16"))
    allowances: tuple[AllowanceCharge, ...] = Field((), **bt("BG-20 BG-21", ALLOWANCES))
    lines: tuple[InvoiceLine, ...] = Field((), **bt("BG-25"))
    taxes: tuple[TaxSubtotal, ...] = Field((), **bt("BG-23"))
    totals: InvoiceTotals | None = Field(None, **bt("BG-22"))
    tax_amounts: tuple[TaxAmount, ...] = ()
    """Sums of the tax in currencies that are neither ``currency`` nor ``tax_currency``."""
    exemption: str | None = None
    """Why no tax is charged, only where no row of ``taxes`` can have it."""
    exemption_code: str | None = None
    attachments: tuple[Attachment, ...] = Field((), **bt("BG-24"))

    @model_validator(mode="before")
    @classmethod
    def _one_home_for_each(cls, data: object) -> object:
        return noted(one_home(data)) if isinstance(data, Mapping) else data

    def arranged(self, names: frozenset[str]) -> dict[str, Any]:
        """As formats tell it that have tax points and tax amounts elsewhere (CII)."""
        return spread(super().arranged(names), names)

    def business_key(self) -> str:
        """``invoice 2026-0815 of 2026``: numbers may start anew every year."""
        return f"{self.kind or 'invoice'} {self.number} of {self.issued.year}"
