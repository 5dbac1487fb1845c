"""What Shopify has of one order: fulfilments that were made, and pieces that wait for one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.channels.shops.session import ShopAnswerError
from gateway.channels.shops.shopify.documents import MORE, MORE_TO_SHIP, SHIPPED
from gateway.channels.shops.shopify.graph import Graph
from gateway.channels.shops.shopify.ids import gid, number_of

NAMESPACE, KEY = "edi_gateway", "shipment"
"""The order's metafield that notes what was there before a fulfilment was made."""
AT_ONCE = 50
MOST_PARTS = 100
_UNDONE = ("CANCELLED", "ERROR", "FAILURE")


@dataclass(frozen=True, slots=True)
class Made:
    """A fulfilment that is there."""

    id: str
    pieces: Mapping[str, int]
    numbers: frozenset[str]


@dataclass(slots=True)
class Waiting:
    """Pieces of one line that a fulfilment order waits for."""

    fulfillment_order: str
    id: str
    line: str
    left: int
    location: str
    status: str


@dataclass(slots=True)
class State:
    """An order as Shopify has it."""

    cancelled: bool
    made: list[Made] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    noted: dict[str, list[str]] = field(default_factory=dict)
    """By key of a shipment without tracking numbers: fulfilments that were there before it."""


def state_of(order: str, graph: Graph) -> State | None:
    """The fulfilments and the fulfilment orders of an order, all of them."""
    asked = {"id": gid("Order", order), "namespace": NAMESPACE, "key": KEY}
    after = None
    state: State | None = None
    for _ in range(MOST_PARTS):
        found = graph.data(SHIPPED, {**asked, "after": after}).get("order")
        if not isinstance(found, dict):
            return None
        if state is None:
            state = State(bool(found.get("cancelledAt")), noted=_noted(found))
            state.made = list(_fulfilments(found, graph))
        orders = found.get("fulfillmentOrders") or {}
        for one in orders.get("nodes") or []:
            state.waiting += _waiting(one, graph)
        info = orders.get("pageInfo") or {}
        if not info.get("hasNextPage"):
            return state
        after = info.get("endCursor")
    raise ShopAnswerError(f"the fulfilment orders do not end after {MOST_PARTS} parts")


def _noted(order: Mapping[str, Any]) -> dict[str, list[str]]:
    try:
        told = json.loads((order.get("metafield") or {}).get("value") or "{}")
    except ValueError:
        return {}
    entries = told.items() if isinstance(told, dict) else ()
    return {key: ids for key, ids in entries if isinstance(ids, list)}


def _fulfilments(order: Mapping[str, Any], graph: Graph) -> Iterator[Made]:
    for one in order.get("fulfillments") or []:
        if one.get("status") in _UNDONE:
            continue
        pieces: Counter[str] = Counter()
        for entry in _all(one, "fulfillmentLineItems", MORE["fulfillmentLineItems"], graph):
            pieces[number_of((entry.get("lineItem") or {}).get("id"))] += int(entry["quantity"])
        numbers = (info.get("number") for info in one.get("trackingInfo") or [])
        yield Made(str(one["id"]), dict(pieces), frozenset(str(each) for each in numbers if each))


def _waiting(order: Mapping[str, Any], graph: Graph) -> Iterator[Waiting]:
    location = ((order.get("assignedLocation") or {}).get("location") or {}).get("id")
    for entry in _all(order, "lineItems", MORE_TO_SHIP, graph):
        yield Waiting(
            fulfillment_order=str(order["id"]),
            id=str(entry["id"]),
            line=number_of((entry.get("lineItem") or {}).get("id")),
            left=int(entry.get("remainingQuantity") or 0),
            location=str(location or ""),
            status=str(order.get("status") or ""),
        )


def _all(
    owner: Mapping[str, Any], name: str, document: str, graph: Graph
) -> Iterator[Mapping[str, Any]]:
    """All entries of a list, its further parts, too."""
    told = owner.get(name) or {}
    for _ in range(MOST_PARTS):
        yield from told.get("nodes") or []
        info = told.get("pageInfo") or {}
        if not info.get("hasNextPage"):
            return
        asked = {"id": owner["id"], "first": AT_ONCE, "after": str(info.get("endCursor"))}
        told = (graph.data(document, asked).get("node") or {}).get(name) or {}
    raise ShopAnswerError(f"{name} does not end after {MOST_PARTS} parts")
