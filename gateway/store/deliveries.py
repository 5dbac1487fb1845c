"""Effects outside the house, each with a key: a file that has to appear in a folder.

``pending`` → ``prepared`` (the whole file lies beside its place under a temporary name) →
``done`` (it has been renamed). After a crash a prepared delivery whose temporary file is gone was
renamed already, even if the receiver has taken the file since: it is never written twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Update, select, update
from sqlalchemy.dialects.sqlite import insert

from gateway.store.tables import delivery, message


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """A file that has to appear. ``folder`` is absolute; the pair (folder, name) is unique."""

    key: str
    message: int
    purpose: str
    """``erp``, ``partner``, ``error``."""
    folder: str
    name: str
    sha: str
    due: datetime | None
    """``None``: not released yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery(NewDelivery):
    """A delivery as it is stored."""

    id: int
    state: str
    attempts: int
    created: datetime
    updated: datetime


_COLUMNS = tuple(field.name for field in fields(Delivery))


def _from_row(row: Row[Any]) -> Delivery:
    return Delivery(**{name: getattr(row, name) for name in _COLUMNS})


def add(connection: Connection, rows: Sequence[NewDelivery], at: datetime) -> None:
    """Plan deliveries; one whose key is known already is not planned again."""
    values = [{**asdict(row), "state": "pending", "created": at, "updated": at} for row in rows]
    if values:
        connection.execute(insert(delivery).on_conflict_do_nothing(index_elements=["key"]), values)


def taken(connection: Connection, folder: str, name: str) -> bool:
    """Whether some delivery, done or not, has that name in that folder."""
    found = select(delivery.c.id).where(delivery.c.folder == folder, delivery.c.name == name)
    return connection.scalar(found) is not None


def due(connection: Connection, at: datetime, limit: int) -> list[Delivery]:
    """Released deliveries that wait, oldest first."""
    statement = (
        select(delivery)
        .where(delivery.c.due.is_not(None), delivery.c.due <= at)
        .order_by(delivery.c.id)
        .limit(limit)
    )
    return [_from_row(row) for row in connection.execute(statement)]


def change(connection: Connection, ids: Sequence[int], at: datetime, **values: Any) -> None:
    """Change deliveries."""
    connection.execute(update(delivery).where(delivery.c.id.in_(ids)).values(updated=at, **values))


def release(connection: Connection, parent: int, at: datetime) -> None:
    """Let pending deliveries of everything found in a row go."""
    connection.execute(_below(parent).values(due=at, updated=at))


def withdraw(
    connection: Connection, parent: int, at: datetime, *, grouping: str | None = None
) -> None:
    """What was found in a row (or in one group of it) is not delivered after all."""
    below = _below(parent, grouping)
    connection.execute(below.values(state="withdrawn", due=None, updated=at))


def _below(parent: int, grouping: str | None = None) -> Update:
    found = select(message.c.id).where(message.c.parent == parent)
    if grouping is not None:
        found = found.where(message.c.grouping == grouping)
    return update(delivery).where(delivery.c.message.in_(found), delivery.c.state == "pending")


def of_message(connection: Connection, id_: int) -> list[Delivery]:
    """Deliveries of a message."""
    statement = select(delivery).where(delivery.c.message == id_).order_by(delivery.c.id)
    return [_from_row(row) for row in connection.execute(statement)]
