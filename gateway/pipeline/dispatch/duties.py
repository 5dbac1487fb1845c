"""Periodic duties: each on one machine at a time, whoever comes first.

A duty has a lane of its own (``duty/NAME``) and a row that says when it is due; a machine that
dies in the middle leaves it due, and the next one does it. A duty that fails is tried again at its
next time, and its failure is an alarm.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError

from gateway.pipeline import batches, hours
from gateway.pipeline.house import House
from gateway.pipeline.housekeeping import compact, examine, expire
from gateway.pipeline.mailbox.upkeep import keep_up
from gateway.pipeline.shops import errands
from gateway.pipeline.watch import watch
from gateway.pipeline.watch.threads import refresh
from gateway.store import batches as collected
from gateway.store import lanes
from gateway.store.lanes import DUTY, FencedError
from gateway.store.tables import duty
from gateway.store.upsert import insert_new
from gateway.telemetry import events
from gateway.telemetry.traces import span


@dataclass(frozen=True, slots=True)
class Duty:
    """Something done again and again."""

    every: timedelta
    work: Callable[[House], object]


def sending(house: House) -> None:
    """What is collected, and what waits for its hours, leaves as the settings say now."""
    batches.review(house)
    hours.review(house)


DUTIES: Mapping[str, Duty] = {
    "watch": Duty(timedelta(minutes=1), watch),
    "threads": Duty(timedelta(seconds=10), refresh),
    "sending": Duty(timedelta(minutes=1), sending),
    "shops": Duty(timedelta(seconds=30), errands.review),
    "mailboxes": Duty(timedelta(minutes=15), keep_up),
    "examine": Duty(timedelta(minutes=15), examine),
    "expire": Duty(timedelta(days=1), expire),
    "compact": Duty(timedelta(days=1), compact),
}
"""By name."""


def enter(house: House) -> None:
    """Make a row for each duty, due at once when it is new."""
    at = house.clock()
    with house.store.read() as connection:
        known = set(connection.scalars(select(duty.c.name)))
    new = [{"name": name, "due": at} for name in DUTIES if name not in known]
    if new:
        with house.store.write("duties") as connection:
            insert_new(connection, duty, new, keys=["name"])
    after_a_jump(house)
    sending(house)
    errands.review(house)


def after_a_jump(house: House) -> None:
    """The clock may have gone back: nothing waits for a time that was only wrong."""
    at = house.clock()
    with house.store.write("after a jump") as connection:
        lanes.pull_in(connection, at)
        collected.not_later(connection, at)
        for name, one in DUTIES.items():
            late = (duty.c.name == name, duty.c.due > at + one.every)
            connection.execute(update(duty).where(*late).values(due=at))


def waiting(house: House, lane: str) -> list[str]:
    """The duty of a lane, if it is due."""
    due = select(duty.c.name).where(
        duty.c.name == lane.removeprefix(DUTY), duty.c.due <= house.clock()
    )
    with house.store.read() as connection:
        return [name for name in connection.scalars(due) if name in DUTIES]


def work(house: House, names: Sequence[str]) -> None:
    """Do a duty once, and set its next time."""
    for name in names:
        one, began, failure = DUTIES[name], house.clock(), ""
        try:
            with span("duty", duty=name):
                one.work(house)
            events.duty_ran(duty=name, seconds=(house.clock() - began).total_seconds())
        except (SQLAlchemyError, FencedError):
            raise
        except Exception as bug:
            seconds = (house.clock() - began).total_seconds()
            events.duty_failed(duty=name, seconds=seconds, failure=bug)
            failure = f"{type(bug).__name__}: {bug}"
        at = house.clock()
        values = {"due": at + one.every, "ran": began, "failure": failure}
        with house.store.write("duty done") as connection:
            connection.execute(update(duty).where(duty.c.name == name).values(**values))
