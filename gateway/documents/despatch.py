"""Despatch advice (DESADV, 856, UBL DespatchAdvice): what is on its way, packed how."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import model_validator

from gateway.documents.base import Day, Document, Model, Number, Time
from gateway.documents.common import (
    Delivery,
    DocumentReference,
    Function,
    Item,
    OtherParty,
    Party,
    Reference,
    Text,
    inherited,
)


class Transport(Model):
    """How the goods travel."""

    mode: str | None = None
    """``road``, ``rail``, ``sea``, ``air`` …"""
    reference: str | None = None
    """Conveyance, trailer or vehicle number."""
    carrier_code: str | None = None
    """SCAC or other code of the carrier."""
    carrier_name: str | None = None
    tracking: str | None = None
    """Number under which the carrier knows the consignment."""
    bill_of_lading: str | None = None


class PackedItem(Item):
    """A quantity of one article in a package (or in the consignment, if not packed)."""

    line: str | None = None
    """Line number of the despatch advice."""
    quantity: Number
    unit: str | None = None
    quantity_ordered: Number | None = None
    order: DocumentReference | None = None
    batch: str | None = None
    expiry: Day | None = None
    best_before: Day | None = None


class Package(Model):
    """A logistic unit and what is in it. Without ``sscc`` and ``kind``: unpacked goods."""

    sscc: str | None = None
    """Serial Shipping Container Code, 18 digits."""
    kind: str | None = None
    """``pallet``, ``carton``, ``roll_cage`` …"""
    quantity: int | None = None
    """How many such packages this entry stands for (1 if it has an SSCC)."""
    gross_weight: Number | None = None
    """Kilograms."""
    tracking: str | None = None
    items: tuple[PackedItem, ...] = ()
    packages: tuple[Package, ...] = ()


class DespatchTotals(Model):
    """Sums over the whole consignment."""

    packages: int | None = None
    gross_weight: Number | None = None
    """Kilograms."""
    net_weight: Number | None = None
    volume: Number | None = None
    """Cubic metres."""


def _with_orders(package: Any, head: Any) -> Any:
    package = package.to_data() if isinstance(package, Model) else package
    if not isinstance(package, Mapping) or not head:
        return package
    found = dict(package)
    if isinstance(found.get("items"), list | tuple):
        found["items"] = [inherited(one, head) for one in found["items"]]
    if isinstance(found.get("packages"), list | tuple):
        found["packages"] = [_with_orders(one, head) for one in found["packages"]]
    return found


class DespatchAdvice(Document):
    """A despatch advice."""

    name: ClassVar[str] = "despatch"

    number: str
    function: Function | None = None
    issued: Day
    issued_at: Time | None = None
    """Local time of day (X12 BSN04)."""
    despatched: Day | None = None
    delivery: Delivery | None = None
    order: DocumentReference | None = None
    """The order, where the consignment belongs to one only."""
    delivery_note: str | None = None
    contract: str | None = None
    note: str | None = None
    texts: tuple[Text, ...] = ()
    references: tuple[Reference, ...] = ()
    buyer: Party | None = None
    supplier: Party | None = None
    ship_from: Party | None = None
    ship_to: Party | None = None
    consignee: Party | None = None
    carrier: Party | None = None
    parties: tuple[OtherParty, ...] = ()
    transport: Transport | None = None
    packages: tuple[Package, ...] = ()
    totals: DespatchTotals | None = None

    @model_validator(mode="before")
    @classmethod
    def _orders_of_items(cls, data: object) -> object:
        """With one order for all, every item names it (an 856 has it at the level of orders)."""
        if not isinstance(data, Mapping) or not isinstance(data.get("packages"), list | tuple):
            return data
        head = data.get("order")
        return {**data, "packages": [_with_orders(one, head) for one in data["packages"]]}

    def business_key(self) -> str:
        """``despatch DN-4711 original``."""
        return f"despatch {self.number} {self.function or 'original'}"
