"""Order response (ORDRSP, 855, UBL OrderResponse): what the supplier will do about an order."""

from __future__ import annotations

from typing import ClassVar, Literal

from gateway.documents.base import Day, Document, Number
from gateway.documents.common import (
    Delivery,
    DocumentReference,
    Function,
    Item,
    OtherParty,
    Party,
    Reference,
    Text,
)

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
    amount: Number | None = None
    reason: str | None = None
    """Why it is not as ordered."""
    note: str | None = None
    references: tuple[Reference, ...] = ()


class OrderResponse(Document):
    """An answer to a purchase order."""

    name: ClassVar[str] = "orderresponse"

    number: str | None = None
    issued: Day
    function: Function | None = None
    status: Status | None = None
    order: DocumentReference
    contract: str | None = None
    supplier_reference: str | None = None
    """The supplier's own order number."""
    currency: str | None = None
    delivery: Delivery | None = None
    note: str | None = None
    texts: tuple[Text, ...] = ()
    references: tuple[Reference, ...] = ()
    buyer: Party | None = None
    supplier: Party | None = None
    ship_to: Party | None = None
    invoicee: Party | None = None
    parties: tuple[OtherParty, ...] = ()
    lines: tuple[OrderResponseLine, ...] = ()
    """Absent when the order is accepted or rejected as a whole."""

    def business_key(self) -> str:
        """``orderresponse 4711 of order PO-26-10417``."""
        return f"orderresponse {self.number or '-'} of order {self.order.number}"
