"""BigCommerce: an order is a list entry and several lists of its own; so many calls in a window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

from tests.shops.faults.book import START, Book, Entry, GivenBack
from tests.shops.faults.server import Request, Response, Style

QUOTA = 150
WINDOW = timedelta(seconds=30)
STORE = "stores/abc123/"


class BigCommerce(Style):
    """Orders of v2, refunds of v3."""

    kind = "bigcommerce"
    calls = True
    gives_back = True

    def __init__(self) -> None:
        self._window, self._asked = 0, 0

    def settings(self, url: str) -> dict[str, Any]:
        return {"url": url, "store_hash": "abc123", "token": "${env:SHOP_SECRET}"}

    def answer(self, book: Book, request: Request) -> Response:
        limits = self._limits(book.now())
        if int(limits["X-Rate-Limit-Requests-Left"]) < 0:
            wait = {**limits, "X-Rate-Limit-Requests-Left": "0"}
            return Response({"title": "Too Many Requests"}, 429, wait)
        found = self._found(book, request.path.removeprefix(STORE), request.query)
        return Response(found.value, found.status, limits)

    def _limits(self, now: datetime) -> dict[str, str]:
        """What is left of the window of time, this call counted."""
        window, into = divmod(now - START, WINDOW)
        self._asked = self._asked + 1 if window == self._window else 1
        self._window = window
        reset = int((WINDOW - into).total_seconds() * 1000)
        return {
            "X-Rate-Limit-Requests-Left": str(QUOTA - self._asked),
            "X-Rate-Limit-Requests-Quota": str(QUOTA),
            "X-Rate-Limit-Time-Window-Ms": "30000",
            "X-Rate-Limit-Time-Reset-Ms": str(reset),
        }

    def _found(self, book: Book, path: str, query: Any) -> Response:
        if path == "v3/hooks":
            return Response({"data": []})
        if path == "v2/orders":
            first, last = (datetime.fromisoformat(query[f"{each}_date_modified"])
                           for each in ("min", "max"))  # fmt: skip
            number, size = int(query["page"]), int(query["limit"])
            found = book.changed(first, last)
            if query["sort"] == "id:asc":
                least = int(query.get("min_id", 0))
                found = sorted((one for one in found if one.number >= least),
                               key=lambda each: each.number)  # fmt: skip
            page = found[(number - 1) * size : number * size]
            return Response([_order(each) for each in page])
        number, _, part = path.split("/", 2)[2].partition("/")
        entry = book.get(int(number))
        if entry is None:
            return Response([], 404)
        if part:
            whole = PARTS[part](entry)
            return Response({"data": whole} if path.startswith("v3") else whole)
        return Response(_order(entry))


def _told(at: datetime) -> str:
    return format_datetime(at)


def _order(entry: Entry) -> dict[str, Any]:
    gross = f"{entry.net + entry.tax:.4f}"
    status = "11" if not entry.refunds else "14"
    return {
        "id": entry.number, "date_created": _told(entry.created),
        "date_modified": _told(entry.updated),
        "status_id": 5 if entry.status == "cancelled" else int(status), "status": "Any",
        "shipping_cost_ex_tax": "0.0000", "shipping_cost_inc_tax": "0.0000",
        "shipping_cost_tax": "0.0000", "total_ex_tax": f"{entry.net:.4f}",
        "total_inc_tax": "?" if entry.broken else gross, "total_tax": f"{entry.tax:.4f}",
        "is_tax_inclusive_pricing": False, "payment_method": "Credit Card",
        "payment_status": "captured", "currency_code": "EUR", "default_currency_code": "EUR",
        "store_default_currency_code": "EUR", "coupon_discount": "0.0000",
        "shipping_address_count": 1, "channel_id": 1,
        "billing_address": _PLACE, "fees": [],
    }  # fmt: skip


_PLACE = {"first_name": "Alex", "last_name": "Sample", "city": "Paris", "zip": "75001",
          "country": "France", "country_iso2": "FR", "email": "alex@example.com"}  # fmt: skip


def _products(entry: Entry) -> list[dict[str, Any]]:
    gross = f"{entry.net + entry.tax:.4f}"
    return [{
        "id": 900_000 + entry.number, "order_id": entry.number, "product_id": 500,
        "variant_id": 1500, "name": f"revision {entry.revision}", "sku": "CH-01",
        "type": "physical", "base_price": "10.0000", "total_ex_tax": f"{entry.net:.4f}",
        "total_inc_tax": gross, "discounted_total_inc_tax": gross,
        "total_tax": f"{entry.tax:.4f}", "quantity": entry.quantity, "quantity_shipped": 0,
        "quantity_refunded": len(entry.refunds), "parent_order_product_id": None,
        "applied_discounts": [], "product_options": [],
    }]  # fmt: skip


def _taxes(entry: Entry) -> list[dict[str, Any]]:
    return [{
        "id": 1, "name": "TVA", "rate": "20.0000", "line_amount": f"{entry.tax:.4f}",
        "order_product_id": 900_000 + entry.number, "line_item_type": "item",
    }]  # fmt: skip


def _refund(entry: Entry, one: GivenBack) -> dict[str, Any]:
    item = {"item_type": "PRODUCT", "item_id": 900_000 + entry.number, "quantity": 1}
    payment = {"id": 1, "provider_id": "card", "amount": 12, "is_declined": False}
    return {
        "id": one.id, "order_id": entry.number, "created": one.at.isoformat(), "reason": "",
        "total_amount": 12, "total_tax": 2, "items": [item], "payments": [payment],
    }  # fmt: skip


PARTS: dict[str, Callable[[Entry], list[dict[str, Any]]]] = {
    "products": _products,
    "taxes": _taxes,
    "shipping_addresses": lambda _: [_PLACE | {"id": 1000, "shipping_method": "Standard"}],
    "payment_actions/refunds": lambda entry: [_refund(entry, one) for one in entry.refunds],
}
