"""Receiving advice (RECADV, 861, UBL ReceiptAdvice): what of a consignment arrived, and how."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import model_validator

from gateway.documents.arrange import Arrangement
from gateway.documents.base import Day, Document, Model, Number
from gateway.documents.common import (
    DocumentReference,
    Function,
    Item,
    OtherDate,
    OtherParty,
    Party,
    QuantityDifference,
    Reference,
    Text,
    Transport,
    inherited,
)
from gateway.documents.lots import Lot, line_with_lots


class ReceivedItem(Item):
    """What was received of one article (in one package, where packages are told)."""

    number: str | None = None
    """Line number of the receiving advice."""
    quantity: Number | None = None
    """Received and accepted."""
    unit: str | None = None
    quantity_despatched: Number | None = None
    """As the despatch advice said."""
    quantity_ordered: Number | None = None
    quantity_damaged: Number | None = None
    quantity_refused: Number | None = None
    differences: tuple[QuantityDifference, ...] = ()
    order: DocumentReference | None = None
    despatch: DocumentReference | None = None
    sscc: str | None = None
    """Of the package it came in, and what that is."""
    package_kind: str | None = None
    package_quantity: int | None = None
    batch: str | None = None
    expiry: Day | None = None
    best_before: Day | None = None
    lots: tuple[Lot, ...] = ()
    """Where there are several; a single one stands in the fields above."""
    serials: tuple[str, ...] = ()
    dates: tuple[OtherDate, ...] = ()
    note: str | None = None
    references: tuple[Reference, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _lots(cls, data: object) -> object:
        return line_with_lots(data)


class ReceivedPackage(Model):
    """A logistic unit and what was received in it: the grouped form of lines with their SSCC."""

    sscc: str | None = None
    kind: str | None = None
    quantity: int | None = None
    items: tuple[ReceivedItem, ...] = ()
    packages: tuple[ReceivedPackage, ...] = ()


class ReceiptAdvice(Document):
    """A receiving advice."""

    name: ClassVar[str] = "receipt"
    arrangements: ClassVar[tuple[Arrangement, ...]] = (
        Arrangement(
            "packages", "items", "lines",
            {"sscc": "sscc", "kind": "package_kind", "quantity": "package_quantity"},
        ),
    )  # fmt: skip

    number: str
    kind: str | None = None
    function: Function | None = None
    issued: Day
    received: Day | None = None
    """Day the goods arrived."""
    dates: tuple[OtherDate, ...] = ()
    order: DocumentReference | None = None
    despatch: DocumentReference | None = None
    """The despatch advice that announced them."""
    delivery_note: str | None = None
    note: str | None = None
    texts: tuple[Text, ...] = ()
    references: tuple[Reference, ...] = ()
    buyer: Party | None = None
    supplier: Party | None = None
    ship_from: Party | None = None
    ship_to: Party | None = None
    carrier: Party | None = None
    parties: tuple[OtherParty, ...] = ()
    transport: Transport | None = None
    lines: tuple[ReceivedItem, ...] = ()
    packages: tuple[ReceivedPackage, ...] = ()
    """Another form of ``lines``, for formats that tell packages and what is in them."""

    @classmethod
    def complete(cls, data: dict[str, Any]) -> dict[str, Any]:
        """With one order or despatch advice for all, every line names it."""
        if not isinstance(data.get("lines"), list | tuple):
            return data
        lines: list[Any] = list(data["lines"])
        for name in ("order", "despatch"):
            lines = [inherited(one, data.get(name), name) for one in lines]
        return {**data, "lines": lines}

    def business_key(self) -> str:
        """``receipt RA-4711 original``."""
        return f"receipt {self.number} {self.function or 'original'}"
