"""What goes back to a marketplace on Mirakl: decisions, shipments, invoices, stock, prices.

Every call that does something once looks first whether it was done already, so that it may be made
again when nobody knows what became of it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
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
from gateway.channels.shops.entries import entries
from gateway.channels.shops.fields import Fields, opened
from gateway.channels.shops.multipart import Part, form, safe
from gateway.channels.shops.session import Query, Session, ShopRefusedError
from gateway.syntax.jsonparts import dumps

_SHIPPED = ("SHIPPED", "TO_COLLECT", "RECEIVED", "CLOSED")
_RUNNING = ("WAITING", "RUNNING", "QUEUED", "PENDING", "TRANSFORMATION_WAITING")
_DOCUMENTS = {"invoice": "CUSTOMER_INVOICE", "credit_note": "CUSTOMER_CREDIT_NOTE"}


class Writing:
    """The calls that change something."""

    def __init__(self, calls: Session, shop_id: int | None) -> None:
        self._calls = calls
        self._own: list[tuple[str, str]] = [] if shop_id is None else [("shop_id", str(shop_id))]

    def send_decision(self, decision: Decision) -> Outcome:
        """Accept or refuse every line of an order (OR21)."""
        order = self._order(decision.order)
        if order is None:
            return Outcome(decision.key, "refused", reason="the marketplace has no such order")
        state = order.text("order_state")
        if state != "WAITING_ACCEPTANCE":
            return self._decided(decision, state or "")
        chosen = dict(decision.lines)
        lines = [
            {"id": key, "accepted": chosen.get(key, decision.accepted)}
            for each in order.each("order_lines")
            if (key := each.text("order_line_id")) is not None
        ]
        path = f"{_path(decision.order)}/accept"
        made = self._done(decision.key, "PUT", path, order_lines=lines)
        if made.state == "refused":  # perhaps it was carried out before, and nobody heard of it
            now = self._order(decision.order)
            state = (now.text("order_state") or "") if now is not None else ""
            if state not in ("", "WAITING_ACCEPTANCE"):
                return self._decided(decision, state)
        return made

    def send_shipment(self, shipment: Shipment) -> Outcome:
        """One whole parcel: tracking (OR23), then shipped (OR24); else shipments (ST01)."""
        order = self._order(shipment.order)
        if order is None:
            return Outcome(shipment.key, "refused", reason="the marketplace has no such order")
        parcels = shipment.parcels or (Parcel(),)
        known = self._shipments(shipment.order)
        whole = shipment.complete and len(parcels) == 1 and not known
        if whole and order.text("order_state") in _SHIPPED:
            told = order.text("shipping_tracking") or ""
            if told in ("", parcels[0].tracking):
                return Outcome(shipment.key, "done", reference=told)
        if whole:
            return self._ship_whole(shipment, parcels[0], order)
        left = [each for each in parcels if not each.tracking or each.tracking not in known]
        if not left:
            return Outcome(shipment.key, "done")
        return self._ship_parts(shipment, left)

    def send_invoice(self, invoice: InvoiceFile) -> Outcome:
        """A file for an order (OR74)."""
        name = safe(invoice.name or f"{invoice.number}.pdf")
        body = self._get("api/orders/documents", [("order_ids", invoice.order)])
        documents = (
            opened(each, "a document")
            for each in entries(body, "order_documents", what="documents")
        )
        if any(each.text("file_name") == name for each in documents):
            return Outcome(invoice.key, "done", reference=name)
        sent = {"order_documents": [{"file_name": name, "type_code": _DOCUMENTS[invoice.kind]}]}
        media, data = form(
            [
                Part("files", invoice.body, invoice.media_type or "application/pdf", name),
                Part("order_documents", dumps(sent), "application/json"),
            ]
        )
        return self._post_form(invoice.key, f"{_path(invoice.order)}/documents", media, data, name)

    def send_stock(self, levels: Sequence[Level]) -> list[Outcome]:
        """Quantities of offers as one file (STO01); nothing else of an offer changes."""
        rows = [(each.sku, str(each.quantity), "update") for each in levels]
        ticket = self._import("stock", ("offer-sku", "quantity", "update-delete"), rows)
        return [Outcome(each.key, "pending", ticket=ticket) for each in levels]

    def send_prices(self, prices: Sequence[Price]) -> list[Outcome]:
        """Prices of offers as one file (PRI01); nothing else of an offer changes."""
        rows = [(each.sku, format(each.amount, "f")) for each in prices]
        ticket = self._import("pricing", ("offer-sku", "price"), rows)
        return [Outcome(each.key, "pending", ticket=ticket) for each in prices]

    def follow_up(self, ticket: str) -> Outcome:
        """What became of a file (STO02, PRI02); its errors are in the marketplace's report."""
        kind, _, number = ticket.partition("/")
        body = self._get(f"api/offers/{kind}/imports/{quote(number, safe='')}/status", [])
        status = opened(body, "the state of an import")
        state = status.text("status") or ""
        if state in _RUNNING:
            return Outcome(ticket, "pending", ticket=ticket)
        wrong = status.number("lines_in_error") or 0
        if state == "COMPLETE" and not wrong:
            return Outcome(ticket, "done", reference=number)
        reason = f"{state or 'no state'}: {wrong} lines of import {number} were not taken"
        return Outcome(ticket, "refused", reason=reason)

    # ---- parts

    def _get(self, path: str, query: Query) -> bytes:
        return self._calls.call("GET", path, query=[*query, *self._own]).body

    def _order(self, external_id: str) -> Fields | None:
        body = self._get("api/orders", [("order_ids", external_id)])
        found = (opened(each, "an order") for each in entries(body, "orders", what="orders"))
        return next((each for each in found if each.text("order_id") == external_id), None)

    def _shipments(self, order: str) -> set[str]:
        """Tracking numbers of the shipments that are there already."""
        body = self._get("api/shipments", [("order_id", order)])
        found = (opened(each, "a shipment") for each in entries(body, "data", what="shipments"))
        numbers = (each.inside("tracking").text("tracking_number") for each in found)
        return {each for each in numbers if each}

    def _ship_whole(self, shipment: Shipment, parcel: Parcel, order: Fields) -> Outcome:
        if parcel.tracking and order.text("shipping_tracking") != parcel.tracking:
            told = _tracking(parcel, url="carrier_url")
            path = f"{_path(shipment.order)}/tracking"
            told_first = self._done(shipment.key, "PUT", path, **told)
            if told_first.state != "done":
                return told_first
        made = self._done(shipment.key, "PUT", f"{_path(shipment.order)}/ship")
        if made.state == "refused":  # perhaps it was carried out before, and nobody heard of it
            now = self._order(shipment.order)
            if now is not None and now.text("order_state") in _SHIPPED:
                return Outcome(shipment.key, "done", reference=parcel.tracking)
        return made

    def _ship_parts(self, shipment: Shipment, parcels: Iterable[Parcel]) -> Outcome:
        parts = [
            {
                "order_id": shipment.order,
                "shipment_lines": [
                    {"order_line_id": each.line, "quantity": int(each.quantity)}
                    for each in parcel.lines or shipment.lines
                ],
                "tracking": _tracking(parcel, url="tracking_url"),
                "shipped": True,
            }
            for parcel in parcels
        ]
        query = self._own
        try:
            answer = self._calls.call(
                "POST", "api/shipments", query=query, json={"shipments": parts}
            )
        except ShopRefusedError as refused:
            return Outcome(shipment.key, "refused", reason=refused.reason)
        wrong = [
            opened(each, "an error")
            for each in entries(answer.body, "shipment_errors", what="errors")
        ]
        if wrong:
            told = "; ".join(
                each.text("message") or "no reason"
                for one in wrong
                for each in (*one.each("errors"), one)
                if each.text("message")
            )
            return Outcome(shipment.key, "refused", reason=told or "a shipment was not taken")
        return Outcome(shipment.key, "done")

    def _decided(self, decision: Decision, state: str) -> Outcome:
        """The order is decided already: by us before, or by somebody else, or too late."""
        refused = state in ("REFUSED", "CANCELED")
        if refused is not decision.accepted:
            return Outcome(decision.key, "done", reference=state)
        return Outcome(decision.key, "refused", reason=f"the order is in state {state} already")

    def _done(self, key: str, method: Any, path: str, **body: Any) -> Outcome:
        """A call without an answer worth reading; it sets what is so afterwards however often."""
        try:
            self._calls.call(method, f"api/{path}", query=self._own, json=body)
        except ShopRefusedError as refused:
            return Outcome(key, "refused", reason=refused.reason)
        return Outcome(key, "done")

    def _post_form(self, key: str, path: str, media: str, data: bytes, name: str) -> Outcome:
        try:
            answer = self._calls.call(
                "POST",
                f"api/{path}",
                query=self._own,
                body=data,
                headers={"Content-Type": media},
            )
        except ShopRefusedError as refused:
            return Outcome(key, "refused", reason=refused.reason)
        if (opened(answer.body, "the answer").number("errors_count") or 0) > 0:
            return Outcome(key, "refused", reason="the marketplace did not take the file")
        return Outcome(key, "done", reference=name)

    def _import(self, kind: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
        """A file of changes; what may be asked after it. The same file again changes nothing."""
        text = StringIO()
        writer = csv.writer(text, delimiter=";", lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
        part = Part("file", text.getvalue().encode(), "text/csv", f"{kind}.csv")
        media, data = form([part])
        answer = self._calls.call(
            "POST",
            f"api/offers/{kind}/imports",
            query=self._own,
            body=data,
            headers={"Content-Type": media},
            repeatable=True,
        )
        number = opened(answer.body, "the answer").need("import_id", "the number of the import")
        return f"{kind}/{number}"


def _tracking(parcel: Parcel, *, url: str) -> dict[str, str]:
    known = {
        "carrier_code": parcel.carrier,
        "carrier_name": parcel.carrier_name,
        "tracking_number": parcel.tracking,
        url: parcel.url,
    }
    return {name: value for name, value in known.items() if value}


def _path(order: str) -> str:
    """Where an order is, whatever its id holds."""
    return f"orders/{quote(order, safe='')}"
