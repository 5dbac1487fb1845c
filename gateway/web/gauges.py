"""What the database says about the house, asked when somebody looks, and remembered for seconds.

Every question is answered from an index, and none reads more than ten thousand rows of it, so the
answer costs the same with a thousand finished documents and with a million. Where that many rows
are open, the figure stays at ten thousand: the alarm is the same. A database that does not answer
is a figure as well.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from prometheus_client import Metric as Family
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import (
    CTE,
    Connection,
    FromClause,
    Select,
    Table,
    and_,
    func,
    literal,
    literal_column,
    select,
    text,
)
from sqlalchemy.exc import SQLAlchemyError

from gateway.pipeline.states import State
from gateway.store import Store
from gateway.store.lanes import WORK
from gateway.store.tables import alarm, delivery, duty, message
from gateway.telemetry import metric as m
from gateway.telemetry.metric import Metric

MOST = 10_000
MOST_LANES = 2_000
FRESH = 5.0
"""Seconds that an answer is remembered."""
UNDERWAY = (
    State.RECEIVED,
    State.IDENTIFIED,
    State.CHECKED,
    State.MAPPED,
    State.RETRYING,
    State.HELD,
    State.DEAD,
)
"""States in which something has still to happen; the others are an end, or wait for an answer."""

Sample = tuple[Metric, tuple[str, ...], float]


class HouseGauges(Collector):
    """For :meth:`gateway.telemetry.meters.Meters.register`. ``archive``: a folder, or nothing."""

    def __init__(
        self,
        store: Store,
        archive: Path | None,
        *,
        fresh: float = FRESH,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._archive = archive
        self._fresh = fresh
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._asked = float("-inf")
        self._known: list[Sample] = []

    def describe(self) -> Iterable[Family]:
        """The names, without asking the database."""
        return [GaugeMetricFamily(row.name, row.help, labels=row.labels) for row in m.ASKED]

    def collect(self) -> Iterable[Family]:
        """What is known, asked anew when it is old; who comes meanwhile waits for that answer."""
        with self._lock:
            if self._monotonic() - self._asked >= self._fresh:
                self._known = list(self._ask())
                self._asked = self._monotonic()
            known = self._known
        families = {row.name: GaugeMetricFamily(row.name, row.help, labels=row.labels)
                    for row in m.ASKED}  # fmt: skip
        for row, labels, value in known:
            families[row.name].add_metric(labels, value)
        return [family for family in families.values() if family.samples]

    def _ask(self) -> Iterator[Sample]:
        if self._archive is not None:
            yield from _disk(self._archive)
        try:
            with self._store.read() as connection:
                found = list(samples(connection, self._store.clock()))
        except SQLAlchemyError:
            yield m.UP, (), 0
            return
        yield m.UP, (), 1
        yield from found


def _disk(archive: Path) -> Iterator[Sample]:
    """Of the disk of a folder, which may not be there yet; nothing when the disk is gone."""
    with suppress(OSError):
        there = next(each for each in (archive, *archive.parents) if each.is_dir())
        disk = shutil.disk_usage(there)
        yield m.DISK_FREE, (), disk.free
        yield m.DISK_SIZE, (), disk.total


def samples(connection: Connection, at: datetime) -> Iterator[Sample]:
    """All figures of a database; ``at``: now."""
    for state in UNDERWAY:
        yield m.OPEN, (state,), _count(connection, counted_states(state))
    yield m.AWAITED, (), _count(connection, awaited())
    yield m.OVERDUE, (), _count(connection, awaited(at))
    yield m.DELIVERIES, (), _count(connection, open_deliveries())
    ages = [_age(row.due, at) for row in connection.execute(due_heads(at))]
    yield m.OLDEST, (), max(ages, default=0.0)
    yield m.LANES, (), len(ages)
    yield from _alarms(connection)
    for row in connection.execute(select(duty.c.name, duty.c.failure)):
        yield m.DUTIES_FAILING, (row.name,), float(row.failure != "")
    yield m.DATABASE_SIZE, (), _size(connection)


def counted_states(state: State) -> Select[Any]:
    """Rows in a state, from the index of states."""
    return select(message.c.id).where(message.c.state == str(state)).limit(MOST)


def awaited(before: datetime | None = None) -> Select[Any]:
    """Rows with a deadline (that has passed), from the partial index of deadlines."""
    statement = select(message.c.deadline).where(text("deadline IS NOT NULL")).limit(MOST)
    return statement if before is None else statement.where(message.c.deadline < before)


def open_deliveries() -> Select[Any]:
    """Deliveries not made yet, from the partial index of lanes."""
    return select(delivery.c.id).where(text("due IS NOT NULL")).limit(MOST)


def due_heads(at: datetime) -> Select[Any]:
    """Time of the first piece of work of each lane where that has come, of all kinds of work.

    Lanes are found by jumping from one to the next in the index, so a lane with a long queue
    costs as much as one with a short one.
    """
    first, *others = (_heads(table, f"{table.name}_lanes") for table in WORK)
    every = first.union_all(*others).subquery()
    return select(every.c.due).where(every.c.due <= at)


def _heads(table: Table, name: str) -> Select[Any]:
    def following(after: Any) -> Any:
        jump = select(func.min(table.c.lane)).where(text(f"{table.name}.due IS NOT NULL"))
        return (jump if after is None else jump.where(table.c.lane > after)).scalar_subquery()

    start: CTE = select(following(None).label("lane"), literal(1).label("count")).cte(
        name, recursive=True
    )
    lanes: CTE = start.union_all(
        select(following(start.c.lane), start.c["count"] + 1).where(
            start.c.lane.is_not(None), start.c["count"] <= MOST_LANES
        )
    )
    return _first_of(table, lanes)


def _first_of(table: Table, lanes: FromClause) -> Select[Any]:
    first = (
        select(table.c.due)
        .where(and_(table.c.lane == lanes.c.lane, literal_column(f"{table.name}.due IS NOT NULL")))
        .order_by(table.c.id)
        .limit(1)
        .correlate(lanes)
        .scalar_subquery()
    )
    return select(first.label("due")).where(lanes.c.lane.is_not(None))


def _alarms(connection: Connection) -> Iterator[Sample]:
    open_ = (
        select(alarm.c.code, alarm.c.severity)
        .where(text("resolved IS NULL"))
        .limit(MOST)
        .subquery()
    )
    grouped = select(open_.c.code, open_.c.severity, func.count()).group_by(*open_.c)
    for code, severity, count in connection.execute(grouped):
        yield m.ALARMS_OPEN, (code, severity), count


def _count(connection: Connection, rows: Select[Any]) -> int:
    return connection.scalar(select(func.count()).select_from(rows.subquery())) or 0


def _age(due: datetime, at: datetime) -> float:
    return max(0.0, (at - due).total_seconds())


def _size(connection: Connection) -> int:
    if connection.dialect.name == "postgresql":
        return connection.scalar(text("SELECT pg_database_size(current_database())")) or 0
    pages = connection.scalar(text("PRAGMA page_count")) or 0
    return pages * (connection.scalar(text("PRAGMA page_size")) or 0)
