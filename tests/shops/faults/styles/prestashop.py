"""PrestaShop: an order is many resources, its dates are the shop's, lists of one are objects."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.shops.faults.book import Book, Entry, GivenBack
from tests.shops.faults.server import Request, Response, Style
from tests.shops.prestashop.webservice import HERE, Webservice

ZONE = ZoneInfo("Europe/Paris")
_SHARED = json.loads((HERE / "reference.json").read_text("utf-8"))
_PLACE = {
    "id": 3, "id_country": "8", "id_state": "0", "lastname": "Sample", "firstname": "Alex",
    "address1": "5 Main Street", "postcode": "75001", "city": "Paris",
}  # fmt: skip
_BUYER = {"id": 2, "firstname": "Alex", "lastname": "Sample", "email": "alex@example.org"}


class PrestaShop(Style):
    """The webservice. A credit slip does not touch its order."""

    kind = "prestashop"
    gives_back = True

    def settings(self, url: str) -> dict[str, Any]:
        return {"url": url, "key": "${env:SHOP_SECRET}", "zone": ZONE.key}

    def answer(self, book: Book, request: Request) -> Response:
        resource, query = request.path.removeprefix("api/"), dict(request.query)
        rows = _SHARED.get(resource) or self._rows(book, resource, query)
        service = Webservice({resource: rows}, one_as_object=True)
        told = service.call(request.method, resource, query=tuple(query.items()))
        return Response(json.loads(told.body))

    def _rows(self, book: Book, resource: str, query: dict[str, str]) -> list[dict[str, Any]]:
        """Rows that may be asked for; the webservice filters and sorts them itself."""
        if resource == "addresses":
            return [_PLACE]
        if resource == "customers":
            return [_BUYER]
        if resource == "orders":
            return [_order(each) for each in _asked(book, query, "id", "date_upd")]
        if resource == "order_details":
            return [_detail(each) for each in _asked(book, query, "id_order", "")]
        if resource == "order_slip":
            entries = _asked(book, query, "id_order", "")
            return [_slip(each, one) for each in entries for one in each.refunds]
        return []


def _asked(book: Book, query: dict[str, str], by: str, date: str) -> list[Entry]:
    """Entries that a filter can mean: it is quicker than to make rows of all of them."""
    named = query.get(f"filter[{by}]") or query.get("filter[reference]")
    interval = query.get(f"filter[{date}]")
    if interval is not None:
        first, last = (_instant(one) for one in interval[1:-1].split(","))
        return book.changed(first, last, by=lambda each: each.touched)
    if named is not None:
        numbers = (int(one.removeprefix("REF")) for one in named.strip("[]").split("|"))
        return [entry for number in numbers if (entry := book.get(number)) is not None]
    return book.changed()


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


def _told(at: datetime) -> str:
    return at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")


def _order(entry: Entry) -> dict[str, Any]:
    net, gross = f"{entry.net:.6f}", f"{entry.net + entry.tax:.6f}"
    return {
        "id": entry.number, "reference": f"REF{entry.number}", "id_address_delivery": "3",
        "id_address_invoice": "3", "id_currency": "1", "id_customer": "2", "id_carrier": "9",
        "current_state": "6" if entry.status == "cancelled" else "2", "valid": "1",
        "date_add": _told(entry.created), "date_upd": _told(entry.touched), "payment": "Card",
        "module": "card", "total_discounts_tax_incl": "0.000000",
        "total_discounts_tax_excl": "0.000000",
        "total_paid_tax_incl": "?" if entry.broken else gross, "total_paid_tax_excl": net,
        "total_paid_real": gross, "total_products": net, "total_products_wt": gross,
        "total_shipping_tax_incl": "0.000000", "total_shipping_tax_excl": "0.000000",
        "carrier_tax_rate": "0.000", "total_wrapping_tax_incl": "0.000000",
        "total_wrapping_tax_excl": "0.000000", "round_mode": "2", "round_type": "2",
        "conversion_rate": "1.000000",
        "associations": {"order_rows": [{"id": entry.number, "product_id": "10"}]},
    }  # fmt: skip


def _detail(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.number, "id_order": str(entry.number), "product_id": "10",
        "product_attribute_id": "0", "product_quantity": str(entry.quantity),
        "product_quantity_refunded": str(len(entry.refunds)), "product_quantity_return": "0",
        "product_name": f"revision {entry.revision}", "product_reference": "CH-01",
        "product_ean13": "", "tax_rate": "0.000", "ecotax": "0.000000",
        "total_price_tax_incl": f"{entry.net + entry.tax:.6f}",
        "total_price_tax_excl": f"{entry.net:.6f}", "unit_price_tax_incl": "12.000000",
        "unit_price_tax_excl": "10.000000", "associations": {"taxes": [{"id": "1"}]},
    }  # fmt: skip


def _slip(entry: Entry, one: GivenBack) -> dict[str, Any]:
    part = {
        "id": str(one.id), "id_order_detail": str(entry.number), "product_quantity": "1",
        "amount_tax_excl": "10.000000", "amount_tax_incl": "12.000000",
    }  # fmt: skip
    return {
        "id": one.id, "id_customer": "2", "id_order": str(entry.number),
        "conversion_rate": "1.000000", "total_products_tax_excl": "10.000000",
        "total_products_tax_incl": "12.000000", "total_shipping_tax_excl": "0.000000",
        "total_shipping_tax_incl": "0.000000", "amount": "12.000000", "shipping_cost": "0",
        "shipping_cost_amount": "0.000000", "partial": "1", "date_add": _told(one.at),
        "date_upd": _told(one.at), "order_slip_type": "0",
        "associations": {"order_slip_details": [part]},
    }  # fmt: skip
