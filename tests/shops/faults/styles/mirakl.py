"""A marketplace on Mirakl: sorted by creation only, pages by their offset."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.shops.faults.book import Book, Entry, GivenBack
from tests.shops.faults.server import Request, Response, Style


class Mirakl(Style):
    """OR11, and what tells of parcels: OR23, OR24, ST01."""

    kind = "mirakl"
    gives_back = True

    def __init__(self) -> None:
        self.tracking: dict[str, str] = {}
        self.shipped: list[str] = []
        """Orders that were called shipped, each time."""
        self.shipments: list[dict[str, Any]] = []
        """Parcels that were told by themselves."""

    def settings(self, url: str) -> dict[str, Any]:
        return {"url": url, "key": "${env:SHOP_SECRET}"}

    def identity(self, number: int) -> str:
        return f"M-{number}"

    def refund(self, number: int) -> str:
        return f"R-{number}"

    def answer(self, book: Book, request: Request) -> Response:
        path = request.path.removeprefix("api/")
        if path == "orders":
            return self._list(book, request.query)
        if path == "shipments" and request.method == "GET":
            order = request.query["order_id"]
            return Response({"data": [one for one in self.shipments if one["order_id"] == order]})
        if path == "shipments":
            self.shipments += request.json()["shipments"]
            return Response({"shipment_errors": [], "shipment_success": []})
        _, order, what = path.split("/")
        if what == "tracking":
            self.tracking[order] = request.json()["tracking_number"]
        elif order in self.shipped:
            return Response({"message": "The order is shipped already"}, 400)
        else:
            self.shipped.append(order)
        return Response("", 204)

    def told(self, number: int) -> list[str]:
        order = self.identity(number)
        whole = [self.tracking[each] for each in self.shipped if each == order]
        parts = [one["tracking"] for one in self.shipments if one["order_id"] == order]
        return whole + [each["tracking_number"] for each in parts]

    def _list(self, book: Book, query: Any) -> Response:
        if "order_ids" in query:
            entry = book.get(int(query["order_ids"].rpartition("-")[2]))
            found = [] if entry is None else [entry]
        else:
            found = book.changed(
                _instant(query.get("start_update_date")), _instant(query.get("end_update_date"))
            )
            found.sort(key=lambda each: (each.created, each.number))
        start, size = int(query.get("offset", 0)), int(query.get("max", 10))
        orders = [self._order(each) for each in found[start : start + size]]
        return Response({"orders": orders, "total_count": len(found)})

    def _order(self, entry: Entry) -> dict[str, Any]:
        told = _order(entry)
        if told["order_id"] in self.shipped:
            told["order_state"] = "SHIPPED"
        return told | {"shipping_tracking": self.tracking.get(told["order_id"])}


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _tax(amount: object) -> dict[str, Any]:
    return {"code": "VAT", "rate": 20, "amount": float(str(amount))}


def _refund(one: GivenBack) -> dict[str, Any]:
    return {
        "id": f"R-{one.id}",
        "created_date": one.at.isoformat(),
        "quantity": 1,
        "amount": 12.0,
        "taxes": [_tax(2)],
        "shipping_amount": 0,
        "shipping_taxes": [],
        "reason_code": "15",
    }


def _order(entry: Entry) -> dict[str, Any]:
    gross = str(entry.net + entry.tax)
    line = {
        "order_line_id": f"L-{entry.number}",
        "order_line_state": "SHIPPING",
        "offer_sku": "CH-01",
        "product_title": f"revision {entry.revision}",
        "quantity": entry.quantity,
        "price": "?" if entry.broken else float(gross),
        "taxes": [_tax(entry.tax)],
        "shipping_price": 0,
        "shipping_taxes": [],
        "refunds": [_refund(one) for one in entry.refunds],
    }
    return {
        "order_id": f"M-{entry.number}",
        "created_date": entry.created.isoformat(),
        "last_updated_date": entry.updated.isoformat(),
        "order_state": "CANCELED" if entry.status == "cancelled" else "SHIPPING",
        "order_tax_mode": "TAX_INCLUDED",
        "currency_iso_code": "EUR",
        "customer": {"shipping_address": {"country_iso_code": "FRA", "city": "Paris"}},
        "order_lines": [line],
        "total_price": float(gross),
    }
