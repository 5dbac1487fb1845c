"""Shopify: GraphQL whose failures come with status 200, cursors, and a cost for each question."""

from __future__ import annotations

import base64
import json
import re
from datetime import datetime
from typing import Any

from tests.shops.faults.book import Book, Entry, GivenBack
from tests.shops.faults.server import Request, Response, Style

MOST, FULL, RATE = 1000, 2000.0, 100.0
"""Points that one question may cost, that there are, and that come back in a second."""
COST = {"Orders": 30, "Order": 30, "Listed": 4}
"""Of one order."""
_NAME = re.compile(r"\s*(?:query|mutation) (\w+)")
_BOUND = re.compile(r"updated_at:([<>])='([^']+)'")


class Shopify(Style):
    """Orders, as the Admin API tells them."""

    kind = "shopify"
    calls = True
    gives_back = True

    def __init__(self) -> None:
        self._left, self._at = FULL, None
        self._asked = 0
        self.fulfilments: dict[int, list[dict[str, Any]]] = {}
        """What was shipped, by order."""
        self.fields: dict[int, str] = {}
        """The metafield of an order that holds what was noted."""

    def settings(self, url: str) -> dict[str, Any]:
        return {"url": url, "token": "${env:SHOP_SECRET}", "b2b": False}

    def identity(self, number: int) -> str:
        return str(4_000_000 + number)

    def erp_number(self, number: int) -> str:
        return f"#{number}"

    def told(self, number: int) -> list[str]:
        made = self.fulfilments.get(number, [])
        return [each for one in made for each in one["tracking"].get("numbers", ())]

    def busy(self, _request: Request) -> Response:
        """Now and then with a status that says so; mostly with one that all is well."""
        self._asked += 1
        if self._asked % 3 == 0:
            return Response({"errors": "Too Many Requests"}, 429, {"Retry-After": "2.0"})
        code = "INTERNAL_SERVER_ERROR" if self._asked % 3 == 1 else "THROTTLED"
        return Response(_failure(code))

    def answer(self, book: Book, request: Request) -> Response:
        asked = request.json()
        named = _NAME.match(asked["query"])
        assert named is not None
        name, given = named[1], asked["variables"]
        cost = 10 + COST.get(name, 0) * given.get("first", 1)
        if cost > MOST:
            return Response(_failure("MAX_COST_EXCEEDED", cost=cost, maxCost=MOST))
        extensions = {"cost": self._paid(cost, book.now())}
        if extensions["cost"]["throttleStatus"]["currentlyAvailable"] < 0:
            return Response(_failure("THROTTLED") | {"extensions": extensions})
        data = getattr(self, f"_{name.lower()}")(book, given)
        return Response({"data": data, "extensions": extensions})

    def _paid(self, cost: int, now: datetime) -> dict[str, Any]:
        passed = 0.0 if self._at is None else (now - self._at).total_seconds()
        self._left, self._at = min(FULL, self._left + max(0.0, passed) * RATE), now
        left = self._left - cost
        if left >= 0:
            self._left = left
        status = {"maximumAvailable": FULL, "currentlyAvailable": left, "restoreRate": RATE}
        return {"requestedQueryCost": cost, "actualQueryCost": cost, "throttleStatus": status}

    # ---- questions

    def _orders(self, book: Book, given: dict[str, Any]) -> dict[str, Any]:
        bounds = {way: datetime.fromisoformat(at) for way, at in _BOUND.findall(given["query"])}
        found = book.changed(bounds[">"], bounds["<"])
        if given["after"]:
            seen = tuple(json.loads(base64.b64decode(given["after"])))
            found = [each for each in found if (each.updated.isoformat(), each.number) > seen]
        page, more = found[: given["first"]], len(found) > given["first"]
        last = [page[-1].updated.isoformat(), page[-1].number] if page else None
        cursor = base64.b64encode(json.dumps(last).encode()).decode() if page else None
        info = {"hasNextPage": more, "endCursor": cursor}
        return {"orders": {"nodes": [self._order_of(each) for each in page], "pageInfo": info}}

    def _order(self, book: Book, given: dict[str, Any]) -> dict[str, Any]:
        entry = book.get(_number(given["id"]))
        return {"order": None if entry is None else self._order_of(entry)}

    def _order_of(self, entry: Entry) -> dict[str, Any]:
        return _order(entry, self.identity(entry.number), self.fulfilments.get(entry.number, []))

    def _hooks(self, _book: Book, _given: dict[str, Any]) -> dict[str, Any]:
        return {"webhookSubscriptions": _list([])}

    # ---- what is shipped

    def _shipped(self, book: Book, given: dict[str, Any]) -> dict[str, Any]:
        number = _number(given["id"])
        entry, made = book.get(number), self.fulfilments.get(number, [])
        assert entry is not None
        gone = sum(each["quantity"] for one in made for each in one["lines"])
        line = {
            "id": f"gid://shopify/FulfillmentOrderLineItem/{number}",
            "remainingQuantity": entry.quantity - gone,
            "lineItem": {"id": _line_id(number)},
        }
        waiting = {
            "id": f"gid://shopify/FulfillmentOrder/{number}",
            "status": "OPEN" if gone < entry.quantity else "CLOSED",
            "assignedLocation": {"location": {"id": "gid://shopify/Location/1"}},
            "lineItems": _list([line]),
        }
        noted = self.fields.get(number)
        told = {
            "id": given["id"], "cancelledAt": None,
            "metafield": None if noted is None else {"value": noted},
            "fulfillments": [_fulfilment(one) for one in made],
            "fulfillmentOrders": _list([waiting]),
        }  # fmt: skip
        return {"order": told}

    def _ship(self, _book: Book, given: dict[str, Any]) -> dict[str, Any]:
        asked = given["fulfillment"]
        (part,) = asked["lineItemsByFulfillmentOrder"]
        number = int(part["fulfillmentOrderId"].rpartition("/")[2])
        made = self.fulfilments.setdefault(number, [])
        id_ = f"gid://shopify/Fulfillment/{number * 100 + len(made)}"
        lines = [{"quantity": one["quantity"]} for one in part["fulfillmentOrderLineItems"]]
        made.append({"id": id_, "tracking": asked.get("trackingInfo") or {}, "lines": lines,
                     "order": number})  # fmt: skip
        return {"fulfillmentCreate": {"fulfillment": {"id": id_}, "userErrors": []}}

    def _note(self, _book: Book, given: dict[str, Any]) -> dict[str, Any]:
        for one in given["metafields"]:
            self.fields[_number(one["ownerId"])] = one["value"]
        return {"metafieldsSet": {"userErrors": []}}


def _failure(code: str, **more: Any) -> dict[str, Any]:
    return {"errors": [{"message": "no", "extensions": {"code": code, **more}}]}


def _number(gid: str) -> int:
    return int(gid.rpartition("/")[2]) - 4_000_000


def _line_id(number: int) -> str:
    return f"gid://shopify/LineItem/{900_000 + number}"


def _list(nodes: list[Any]) -> dict[str, Any]:
    return {"nodes": nodes, "pageInfo": {"hasNextPage": False, "endCursor": None}}


def _money(amount: object) -> dict[str, Any]:
    money = {"amount": str(amount), "currencyCode": "EUR"}
    return {"shopMoney": money, "presentmentMoney": money}


def _told(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _fulfilment(one: dict[str, Any]) -> dict[str, Any]:
    tracking = one["tracking"]
    numbers = [{"number": each, "company": tracking.get("company"), "url": None}
               for each in tracking.get("numbers", ())]  # fmt: skip
    lines = [{"id": f"{one['id']}/{index}", "quantity": each["quantity"],
              "lineItem": {"id": _line_id(one["order"])}}
             for index, each in enumerate(one["lines"])]  # fmt: skip
    return {"id": one["id"], "status": "SUCCESS", "trackingInfo": numbers,
            "fulfillmentLineItems": _list(lines)}  # fmt: skip


def _refund(entry: Entry, one: GivenBack) -> dict[str, Any]:
    line = {
        "id": f"gid://shopify/RefundLineItem/{one.id}", "quantity": 1, "restockType": "RETURN",
        "restocked": True, "priceSet": _money("10.00"), "subtotalSet": _money("10.00"),
        "totalTaxSet": _money("2.00"), "lineItem": {"id": _line_id(entry.number)},
    }  # fmt: skip
    return {
        "id": f"gid://shopify/Refund/{one.id}", "legacyResourceId": str(one.id),
        "createdAt": _told(one.at), "updatedAt": _told(one.at), "note": None,
        "totalRefundedSet": _money("12.00"), "return": None, "duties": [],
        "refundLineItems": _list([line]), "refundShippingLines": _list([]),
        "orderAdjustments": _list([]), "transactions": _list([]),
    }  # fmt: skip


def _line(entry: Entry) -> dict[str, Any]:
    tax = {"title": "TVA", "rate": 0.2, "ratePercentage": 20.0, "source": None,
           "channelLiable": False, "priceSet": _money(entry.tax)}  # fmt: skip
    return {
        "id": _line_id(entry.number), "name": f"revision {entry.revision}",
        "title": f"revision {entry.revision}", "variantTitle": None, "sku": "CH-01",
        "quantity": entry.quantity, "currentQuantity": entry.quantity - len(entry.refunds),
        "requiresShipping": True, "taxable": True, "isGiftCard": False, "customAttributes": [],
        "variant": {"legacyResourceId": "30", "barcode": None, "selectedOptions": []},
        "product": {"legacyResourceId": "60"}, "lineItemGroup": None,
        "originalUnitPriceSet": _money("10.00"), "originalTotalSet": _money(entry.net),
        "discountAllocations": [], "taxLines": [tax], "duties": [],
    }  # fmt: skip


def _order(entry: Entry, identity: str, made: list[dict[str, Any]]) -> dict[str, Any]:
    gross, back = entry.net + entry.tax, 12 * len(entry.refunds)
    address = {"name": "Alex Sample", "city": "Paris", "zip": "75001", "countryCodeV2": "FR"}
    ended = _told(entry.updated) if entry.status == "cancelled" else None
    return {
        "id": f"gid://shopify/Order/{identity}", "legacyResourceId": identity,
        "name": f"#{entry.number}", "createdAt": _told(entry.created),
        "processedAt": _told(entry.created), "updatedAt": _told(entry.updated),
        "cancelledAt": ended, "cancelReason": None, "closedAt": None, "test": False,
        "edited": False, "displayFinancialStatus": "PARTIALLY_REFUNDED" if back else "PAID",
        "displayFulfillmentStatus": "UNFULFILLED", "returnStatus": "NO_RETURN",
        "currencyCode": "EUR", "presentmentCurrencyCode": "EUR", "taxesIncluded": False,
        "taxExempt": False, "dutiesIncluded": False, "tags": [], "customAttributes": [],
        "billingAddress": address, "shippingAddress": address, "customer": None,
        "localizedFields": _list([]), "totalPriceSet": _money("?" if entry.broken else gross),
        "currentTotalPriceSet": _money(gross - back), "originalTotalPriceSet": _money(gross),
        "totalTaxSet": _money(entry.tax), "totalReceivedSet": _money(gross),
        "totalOutstandingSet": _money("0.00"), "totalRefundedSet": _money(back),
        "totalTipReceivedSet": _money("0.00"),
        "totalCashRoundingAdjustment": {"paymentSet": _money("0.00"),
                                        "refundSet": _money("0.00")},
        "additionalFees": [], "transactions": [], "shippingLines": _list([]),
        "lineItems": _list([_line(entry)]),
        "refunds": [_refund(entry, one) for one in entry.refunds],
        "fulfillments": [_fulfilment(one) for one in made],
    }  # fmt: skip
