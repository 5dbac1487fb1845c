"""What an order looked like each time it was taken over, and what the ERP was given for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from gateway.store.shops.tables import revision

GIVEN = ("order", "orderchange", "cancellation")
"""What the ERP was given; ``none`` is nothing."""


_OF_ORDER = (
    select(revision).where(revision.c.shop_order == bindparam("id_")).order_by(revision.c.number)
)
_OF_MESSAGE = select(revision).where(revision.c.message == bindparam("message_"))
_WRITTEN = (
    update(revision)
    .where(revision.c.id == bindparam("id_"))
    .values(written=bindparam("what"), sequence=bindparam("number_"))
)


@dataclass(frozen=True, slots=True)
class Revision:
    """A row; see the table."""

    id: int
    order: int
    number: int
    hash: str
    content: str | None
    message: int | None
    written: str
    sequence: int


@dataclass(frozen=True, slots=True)
class NewRevision:
    """A revision to be added. ``order``: the id of its row."""

    order: int
    number: int
    hash: str
    content: str | None
    message: int


def add(connection: Connection, rows: Sequence[NewRevision], at: datetime) -> None:
    """Keep revisions."""
    values = [
        {
            "shop_order": each.order,
            "number": each.number,
            "hash": each.hash,
            "content": each.content,
            "message": each.message,
            "created": at,
        }
        for each in rows
    ]
    if values:
        connection.execute(insert(revision), values)


def of_order(connection: Connection, id_: int) -> list[Revision]:
    """All of an order, oldest first."""
    return [_from(row) for row in connection.execute(_OF_ORDER, {"id_": id_})]


def of_message(connection: Connection, message: int) -> Revision | None:
    """The revision that a row was made for."""
    row = connection.execute(_OF_MESSAGE, {"message_": message}).first()
    return None if row is None else _from(row)


def written(connection: Connection, id_: int, what: str, sequence: int = 0) -> None:
    """What the ERP was given for a revision."""
    connection.execute(_WRITTEN, {"id_": id_, "what": what, "number_": sequence})


def fill(connection: Connection, id_: int, hash_: str, content: str) -> None:
    """What a revision says that was not understood when it came."""
    values = {"hash": hash_, "content": content}
    connection.execute(update(revision).where(revision.c.id == id_).values(**values))


def _from(row: Any) -> Revision:
    return Revision(
        row.id,
        row.shop_order,
        row.number,
        row.hash,
        row.content,
        row.message,
        row.written,
        row.sequence,
    )
