"""Remittance advice (REMADV, 820): which invoices a payment settles, and what was taken off."""

from __future__ import annotations

from typing import ClassVar

from gateway.documents.base import Day, Document, Model, Number
from gateway.documents.common import (
    DocumentReference,
    Function,
    OtherDate,
    OtherParty,
    Party,
    Reference,
    Text,
)
from gateway.documents.invoice import Account


class Adjustment(Model):
    """An amount by which a payment differs from what was invoiced. Taken off: positive."""

    reason_code: str | None = None
    """Word of the list ``adjustment_reason``: ``cash_discount``, ``damaged``, ``pricing`` …"""
    reason: str | None = None
    amount: Number | None = None
    reference_kind: str | None = None
    reference: str | None = None
    """Number of the debit or credit note about it."""
    date: Day | None = None


class SettledDocument(Model):
    """One invoice or credit note that the payment settles, wholly or in part."""

    kind: str | None = None
    """``invoice``, ``credit_note``, ``debit_note`` …"""
    number: str
    date: Day | None = None
    due: Day | None = None
    amount: Number | None = None
    """What it asked for."""
    discount: Number | None = None
    """Cash discount taken."""
    paid: Number | None = None
    """What this payment settles of it; of a credit note a positive amount too."""
    payable: Number | None = None
    """What was still open."""
    tax: Number | None = None
    order: DocumentReference | None = None
    adjustments: tuple[Adjustment, ...] = ()
    dates: tuple[OtherDate, ...] = ()
    parties: tuple[OtherParty, ...] = ()
    note: str | None = None
    references: tuple[Reference, ...] = ()


class RemittanceTotals(Model):
    """Sums over all documents."""

    invoiced: Number | None = None
    discount: Number | None = None
    adjustments: Number | None = None
    paid: Number | None = None


class RemittanceAdvice(Document):
    """A remittance advice."""

    name: ClassVar[str] = "remittance"

    number: str
    kind: str | None = None
    function: Function | None = None
    issued: Day
    paid_on: Day | None = None
    """Value date of the payment."""
    dates: tuple[OtherDate, ...] = ()
    means: str | None = None
    """``credit_transfer``, ``cheque`` …"""
    payment_reference: str | None = None
    """Number of the transfer or cheque."""
    currency: str | None = None
    amount: Number | None = None
    """What is paid in all."""
    payer: Party | None = None
    payee: Party | None = None
    payer_account: Account | None = None
    payee_account: Account | None = None
    parties: tuple[OtherParty, ...] = ()
    note: str | None = None
    texts: tuple[Text, ...] = ()
    references: tuple[Reference, ...] = ()
    documents: tuple[SettledDocument, ...] = ()
    totals: RemittanceTotals | None = None

    def business_key(self) -> str:
        """``remittance 4711 of 2026-11-24``."""
        return f"remittance {self.number} of {self.issued.isoformat()}"
