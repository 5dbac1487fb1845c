"""Documents that are collected until they leave as one interchange.

A batch is a lane with what is in it: messages as they were made when their documents were read.
``due`` only says when somebody looks at it again; whether it leaves is decided then, by the
settings of that moment.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update

from gateway.store import messages
from gateway.store.batchtables import batch, batched
from gateway.store.messages import Message, from_row
from gateway.store.tables import message
from gateway.store.upsert import upsert
from gateway.syntax.normal import TERMINATOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What is collected for one agreement."""

    lane: str
    partner: str
    document: str
    standard: str
    test: bool
    due: datetime | None = None
    attempts: int = 0
    failing: datetime | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """One message in it."""

    message: int
    """The row of its document."""
    number: str
    """Of its document."""
    body: tuple[str, ...]
    """Segments in normal form, without UNH or ST."""


@dataclass(frozen=True, slots=True)
class Content:
    """How much is in a batch."""

    count: int
    size: int
    since: datetime | None
    """When the oldest of it was collected."""
    first: int | None = None
    """Its oldest document."""


def add(connection: Connection, one: Batch, rows: Sequence[Waiting], at: datetime) -> Content:
    """Collect messages; nobody else collects for that lane before the transaction ends."""
    names = ("lane", "partner", "document", "standard", "test")
    values = {name: getattr(one, name) for name in names} | {"updated": at}
    upsert(connection, batch, values, keys=["lane"], change={"updated": at})
    packed = [(row, zlib.compress(TERMINATOR.join(row.body).encode())) for row in rows]
    entries = [
        {
            "message": row.message,
            "lane": one.lane,
            "number": row.number,
            "size": sum(len(segment) + 1 for segment in row.body),
            "body": body,
            "at": at,
        }
        for row, body in packed
    ]
    connection.execute(insert(batched), entries)
    return content(connection, one.lane)


def content(connection: Connection, lane: str) -> Content:
    """How much is in a batch, and since when."""
    size, oldest = func.coalesce(func.sum(batched.c.size), 0), func.min(batched.c.message)
    columns = (func.count(), size, func.min(batched.c.at), oldest)
    row = connection.execute(select(*columns).where(batched.c.lane == lane)).one()
    return Content(row[0], int(row[1]), row[2], row[3])


def find(connection: Connection) -> list[Batch]:
    """All batches that hold something."""
    return [_from(row) for row in connection.execute(select(batch).order_by(batch.c.lane))]


def take(connection: Connection, lane: str) -> Batch | None:
    """A batch, for the rest of the transaction ours alone."""
    found = select(batch).where(batch.c.lane == lane)
    row = connection.execute(found.with_for_update()).first()
    return None if row is None else _from(row)


def due(connection: Connection, lane: str, at: datetime) -> list[Batch]:
    """The batch of a lane, if it is to be looked at."""
    found = select(batch).where(batch.c.lane == lane, batch.c.due <= at)
    return [_from(row) for row in connection.execute(found)]


def first(connection: Connection, lane: str, count: int, size: int | None) -> list[Waiting]:
    """The oldest of a batch: at most ``count``, and of ``size`` bytes at most one more.

    Nobody takes them out before the transaction ends.
    """
    sizes = select(batched.c.message, batched.c.size).where(batched.c.lane == lane)
    chosen: list[int] = []
    total = 0
    for id_, weight in connection.execute(sizes.order_by(batched.c.message).limit(count)):
        chosen.append(id_)
        total += weight
        if size is not None and total >= size:
            break
    if not chosen:
        return []
    these = (batched.c.lane == lane, batched.c.message <= max(chosen))
    held = message.c.id.in_(select(batched.c.message).where(*these))
    connection.execute(select(message.c.id).where(held).order_by(message.c.id).with_for_update())
    columns = (batched.c.message, batched.c.number, batched.c.body)
    rows = select(*columns).where(*these)
    return [
        Waiting(id_, number, tuple(zlib.decompress(body).decode().split(TERMINATOR)))
        for id_, number, body in connection.execute(rows.order_by(batched.c.message))
    ]


def leave(connection: Connection, lane: str, up_to: int) -> None:
    """What has left is no longer collected; an empty batch is none."""
    connection.execute(delete(batched).where(batched.c.lane == lane, batched.c.message <= up_to))
    some = select(batched.c.message).where(batched.c.lane == lane)
    connection.execute(delete(batch).where(batch.c.lane == lane, ~some.exists()))


def found_in(id_: int) -> ColumnElement[bool]:
    """For :func:`like`: a document, or what was found in a file."""
    return or_(message.c.id == id_, message.c.parent == id_)


def like(connection: Connection, *which: ColumnElement[bool]) -> list[Message]:
    """The documents that wait and fit."""
    rows = select(message).join(batched, batched.c.message == message.c.id).where(*which)
    return [from_row(row) for row in connection.execute(rows.order_by(message.c.id))]


def take_out(connection: Connection, rows: Sequence[Message], at: datetime) -> list[Message]:
    """These documents do not leave; those that had not left yet.

    Their batches are looked at: one that is empty then goes.
    """
    ids = [row.id for row in rows]
    lanes = select(batched.c.lane).where(batched.c.message.in_(ids))
    # in the order of who sends them: batch, documents
    held = select(batch.c.id).where(batch.c.lane.in_(lanes)).order_by(batch.c.lane)
    mine = connection.scalars(held.with_for_update()).all()
    connection.execute(update(batch).where(batch.c.id.in_(mine)).values(due=at, updated=at))
    now = messages.get_many(connection, ids, lock=True)
    gone = delete(batched).where(batched.c.message.in_(ids)).returning(batched.c.message)
    return [now[id_] for id_ in sorted(connection.scalars(gone))]


def not_later(connection: Connection, at: datetime) -> None:
    """The clock went back: nothing was collected later than now."""
    connection.execute(update(batched).where(batched.c.at > at).values(at=at))


def change(connection: Connection, lane: str, at: datetime, **values: Any) -> None:
    """Change a batch."""
    connection.execute(update(batch).where(batch.c.lane == lane).values(updated=at, **values))


def _from(row: Any) -> Batch:
    return Batch(**{name: getattr(row, name) for name in Batch.__dataclass_fields__})
