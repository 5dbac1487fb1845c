"""Refunds of shops: each is taken once, whatever it comes in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from gateway.store.shops.orders import key
from gateway.store.shops.tables import refund


@dataclass(frozen=True, slots=True)
class RefundRow:
    """A row; see the table."""

    id: int
    shop: str
    external_id: str
    order_id: str
    number: str
    state: str
    reason: str
    hash: str
    content: str | None
    message: int | None
    currency: str
    total: str
    created: datetime | None
    entered: datetime


_COLUMNS = tuple(field.name for field in fields(RefundRow))


def add(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Enter refunds; values by column. Raises ``IntegrityError`` when another one was quicker."""
    if rows:
        connection.execute(insert(refund), rows)


def find_many(connection: Connection, shop: str, ids: Iterable[str]) -> dict[str, RefundRow]:
    """Refunds by external id, as far as they are known."""
    wanted = sorted({key(each) for each in ids})
    if not wanted:
        return {}
    statement = select(refund).where(refund.c.shop == shop, refund.c.external_id.in_(wanted))
    return {row.external_id: _from(row) for row in connection.execute(statement)}


def find(connection: Connection, shop: str, external_id: str) -> RefundRow | None:
    """One refund."""
    return find_many(connection, shop, [external_id]).get(key(external_id))


def of_order(connection: Connection, shop: str, order_id: str) -> list[RefundRow]:
    """The refunds of an order, oldest first."""
    mine = (refund.c.shop == shop, refund.c.order_id == key(order_id))
    rows = connection.execute(select(refund).where(*mine).order_by(refund.c.id))
    return [_from(row) for row in rows]


def in_state(connection: Connection, shop: str, state: str, limit: int) -> list[RefundRow]:
    """Refunds of a shop in a state, newest first."""
    mine = select(refund).where(refund.c.shop == shop, refund.c.state == state)
    rows = connection.execute(mine.order_by(refund.c.id.desc()).limit(limit))
    return [_from(row) for row in rows]


def change(connection: Connection, id_: int, **values: Any) -> None:
    """Change a refund's row."""
    connection.execute(update(refund).where(refund.c.id == id_).values(**values))


def _from(row: Any) -> RefundRow:
    return RefundRow(**{name: getattr(row, name) for name in _COLUMNS})
