"""WooCommerce: strictly later than, pages by number; webhooks out of order under one delivery."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.shops.faults.book import Book, Entry, GivenBack
from tests.shops.faults.server import Request, Response, Style

_SORT: dict[str, Callable[[Entry], Any]] = {
    "modified": lambda each: (each.updated, each.number),
    "date": lambda each: (each.created, each.number),
    "id": lambda each: each.number,
}
_GONE = {"code": "woocommerce_rest_shop_order_invalid_id", "message": "Invalid ID."}


class WooCommerce(Style):
    """Orders of the REST API v3, their refunds and notes."""

    kind = "woocommerce"
    calls = True
    gives_back = True

    def __init__(self) -> None:
        self.meta: dict[int, list[dict[str, Any]]] = {}
        """Meta data of orders."""
        self.completed: list[int] = []
        self.notes: dict[int, list[str]] = {}
        """What buyers were told."""

    def settings(self, url: str) -> dict[str, Any]:
        return {"url": url, "key": "${env:SHOP_SECRET}", "secret": "${env:SHOP_SECRET}"}

    def answer(self, book: Book, request: Request) -> Response:
        if request.path.endswith("/webhooks"):
            return Response([])
        path = request.path.removeprefix("wp-json/wc/v3/orders").lstrip("/")
        if not path:
            return self._list(book, request.query)
        number, _, part = path.partition("/")
        entry = book.get(int(number))
        if entry is None:
            return Response(_GONE, 404)
        if part == "refunds":
            return Response([_refund(entry, each) for each in entry.refunds])
        if part == "notes":
            return self._notes(entry.number, request)
        if request.method == "PUT":
            self._put(entry.number, request.json())
        return Response(self._order(entry))

    def told(self, number: int) -> list[str]:
        notes = self.notes.get(number, [])
        return [word for note in notes for word in note.split() if word.startswith("T-")]

    def _list(self, book: Book, query: Any) -> Response:
        bounds = {name: _instant(query[name]) for name in _BOUNDS if name in query}
        found = [
            each
            for each in book.changed()
            if all(_BOUNDS[name](each, at) for name, at in bounds.items())
        ]
        found.sort(key=_SORT[query["orderby"]])
        number, size = int(query["page"]), int(query["per_page"])
        page = found[(number - 1) * size : number * size]
        pages = -(-len(found) // size)
        headers = {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(pages)}
        return Response([self._order(each) for each in page], headers=headers)

    def _notes(self, number: int, request: Request) -> Response:
        known = self.notes.setdefault(number, [])
        if request.method == "POST":
            known.append(request.json()["note"])
        return Response([{"id": index, "note": text} for index, text in enumerate(known)])

    def _put(self, number: int, change: dict[str, Any]) -> None:
        if change.get("status") == "completed":
            self.completed.append(number)
        for pair in change.get("meta_data", ()):
            kept = [one for one in self.meta.get(number, []) if one["key"] != pair["key"]]
            self.meta[number] = [*kept, pair]

    def _order(self, entry: Entry) -> dict[str, Any]:
        status = "completed" if entry.number in self.completed else "processing"
        told = _order(entry)
        if entry.status != "cancelled":
            told["status"] = status
        return told | {"meta_data": self.meta.get(entry.number, [])}


_BOUNDS: dict[str, Callable[[Entry, datetime], bool]] = {
    "modified_after": lambda entry, at: entry.updated > at,
    "modified_before": lambda entry, at: entry.updated < at,
    "after": lambda entry, at: entry.created > at,
    "before": lambda entry, at: entry.created < at,
}


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _told(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S")


def _refund(entry: Entry, one: GivenBack) -> dict[str, Any]:
    line = {
        "id": 700_000 + one.id, "name": "one of them", "product_id": 11, "variation_id": 0,
        "quantity": -1, "sku": "CH-01", "subtotal": "-10.00", "subtotal_tax": "-2.00",
        "total": "-10.00", "total_tax": "-2.00",
        "taxes": [{"id": 1, "total": "-2.00", "subtotal": "-2.00"}],
        "meta_data": [{"key": "_refunded_item_id", "value": str(900_000 + entry.number)}],
    }  # fmt: skip
    return {
        "id": one.id, "date_created_gmt": _told(one.at), "amount": "12.00", "reason": "",
        "refunded_payment": True, "line_items": [line], "tax_lines": [], "shipping_lines": [],
        "fee_lines": [], "meta_data": [],
    }  # fmt: skip


def _order(entry: Entry) -> dict[str, Any]:
    net, tax = str(entry.net), str(entry.tax)
    line = {
        "id": 900_000 + entry.number, "name": f"revision {entry.revision}", "product_id": 11,
        "variation_id": 0, "quantity": entry.quantity, "sku": "CH-01", "price": 10,
        "subtotal": net, "subtotal_tax": tax, "total": net, "total_tax": tax,
        "taxes": [{"id": 1, "total": tax, "subtotal": tax}], "meta_data": [],
    }  # fmt: skip
    address = {"first_name": "Alex", "last_name": "Sample", "country": "FR", "city": "Paris"}
    return {
        "id": entry.number, "number": str(entry.number), "currency": "EUR",
        "status": "cancelled" if entry.status == "cancelled" else "processing",
        "prices_include_tax": False, "customer_id": 0, "billing": address, "shipping": address,
        "date_created_gmt": _told(entry.created), "date_modified_gmt": _told(entry.updated),
        "date_paid_gmt": _told(entry.created),
        "total": "?" if entry.broken else str(entry.net + entry.tax), "total_tax": tax,
        "cart_tax": tax, "discount_total": "0.00", "discount_tax": "0.00",
        "shipping_total": "0.00", "shipping_tax": "0.00", "payment_method": "card",
        "line_items": [line],
        "tax_lines": [{"id": 5, "rate_id": 1, "rate_percent": 20, "tax_total": tax,
                       "shipping_tax_total": "0.00", "label": "TVA"}],
        "refunds": [{"id": one.id, "reason": "", "total": "-12.00"} for one in entry.refunds],
        "shipping_lines": [], "fee_lines": [], "coupon_lines": [], "meta_data": [],
    }  # fmt: skip
