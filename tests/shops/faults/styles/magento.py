"""Magento: offset pages of a search, UTC without a zone, credit memos asked for by themselves."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.shops.faults.book import Book, Entry, GivenBack
from tests.shops.faults.server import Request, Response, Style

_NAME = re.compile(r"searchCriteria\[filterGroups]\[(\d+)]\[filters]\[0]\[(\w+)]")
_FIELDS: dict[str, Callable[[Entry], Any]] = {
    "updated_at": lambda each: each.updated,
    "created_at": lambda each: each.created,
    "entity_id": lambda each: each.number,
}
_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "gteq": lambda one, other: one >= other,
    "lteq": lambda one, other: one <= other,
    "eq": lambda one, other: one == other,
    "gt": lambda one, other: one > other,
}


class Magento(Style):
    """Orders and credit memos."""

    kind = "magento"
    gives_back = True

    def settings(self, url: str) -> dict[str, Any]:
        return {"url": url, "token": "${env:SHOP_SECRET}"}

    def answer(self, book: Book, request: Request) -> Response:
        path = request.path.removeprefix("rest/all/V1/")
        if path.startswith("orders/"):
            entry = book.get(int(path.removeprefix("orders/")))
            return Response({"message": "no"}, 404) if entry is None else Response(_order(entry))
        filters = _filters(request.query)
        if path == "creditmemos":
            ((_, _, told),) = filters
            orders = (book.get(int(one)) for one in told.split(","))
            memos = [_memo(order, one) for order in orders if order for one in order.refunds]
            return Response({"items": memos, "total_count": len(memos)})
        found = [each for each in book.changed() if all(_fits(each, *one) for one in filters)]
        size = int(request.query["searchCriteria[pageSize]"])
        return Response({"items": [_order(each) for each in found[:size]],
                         "total_count": len(found)})  # fmt: skip


def _filters(query: Any) -> list[tuple[str, str, str]]:
    groups: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for name, value in query.items():
        if named := _NAME.fullmatch(name):
            groups[named[1]][named[2]] = value
    return [(one["field"], one["conditionType"], one["value"]) for one in groups.values()]


def _fits(entry: Entry, field: str, condition: str, value: str) -> bool:
    wanted = (
        int(value) if field == "entity_id" else datetime.fromisoformat(value).replace(tzinfo=UTC)
    )
    return _HOLDS[condition](_FIELDS[field](entry), wanted)


def _told(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S")


def _both(**amounts: object) -> dict[str, Any]:
    """Each amount in the order's currency and in the site's own."""
    values = {name: float(str(value)) for name, value in amounts.items()}
    return values | {f"base_{name}": value for name, value in values.items()}


def _order(entry: Entry) -> dict[str, Any]:
    address = {"firstname": "Alex", "lastname": "Sample", "street": ["1"], "city": "Paris",
               "postcode": "75001", "country_id": "FR"}  # fmt: skip
    state, gross = (
        "canceled" if entry.status == "cancelled" else "processing",
        entry.net + entry.tax,
    )
    tax = {"code": "TVA", "title": "TVA", "percent": 20} | {
        name.replace("tax_", ""): value for name, value in _both(tax_amount=entry.tax).items()
    }
    item = {
        "item_id": 900_000 + entry.number, "sku": "CH-01", "name": f"revision {entry.revision}",
        "product_id": 10, "product_type": "simple", "qty_ordered": entry.quantity,
        "qty_shipped": 0, "qty_canceled": 0, "qty_refunded": len(entry.refunds), "is_virtual": 0,
        "tax_percent": 20,
        **_both(price=10, row_total=entry.net, tax_amount=entry.tax, discount_amount=0,
                discount_tax_compensation_amount=0, row_total_incl_tax=gross),
    }  # fmt: skip
    told = {
        "entity_id": entry.number, "increment_id": f"{entry.number:09}", "state": state,
        "status": state, "created_at": _told(entry.created), "updated_at": _told(entry.updated),
        "store_id": 1, "store_name": "Main", "customer_is_guest": 1,
        "order_currency_code": "EUR", "base_currency_code": "EUR", "base_to_order_rate": 1,
        "billing_address": address, "payment": {"method": "card"}, "items": [item],
        "extension_attributes": {
            "shipping_assignments": [{"shipping": {"address": address, "method": "flat"}}],
            "item_applied_taxes": [{"type": "product", "item_id": item["item_id"],
                                    "applied_taxes": [tax]}],
        },
        **_both(subtotal=entry.net, tax_amount=entry.tax, shipping_amount=0,
                shipping_tax_amount=0, shipping_incl_tax=0, discount_amount=0, grand_total=gross,
                total_due=0, total_paid=gross, total_refunded=12 * len(entry.refunds)),
    }  # fmt: skip
    return told | ({"grand_total": "?"} if entry.broken else {})


def _memo(entry: Entry, one: GivenBack) -> dict[str, Any]:
    item = {
        "entity_id": 600_000 + one.id, "order_item_id": 900_000 + entry.number, "sku": "CH-01",
        "name": "one of them", "qty": 1, **_both(row_total=10, tax_amount=2),
    }  # fmt: skip
    return {
        "entity_id": one.id, "increment_id": f"R{one.id}", "order_id": entry.number, "state": 2,
        "created_at": _told(one.at), "order_currency_code": "EUR", "base_currency_code": "EUR",
        "items": [item],
        **_both(grand_total=12, subtotal=10, tax_amount=2, shipping_amount=0,
                shipping_tax_amount=0, adjustment_positive=0, adjustment_negative=0),
    }  # fmt: skip
