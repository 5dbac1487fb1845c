"""Rows of what partners find in ``out/`` and ``archive/``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, or_, select, text, update

from gateway.store.mailbox.tables import offer
from gateway.store.upsert import insert_new

WAITING, KEPT, ARCHIVED, GONE = "waiting", "kept", "archived", "gone"
IN_OUT = (WAITING, KEPT)
"""States of what ``out/`` shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A file that a partner fetches; see :data:`gateway.store.mailbox.tables.offer`."""

    id: int
    partner: str
    channel: str
    name: str
    delivery: int
    message: int | None
    sha: str
    size: int
    state: str
    sent: str
    ended: bool
    tries: int
    fetched: datetime | None
    created: datetime
    updated: datetime


def add(connection: Connection, at: datetime, **values: Any) -> None:
    """Offer a delivery; one that is offered already is not offered again."""
    row = {**values, "state": WAITING, "created": at, "updated": at}
    insert_new(connection, offer, [row], keys=["delivery"])


def get(connection: Connection, id_: int, *, lock: bool = False) -> Offer | None:
    """One row; ``lock``: nobody else changes it before this transaction ends."""
    statement = select(offer).where(offer.c.id == id_)
    return _first(connection, statement.with_for_update() if lock else statement)


def named(
    connection: Connection, partner: str, channel: str, name: str, *, lock: bool = False
) -> Offer | None:
    """The file of that name that was offered last; what ``out/`` shows goes before the others."""
    shown = offer.c.state.in_(IN_OUT)
    statement = _of(partner, channel).where(offer.c.name == name)
    statement = statement.order_by(shown.desc(), offer.c.id.desc()).limit(1)
    return _first(connection, statement.with_for_update() if lock else statement)


def listed(
    connection: Connection,
    partner: str,
    channel: str,
    states: tuple[str, ...],
    after: int,
    limit: int,
    since: datetime | None = None,
) -> list[Offer]:
    """What a folder shows, oldest first, from behind a row on; ``since``: fetched after that."""
    statement = _of(partner, channel).where(offer.c.state.in_(states), offer.c.id > after)
    if since is not None:
        statement = statement.where(offer.c.fetched >= since)
    rows = connection.execute(statement.order_by(offer.c.id).limit(limit))
    return [_made(row) for row in rows]


def change(connection: Connection, id_: int, at: datetime, **values: Any) -> None:
    """Change a row."""
    connection.execute(update(offer).where(offer.c.id == id_).values(updated=at, **values))


def waiting(connection: Connection, before: datetime) -> list[tuple[str, str]]:
    """Partners and channels for whom something has waited since before an instant."""
    # the literal makes the partial index usable
    late = (text("mailbox_offer.state = 'waiting'"), offer.c.created < before)
    statement = select(offer.c.partner, offer.c.channel).where(*late).distinct()
    return sorted((row.partner, row.channel) for row in connection.execute(statement))


def overdue(
    connection: Connection, partner: str, channel: str, before: datetime
) -> tuple[int, Offer | None]:
    """What has waited since before an instant: how many files, and the first of them."""
    late = (offer.c.state == WAITING, offer.c.created < before)
    place = (offer.c.partner == partner, offer.c.channel == channel)
    count = connection.scalar(select(func.count()).select_from(offer).where(*place, *late)) or 0
    first = select(offer).where(*place, *late).order_by(offer.c.id).limit(1)
    return count, _first(connection, first)


def remove_old(connection: Connection, before: datetime, limit: int) -> int:
    """Forget what was fetched long ago and is in no folder any more, or in ``archive/``."""
    over = (
        select(offer.c.id)
        .where(or_(offer.c.state == GONE, offer.c.state == ARCHIVED), offer.c.fetched < before)
        .limit(limit)
    )
    ids = connection.scalars(over).all()
    connection.execute(delete(offer).where(offer.c.id.in_(ids)))
    return len(ids)


def remove(connection: Connection, id_: int) -> None:
    """Offer a file no longer."""
    connection.execute(delete(offer).where(offer.c.id == id_))


def _of(partner: str, channel: str) -> Select[Any]:
    return select(offer).where(offer.c.partner == partner, offer.c.channel == channel)


def _first(connection: Connection, statement: Select[Any]) -> Offer | None:
    row = connection.execute(statement).first()
    return None if row is None else _made(row)


def _made(row: Row[Any]) -> Offer:
    return Offer(**row._mapping)
