"""Shipments to PrestaShop: tracking numbers of the order's carrier, and the shipped state.

Everything is looked up before it is written, so that a repeat does nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.channels.shops.connector import Outcome, Shipment
from gateway.channels.shops.prestashop.calls import Webservice, body, refusal, values
from gateway.channels.shops.session import Query, ShopRefusedError
from gateway.config.shops.prestashop import PrestaShop

MOST = 64
"""Signs of a tracking number: several share the field."""
_ROW = "order_carrier"
_FIELDS = (
    "id", "id_order", "id_carrier", "id_order_invoice", "weight", "shipping_cost_tax_excl",
    "shipping_cost_tax_incl", "tracking_number", "date_add",
)  # fmt: skip


def send_shipment(service: Webservice, shipment: Shipment, settings: PrestaShop) -> Outcome:
    """Tell of a shipment; the order gets its state by the one that completes it."""
    if not (shipment.order.isascii() and shipment.order.isdigit()):
        return Outcome(shipment.key, "refused", reason="the shop has no such order")
    rows = service.rows("orders", {"id": f"[{shipment.order}]"}, "[id,current_state]")
    if not rows:
        return Outcome(shipment.key, "refused", reason="the shop has no such order")
    state = str(values(rows[0]).get("current_state"))
    if state in map(str, (*settings.cancelled_states, *settings.refunded_states)):
        return Outcome(shipment.key, "refused", reason=f"the order is in state {state}")
    mail: Query = (("sendemail", "1"),) if shipment.notify else ()
    try:
        left_out = _track(service, shipment, mail)
        if shipment.complete:
            _complete(service, shipment.order, state, settings.shipped_state, mail)
    except ShopRefusedError as failure:
        return Outcome(shipment.key, "refused", reason=refusal(failure))
    reason = f"no room for {', '.join(left_out)}" if left_out else ""
    return Outcome(shipment.key, "done", reference=shipment.order, reason=reason)


def _track(service: Webservice, shipment: Shipment, mail: Query) -> list[str]:
    """Add the tracking numbers that are not there; those for which the field has no room."""
    numbers = [parcel.tracking for parcel in shipment.parcels if parcel.tracking]
    if not numbers:
        return []
    rows = service.rows("order_carriers", {"id_order": f"[{shipment.order}]"})
    if not rows:
        return numbers
    row = values(rows[-1])
    there = str(row.get("tracking_number") or "").split()
    kept, left_out = list(there), []
    for number in numbers:
        if number in kept:
            continue
        if len(" ".join([*kept, number])) <= MOST:
            kept.append(number)
        else:
            left_out.append(number)
    if kept != there:
        changed = {**_kept(row), "tracking_number": " ".join(kept)}
        service.put("order_carriers", str(row.get("id")), body(_ROW, changed), mail)
    return left_out


def _kept(row: Mapping[str, Any]) -> dict[str, str]:
    """A row as it came: what is not written with it is lost."""
    return {name: str(row[name]) for name in _FIELDS if row.get(name) is not None}


def _complete(service: Webservice, order: str, state: str, shipped: int, mail: Query) -> None:
    """Put the order into its shipped state, unless it has ever been in it."""
    if state == str(shipped):
        return
    rows = service.rows("order_histories", {"id_order": f"[{order}]"}, "[id,id_order_state]")
    if any(str(values(raw).get("id_order_state")) == str(shipped) for raw in rows):
        return
    fields = {"id_order": order, "id_order_state": str(shipped)}
    service.post("order_histories", body("order_history", fields), mail)
