"""Rows of what partners put into ``in/``."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from gateway.store.mailbox.tables import upload

OPEN, TORN, CLOSED, TAKEN = "open", "torn", "closed", "taken"
_OWNER = 120
"""Signs of an owner that are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """A file in ``in/``; see :data:`gateway.store.mailbox.tables.upload`."""

    id: int
    partner: str
    channel: str
    name: str
    token: str
    state: str
    renamed: bool
    size: int
    sha: str | None
    message: int | None
    owner: str
    created: datetime
    updated: datetime


# Statements of each upload are made once: making one takes longer than running it.
_HERE = (upload.c.partner == bindparam("partner_"), upload.c.channel == bindparam("channel_"))
_ADD = insert(upload).returning(upload)
_GET = select(upload).where(upload.c.id == bindparam("id_"))
_GET_LOCKED = _GET.with_for_update()
_NEWEST = (
    select(upload)
    .where(*_HERE, upload.c.name == bindparam("name_"))
    .order_by(upload.c.id.desc())
    .limit(1)
)
_UNFINISHED = select(func.count(), func.coalesce(func.sum(upload.c.size), 0)).where(
    *_HERE, text("mailbox_upload.message IS NULL"), upload.c.state != OPEN
)


def add(
    connection: Connection,
    partner: str,
    channel: str,
    name: str,
    at: datetime,
    *,
    token: str,
    owner: str,
) -> Uploaded:
    """A file that a session begins."""
    values = {"partner": partner, "channel": channel, "name": name, "token": token}
    values |= {"state": OPEN, "owner": owner[:_OWNER]}
    return _made(connection.execute(_ADD, {"created": at, "updated": at, **values}).one())


def get(connection: Connection, id_: int, *, lock: bool = False) -> Uploaded | None:
    """One row; ``lock``: nobody else changes it before this transaction ends."""
    row = connection.execute(_GET_LOCKED if lock else _GET, {"id_": id_}).first()
    return None if row is None else _made(row)


def newest(connection: Connection, partner: str, channel: str, name: str) -> Uploaded | None:
    """The file of that name that was begun last."""
    place = {"partner_": partner, "channel_": channel, "name_": name}
    row = connection.execute(_NEWEST, place).first()
    return None if row is None else _made(row)


def listed(
    connection: Connection,
    partner: str,
    channel: str,
    since: datetime,
    after: str,
    limit: int,
) -> list[Uploaded]:
    """What the folder shows, by name from behind one on, the newest of a name first.

    What was taken over before ``since`` is not shown any more.
    """
    shown = or_(upload.c.message.is_(None), upload.c.updated >= since)
    place = (upload.c.partner == partner, upload.c.channel == channel)
    statement = select(upload).where(*place, shown, upload.c.name > after)
    rows = connection.execute(statement.order_by(upload.c.name, upload.c.id.desc()).limit(limit))
    return [_made(row) for row in rows]


def change(connection: Connection, id_: int, at: datetime, **values: Any) -> None:
    """Change a row."""
    connection.execute(update(upload).where(upload.c.id == id_).values(updated=at, **values))


def remove(connection: Connection, ids: Collection[int]) -> None:
    """Forget files."""
    connection.execute(delete(upload).where(upload.c.id.in_(ids)))


def unfinished(connection: Connection, partner: str, channel: str) -> tuple[int, int]:
    """Files, and their bytes, that were not taken over yet and that nobody is writing."""
    place = {"partner_": partner, "channel_": channel}
    files, size = connection.execute(_UNFINISHED, place).one()
    return int(files), int(size)


def begun_by(connection: Connection, owner: str, but: str) -> list[Uploaded]:
    """Files that sessions of these processes were writing.

    ``owner``: how their names begin; ``but``: the one that lives.
    """
    theirs = upload.c.owner.startswith(owner, autoescape=True)
    statement = select(upload).where(upload.c.state == OPEN, theirs, upload.c.owner != but[:_OWNER])
    return [_made(row) for row in connection.execute(statement)]


def old(
    connection: Connection, states: Sequence[str], before: datetime, limit: int
) -> list[Uploaded]:
    """Unfinished files with which nothing has happened since an instant, oldest first."""
    statement = select(upload).where(
        upload.c.message.is_(None), upload.c.state.in_(states), upload.c.updated < before
    )
    rows = connection.execute(statement.order_by(upload.c.updated).limit(limit))
    return [_made(row) for row in rows]


def remove_taken(connection: Connection, before: datetime, limit: int) -> int:
    """Forget what was taken over before an instant; how many rows."""
    over = select(upload.c.id).where(upload.c.state == TAKEN, upload.c.updated < before)
    ids = connection.scalars(over.order_by(upload.c.updated).limit(limit)).all()
    remove(connection, ids)
    return len(ids)


def waiting(connection: Connection, before: datetime) -> list[Uploaded]:
    """Whole files that have waited for their final name since before an instant."""
    statement = select(upload).where(
        upload.c.message.is_(None), upload.c.state == CLOSED, upload.c.updated < before
    )
    return [_made(row) for row in connection.execute(statement.order_by(upload.c.id))]


def tokens(connection: Connection, among: Sequence[str]) -> set[str]:
    """Those of these files that have a row and were not taken over yet."""
    statement = select(upload.c.token).where(upload.c.token.in_(among), upload.c.message.is_(None))
    return set(connection.scalars(statement))


def _made(row: Row[Any]) -> Uploaded:
    return Uploaded(**row._mapping)
