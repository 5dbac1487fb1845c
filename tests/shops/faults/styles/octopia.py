"""Octopia: sorted by change, pages by number."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.shops.faults.book import Book, Entry
from tests.shops.faults.server import Request, Response, Style


class Octopia(Style):
    """Orders and tokens."""

    kind = "octopia"

    def settings(self, url: str) -> dict[str, Any]:
        secret = "${env:SHOP_SECRET}"
        known = {"client_id": "client-1", "client_secret": secret, "seller": "4711"}
        return {"url": url, "login": f"{url}/token", **known}

    def identity(self, number: int) -> str:
        return f"O-{number}"

    def answer(self, book: Book, request: Request) -> Response:
        if request.path == "token":
            return Response({"access_token": "t-61-faulty", "expires_in": 7200})
        if request.path.startswith("orders/"):
            entry = book.get(int(request.path.rpartition("-")[2]))
            return Response({}, 404) if entry is None else Response(_order(entry))
        query = request.query
        found = book.changed(_instant(query["updatedAtMin"]), _instant(query["updatedAtMax"]))
        number, size = int(query["pageIndex"]), int(query["pageSize"])
        page = found[(number - 1) * size : number * size]
        more = {"Link": f'<http://x/orders?pageIndex={number + 1}>; rel="next"'}
        headers = more if number * size < len(found) else {"Link": ""}
        return Response({"items": [_order(each) for each in page]}, headers=headers)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _order(entry: Entry) -> dict[str, Any]:
    gross = float(entry.net + entry.tax)
    tax = {"code": "TVA", "rate": 20, "amount": float(entry.tax)}
    line = {
        "orderLineId": "1",
        "quantity": entry.quantity,
        "offer": {"sellerProductId": "CH-01", "productTitle": f"revision {entry.revision}"},
        "sellingPrice": {"totalPrice": gross, "taxes": [tax]},
    }
    return {
        "orderId": f"O-{entry.number}",
        "status": "Cancelled" if entry.status == "cancelled" else "Accepted",
        "salesChannelId": "CDISFR",
        "createdAt": entry.created.isoformat(),
        "updatedAt": entry.updated.isoformat(),
        "currencyCode": "EUR",
        "totalPrice": "?" if entry.broken else gross,
        "shippingAddress": {"countryCode": "FR", "city": "Paris"},
        "lines": [line],
    }
