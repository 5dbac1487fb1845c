"""Orders of shops: one row each, locked while it is decided what a new reading means."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select, update

from gateway.store.messages import fitted
from gateway.store.shops.tables import order
from gateway.store.upsert import insert_new

MOST = 500
"""Orders that are looked up with one statement."""
STATES = ("waiting", "taken", "held", "refused", "ours", "gone")
"""What a row may be in."""
OPEN = ("pending", "paid", "on_hold", "processing", "part_shipped")
"""Statuses behind which another one comes."""


@dataclass(frozen=True, slots=True)
class OrderRow:
    """A row; see the table."""

    id: int
    shop: str
    external_id: str
    number: str
    shop_number: str
    status: str
    shop_status: str
    state: str
    reason: str
    hash: str
    version: str
    revision: int
    content: str | None
    raw: str | None
    rules: str
    message: int | None
    test: bool
    currency: str
    total: str
    created: datetime | None
    placed: datetime | None
    updated: datetime | None
    entered: datetime
    seen: datetime

    @property
    def taken(self) -> bool:
        """Whether it was taken over in a form that was understood: no filter stops it any more."""
        return self.revision > 0 and self.raw is None and self.status != ""


_COLUMNS = tuple(field.name for field in fields(OrderRow))
_KEPT = ("id", "shop", "external_id", "entered")
_CHANGED = tuple(name for name in _COLUMNS if name not in _KEPT)
_ROOM = {"number": 80, "shop_number": 80, "shop_status": 80, "version": 80, "currency": 8}
_BY_ID = select(order).where(order.c.id == bindparam("id_"))
_BY_IDS = (
    select(order)
    .where(
        order.c.shop == bindparam("shop_"),
        order.c.external_id.in_(bindparam("ids", expanding=True)),
    )
    .order_by(order.c.external_id)
)
_LOCKED = _BY_IDS.with_for_update()
_CHANGE = (
    update(order)
    .where(order.c.id == bindparam("id_"))
    .values({name: bindparam(f"new_{name}") for name in _CHANGED})
)
_BY_NUMBER = (
    select(order)
    .where(order.c.number.in_(bindparam("numbers", expanding=True)))
    .order_by(order.c.id)
)


def key(external_id: str) -> str:
    """An external id as the column holds it; one that is too long keeps a hash of all of it."""
    return fitted(external_id, 120)


def find(connection: Connection, shop: str, external_id: str) -> OrderRow | None:
    """One order."""
    return find_many(connection, shop, [external_id]).get(key(external_id))


def by_id(connection: Connection, id_: int) -> OrderRow | None:
    """One order by the number of its row."""
    row = connection.execute(_BY_ID, {"id_": id_}).first()
    return None if row is None else _from(row)


def find_many(connection: Connection, shop: str, ids: Iterable[str]) -> dict[str, OrderRow]:
    """Orders by external id, as far as they are known."""
    return _found(connection, shop, ids, lock=False)


def lock(connection: Connection, shop: str, ids: Iterable[str]) -> dict[str, OrderRow]:
    """The same; nobody changes them before this transaction ends."""
    return _found(connection, shop, ids, lock=True)


def enter(connection: Connection, shop: str, ids: Iterable[str], at: datetime) -> None:
    """Make empty rows for orders that are not known; :func:`lock` decides between two who do."""
    rows = [
        {"shop": shop, "external_id": each, "entered": at, "seen": at}
        for each in {key(external_id) for external_id in ids}
    ]
    insert_new(connection, order, rows, keys=["shop", "external_id"])


def change(connection: Connection, rows: Sequence[OrderRow]) -> None:
    """Keep locked rows as they are now."""
    if rows:
        connection.execute(_CHANGE, [_values(row) for row in sorted(rows, key=lambda one: one.id)])


def by_number(connection: Connection, numbers: Iterable[str]) -> list[OrderRow]:
    """Orders that the ERP knows by these numbers, whatever shop they are of."""
    wanted = sorted(set(numbers))
    found: list[OrderRow] = []
    for start in range(0, len(wanted), MOST):
        part = {"numbers": wanted[start : start + MOST]}
        found += [_from(row) for row in connection.execute(_BY_NUMBER, part)]
    return found


def filtered_by_others(connection: Connection, shop: str, rules: str, limit: int) -> list[OrderRow]:
    """Orders that wait because of a filter that is not the one of now."""
    statement = (
        select(order)
        .where(order.c.shop == shop, order.c.state == "waiting")
        .where(order.c.rules != rules, order.c.raw.is_not(None))
        .order_by(order.c.id)
        .limit(limit)
    )
    return [_from(row) for row in connection.execute(statement)]


def in_state(connection: Connection, state: str, shop: str, limit: int = 200) -> list[OrderRow]:
    """Orders of a shop in a state, newest first."""
    mine = select(order).where(order.c.shop == shop, order.c.state == state)
    rows = connection.execute(mine.order_by(order.c.id.desc()).limit(limit))
    return [_from(row) for row in rows]


def newest(connection: Connection, shop: str, limit: int = 200) -> list[OrderRow]:
    """Orders of a shop in whatever state, newest first."""
    rows = [row for state in STATES for row in in_state(connection, state, shop, limit)]
    return sorted(rows, key=lambda row: row.id, reverse=True)[:limit]


def called(connection: Connection, shop: str, text: str, limit: int = 200) -> list[OrderRow]:
    """Orders of a shop with this id, this number in the shop, or this number in the ERP."""
    names = (order.c.external_id == key(text), order.c.number == text, order.c.shop_number == text)
    found: dict[int, OrderRow] = {}
    for name in names:
        rows = connection.execute(select(order).where(name, order.c.shop == shop).limit(limit))
        found |= {row.id: _from(row) for row in rows}
    return [found[id_] for id_ in sorted(found, reverse=True)]


def created_between(
    connection: Connection,
    shop: str,
    since: datetime,
    until: datetime,
    after: tuple[datetime, int] | None,
    limit: int,
) -> list[OrderRow]:
    """Orders made within ``[since, until)``, oldest first; ``after``: behind this (time, row)."""
    statement = select(order).where(order.c.shop == shop, order.c.created < until)
    if after is None:
        statement = statement.where(order.c.created >= since)
    else:
        at, id_ = after
        later = or_(order.c.created > at, order.c.id > id_)
        statement = statement.where(order.c.created >= at, later)
    rows = connection.execute(statement.order_by(order.c.created, order.c.id).limit(limit))
    return [_from(row) for row in rows]


def open_ones(
    connection: Connection, shop: str, behind: int, since: datetime, before: datetime, limit: int
) -> list[OrderRow]:
    """Orders made within ``[since, before)`` whose end was not seen yet, by their rows."""
    statement = (
        select(order)
        .where(order.c.shop == shop, order.c.id > behind)
        .where(order.c.created >= since, order.c.created < before)
        .where(order.c.state.in_(("waiting", "taken", "held")), order.c.status.in_(OPEN))
        .order_by(order.c.id)
        .limit(limit)
    )
    return [_from(row) for row in connection.execute(statement)]


def _found(
    connection: Connection, shop: str, ids: Iterable[str], *, lock: bool
) -> dict[str, OrderRow]:
    wanted = sorted({key(each) for each in ids})
    statement = _LOCKED if lock else _BY_IDS
    found: dict[str, OrderRow] = {}
    for start in range(0, len(wanted), MOST):
        part = {"shop_": shop, "ids": wanted[start : start + MOST]}
        found |= {row.external_id: _from(row) for row in connection.execute(statement, part)}
    return found


def _values(row: OrderRow) -> dict[str, Any]:
    values = {f"new_{name}": getattr(row, name) for name in _CHANGED}
    for name, room in _ROOM.items():
        values[f"new_{name}"] = fitted(values[f"new_{name}"], room)
    values["new_reason"] = row.reason.replace("\0", "")
    return {**values, "id_": row.id}


def _from(row: Any) -> OrderRow:
    return OrderRow(**{name: getattr(row, name) for name in _COLUMNS})
