"""Calls of shops as deliveries: planned in the transaction that stores their document."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select

from gateway.channels.folder import sanitised
from gateway.channels.shops.connector import Decision, Shipment
from gateway.pipeline.failure import free_name
from gateway.pipeline.shops.back.told import OUTLET, Planned, lane_of, place_of, written
from gateway.store import NewDelivery, contents, deliveries
from gateway.store.shops import decisions, shipments
from gateway.store.shops.shipments import NewShipment
from gateway.store.tables import delivery

PURPOSE = "partner"
"""A shop is told as a partner is: what arrived moves the row of its document."""


def plan(
    connection: Connection,
    message: int,
    document: str,
    planned: Sequence[Planned],
    at: datetime,
    *,
    test: bool,
) -> None:
    """Each call once; one that is known by its key is not planned again."""
    bodies = [written(one.what, test=test) for one in planned]
    contents.put(connection, bodies)
    if not test:
        _enter(connection, message, planned, at)
    for one, body in zip(planned, bodies, strict=True):
        folder = place_of(one.shop)
        # what is only tried stands in nobody's way
        test_key = f"shop:{one.what.key}:test:{message}"
        key = test_key if test else _next_key(connection, one)
        new = NewDelivery(
            key=key,
            message=message,
            purpose=PURPOSE,
            lane=lane_of(one.shop, document),
            outlet=OUTLET,
            folder=folder,
            name=free_name(connection, Path(folder), sanitised(one.name)[:200]),
            sha=contents.sha_of(body),
            due=at,
        )
        deliveries.add(connection, [new], at)


_OVER = ("withdrawn", "dead")
"""States of a delivery that nothing comes of, unless a person has it made again."""
_TRIES = 20
"""Documents that may lead to the same call, each after the one before was given up."""


def _keys(one: Planned) -> list[str]:
    """The keys that deliveries of a call may have: the first, and those after it was given up."""
    key = f"shop:{one.what.key}"
    return [key, *(f"{key}:{number}" for number in range(1, _TRIES))]


def _next_key(connection: Connection, one: Planned) -> str:
    """The first that no delivery has."""
    keys = _keys(one)
    used = set(connection.scalars(select(delivery.c.key).where(delivery.c.key.in_(keys))))
    return next((key for key in keys if key not in used), keys[-1])


def known_calls(connection: Connection, planned: Sequence[Planned]) -> dict[str, int]:
    """By key of a call that was planned before, and not given up: the message that led to it."""
    keys = {key: one.what.key for one in planned for key in _keys(one)}
    rows = connection.execute(
        select(delivery.c.key, delivery.c.message).where(
            delivery.c.key.in_(sorted(keys)), delivery.c.state.not_in(_OVER)
        )
    )
    return {keys[key]: message for key, message in rows}


def _enter(connection: Connection, message: int, planned: Sequence[Planned], at: datetime) -> None:
    new = [
        NewShipment(one.shop, one.order, one.despatch, one.what.key, message, dict(one.lines))
        for one in planned
        if isinstance(one.what, Shipment)
    ]
    shipments.add(connection, new, at)
    for one in planned:
        if isinstance(one.what, Decision):
            decisions.move(connection, one.shop, one.order, "planned", at)
