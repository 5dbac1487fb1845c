"""Amazon: a list that lags behind the truth, tokens of pages that end, and few calls at all."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.shops.faults.book import Book, Entry
from tests.shops.faults.server import Request, Response, Style

FRANCE = "A13V1IB3VIYZZH"
LAG = 240
"""Seconds after which at the latest the list shows what changed."""
LIVES = timedelta(hours=24)
RATE, BURST = 0.0056, 20.0
_ZONE = "+00:00"


class Amazon(Style):
    """Orders of 2026-01-01, and the server of tokens."""

    kind = "amazon"

    def __init__(self) -> None:
        self._pages: dict[str, tuple[datetime, list[int]]] = {}
        """Numbers of orders that a token goes on with, and when it was given."""
        self._level, self._at = BURST, None

    def settings(self, url: str) -> dict[str, Any]:
        secret = "${env:SHOP_SECRET}"
        known = {"client_id": "client-1", "client_secret": secret, "refresh_token": secret}
        return {"url": url, "login": f"{url}/auth/o2/token", "seller": "S1",
                "marketplaces": [FRANCE], **known}  # fmt: skip

    def identity(self, number: int) -> str:
        return f"402-1000001-{number:07}"

    def answer(self, book: Book, request: Request) -> Response:
        if request.path == "auth/o2/token":
            return Response({"access_token": "t-73-faulty", "expires_in": 3600})
        path = request.path.removeprefix("orders/2026-01-01/orders").lstrip("/")
        if path:
            entry = book.get(int(path.rpartition("-")[2]))
            return Response({}, 404) if entry is None else Response({"order": _order(entry)})
        if not self._may(book.now()):
            return Response({"errors": [{"code": "QuotaExceeded"}]}, 429)
        return self._search(book, request.query)

    def _may(self, now: datetime) -> bool:
        """One call in three minutes, on average."""
        passed = 0.0 if self._at is None else (now - self._at).total_seconds()
        self._level, self._at = min(BURST, self._level + passed * RATE), now
        if self._level < 1:
            return False
        self._level -= 1
        return True

    def _search(self, book: Book, query: Any) -> Response:
        now, size = book.now(), int(query["maxResultsPerPage"])
        token = query.get("paginationToken")
        if token is None:
            left = [each.number for each in self._shown(book, query, now)]
        else:
            given, left = self._pages.get(token, (now - 2 * LIVES, []))
            if now - given > LIVES:
                return Response({"errors": [{"code": "InvalidInput"}]}, 400)
        page, rest = left[:size], left[size:]
        entries = [entry for number in page if (entry := book.get(number)) is not None]
        told: dict[str, Any] = {"orders": [_order(each) for each in entries], "pagination": {}}
        if rest:
            name = f"page-{len(self._pages)}"
            self._pages[name] = (now, rest)
            told["pagination"] = {"nextToken": name}
        return Response(told)

    def _shown(self, book: Book, query: Any, now: datetime) -> list[Entry]:
        """What the list shows by now: each change after a while of its own."""
        first, last = (_instant(query[f"lastUpdated{each}"]) for each in ("After", "Before"))
        return [
            each
            for each in book.changed(first, last)
            if each.updated + timedelta(seconds=each.number * each.revision * 37 % LAG) <= now
        ]


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _told(at: datetime) -> str:
    return at.isoformat().replace(_ZONE, "Z")


def _money(amount: object) -> dict[str, str]:
    return {"amount": f"{amount:.2f}", "currencyCode": "EUR"}


def _order(entry: Entry) -> dict[str, Any]:
    gross = entry.net + entry.tax
    tax = {"subtype": "ITEM", "value": _money(entry.tax)}
    item = {
        "orderItemId": f"7{entry.number:010}", "quantityOrdered": entry.quantity,
        "product": {"asin": "B0SAMPLE01", "title": f"revision {entry.revision}",
                    "sellerSku": "CH-01", "price": {"unitPrice": _money(12)}},
        "proceeds": {
            "breakdowns": [
                {"type": "ITEM", "subtotal": _money(gross)},
                {"type": "TAX", "subtotal": _money(entry.tax), "detailedBreakdowns": [tax]},
            ],
            "proceedsTotal": _money(gross),
        },
        "fulfillment": {"quantityFulfilled": 0, "quantityUnfulfilled": entry.quantity},
    }  # fmt: skip
    status = "CANCELLED" if entry.status == "cancelled" else "UNSHIPPED"
    return {
        "orderId": Amazon().identity(entry.number), "createdTime": _told(entry.created),
        "lastUpdatedTime": _told(entry.updated),
        "salesChannel": {"channelName": "AMAZON", "marketplaceId": FRANCE},
        "recipient": {"deliveryAddress": {"name": "Alex Sample", "city": "Paris",
                                          "postalCode": "75001", "countryCode": "FR"}},
        "proceeds": {"grandTotal": {"amount": "?"} if entry.broken else _money(gross)},
        "fulfillment": {"fulfillmentStatus": status, "fulfilledBy": "MERCHANT"},
        "orderItems": [item],
    }  # fmt: skip
