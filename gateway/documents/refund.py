"""Refund: money, and perhaps goods, that go back for an order. It asks for one credit note."""

from __future__ import annotations

from typing import ClassVar, Literal

from gateway.documents.base import Day, Document, Number
from gateway.documents.common import AllowanceCharge, DocumentReference, Item, Party, Reference, Tax
from gateway.documents.invoice import TaxSubtotal
from gateway.documents.order import OrderTotals


class RefundedLine(Item):
    """What is given back for one line of the order."""

    number: str | None = None
    order_line: str | None = None
    """Number of the line in the order."""
    kind: str | None = None
    """As in the order; absent: goods."""
    quantity: Number | None = None
    """Absent: only money goes back, no article."""
    unit: str | None = None
    amount: Number | None = None
    """Without tax."""
    gross_amount: Number | None = None
    """With tax."""
    tax: Tax | None = None
    taxes: tuple[Tax, ...] = ()
    """Each tax, where several apply; ``tax`` is all of them together."""
    stock: Literal["returned", "lost"] | None = None
    """Whether the articles are to be counted as stock again."""
    reason: str | None = None


class Refund(Document):
    """A refund. All amounts are positive: what is given back."""

    name: ClassVar[str] = "refund"

    number: str
    issued: Day
    order: DocumentReference
    currency: str | None = None
    reason: str | None = None
    references: tuple[Reference, ...] = ()
    buyer: Party | None = None
    supplier: Party | None = None
    method: str | None = None
    """What the ERP calls the way it is paid back."""
    channel: str | None = None
    buyer_kind: Literal["consumer", "company"] | None = None
    allowances: tuple[AllowanceCharge, ...] = ()
    """Charges of the order (shipping, fees) that are given back; an allowance is kept back."""
    taxes: tuple[TaxSubtotal, ...] = ()
    """For each rate: what was taxed and the tax, as whoever refunds it computed them."""
    lines: tuple[RefundedLine, ...] = ()
    """Absent where the refund names no line."""
    totals: OrderTotals | None = None

    def business_key(self) -> str:
        """``refund 1001-R7``."""
        return f"refund {self.number}"
