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
from functools import cache

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
from sqlalchemy.sql.dml import ReturningUpdate

from gateway.store.applied import NONE, SEQ
from gateway.store.as2.tables import received
from gateway.store.batchtables import batch
from gateway.store.prepared import Prepared
from gateway.store.shops.tables import errand
from gateway.store.shops.tables import inbox as hint
from gateway.store.tables import Instant, delivery, duty, lane, message
from gateway.store.upsert import insert_new

DUTY = "duty/"
"""Lanes of periodic duties: their name follows."""
WORK = (message, delivery, received, batch, hint)
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


# What SQLite is told for every piece of work is made once; its clock is ours. PostgreSQL measures
# leases with its own, in statements that are made each time: the way to it costs more.
_KEY = lane.c.key == bindparam("key_")
_BOUND = (_KEY, lane.c.fence == bindparam("fence_"), lane.c.owner == bindparam("owner_"))
_HERE = bindparam("here", type_=Instant)
_FIND = Prepared(select(lane.c.fence, lane.c.lease).where(_KEY))
_TAKE = Prepared(
    update(lane)
    .where(_KEY, or_(lane.c.lease.is_(None), lane.c.lease < _HERE))
    .values(
        lease=bindparam("until"),
        fence=lane.c.fence + 1,
        owner=bindparam("owner_"),
        updated=_HERE,
    )
    .returning(lane.c.fence)
)
_HOLD = Prepared(
    update(lane)
    .where(*_BOUND, or_(lane.c.lease >= _HERE, bindparam("seq_") == SEQ))
    .values(lease=bindparam("until"))
    .returning(lane.c.fence)
)
_RELEASE = Prepared(update(lane).where(*_BOUND).values(lease=null()))


def _bound(lease: Lease) -> dict[str, object]:
    return {"key_": lease.key, "fence_": lease.fence, "owner_": lease.owner}


def take(
    connection: Connection, key: str, owner: str, seconds: float, at: datetime
) -> Lease | None:
    """Take a lane; ``None`` when somebody has it. ``at``: now, on SQLite."""
    if connection.dialect.name == "sqlite":
        bound = {"key_": key, "here": at, "until": at + timedelta(seconds=seconds)}
        row = _FIND.first(connection, {"key_": key})
        if row is None:
            _enter(connection, key, at)
        taken = _TAKE.first(connection, {**bound, "owner_": owner})
    else:
        found = select(lane.c.fence, lane.c.lease).where(lane.c.key == key)
        row = connection.execute(found.with_for_update(skip_locked=True)).first()
        if row is None:
            _enter(connection, key, at)
        taken = connection.execute(_taken(connection, key, owner, seconds, at)).first()
    if taken is None:
        return None
    return Lease(key, owner, taken[0], abandoned=row is not None and row[1] is not None)


def _enter(connection: Connection, key: str, at: datetime) -> None:
    insert_new(connection, lane, [{"key": key, "updated": at}], keys=["key"])


def _taken(
    connection: Connection, key: str, owner: str, seconds: float, at: datetime
) -> ReturningUpdate[tuple[int]]:
    here = now(connection, at)
    free = and_(lane.c.key == key, or_(lane.c.lease.is_(None), lane.c.lease < here))
    until = now(connection, at, seconds)
    values = {"lease": until, "fence": lane.c.fence + 1, "owner": owner, "updated": here}
    return update(lane).where(free).values(**values).returning(lane.c.fence)


def hold(connection: Connection, lease: Lease, seconds: float, at: datetime) -> None:
    """The guard of a transaction: still ours, and renewed. Raises :class:`FencedError`.

    Who slept until his lease ran out, and wakes when other settings run, does nothing more with
    those of before, even where nobody took the lane.
    """
    if connection.dialect.name == "sqlite":
        until = at + timedelta(seconds=seconds)
        bound = {**_bound(lease), "until": until, "here": at, "seq_": lease.seq}
        held = _HOLD.first(connection, bound) is not None
    else:
        mine = update(lane).where(*_mine(lease), _awake(connection, lease, at))
        held = connection.execute(mine.values(lease=now(connection, at, seconds))).rowcount == 1
    if not held:
        raise FencedError(lease.key)


def renew(connection: Connection, leases: Sequence[Lease], seconds: float, at: datetime) -> None:
    """The heartbeat of long work."""
    for lease in sorted(leases, key=lambda each: each.key):
        awake = _awake(connection, lease, at)
        mine = update(lane).where(*_mine(lease), awake).values(lease=now(connection, at, seconds))
        connection.execute(mine)


def release(connection: Connection, lease: Lease) -> None:
    """Give a lane back; nothing happens when it is no longer ours."""
    _RELEASE.each(connection, [_bound(lease)])


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
    values = {"at": at, "limit_": limit}
    embedded = connection.dialect.name == "sqlite"
    rows = _waiting(connection.dialect.name).all(
        connection, {**values, "here": at} if embedded else values
    )
    return [row[0] for row in rows]


@cache
def _waiting(dialect: str) -> Prepared:
    """Built once."""
    at = bindparam("at", type_=Instant)
    here = _HERE if dialect == "sqlite" else _of_database(0)
    # the literal makes the partial indexes usable; a bound parameter would hide them
    due = union(
        *(
            select(table.c.lane.label("key")).where(
                text(f"{table.name}.due IS NOT NULL"), table.c.due <= at
            )
            for table in WORK
        ),
        select((literal(DUTY) + duty.c.name).label("key")).where(duty.c.due <= at),
        select(errand.c.lane.label("key")).where(errand.c.due <= at),
    ).subquery()
    return Prepared(
        select(due.c.key)
        .outerjoin(lane, lane.c.key == due.c.key)
        .where(or_(lane.c.lease.is_(None), lane.c.lease < here), due.c.key != "")
        .order_by(due.c.key)
        .limit(bindparam("limit_"))
    )


def now(connection: Connection, at: datetime, seconds: float = 0) -> ColumnElement[str]:
    """The clock that leases are measured with, so many seconds from now, as stored text."""
    if connection.dialect.name != "postgresql":
        return literal(at + timedelta(seconds=seconds), Instant)
    return _of_database(seconds)


def _of_database(seconds: float) -> ColumnElement[str]:
    later = func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, 0, float(seconds))
    utc = func.timezone("UTC", later)
    return func.to_char(utc, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')


def _awake(connection: Connection, lease: Lease, at: datetime) -> ColumnElement[bool]:
    """It did not run out, or nothing else was applied since."""
    return or_(lane.c.lease >= now(connection, at), literal(lease.seq) == SEQ)


def _mine(lease: Lease) -> tuple[ColumnElement[bool], ...]:
    return (lane.c.key == lease.key, lane.c.fence == lease.fence, lane.c.owner == lease.owner)
