"""Webhooks of shops: as their platforms list them, and how many came beside what polls found."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from gateway.store.shops.reconcilingtables import health
from gateway.store.shops.tables import inbox, order
from gateway.store.upsert import upsert

MANY = 1000
"""More are not counted."""


@dataclass(frozen=True, slots=True)
class Health:
    """A row; see the table. ``hooks``: values of JSON."""

    shop: str
    since: datetime
    looked: datetime
    hooks: Sequence[Mapping[str, str]]
    made: int
    made_at: datetime | None


def find(connection: Connection, shop: str) -> Health | None:
    """Of one shop."""
    return find_all(connection, shop).get(shop)


def find_all(connection: Connection, shop: str | None = None) -> dict[str, Health]:
    """By shop."""
    statement = select(health)
    if shop is not None:
        statement = statement.where(health.c.shop == shop)
    return {
        row.shop: Health(
            row.shop, row.since, row.looked, json.loads(row.hooks), row.made, row.made_at
        )
        for row in connection.execute(statement)
    }


def keep(connection: Connection, row: Health) -> None:
    """How it was found now; when it was looked at first stays."""
    values = {
        "looked": row.looked,
        "hooks": json.dumps(list(row.hooks)),
        "made": row.made,
        "made_at": row.made_at,
    }
    whole = {"shop": row.shop, "since": row.since, **values}
    upsert(connection, health, whole, keys=["shop"], change=values)


def last_hint(connection: Connection, shop: str) -> datetime | None:
    """When a webhook of a shop was taken last."""
    mine = select(inbox.c.received).where(inbox.c.shop == shop)
    found: datetime | None = connection.scalar(mine.order_by(inbox.c.received.desc()).limit(1))
    return found


def hints(connection: Connection, shop: str, since: datetime) -> int:
    """How many webhooks were taken since then."""
    mine = (inbox.c.shop == shop, inbox.c.received >= since)
    return connection.scalar(select(func.count()).select_from(inbox).where(*mine)) or 0


def found_without(connection: Connection, shop: str, since: datetime, until: datetime) -> int:
    """Orders that changed between these instants without a webhook since the first of them.

    At most :data:`MANY`.
    """
    heard = select(inbox.c.external_id).where(inbox.c.shop == shop, inbox.c.received >= since)
    mine = (order.c.shop == shop, order.c.seen > since, order.c.seen <= until)
    some = select(order.c.id).where(*mine, order.c.external_id.not_in(heard)).limit(MANY)
    return connection.scalar(select(func.count()).select_from(some.subquery())) or 0
