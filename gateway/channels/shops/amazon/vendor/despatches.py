"""Confirming shipments to Amazon Vendor (``SubmitShipmentConfirmations``)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from gateway.channels.shops.amazon.vendor.parts import article, instant, noon, party, quantity
from gateway.channels.shops.amazon.write import CannotSayError
from gateway.documents import DespatchAdvice
from gateway.documents.despatch import Package, PackedItem

PATH = "/vendor/shipping/v1/shipmentConfirmations"
_MODES = {"road": "Road", "air": "Air", "sea": "Ocean"}
_PALLETS = ("pallet", "roll_cage")


def shipment_confirmation(advice: DespatchAdvice, at: datetime) -> dict[str, Any]:
    """The body for one despatch advice: its articles, and the cartons and pallets they are in.

    ``at``: when it is sent. Raises :class:`CannotSayError` for what Amazon cannot be told.
    """
    packing = _Packing()
    for package in advice.packages:
        packing.add(package)
    if not packing.items:
        raise CannotSayError("the despatch advice holds no articles")
    made: dict[str, Any] = {
        "shipmentIdentifier": advice.number,
        "shipmentConfirmationType": "Replace" if advice.function == "replacement" else "Original",
        "shipmentConfirmationDate": instant(at),
        "sellingParty": party(advice.supplier, "supplier"),
        "shipFromParty": party(advice.ship_from or advice.supplier, "place of despatch"),
        "shipToParty": party(advice.ship_to, "place of delivery"),
        "shippedItems": packing.shipped(),
    }
    if advice.despatched is not None:
        made["shippedDate"] = noon(advice.despatched)
    if advice.delivery is not None and (day := advice.delivery.on or advice.delivery.latest):
        made["estimatedDeliveryDate"] = noon(day)
    if transport := _transport(advice):
        made["transportationDetails"] = transport
    if packing.cartons:
        made["cartons"] = packing.cartons
    if packing.pallets:
        made["pallets"] = packing.pallets
    return {"shipmentConfirmations": [made]}


def _transport(advice: DespatchAdvice) -> dict[str, str]:
    told = advice.transport
    if told is None:
        return {}
    made = {
        "carrierScac": told.carrier_code,
        "carrierShipmentReferenceNumber": told.tracking,
        "transportationMode": _MODES.get(told.mode or ""),
        "billOfLadingNumber": told.bill_of_lading,
    }
    return {name: value for name, value in made.items() if value}


@dataclass(slots=True)
class _Article:
    """One article of one order, over the whole shipment."""

    number: str
    item: PackedItem
    amount: Decimal


@dataclass(slots=True)
class _Packing:
    """What was found in the packages so far."""

    items: dict[tuple[str, ...], _Article] = field(default_factory=dict)
    cartons: list[dict[str, Any]] = field(default_factory=list)
    pallets: list[dict[str, Any]] = field(default_factory=list)

    def add(self, package: Package) -> list[str]:
        """A package and all in it; the numbers of the cartons that it holds or is."""
        inside = [number for one in package.packages for number in self.add(one)]
        contents = [self._content(item) for item in package.items]
        if package.kind in _PALLETS and package.sscc:
            self._pallet(package, inside, contents)
            return []
        if not package.sscc or not contents:
            return inside
        number = f"{len(self.cartons) + 1:03}"
        carton: dict[str, Any] = {
            "cartonIdentifiers": [_sscc(package.sscc)],
            "cartonSequenceNumber": number,
            "items": contents,
        }
        if package.tracking:
            carton["trackingNumber"] = package.tracking
        self.cartons.append(carton)
        return [*inside, number]

    def shipped(self) -> list[dict[str, Any]]:
        """The articles with what was shipped of each."""
        return [
            {
                "itemSequenceNumber": one.number,
                **article(one.item),
                "shippedQuantity": _quantity(one.item, one.amount),
                **_details(one.item),
            }
            for one in self.items.values()
        ]

    def _pallet(self, package: Package, cartons: list[str], contents: list[dict[str, Any]]) -> None:
        pallet: dict[str, Any] = {"palletIdentifiers": [_sscc(package.sscc or "")]}
        if cartons:
            pallet["cartonReferenceDetails"] = {
                "cartonCount": len(cartons),
                "cartonReferenceNumbers": cartons,
            }
        if contents:
            pallet["items"] = contents
        self.pallets.append(pallet)

    def _content(self, item: PackedItem) -> dict[str, Any]:
        key = tuple(_identity(item))
        known = self.items.get(key)
        if known is None:
            known = _Article(f"{len(self.items) + 1:03}", item, Decimal(0))
            self.items[key] = known
        known.amount += item.quantity
        return {
            "itemReference": known.number,
            "shippedQuantity": _quantity(item, item.quantity),
            **_details(item),
        }


def _identity(item: PackedItem) -> Iterator[str]:
    """What makes two packed items the same article of the same order."""
    order = item.order
    yield from (order.number or "", order.line or "") if order is not None else ("", "")
    yield from (item.buyer_item or "", item.gtin or "", item.supplier_item or "")
    yield from (item.unit or "", item.batch or "", str(item.expiry or item.best_before or ""))


def _quantity(item: PackedItem, amount: Decimal) -> dict[str, Any]:
    return quantity(amount, item.unit, item.per_pack)


def _details(item: PackedItem) -> dict[str, Any]:
    """The order it belongs to, its batch and until when it can be used."""
    made: dict[str, Any] = {}
    if item.order is not None and item.order.number:
        made["purchaseOrderNumber"] = item.order.number
    if item.batch:
        made["lotNumber"] = item.batch
    if day := item.expiry or item.best_before:
        made["expiry"] = {"expiryDate": noon(day)}
    return {"itemDetails": made} if made else {}


def _sscc(number: str) -> dict[str, str]:
    return {"containerIdentificationType": "SSCC", "containerIdentificationNumber": number}
