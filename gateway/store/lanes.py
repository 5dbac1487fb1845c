"""Who works on what: a lane is worked by one at a time, whoever and wherever he is.

A lane is a name (``in/acme-retail/main``, ``to/erp/order``); what is in it goes one after the
other. Who takes it gets a fence, a number that only ever grows, and a lease, which he has to
renew. When he dies the lease runs out and the next one takes the lane with the next fence; should
the first one only have slept, his fence is wrong by then and every transaction of his ends before
it changes anything.

Leases are measured by the clock of the database, and are notes: they need not survive a power cut,
because the fence is compared together with its owner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    func,
    literal,
    null,
    or_,
    select,
    text,
    union,
    update,
)

from gateway.store.applied import NONE, SEQ
from gateway.store.as2.tables import received
from gateway.store.batchtables import batch
from gateway.store.tables import Instant, delivery, duty, lane, message
from gateway.store.upsert import insert_new

DUTY = "duty/"
"""Lanes of periodic duties: their name follows."""
WORK = (message, delivery, received, batch)
"""The tables whose rows are work: each has a lane, and a time when it is due."""


class FencedError(Exception):
    """Somebody else has the lane now: stop, touch nothing."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on a lane, until it runs out."""

    key: str
    owner: str
    fence: int
    abandoned: bool = False
    """The one before never gave it back: he died, or sleeps."""
    seq: int = NONE
    """Of the settings that were to be worked with when it was taken."""


_HOLD = (
    update(lane)
    .where(
        lane.c.key == bindparam("key_"),
        lane.c.fence == bindparam("fence_"),
        lane.c.owner == bindparam("owner_"),
        or_(lane.c.lease >= bindparam("here", type_=Instant), bindparam("seq_") == SEQ),
    )
    .values(lease=bindparam("until"))
)


def _bound(lease: Lease) -> dict[str, object]:
    return {"key_": lease.key, "fence_": lease.fence, "owner_": lease.owner}


def take(
    connection: Connection, key: str, owner: str, seconds: float, at: datetime
) -> Lease | None:
    """Take a lane; ``None`` when somebody has it. ``at``: now, on SQLite."""
    here = now(connection, at)
    found = select(lane.c.fence, lane.c.lease).where(lane.c.key == key)
    row = connection.execute(found.with_for_update(skip_locked=True)).first()
    if row is None:
        insert_new(connection, lane, [{"key": key, "updated": at}], keys=["key"])
    free = and_(lane.c.key == key, or_(lane.c.lease.is_(None), lane.c.lease < here))
    taken = (
        update(lane)
        .where(free)
        .values(
            lease=now(connection, at, seconds), fence=lane.c.fence + 1, owner=owner, updated=here
        )
        .returning(lane.c.fence)
    )
    fence = connection.scalar(taken)
    if fence is None:
        return None
    return Lease(key, owner, fence, abandoned=row is not None and row.lease is not None)


def hold(connection: Connection, lease: Lease, seconds: float, at: datetime) -> None:
    """The guard of a transaction: still ours, and renewed. Raises :class:`FencedError`.

    Who slept until his lease ran out, and wakes when other settings run, does nothing more with
    those of before, even where nobody took the lane.
    """
    if connection.dialect.name == "sqlite":
        until = at + timedelta(seconds=seconds)
        bound = {**_bound(lease), "until": until, "here": at, "seq_": lease.seq}
        found = connection.execute(_HOLD, bound)
    else:
        mine = update(lane).where(*_mine(lease), _awake(connection, lease, at))
        found = connection.execute(mine.values(lease=now(connection, at, seconds)))
    if found.rowcount != 1:
        raise FencedError(lease.key)


def renew(connection: Connection, leases: Sequence[Lease], seconds: float, at: datetime) -> None:
    """The heartbeat of long work."""
    for lease in sorted(leases, key=lambda each: each.key):
        awake = _awake(connection, lease, at)
        mine = update(lane).where(*_mine(lease), awake).values(lease=now(connection, at, seconds))
        connection.execute(mine)


def release(connection: Connection, lease: Lease) -> None:
    """Give a lane back; nothing happens when it is no longer ours."""
    connection.execute(update(lane).where(*_mine(lease)).values(lease=null()))


def expire_all(connection: Connection, at: datetime) -> None:
    """All leases are over: for the one process that has the database to itself, at its start."""
    held = lane.c.lease.is_not(None)
    connection.execute(update(lane).where(held).values(lease=at - timedelta(days=1)))


def pull_in(connection: Connection, at: datetime) -> int:
    """Make due now what only a clock that went back makes wait; how many pieces of work.

    Work that was never tried is due from its beginning, so a later time is one of before the jump.
    What waits to be tried again keeps its time.
    """
    number = 0
    for table in WORK:
        late = (text(f"{table.name}.due IS NOT NULL"), table.c.due > at, table.c.attempts == 0)
        number += connection.execute(update(table).where(*late).values(due=at)).rowcount
    return number


def waiting(connection: Connection, at: datetime, limit: int = 10_000) -> list[str]:
    """Lanes with work whose time has come and that nobody has, in the order of their names.

    This is the sweep that finds everything, whatever wake-ups were lost.
    """
    here = now(connection, at)
    # the literal makes the partial indexes usable; a bound parameter would hide them
    due = union(
        *(
            select(table.c.lane.label("key")).where(
                text(f"{table.name}.due IS NOT NULL"), table.c.due <= at
            )
            for table in WORK
        ),
        select((literal(DUTY) + duty.c.name).label("key")).where(duty.c.due <= at),
    ).subquery()
    statement = (
        select(due.c.key)
        .outerjoin(lane, lane.c.key == due.c.key)
        .where(or_(lane.c.lease.is_(None), lane.c.lease < here), due.c.key != "")
        .order_by(due.c.key)
        .limit(limit)
    )
    return list(connection.scalars(statement))


def now(connection: Connection, at: datetime, seconds: float = 0) -> ColumnElement[str]:
    """The clock that leases are measured with, so many seconds from now, as stored text."""
    if connection.dialect.name != "postgresql":
        return literal(at + timedelta(seconds=seconds), Instant)
    later = func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, 0, float(seconds))
    utc = func.timezone("UTC", later)
    return func.to_char(utc, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')


def _awake(connection: Connection, lease: Lease, at: datetime) -> ColumnElement[bool]:
    """It did not run out, or nothing else was applied since."""
    return or_(lane.c.lease >= now(connection, at), literal(lease.seq) == SEQ)


def _mine(lease: Lease) -> tuple[ColumnElement[bool], ...]:
    return (lane.c.key == lease.key, lane.c.fence == lease.fence, lane.c.owner == lease.owner)
