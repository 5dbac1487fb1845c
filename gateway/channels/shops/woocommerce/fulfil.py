"""Shipments and invoices to WooCommerce: a note to the buyer, meta data, and the state.

The core knows no parcels: a tracking number is a note, or what a tracking plug-in keeps in meta
data. Everything is looked up before it is written, so that a repeat does nothing.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from typing import Any

from gateway.channels.shops.connector import InvoiceFile, Outcome, Parcel, Shipment
from gateway.channels.shops.session import Session
from gateway.channels.shops.woocommerce.articles import entries
from gateway.channels.shops.woocommerce.calls import order_values
from gateway.channels.shops.woocommerce.states import CLOSED
from gateway.config.shops.woocommerce import WooCommerce

SHIPPED = "_edi_gateway_shipments"
"""Meta data of an order: the keys of the shipments that it was told of."""
DONE = "completed"
_LINKS = 50
"""Links of one order."""


def send_shipment(
    session: Session, shipment: Shipment, settings: WooCommerce, *, codes: bool = False
) -> Outcome:
    """Tell of a shipment; the order is completed by the one that completes it.

    ``codes``: the settings say what carriers are called here, so that is what the buyer reads.
    """
    order = order_values(session, shipment.order)
    if order is None:
        return Outcome(shipment.key, "refused", reason="the shop has no such order")
    status = str(order.get("status"))
    if status in CLOSED:
        return Outcome(shipment.key, "refused", reason=f"the order is {status} in the shop")
    told = [str(key) for key in _listed(_meta(order).get(SHIPPED))]
    change: dict[str, Any] = {}
    if shipment.key not in told:
        if settings.tracking == "note":
            _note(session, shipment, settings.note, codes=codes)
        change["meta_data"] = [{"key": SHIPPED, "value": [*told, shipment.key]}]
        if settings.tracking == "meta":
            change["meta_data"] += _tracking(order, shipment, settings.tracking_key)
    if shipment.complete and status != DONE:
        change["status"] = DONE
    if change:
        session.call("PUT", f"orders/{order['id']}", json=change)
    return Outcome(shipment.key, "done", reference=str(order["id"]))


def _note(session: Session, shipment: Shipment, form: str, *, codes: bool) -> None:
    """A note with the parcels, unless it is there already."""
    lines = [_line(form, parcel, codes=codes) for parcel in shipment.parcels if parcel.tracking]
    if not lines:
        return
    text = "\n".join(lines)
    path = f"orders/{shipment.order}/notes"
    notes = entries(session.call("GET", path, query=[("_fields", "id,note")]).json())
    if any(html.unescape(str(one.get("note"))).strip() == text for one in notes):
        return
    session.call("POST", path, json={"note": text, "customer_note": shipment.notify})


def _line(form: str, parcel: Parcel, *, codes: bool) -> str:
    names = (parcel.carrier, parcel.carrier_name)
    carrier = next(filter(None, names if codes else reversed(names)), "")
    filled = form.format(carrier=carrier, tracking=parcel.tracking, url=parcel.url)
    return " ".join(filled.split())


def _tracking(order: Mapping[str, Any], shipment: Shipment, key: str) -> Iterator[dict[str, Any]]:
    """Meta data as tracking plug-ins keep it: a list of parcels, ours behind those there are."""
    there = [one for one in _listed(_meta(order).get(key)) if isinstance(one, dict)]
    known = {str(one.get("tracking_number")) for one in there}
    new = [one for one in shipment.parcels if one.tracking and one.tracking not in known]
    if new:
        yield {"key": key, "value": [*there, *(_item(one, shipment) for one in new)]}


def _item(parcel: Parcel, shipment: Shipment) -> dict[str, str]:
    return {
        "tracking_provider": parcel.carrier,
        "custom_tracking_provider": parcel.carrier_name if not parcel.carrier else "",
        "custom_tracking_link": parcel.url,
        "tracking_number": parcel.tracking,
        "date_shipped": str(int(shipment.shipped.astimezone(UTC).timestamp())),
    }


def send_invoice(session: Session, invoice: InvoiceFile, settings: WooCommerce) -> Outcome:
    """Keep an invoice's address in meta data; a further one of the order gets a key of its own."""
    if not invoice.link:
        reason = "WooCommerce takes the address of an invoice, no file"
        return Outcome(invoice.key, "refused", reason=reason)
    order = order_values(session, invoice.order)
    if order is None:
        return Outcome(invoice.key, "refused", reason="the shop has no such order")
    credit = invoice.kind == "credit_note"
    first = settings.credit_note_key if credit else settings.invoice_key
    kept, free = _meta(order), ""
    for number in range(1, _LINKS + 1):
        key = first if number == 1 else f"{first}_{number}"
        if kept.get(key) == invoice.link:
            return Outcome(invoice.key, "done", reference=key)
        free = free or (key if not kept.get(key) else "")
    if not free:
        return Outcome(invoice.key, "refused", reason=f"the order has {_LINKS} links already")
    body = {"meta_data": [{"key": free, "value": invoice.link}]}
    session.call("PUT", f"orders/{order['id']}", json=body)
    return Outcome(invoice.key, "done", reference=free)


def _meta(order: Mapping[str, Any]) -> dict[str, Any]:
    pairs = order.get("meta_data") or []
    return {str(one.get("key")): one.get("value") for one in pairs if isinstance(one, dict)}


def _listed(value: Any) -> Sequence[Any]:
    """A list; PHP writes one with gaps as an object."""
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
