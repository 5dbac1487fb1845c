"""Effects outside the house, each with a key: a file that has to appear in a folder.

``pending`` → ``prepared`` (the whole file lies beside its place under a temporary name) →
``done`` (it has been renamed). After a crash a prepared delivery whose temporary file is gone was
renamed already, even if the receiver has taken the file since: it is never written twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Update, bindparam, func, select, update

from gateway.store.tables import delivery, message
from gateway.store.upsert import insert_new


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """A file that has to appear. ``folder`` is absolute; the pair (folder, name) is unique."""

    key: str
    message: int | None
    """The row it belongs to; ``None`` for notices of alarms."""
    purpose: str
    """``erp``, ``partner``, ``error``, ``alarm``."""
    lane: str
    """``to/erp/order``: what goes one after the other."""
    outlet: str = "folder"
    """How it leaves: ``folder``, ``email``, ``webhook``."""
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
    temporary: str
    """The hidden file that becomes the delivery; it counts once the state is ``prepared``."""
    attempts: int
    failing: datetime | None
    """Since when attempts fail."""
    crashes: int
    trace: str
    """W3C traceparent of the file it came from."""
    created: datetime
    updated: datetime


_SELECT = select(delivery, func.coalesce(message.c.trace, "").label("trace")).outerjoin(
    message, message.c.id == delivery.c.message
)
_HEADS = (
    _SELECT.where(delivery.c.due.is_not(None), delivery.c.lane == bindparam("lane_"))
    .order_by(delivery.c.id)
    .limit(bindparam("limit_"))
)
_DUE = (
    _SELECT.where(
        delivery.c.due.is_not(None),
        delivery.c.due <= bindparam("at"),
        delivery.c.lane == bindparam("lane_"),
    )
    .order_by(delivery.c.id)
    .limit(bindparam("limit_"))
)
_TAKEN = select(delivery.c.id).where(
    delivery.c.folder == bindparam("folder_"), delivery.c.name == bindparam("name_")
)


_RELEASE = (
    update(delivery)
    .where(
        delivery.c.message.in_(
            select(message.c.id).where(message.c.parent == bindparam("parent_"))
        ),
        delivery.c.state == "pending",
    )
    .values(due=bindparam("at"), updated=bindparam("at"))
)


def _from_row(row: Row[Any]) -> Delivery:
    return Delivery(**row._mapping)


def add(connection: Connection, rows: Sequence[NewDelivery], at: datetime) -> None:
    """Plan deliveries; one whose key is known already is not planned again."""
    values = [{**asdict(row), "state": "pending", "created": at, "updated": at} for row in rows]
    insert_new(connection, delivery, values, keys=["key"])


def taken(connection: Connection, folder: str, name: str) -> bool:
    """Whether some delivery, done or not, has that name in that folder."""
    return connection.scalar(_TAKEN, {"folder_": folder, "name_": name}) is not None


def heads(connection: Connection, lane: str, limit: int) -> list[Delivery]:
    """The first released deliveries of a lane, due or not, in their order."""
    rows = connection.execute(_HEADS, {"lane_": lane, "limit_": limit})
    return [_from_row(row) for row in rows]


def due(connection: Connection, lane: str, at: datetime, limit: int) -> list[Delivery]:
    """Released deliveries of a lane whose time has come, oldest first."""
    rows = connection.execute(_DUE, {"lane_": lane, "at": at, "limit_": limit})
    return [_from_row(row) for row in rows]


def change(connection: Connection, ids: Sequence[int], at: datetime, **values: Any) -> None:
    """Change deliveries."""
    connection.execute(update(delivery).where(delivery.c.id.in_(ids)).values(updated=at, **values))


def prepared(connection: Connection, rows: Sequence[Delivery], at: datetime) -> None:
    """The whole files of these deliveries lie beside their places."""
    named = (
        update(delivery)
        .where(delivery.c.id == bindparam("row"))
        .values(state="prepared", temporary=bindparam("hidden"), updated=bindparam("at"))
    )
    values = [{"row": row.id, "hidden": row.temporary, "at": at} for row in rows]
    connection.execute(named, values)


def noted(connection: Connection, rows: Sequence[Delivery], at: datetime) -> None:
    """Keep names, states and hidden files of these deliveries as they are now."""
    named = (
        update(delivery)
        .where(delivery.c.id == bindparam("row"))
        .values(
            state=bindparam("now"),
            name=bindparam("called"),
            temporary=bindparam("hidden"),
            updated=bindparam("at"),
        )
    )
    values = [
        {"row": row.id, "now": row.state, "called": row.name, "hidden": row.temporary, "at": at}
        for row in rows
    ]
    connection.execute(named, values)


def temporaries(connection: Connection, ids: Sequence[int]) -> set[str]:
    """The hidden files of deliveries that are prepared."""
    found = select(delivery.c.temporary).where(
        delivery.c.id.in_(ids), delivery.c.state == "prepared"
    )
    return set(connection.scalars(found))


def release(connection: Connection, parent: int, at: datetime) -> None:
    """Let pending deliveries of everything found in a row go."""
    connection.execute(_RELEASE, {"parent_": parent, "at": at})


def withdraw(
    connection: Connection, parent: int, at: datetime, *, grouping: str | None = None
) -> None:
    """What was found in a row (or in one group of it) is not delivered after all."""
    below = _below(parent, grouping)
    connection.execute(below.values(state="withdrawn", due=None, updated=at))


def withdraw_of(connection: Connection, ids: Sequence[int], at: datetime) -> None:
    """These messages are not delivered after all."""
    if ids:
        mine = update(delivery).where(delivery.c.message.in_(ids), delivery.c.state == "pending")
        connection.execute(mine.values(state="withdrawn", due=None, updated=at))


def _below(parent: int, grouping: str | None = None) -> Update:
    found = select(message.c.id).where(message.c.parent == parent)
    if grouping is not None:
        found = found.where(message.c.grouping == grouping)
    return update(delivery).where(delivery.c.message.in_(found), delivery.c.state == "pending")


def of_message(connection: Connection, id_: int) -> list[Delivery]:
    """Deliveries of a message."""
    statement = _SELECT.where(delivery.c.message == id_).order_by(delivery.c.id)
    return [_from_row(row) for row in connection.execute(statement)]


def get(connection: Connection, id_: int) -> Delivery | None:
    """One delivery."""
    row = connection.execute(_SELECT.where(delivery.c.id == id_)).first()
    return None if row is None else _from_row(row)
