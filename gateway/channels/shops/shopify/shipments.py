"""Shipments of Shopify: fulfilments of what its fulfilment orders still wait for.

Shopify has no key that makes a repeat the same. So what is there is read first: a fulfilment with
our tracking numbers and our pieces is ours. Without a tracking number, what was there before is
noted in the order (a metafield) before the fulfilment is made; what came after is ours.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from gateway.channels.shops.connector import Outcome, Parcel, Shipment, ShippedLine
from gateway.channels.shops.shopify.documents import (
    NOTE,
    SHIP,
    TRACK,
)
from gateway.channels.shops.shopify.fulfilments import (
    KEY,
    NAMESPACE,
    Made,
    State,
    Waiting,
    state_of,
)
from gateway.channels.shops.shopify.graph import Graph
from gateway.channels.shops.shopify.ids import gid, number_of

MOST_NOTED = 30
_OPEN = ("OPEN", "IN_PROGRESS")
_LATER = ("ON_HOLD", "SCHEDULED")


class NotShippableError(Exception):
    """Shopify does not wait for these pieces. ``later``: it may yet."""

    def __init__(self, reason: str, *, later: bool = False) -> None:
        super().__init__(reason)
        self.later = later


@dataclass(frozen=True, slots=True)
class _Unit:
    """What one fulfilment is made of: pieces by line, and the parcels they are in."""

    pieces: Mapping[str, int]
    parcels: tuple[Parcel, ...]

    @property
    def numbers(self) -> frozenset[str]:
        """Its tracking numbers."""
        return frozenset(parcel.tracking for parcel in self.parcels if parcel.tracking)


def send(shipment: Shipment, graph: Graph) -> Outcome:
    """Tell of a shipment. A repeat finds what is there and makes nothing twice."""
    if not _whole(shipment):
        told = "Shopify counts whole pieces"
        return Outcome(shipment.key, "refused", reason=told)
    units = list(_units(shipment))
    if not units:
        return Outcome(shipment.key, "refused", reason="no line is shipped")
    state = state_of(shipment.order, graph)
    if state is None:
        return Outcome(shipment.key, "refused", reason="Shopify has no such order")
    made: list[str] = []
    free = list(state.made)
    try:
        for unit in units:
            made += _done(unit, shipment, state, free, graph)
    except NotShippableError as failure:
        word: Literal["retry", "refused"] = "retry" if failure.later else "refused"
        told = f"{failure}; made so far: {', '.join(made)}" if made else str(failure)
        return Outcome(shipment.key, word, reference=" ".join(made), reason=told)
    return Outcome(shipment.key, "done", reference=" ".join(made))


def _units(shipment: Shipment) -> Iterator[_Unit]:
    """One fulfilment for each parcel that names its lines, and one for all others together."""
    rest = Counter(_pieces(shipment.lines))
    bare = tuple(parcel for parcel in shipment.parcels if not parcel.lines)
    for parcel in shipment.parcels:
        if parcel.lines:
            pieces = _pieces(parcel.lines)
            rest.subtract(pieces)
            yield _Unit(pieces, (parcel,))
    left = {line: count for line, count in rest.items() if count > 0}
    if left:
        yield _Unit(left, bare)


def _pieces(lines: Sequence[ShippedLine]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for one in lines:
        found[number_of(one.line)] += int(one.quantity)
    return dict(found)


def _done(
    unit: _Unit, shipment: Shipment, state: State, free: list[Made], graph: Graph
) -> list[str]:
    """Numbers of the fulfilments of a unit, found or made."""
    found, rest = _found(unit, shipment, state, free)
    for one in found:
        free.remove(one)
    made = [number_of(one.id) for one in found]
    if not rest.pieces:
        return made
    try:
        parts = _allocated(rest, state)
    except NotShippableError:
        bare = [one for one in free if one.pieces == rest.pieces and not one.numbers]
        if len(bare) != 1 or not rest.numbers:
            raise
        # somebody shipped it by hand in the shop: only its tracking number is new
        free.remove(bare[0])
        return [*made, _tracked(bare[0].id, rest, shipment, graph)]
    if not rest.numbers:
        _note(shipment, state, graph)
    return [*made, *(_made(part, rest, shipment, graph) for part in parts)]


def _found(
    unit: _Unit, shipment: Shipment, state: State, free: list[Made]
) -> tuple[list[Made], _Unit]:
    """The fulfilments that an earlier try made (one for each location), and what is left."""
    if unit.numbers:
        ours = [one for one in free if one.numbers == unit.numbers]
    else:
        before = state.noted.get(shipment.key, [one.id for one in free])
        ours = [one for one in free if not one.numbers and one.id not in before]
    left = Counter(unit.pieces)
    found = []
    for one in sorted(ours, key=lambda each: each.pieces != unit.pieces):
        if all(left[line] >= count for line, count in one.pieces.items()):
            left.subtract(one.pieces)
            found.append(one)
    return found, _Unit({line: count for line, count in left.items() if count}, unit.parcels)


def _allocated(unit: _Unit, state: State) -> list[list[tuple[Waiting, int]]]:
    """Which waiting pieces are shipped, by location: one fulfilment is of one location."""
    if state.cancelled:
        raise NotShippableError("the order is cancelled")
    by_location: dict[str, list[tuple[Waiting, int]]] = {}
    for line, wanted in unit.pieces.items():
        missing = wanted
        held = False
        for one in state.waiting:
            if one.line != line or not one.left:
                continue
            if one.status not in _OPEN:
                held = held or one.status in _LATER
                continue
            taken = min(missing, one.left)
            if taken:
                by_location.setdefault(one.location, []).append((one, taken))
                missing -= taken
        if missing:
            raise NotShippableError(
                f"of line {line} {wanted} are shipped, and Shopify waits for {wanted - missing}",
                later=held,
            )
    for part in by_location.values():
        for one, taken in part:
            one.left -= taken
    return list(by_location.values())


def _made(part: list[tuple[Waiting, int]], unit: _Unit, shipment: Shipment, graph: Graph) -> str:
    """Make one fulfilment."""
    orders: dict[str, list[dict[str, Any]]] = {}
    for one, taken in part:
        orders.setdefault(one.fulfillment_order, []).append({"id": one.id, "quantity": taken})
    asked: dict[str, Any] = {
        "lineItemsByFulfillmentOrder": [
            {"fulfillmentOrderId": order, "fulfillmentOrderLineItems": lines}
            for order, lines in orders.items()
        ],
        "notifyCustomer": shipment.notify,
    }
    tracking = _tracking(unit.parcels)
    if tracking:
        asked["trackingInfo"] = tracking
    told, complaints = graph.change(
        SHIP, {"fulfillment": asked}, "fulfillmentCreate", repeatable=False
    )
    if complaints:
        raise NotShippableError("; ".join(one.message for one in complaints))
    return number_of((told.get("fulfillment") or {}).get("id"))


def _tracked(fulfillment: str, unit: _Unit, shipment: Shipment, graph: Graph) -> str:
    """Give a fulfilment its tracking numbers."""
    asked = {
        "id": fulfillment,
        "tracking": _tracking(unit.parcels),
        "notify": shipment.notify,
    }
    _, complaints = graph.change(TRACK, asked, "fulfillmentTrackingInfoUpdate", repeatable=True)
    if complaints:
        raise NotShippableError("; ".join(one.message for one in complaints))
    return number_of(fulfillment)


def _tracking(parcels: Sequence[Parcel]) -> dict[str, Any]:
    """Numbers and addresses of all parcels, of one carrier: Shopify has one for a fulfilment."""
    company = next((parcel.carrier or parcel.carrier_name for parcel in parcels
                    if parcel.carrier or parcel.carrier_name), "")  # fmt: skip
    numbers = [parcel.tracking for parcel in parcels if parcel.tracking]
    urls = [parcel.url for parcel in parcels if parcel.url]
    told = {"company": company, "numbers": numbers, "urls": urls}
    return {name: value for name, value in told.items() if value}


def _note(shipment: Shipment, state: State, graph: Graph) -> None:
    """Note in the order what is there, before something is made that looks like it."""
    if shipment.key in state.noted:
        return
    state.noted[shipment.key] = [one.id for one in state.made]
    newest = dict(list(state.noted.items())[-MOST_NOTED:])
    asked = {
        "ownerId": gid("Order", shipment.order),
        "namespace": NAMESPACE,
        "key": KEY,
        "type": "json",
        "value": json.dumps(newest),
    }
    _, complaints = graph.change(NOTE, {"metafields": [asked]}, "metafieldsSet", repeatable=True)
    if complaints:
        raise NotShippableError("; ".join(one.message for one in complaints))


def _whole(shipment: Shipment) -> bool:
    """Whether all quantities are whole."""
    every = [*shipment.lines, *(one for parcel in shipment.parcels for one in parcel.lines)]
    return all(one.quantity == one.quantity.to_integral_value() for one in every)
