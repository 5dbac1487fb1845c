"""Shipments that shops were told of, or are to be: what of each line of an order left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from gateway.store.shops.stocktables import shipment, shipped
from gateway.store.upsert import insert_new

Order = tuple[str, str]
"""Shop and external id."""
_PART = 200


@dataclass(frozen=True, slots=True)
class NewShipment:
    """What left for one order, by one despatch advice."""

    shop: str
    order_id: str
    number: str
    key: str
    message: int
    lines: Mapping[str, Decimal]


def add(connection: Connection, rows: Collection[NewShipment], at: datetime) -> None:
    """Enter shipments; one that is known stays as it is."""
    for row in sorted(rows, key=lambda one: one.key):
        values = {
            "shop": row.shop, "order_id": row.order_id, "number": row.number, "key": row.key,
            "message": row.message, "created": at, "updated": at,
        }  # fmt: skip
        insert_new(connection, shipment, [values], keys=["key"])
        _take_over(connection, row, at)
        id_ = connection.scalar(
            select(shipment.c.id).where(
                shipment.c.key == row.key, shipment.c.message == row.message
            )
        )
        if id_ is not None:
            connection.execute(
                insert(shipped),
                [
                    {"shipment": id_, "line": line, "quantity": format(quantity, "f")}
                    for line, quantity in sorted(row.lines.items())
                ],
            )


def _take_over(connection: Connection, row: NewShipment, at: datetime) -> None:
    """What the shop refused is told anew by another document with the same number."""
    id_ = connection.scalar(
        select(shipment.c.id).where(
            shipment.c.key == row.key,
            shipment.c.state == "refused",
            shipment.c.message != row.message,
        )
    )
    if id_ is not None:
        connection.execute(delete(shipped).where(shipped.c.shipment == id_))
        values = {"message": row.message, "state": "planned", "updated": at}
        connection.execute(update(shipment).where(shipment.c.id == id_).values(**values))


def of_orders(
    connection: Connection, wanted: Collection[Order]
) -> dict[Order, tuple[dict[str, Decimal], dict[str, int]]]:
    """By order: how much of each line is in shipments, and the message of each despatch advice.

    What the shop refused is in none.
    """
    found: defaultdict[Order, tuple[dict[str, Decimal], dict[str, int]]] = defaultdict(
        lambda: ({}, {})
    )
    listed = sorted(wanted)
    for start in range(0, len(listed), _PART):
        these = or_(
            *(
                and_(shipment.c.shop == shop, shipment.c.order_id == order_id)
                for shop, order_id in listed[start : start + _PART]
            )
        )
        rows = connection.execute(
            select(shipment.c.shop, shipment.c.order_id, shipment.c.number, shipment.c.message,
                   shipped.c.line, shipped.c.quantity)
            .join(shipped, shipped.c.shipment == shipment.c.id)
            .where(these, shipment.c.state != "refused")
        )  # fmt: skip
        for row in rows:
            lines, despatches = found[row.shop, row.order_id]
            lines[row.line] = lines.get(row.line, Decimal(0)) + Decimal(row.quantity)
            despatches[row.number] = row.message
    return dict(found)


def told_lines(connection: Connection, shop: str, order_id: str, key: str) -> dict[str, Decimal]:
    """How much of each line the shop was told of, the shipment of this key included."""
    rows = connection.execute(
        select(shipped.c.line, shipped.c.quantity)
        .join(shipment, shipment.c.id == shipped.c.shipment)
        .where(shipment.c.shop == shop, shipment.c.order_id == order_id)
        .where(or_(shipment.c.state == "told", shipment.c.key == key))
    )
    found: dict[str, Decimal] = {}
    for line, quantity in rows:
        found[line] = found.get(line, Decimal(0)) + Decimal(quantity)
    return found


def move(
    connection: Connection,
    key: str,
    state: str,
    at: datetime,
    *,
    complete: bool = False,
    reference: str = "",
) -> None:
    """What became of a shipment."""
    values = {"state": state, "complete": complete, "reference": reference[:255], "updated": at}
    connection.execute(update(shipment).where(shipment.c.key == key).values(**values))


def counts(connection: Connection, shop: str) -> dict[str, int]:
    """How many shipments of a shop, by state."""
    statement = select(shipment.c.state, func.count()).where(shipment.c.shop == shop)
    return {state: n for state, n in connection.execute(statement.group_by(shipment.c.state))}
