"""The bodies of requests to Amazon. Pure; what cannot be said there is told as a refusal."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from gateway.channels.shops.connector import InvoiceFile, Level, Parcel, Shipment, ShippedLine

INVOICE_FEED = "UPLOAD_VAT_INVOICE"
PDF = "application/pdf"


class CannotSayError(ValueError):
    """Amazon has no way to say this, or asks for what is not known."""


def stock(level: Level, product_type: str) -> dict[str, Any]:
    """``patchListingsItem``: the quantity that the merchant has."""
    return {
        "productType": product_type,
        "patches": [
            {
                "op": "replace",
                "path": "/attributes/fulfillment_availability",
                "value": [{"fulfillment_channel_code": "DEFAULT", "quantity": level.quantity}],
            }
        ],
    }


def packages(shipment: Shipment, marketplace: str) -> list[dict[str, Any]]:
    """``confirmShipment``: one body for each package. Raises :class:`CannotSayError`."""
    parcels = shipment.parcels or (Parcel(),)
    if len(parcels) > 1 and not all(one.lines for one in parcels):
        # what is in which parcel is not known: all of it counts as in the first one
        parcels = (Parcel(**{**_facts(parcels[0]), "lines": shipment.lines}),)
    return [
        {
            "marketplaceId": marketplace,
            "packageDetail": _package(shipment, parcel, index),
        }
        for index, parcel in enumerate(parcels)
    ]


def untold(shipment: Shipment) -> Sequence[str]:
    """Tracking numbers that cannot be told, because nobody knows what is in these parcels."""
    parcels = shipment.parcels
    if len(parcels) > 1 and not all(one.lines for one in parcels):
        return [one.tracking for one in parcels[1:]]
    return ()


def reference(shipment: Shipment, index: int) -> str:
    """Of a package: a positive number, always the same for this package of this shipment."""
    digest = hashlib.sha256(f"{shipment.key}\0{index}".encode()).digest()
    return str(int.from_bytes(digest[:4], "big") % 999_999_999 + 1)


def feed_document() -> dict[str, Any]:
    """``createFeedDocument`` for an invoice."""
    return {"contentType": PDF}


def invoice_feed(invoice: InvoiceFile, document: str, marketplace: str) -> dict[str, Any]:
    """``createFeed`` for an invoice. Raises :class:`CannotSayError`."""
    if invoice.kind != "invoice":
        raise CannotSayError("Amazon takes a credit note only with the id of its own transaction")
    options = {
        "metadata:orderid": invoice.order,
        "metadata:invoicenumber": invoice.number,
        "metadata:documenttype": "Invoice",
        "metadata:totalamount": format(invoice.total, "f"),
    }
    if invoice.tax is not None:
        options["metadata:totalvatamount"] = format(invoice.tax, "f")
    return {
        "feedType": INVOICE_FEED,
        "marketplaceIds": [marketplace],
        "inputFeedDocumentId": document,
        "feedOptions": options,
    }


def instant(at: datetime) -> str:
    """ISO 8601 in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _facts(parcel: Parcel) -> dict[str, Any]:
    return {
        "tracking": parcel.tracking,
        "carrier": parcel.carrier,
        "carrier_name": parcel.carrier_name,
        "url": parcel.url,
    }


def _package(shipment: Shipment, parcel: Parcel, index: int) -> dict[str, Any]:
    if not parcel.tracking:
        raise CannotSayError("Amazon asks for a tracking number")
    if not parcel.carrier and not parcel.carrier_name:
        raise CannotSayError("Amazon asks for the carrier")
    package: dict[str, Any] = {
        "packageReferenceId": reference(shipment, index),
        "carrierCode": parcel.carrier or "Other",
    }
    if parcel.carrier_name:
        package["carrierName"] = parcel.carrier_name
    package |= {
        "trackingNumber": parcel.tracking,
        "shipDate": instant(shipment.shipped),
        "orderItems": [_item(line) for line in parcel.lines or shipment.lines],
    }
    return package


def _item(line: ShippedLine) -> dict[str, Any]:
    if line.quantity != int(line.quantity) or line.quantity <= 0:
        raise CannotSayError(f"Amazon takes whole quantities only, not {line.quantity}")
    return {"orderItemId": line.line, "quantity": int(line.quantity)}
