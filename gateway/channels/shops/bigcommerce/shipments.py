"""Shipments of BigCommerce: one for each parcel, marked as ours in its comment.

The mark is a digest of our key and the parcel; a repeat finds it and makes nothing twice.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.channels.shops.bigcommerce.calls import Store
from gateway.channels.shops.bigcommerce.stock import reason_of
from gateway.channels.shops.connector import Outcome, Parcel, Shipment, ShippedLine
from gateway.channels.shops.session import ShopAnswerError, ShopRefusedError

PROVIDERS = (
    "auspost", "canadapost", "endicia", "usps", "fedex", "ups", "upsready", "upsonline",
    "shipperhq", "royalmail",
)  # fmt: skip
"""Carriers that BigCommerce knows itself; any other one is a ``tracking_carrier``."""
MOST_TRACKING = 50
"""Signs of a tracking number there."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """One shipment: pieces by line, and its tracking."""

    pieces: Mapping[str, int]
    parcels: tuple[Parcel, ...]
    mark: str


def send(shipment: Shipment, store: Store) -> Outcome:
    """Tell of a shipment. A repeat makes only what is missing."""
    every = [*shipment.lines, *(one for parcel in shipment.parcels for one in parcel.lines)]
    if any(one.quantity != one.quantity.to_integral_value() for one in every):
        return Outcome(shipment.key, "refused", reason="BigCommerce counts whole pieces")
    if not (shipment.order.isascii() and shipment.order.isdigit()):
        return Outcome(shipment.key, "refused", reason="BigCommerce has no such order")
    units = list(_units(shipment))
    if not units:
        return Outcome(shipment.key, "refused", reason="no line is shipped")
    path = f"v2/orders/{shipment.order}"
    try:
        there = list(store.each(f"{path}/shipments"))
        addresses = {
            str(one.get("id")): int(one.get("order_address_id") or 0)
            for one in store.each(f"{path}/products")
        }
        made = [number for unit in units for number in _done(unit, there, addresses, store, path)]
    except ShopRefusedError as failure:
        return Outcome(shipment.key, "refused", reason=reason_of(failure))
    return Outcome(shipment.key, "done", reference=" ".join(made))


def _units(shipment: Shipment) -> Iterator[_Unit]:
    """One for each parcel that names its lines, and one for all others together."""
    rest = Counter(_pieces(shipment.lines))
    bare = tuple(parcel for parcel in shipment.parcels if not parcel.lines)
    for number, parcel in enumerate(shipment.parcels, 1):
        if parcel.lines:
            pieces = _pieces(parcel.lines)
            rest.subtract(pieces)
            yield _Unit(pieces, (parcel,), _mark(shipment.key, f"{number} {parcel.tracking}"))
    left = {line: count for line, count in rest.items() if count > 0}
    if left:
        yield _Unit(left, bare, _mark(shipment.key, "rest"))


def _pieces(lines: Sequence[ShippedLine]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for one in lines:
        found[one.line] += int(one.quantity)
    return dict(found)


def _mark(key: str, part: str) -> str:
    return f"ref {hashlib.sha256(f'{key}|{part}'.encode()).hexdigest()[:16]}"


def _done(
    unit: _Unit,
    there: Sequence[Mapping[str, Any]],
    addresses: Mapping[str, int],
    store: Store,
    path: str,
) -> list[str]:
    """Numbers of the shipments of a unit, one for each address, found or made."""
    by_address: dict[int, dict[str, int]] = {}
    for line, count in unit.pieces.items():
        by_address.setdefault(addresses.get(line, 0), {})[line] = count
    return [
        _found(unit.mark, address, there) or _made(unit, address, pieces, store, path)
        for address, pieces in by_address.items()
    ]


def _found(mark: str, address: int, there: Sequence[Mapping[str, Any]]) -> str:
    for one in there:
        same = mark in str(one.get("comments") or "")
        if same and int(one.get("order_address_id") or 0) == address:
            return str(one.get("id"))
    return ""


def _made(unit: _Unit, address: int, pieces: Mapping[str, int], store: Store, path: str) -> str:
    body = {
        "order_address_id": address,
        "items": [
            {"order_product_id": int(line) if line.isdigit() else 0, "quantity": count}
            for line, count in pieces.items()
        ],
        "comments": unit.mark,
        **_tracking(unit.parcels),
    }
    answer = store.session.call("POST", f"{path}/shipments", json=body, repeatable=False)
    told = answer.json()
    if not isinstance(told, dict) or not told.get("id"):
        raise ShopAnswerError("the answer does not say which shipment was made")
    return str(told["id"])


def _tracking(parcels: Sequence[Parcel]) -> dict[str, str]:
    """Numbers of all parcels as far as they fit, their carrier, and an address."""
    told: dict[str, str] = {}
    number = ""
    for parcel in parcels:
        longer = f"{number}, {parcel.tracking}" if number else parcel.tracking
        number = longer if len(longer) <= MOST_TRACKING else number
    if number:
        told["tracking_number"] = number
    carrier = next((one.carrier for one in parcels if one.carrier), "")
    if carrier in PROVIDERS:
        told["shipping_provider"] = carrier
    elif carrier:
        told["tracking_carrier"] = carrier
    link = next((one.url for one in parcels if one.url), "")
    if link:
        told["tracking_link"] = link
    return told
