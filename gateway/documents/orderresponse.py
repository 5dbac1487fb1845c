"""Order response (ORDRSP, 855, UBL OrderResponse): what the supplier will do about an order."""

from __future__ import annotations

from typing import ClassVar, Literal

from gateway.documents.base import Day, Document, Number
from gateway.documents.common import (
    AllowanceCharge,
    Delivery,
    DeliveryTerms,
    DocumentReference,
    Function,
    Item,
    OtherDate,
    OtherItem,
    OtherParty,
    Party,
    PaymentTerms,
    QuantityDifference,
    Reference,
    Tax,
    Text,
    Transport,
)
from gateway.documents.order import OrderTotals, Schedule, Split

Status = Literal["accepted", "changed", "rejected", "received"]
"""Of the whole order. ``received``: no decision yet."""
LineStatus = Literal[
    "accepted", "changed", "rejected", "added", "backordered", "deferred", "substituted",
    "price_changed", "quantity_changed", "date_changed",
]  # fmt: skip
"""Of one line (UNCL 1229, X12 668)."""


class OrderResponseLine(Item):
    """What happens to one line of the order."""

    number: str | None = None
    """Line number of the response."""
    order_line: str | None = None
    """Line number of the order."""
    status: LineStatus | None = None
    quantity: Number | None = None
    """Confirmed quantity."""
    quantity_ordered: Number | None = None
    unit: str | None = None
    delivery: Delivery | None = None
    price: Number | None = None
    price_basis: Number | None = None
    price_unit: str | None = None
    price_kind: str | None = None
    price_type: str | None = None
    """``catalogue``, ``contract`` … (UNCL 5375)."""
    gross_price: Number | None = None
    amount: Number | None = None
    tax: Tax | None = None
    free_quantity: Number | None = None
    per_pack: Number | None = None
    promotion: str | None = None
    reason: str | None = None
    """Why it is not as ordered."""
    differences: tuple[QuantityDifference, ...] = ()
    substitute: OtherItem | None = None
    """What is delivered instead of the article of the line."""
    substituted: OtherItem | None = None
    """What was ordered, where the line names the article that is delivered instead."""
    shipment: Delivery | None = None
    dates: tuple[OtherDate, ...] = ()
    note: str | None = None
    texts: tuple[Text, ...] = ()
    references: tuple[Reference, ...] = ()
    allowances: tuple[AllowanceCharge, ...] = ()
    schedule: tuple[Schedule, ...] = ()
    """Parts of the confirmed quantity, each with its own delivery."""
    splits: tuple[Split, ...] = ()


class OrderResponse(Document):
    """An answer to a purchase order."""

    name: ClassVar[str] = "orderresponse"

    number: str | None = None
    kind: str | None = None
    """``response``, ``acknowledgement``."""
    issued: Day
    function: Function | None = None
    status: Status | None = None
    order: DocumentReference
    contract: str | None = None
    contract_date: Day | None = None
    supplier_reference: str | None = None
    """The supplier's own order number."""
    currency: str | None = None
    delivery: Delivery | None = None
    shipment: Delivery | None = None
    dates: tuple[OtherDate, ...] = ()
    promotion: str | None = None
    note: str | None = None
    texts: tuple[Text, ...] = ()
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
    lines: tuple[OrderResponseLine, ...] = ()
    """Absent when the order is accepted or rejected as a whole."""
    totals: OrderTotals | None = None

    def business_key(self) -> str:
        """``orderresponse 4711 of order PO-26-10417``."""
        return f"orderresponse {self.number or '-'} of order {self.order.number}"
