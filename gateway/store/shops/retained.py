"""What tables of shops name among contents, and giving it back when its time is over.

Orders and refunds stay for ever as rows, because none is ever taken twice; what they looked like is
kept as long as orders are.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, exists, or_, select, update

from gateway.store.shops import inbox
from gateway.store.shops.tables import order, refund, revision
from gateway.store.tables import content, delivery, message

_NAMING = (order.c.content, order.c.raw, revision.c.content, refund.c.content)


def names_content() -> ColumnElement[bool]:
    """Whether a row of ``content`` is an order or refund as it is known."""
    return or_(*(exists().where(each == content.c.sha) for each in _NAMING))


def drop_contents(connection: Connection, shas: Collection[str]) -> None:
    """Delete what shops named and nobody names any more."""
    if not shas:
        return
    held = select(content.c.sha).where(content.c.sha.in_(sorted(shas))).order_by(content.c.sha)
    found = connection.scalars(held.with_for_update()).all()
    used = or_(
        names_content(),
        exists().where(message.c.content == content.c.sha),
        exists().where(delivery.c.sha == content.c.sha),
    )
    connection.execute(delete(content).where(content.c.sha.in_(found), ~used))


def remove_old(connection: Connection, hints: datetime, orders: datetime, limit: int) -> int:
    """Let go of hints done before ``hints``, and contents of orders unchanged since ``orders``.

    Rows of orders and refunds stay; what was taken stays taken. How many rows were emptied.
    """
    return (
        inbox.remove_old(connection, hints, limit)
        + _empty_orders(connection, orders, limit)
        + _empty_refunds(connection, orders, limit)
    )


def _empty_orders(connection: Connection, before: datetime, limit: int) -> int:
    gone = ~exists().where(message.c.id == order.c.message)
    old = (
        select(order.c.id, order.c.content, order.c.raw)
        .where(order.c.seen < before, or_(order.c.content.is_not(None), order.c.raw.is_not(None)))
        .where(gone)
        .order_by(order.c.seen)
        .limit(limit)
    )
    rows = connection.execute(old).all()
    ids = [row.id for row in rows]
    of_these = revision.c.shop_order.in_(ids)
    loose = {sha for row in rows for sha in (row.content, row.raw) if sha}
    loose |= set(connection.scalars(select(revision.c.content).where(of_these))) - {None}
    connection.execute(update(revision).where(of_these).values(content=None))
    emptied = {"content": None, "raw": None}
    connection.execute(update(order).where(order.c.id.in_(ids)).values(**emptied))
    drop_contents(connection, loose)
    return len(rows)


def _empty_refunds(connection: Connection, before: datetime, limit: int) -> int:
    gone = ~exists().where(message.c.id == refund.c.message)
    old = (
        select(refund.c.id, refund.c.content)
        .where(refund.c.entered < before, refund.c.content.is_not(None), gone)
        .limit(limit)
    )
    rows = connection.execute(old).all()
    ids = [row.id for row in rows]
    connection.execute(update(refund).where(refund.c.id.in_(ids)).values(content=None))
    drop_contents(connection, {row.content for row in rows})
    return len(rows)
