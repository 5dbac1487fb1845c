"""Inventory report (INVRPT, 846): how much of which article lies where."""

from __future__ import annotations

from typing import ClassVar, Literal

from gateway.documents.base import Day, Document, Model, Number
from gateway.documents.common import (
    Delivery,
    Function,
    Item,
    OtherDate,
    OtherParty,
    Party,
    Period,
    Reference,
    Text,
)


class Stock(Model):
    """A quantity of one kind."""

    kind: str
    """``on_hand``, ``available``, ``reserved``, ``on_order``, ``in_transit``, ``damaged`` …"""
    quantity: Number
    unit: str | None = None
    on: Day | None = None
    """Day of the count, or on which the quantity will be there."""
    batch: str | None = None
    expiry: Day | None = None
    location: str | None = None
    """GLN or number of the place, where it is another than that of the line."""
    state: str | None = None
    """``accepted``, ``damaged``, ``bonded``, ``reserved`` (UNCL 7491)."""
    movement: Literal["in", "out"] | None = None
    """Of a quantity that came or went (UNCL 4501)."""
    reason: str | None = None
    """Why it came or went: code of UNCL 4499."""
    price: Number | None = None
    price_basis: Number | None = None
    serials: tuple[str, ...] = ()
    dates: tuple[OtherDate, ...] = ()
    references: tuple[Reference, ...] = ()


class InventoryLine(Item):
    """One article at one place."""

    number: str | None = None
    location: str | None = None
    """GLN or number of the place, where it is another than that of the report."""
    status: str | None = None
    """``active``, ``discontinued`` …"""
    stocks: tuple[Stock, ...] = ()
    price: Number | None = None
    price_basis: Number | None = None
    delivery: Delivery | None = None
    """When more is expected."""
    dates: tuple[OtherDate, ...] = ()
    note: str | None = None
    references: tuple[Reference, ...] = ()


class InventoryReport(Document):
    """An inventory report."""

    name: ClassVar[str] = "inventory"

    number: str | None = None
    kind: str | None = None
    function: Function | None = None
    issued: Day
    period: Period | None = None
    dates: tuple[OtherDate, ...] = ()
    currency: str | None = None
    note: str | None = None
    texts: tuple[Text, ...] = ()
    references: tuple[Reference, ...] = ()
    buyer: Party | None = None
    supplier: Party | None = None
    warehouse: Party | None = None
    """Where the stock lies."""
    parties: tuple[OtherParty, ...] = ()
    lines: tuple[InventoryLine, ...] = ()

    def business_key(self) -> str:
        """``inventory 4711 of 2026-11-24``: numbers of reports start anew often."""
        return f"inventory {self.number or '-'} of {self.issued.isoformat()}"
