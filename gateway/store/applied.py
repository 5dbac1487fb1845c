"""What was applied, and how the processes at work stand to it.

A configuration is first ``prepared``: every process at work loads it aside and says whether it
can. Then one transaction makes it ``applied``, and from its commit on it is what runs. A prepared
one whose command died is ``withdrawn``. The database alone decides: who reads the newest
``applied`` row knows what runs, everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from gateway.store.prepared import Prepared
from gateway.store.tables import configuration, process
from gateway.store.upsert import upsert

PREPARED, APPLIED, WITHDRAWN = "prepared", "applied", "withdrawn"
NONE = 0
"""The ``seq`` of the files, as long as nothing was applied."""
ALIVE = timedelta(seconds=10)
"""A process, or a command that applies, that said nothing for so long is dead."""


@dataclass(frozen=True, slots=True)
class Applied:
    """One configuration in the history."""

    seq: int
    hash: str
    at: datetime
    """When it was applied; of one that is prepared, when its command was last seen."""
    who: str
    reason: str
    summary: str
    """What changed with it, in one line."""
    kind: str
    """``apply`` or ``rollback``."""
    state: str
    version: str
    """Of the package it was applied with."""
    based: int
    """The ``seq`` that ran before it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A configuration that somebody wants to run."""

    kind: str
    """``apply`` or ``rollback``."""
    hash: str
    version: str
    """Of the package."""
    based: int
    """The ``seq`` that ran when the change was looked at."""
    who: str
    reason: str
    summary: str


@dataclass(frozen=True, slots=True)
class Process:
    """A process at work."""

    owner: str
    host: str
    seen: datetime
    running: int
    """The ``seq`` of what it runs."""
    ready: int
    """The ``seq`` that it could run, or could not (then ``trouble`` says why)."""
    trouble: str


_COLUMNS = [configuration.c[name] for name in Applied.__slots__]
_CURRENT = (
    select(configuration.c.seq)
    .where(configuration.c.state == APPLIED)
    .order_by(configuration.c.seq.desc())
    .limit(1)
)
SEQ = func.coalesce(_CURRENT.scalar_subquery(), NONE)
"""The same inside a statement, ``NONE`` included."""
_SEQ = Prepared(_CURRENT)


def current_seq(connection: Connection) -> int:
    """The ``seq`` of what runs; :data:`NONE` while nothing was ever applied."""
    found = _SEQ.first(connection, {})
    return NONE if found is None else int(found[0])


def current(connection: Connection) -> Applied | None:
    """What runs; ``None`` while nothing was ever applied."""
    return _first(connection, configuration.c.state == APPLIED)


def prepared(connection: Connection) -> Applied | None:
    """What somebody is about to apply."""
    return _first(connection, configuration.c.state == PREPARED)


def find(connection: Connection, seq: int) -> Applied | None:
    """One by its number."""
    return _first(connection, configuration.c.seq == seq)


def history(connection: Connection, limit: int = 100) -> list[Applied]:
    """What was applied, newest first."""
    rows = (
        select(*_COLUMNS)
        .where(configuration.c.state == APPLIED)
        .order_by(configuration.c.seq.desc())
        .limit(limit)
    )
    return [_applied(row) for row in connection.execute(rows)]


def hashes(connection: Connection) -> set[str]:
    """Of all that is in the history, or prepared."""
    wanted = configuration.c.state != WITHDRAWN
    return set(connection.scalars(select(configuration.c.hash).where(wanted)))


def prepare(connection: Connection, at: datetime, wish: Wish) -> Applied | None:
    """Announce a configuration; ``None`` when another one is being applied, or was meanwhile."""
    withdraw_dead(connection, at)
    if prepared(connection) is not None or current_seq(connection) != wish.based:
        return None
    values = {name: getattr(wish, name) for name in Wish.__slots__} | {"who": wish.who[:120]}
    try:
        with connection.begin_nested():
            made = insert(configuration).values(state=PREPARED, at=at, **values)
            return _applied(connection.execute(made.returning(*_COLUMNS)).one())
    except IntegrityError:  # another command was quicker
        return None


def renew(connection: Connection, seq: int, at: datetime) -> bool:
    """The command that prepared it lives; whether it is still prepared."""
    mine = (configuration.c.seq == seq, configuration.c.state == PREPARED)
    return connection.execute(update(configuration).where(*mine).values(at=at)).rowcount == 1


def commit(connection: Connection, seq: int, at: datetime) -> bool:
    """Make a prepared one what runs; whether it was still prepared."""
    mine = (configuration.c.seq == seq, configuration.c.state == PREPARED)
    applied = update(configuration).where(*mine).values(state=APPLIED, at=at)
    return connection.execute(applied).rowcount == 1


def withdraw_dead(connection: Connection, at: datetime) -> None:
    """Give up what a command prepared that is dead by now."""
    dead = (configuration.c.state == PREPARED, configuration.c.at < at - ALIVE)
    connection.execute(update(configuration).where(*dead).values(state=WITHDRAWN))


def withdraw(connection: Connection, seq: int, at: datetime) -> bool:
    """Give a prepared one up; whether it was still prepared."""
    mine = (configuration.c.seq == seq, configuration.c.state == PREPARED)
    withdrawn = update(configuration).where(*mine).values(state=WITHDRAWN, at=at)
    return connection.execute(withdrawn).rowcount == 1


def say(connection: Connection, mine: Process) -> None:
    """A process at work says how it stands."""
    values = {name: getattr(mine, name) for name in Process.__slots__}
    upsert(connection, process, values, keys=["owner"], change=values)


def leave(connection: Connection, owner: str) -> None:
    """A process ends."""
    connection.execute(delete(process).where(process.c.owner == owner))


def processes(connection: Connection, at: datetime) -> Sequence[Process]:
    """Those that live, by name."""
    columns = [process.c[name] for name in Process.__slots__]
    alive = select(*columns).where(process.c.seen >= at - ALIVE).order_by(process.c.owner)
    return [Process(*row) for row in connection.execute(alive)]


def bury(connection: Connection, at: datetime) -> None:
    """Forget processes that died long ago."""
    connection.execute(delete(process).where(process.c.seen < at - 60 * ALIVE))


def _first(connection: Connection, wanted: object) -> Applied | None:
    found = select(*_COLUMNS).where(wanted).order_by(configuration.c.seq.desc()).limit(1)  # type: ignore[arg-type]
    row = connection.execute(found).first()
    return None if row is None else _applied(row)


def _applied(row: Row[tuple[object, ...]]) -> Applied:
    return Applied(*row)  # type: ignore[call-arg,arg-type]
