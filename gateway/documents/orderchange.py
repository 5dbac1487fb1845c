"""Order change (ORDCHG, 860, UBL OrderChange): what the buyer alters in an order already sent.

A cancellation of the whole order is a change whose ``function`` is ``cancellation``.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from gateway.documents.base import Day, Document, Number
from gateway.documents.common import (
    AllowanceCharge,
    Contact,
    Delivery,
    DeliveryTerms,
    DocumentReference,
    Function,
    OtherDate,
    OtherParty,
    Party,
    PaymentTerms,
    Reference,
    Tax,
    Text,
    Transport,
)
from gateway.documents.order import ConvertedTotal, OrderLine, OrderPayment, OrderTotals

ChangeAction = Literal[
    "added", "changed", "deleted", "unchanged", "quantity_increased", "quantity_decreased",
    "price_changed", "date_changed", "replaced",
]  # fmt: skip
"""What happens to a line (UNCL 1229, X12 670)."""


class ChangedLine(OrderLine):
    """One line of the order as it is to be from now on."""

    action: ChangeAction | None = None
    quantity_before: Number | None = None
    """Quantity of the line before the change."""
    quantity_difference: Number | None = None
    """What is added to or (negative) taken from the quantity before."""
    quantity_open: Number | None = None
    """What is still to come."""


class OrderChange(Document):
    """A change or cancellation of an order."""

    name: ClassVar[str] = "orderchange"

    number: str | None = None
    """Number of the change itself; some buyers repeat that of the order."""
    sequence: str | None = None
    """Which change of this order it is: 1, 2 …"""
    issued: Day
    function: Function | None = None
    kind: str | None = None
    order: DocumentReference
    """The order that is changed."""
    currency: str | None = None
    delivery: Delivery | None = None
    shipment: Delivery | None = None
    cancel_after: Day | None = None
    dates: tuple[OtherDate, ...] = ()
    contacts: tuple[Contact, ...] = ()
    note: str | None = None
    texts: tuple[Text, ...] = ()
    contract: str | None = None
    contract_date: Day | None = None
    promotion: str | None = None
    department: str | None = None
    supplier_reference: str | None = None
    references: tuple[Reference, ...] = ()
    buyer: Party | None = None
    supplier: Party | None = None
    ship_to: Party | None = None
    consignee: Party | None = None
    invoicee: Party | None = None
    parties: tuple[OtherParty, ...] = ()
    payment: PaymentTerms | None = None
    delivery_terms: DeliveryTerms | None = None
    transport: Transport | None = None
    tax: Tax | None = None
    allowances: tuple[AllowanceCharge, ...] = ()
    lines: tuple[ChangedLine, ...] = ()
    """Absent when the change is about the head alone, or the order is cancelled."""
    totals: OrderTotals | None = None
    channel: str | None = None
    buyer_kind: Literal["consumer", "company"] | None = None
    prices: Literal["net", "gross"] | None = None
    """Whether the buyer was shown prices without or with tax."""
    payments: tuple[OrderPayment, ...] = ()
    converted: ConvertedTotal | None = None

    def business_key(self) -> str:
        """``orderchange 4711 of order PO-26-10417``."""
        what = self.number or self.sequence or "-"
        return f"orderchange {what} of order {self.order.number}"
