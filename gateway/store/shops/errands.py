"""What is done for shops again and again: one row for each, due at its time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    case,
    delete,
    literal,
    null,
    select,
    update,
)

from gateway.store.shops.tables import errand
from gateway.store.tables import Instant
from gateway.store.upsert import insert_new


@dataclass(frozen=True, slots=True)
class Errand:
    """A row; see the table."""

    lane: str
    shop: str
    task: str
    due: datetime
    ran: datetime | None = None
    worked: datetime | None = None
    attempts: int = 0
    failing: datetime | None = None
    trouble: str = ""
    failure: str = ""
    asked: datetime | None = None


_COLUMNS = tuple(field.name for field in fields(Errand))
_FIND = select(errand).where(errand.c.lane == bindparam("lane_"))
_FIND_ALL = select(errand).order_by(errand.c.shop, errand.c.task)
_NEXT = bindparam("next", type_=Instant)
_ASKED_SINCE = errand.c.asked.is_distinct_from(bindparam("seen", type_=Instant))
_WORKED = (
    update(errand)
    .where(errand.c.lane == bindparam("lane_"))
    .values(
        ran=bindparam("began"),
        worked=bindparam("at"),
        due=case((and_(_ASKED_SINCE, errand.c.asked < _NEXT), errand.c.asked), else_=_NEXT),
        asked=case((_ASKED_SINCE, errand.c.asked), else_=null()),
        attempts=0,
        failing=None,
        trouble="",
        failure="",
    )
)


def lane_of(shop: str, task: str) -> str:
    """The lane of an errand."""
    return f"shop/{shop}/{task}"[:160]


def enter(connection: Connection, due: Mapping[tuple[str, str], datetime]) -> None:
    """Have these (shop, task) done from then on; those that are known keep their times."""
    rows = [
        {"lane": lane_of(shop, task), "shop": shop, "task": task, "due": at}
        for (shop, task), at in due.items()
    ]
    insert_new(connection, errand, rows, keys=["lane"])


def remove(connection: Connection, lanes: Sequence[str]) -> None:
    """These are not done any more."""
    connection.execute(delete(errand).where(errand.c.lane.in_(lanes)))


def find(connection: Connection, lane: str) -> Errand | None:
    """One of them."""
    row = connection.execute(_FIND, {"lane_": lane}).first()
    return None if row is None else _from(row)


def find_all(connection: Connection) -> list[Errand]:
    """All of them, by shop and task."""
    return [_from(row) for row in connection.execute(_FIND_ALL)]


def worked(
    connection: Connection, found: Errand, began: datetime, at: datetime, due: datetime
) -> None:
    """It went well; when it is due again. ``found``: the row as it was when it was begun.

    Whoever asked for it since then is heard: it is due at that time, if that is sooner.
    """
    bound = {"lane_": found.lane, "began": began, "at": at, "next": due, "seen": found.asked}
    connection.execute(_WORKED, bound)


def failed(
    connection: Connection, found: Errand, at: datetime, due: datetime, trouble: str, failure: str
) -> None:
    """It did not go well; when it is tried again. ``at``: when it was begun."""
    values = {
        "ran": at,
        "attempts": found.attempts + 1,
        "failing": found.failing or at,
        "trouble": trouble,
        "failure": failure,
        "due": due,
    }
    connection.execute(update(errand).where(errand.c.lane == found.lane).values(**values))


def pull_in(connection: Connection, lanes: Iterable[str], at: datetime) -> None:
    """These are due then, at the latest; those that fail keep the pause they were given.

    One that is being done at the moment may have looked already: it is noted that it was asked for.
    """
    mine = errand.c.lane.in_(list(lanes))
    sooner = and_(errand.c.due > at, errand.c.attempts == 0)
    due = case((sooner, literal(at, Instant)), else_=errand.c.due)
    connection.execute(update(errand).where(mine).values(due=due, asked=at))


def not_later(connection: Connection, latest: Mapping[str, datetime]) -> None:
    """By lane: no later than then (a clock may have gone back)."""
    for lane, at in sorted(latest.items()):
        mine = (errand.c.lane == lane, errand.c.due > at)
        connection.execute(update(errand).where(*mine).values(due=at))


def _from(row: Any) -> Errand:
    return Errand(**{name: getattr(row, name) for name in _COLUMNS})
