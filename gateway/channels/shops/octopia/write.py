"""What goes back to Octopia: decisions, shipments, invoices.

Stock and prices go there by packages of offers, which are not built.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from gateway.channels.shops.connector import (
    Decision,
    InvoiceFile,
    Level,
    Outcome,
    Parcel,
    Price,
    Shipment,
)
from gateway.channels.shops.fields import Fields, opened
from gateway.channels.shops.multipart import Part, form
from gateway.channels.shops.octopia.read import WAITING, named
from gateway.channels.shops.session import Session, ShopRefusedError

_NOT_BUILT = "stock and prices of this platform go by offer packages, which are not built"


class Writing:
    """The calls that change something."""

    def __init__(self, calls: Session) -> None:
        self._calls = calls

    def send_decision(self, decision: Decision) -> Outcome:
        """Accept or refuse an order, before its deadline."""
        order = self._order(decision.order)
        if order is None:
            return Outcome(decision.key, "refused", reason="the marketplace has no such order")
        state = order.text("status") or ""
        wanted = "Accepted" if decision.accepted else "Refused"
        if state != WAITING:
            refused = state in ("Refused", "Cancelled", "Rejected")
            if refused is not decision.accepted:
                return Outcome(decision.key, "done", reference=state)
            reason = f"the order is in state {state} already"
            return Outcome(decision.key, "refused", reason=reason)
        body = {"approval_status": wanted}
        return self._post(decision.key, f"{_path(decision.order)}/approval-status", body)

    def send_shipment(self, shipment: Shipment) -> Outcome:
        """The parcels of an order; those that are there already are not told again."""
        known = self._parcels(shipment.order)
        parcels = shipment.parcels or (Parcel(),)
        left = [each for each in parcels if not each.tracking or each.tracking not in known]
        if not left:
            return Outcome(shipment.key, "done")
        body = [
            {
                "parcelNumber": parcel.tracking,
                "carrierName": parcel.carrier or parcel.carrier_name,
                "trackingUrl": parcel.url,
                "orderLineIds": [each.line for each in parcel.lines or shipment.lines],
            }
            for parcel in left
        ]
        told = [{name: value for name, value in each.items() if value} for each in body]
        return self._post(shipment.key, f"{_path(shipment.order)}/shipments", told)

    def send_invoice(self, invoice: InvoiceFile) -> Outcome:
        """A file named like its order; it is taken over there later."""
        name = f"{invoice.order}.pdf"
        kind = invoice.media_type or "application/pdf"
        media, data = form([Part("file", invoice.body, kind, name)])
        try:
            self._calls.call(
                "POST",
                f"{_path(invoice.order)}/invoices",
                body=data,
                headers={"Content-Type": media},
                repeatable=True,
            )
        except ShopRefusedError as refused:
            if refused.status == 409:
                return Outcome(invoice.key, "done", reference=name)
            return Outcome(invoice.key, "refused", reason=refused.reason)
        return Outcome(invoice.key, "done", reference=name)

    def send_stock(self, levels: Sequence[Level]) -> list[Outcome]:
        """Not built."""
        return [Outcome(each.key, "refused", reason=_NOT_BUILT) for each in levels]

    def send_prices(self, prices: Sequence[Price]) -> list[Outcome]:
        """Not built."""
        return [Outcome(each.key, "refused", reason=_NOT_BUILT) for each in prices]

    def follow_up(self, ticket: str) -> Outcome:
        """Nothing is asked after here."""
        return Outcome(ticket, "refused", reason="nothing is asked after on this platform")

    def _order(self, external_id: str) -> Fields | None:
        answer = self._calls.call("GET", _path(external_id), allowed=(404,))
        if answer.status == 404:
            return None
        order = opened(answer.body, "an order")
        return order if order.text(named(order, "order")) == external_id else None

    def _parcels(self, order: str) -> set[str]:
        """Numbers of the parcels that are there already."""
        answer = self._calls.call("GET", f"{_path(order)}/shipments", allowed=(404,))
        if answer.status == 404:
            return set()
        body = b'{"items":' + answer.body + b"}" if answer.body[:1] == b"[" else answer.body
        found = opened(body, "the shipments").each("items")
        return {number for each in found if (number := each.text("parcelNumber"))}

    def _post(self, key: str, path: str, body: Any) -> Outcome:
        try:
            self._calls.call("POST", path, json=body)
        except ShopRefusedError as refused:
            return Outcome(key, "refused", reason=refused.reason)
        return Outcome(key, "done")


def _path(order: str) -> str:
    """Where an order is, whatever its id holds."""
    return f"orders/{quote(order, safe='')}"
