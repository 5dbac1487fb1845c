"""The bodies of requests to Magento. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from gateway.channels.shops.connector import InvoiceFile, Level, Price, Shipment


class CannotSayError(ValueError):
    """Magento has no way to say this, or asks for what is not known."""


def source_items(
    levels: Sequence[Level], source: str, reserved: Mapping[str, Decimal]
) -> dict[str, Any]:
    """``POST /V1/inventory/source-items``: what lies in the source.

    ``reserved``: by SKU what open orders have reserved; it still lies there.
    """
    entries = []
    for level in levels:
        quantity = max(Decimal(0), level.quantity + reserved.get(level.sku, Decimal(0)))
        entries.append(
            {
                "sku": level.sku,
                "source_code": level.location or source,
                "quantity": quantity,
                "status": 1 if quantity else 0,
            }
        )
    return {"sourceItems": entries}


def base_prices(prices: Sequence[Price], store: int = 0) -> dict[str, Any]:
    """``POST /V1/products/base-prices``. ``store``: 0 is all of them."""
    return {
        "prices": [{"price": price.amount, "store_id": store, "sku": price.sku} for price in prices]
    }


def product(price: Price, ean: str | None) -> dict[str, Any] | None:
    """``PUT /V1/products/{sku}``: name, description, EAN; ``None`` where none is given."""
    told: dict[str, Any] = {"sku": price.sku}
    if price.name is not None:
        told["name"] = price.name
    attributes = []
    if price.description is not None:
        attributes.append({"attribute_code": "description", "value": price.description})
    if price.ean is not None:
        if ean is None:
            raise CannotSayError("no attribute is named that holds the EAN (magento.ean)")
        attributes.append({"attribute_code": ean, "value": price.ean})
    if attributes:
        told["custom_attributes"] = attributes
    return {"product": told} if len(told) > 1 else None


def mark(key: str) -> str:
    """The comment by which a shipment of ours is known again."""
    return f"EDI {key}"


def ship(shipment: Shipment, source: str) -> dict[str, Any]:
    """``POST /V1/order/{id}/ship``. Raises :class:`CannotSayError`."""
    body: dict[str, Any] = {
        "items": [
            {"order_item_id": _number(line.line), "qty": line.quantity} for line in shipment.lines
        ],
        "notify": shipment.notify,
        "appendComment": False,
        "comment": {"comment": mark(shipment.key), "is_visible_on_front": 0},
        "arguments": {"extension_attributes": {"source_code": source}},
    }
    tracks = [
        {
            "track_number": parcel.tracking,
            "title": parcel.carrier_name or parcel.carrier or "parcel",
            "carrier_code": parcel.carrier or "custom",
        }
        for parcel in shipment.parcels
        if parcel.tracking
    ]
    return {**body, "tracks": tracks} if tracks else body


def invoice_comment(invoice: InvoiceFile) -> str:
    """What is written to an order about an invoice."""
    name = "Invoice" if invoice.kind == "invoice" else "Credit note"
    return f"{name} {invoice.number}: {invoice.link}"


def comment(text: str, order: int) -> dict[str, Any]:
    """``POST /V1/orders/{id}/comments``: one that the buyer sees in his account."""
    return {
        "statusHistory": {
            "comment": text,
            "parent_id": order,
            "is_customer_notified": 0,
            "is_visible_on_front": 1,
        }
    }


def _number(key: str) -> int:
    if not key.isascii() or not key.isdigit():
        raise CannotSayError(f"{key} is no item of an order of Magento")
    return int(key)
