"""When something is tried again, and when it is given up."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from gateway.config.models import Retry
from gateway.pipeline.house import House
from gateway.pipeline.states import State, way
from gateway.problems import problem
from gateway.store import Message, messages


def next_attempt(retry: Retry, attempts: int, at: datetime) -> datetime | None:
    """When to try again after so many failed attempts; ``None``: give up."""
    if attempts >= retry.attempts:
        return None
    pause = min(
        retry.first.total_seconds() * retry.factor ** (attempts - 1),
        retry.ceiling.total_seconds(),
    )
    return at + timedelta(seconds=pause)


def postpone(house: House, row: Message, failure: Exception) -> None:
    """Something outside failed: try again later, or give up and say so."""
    at, attempts = house.clock(), row.attempts + 1
    due = next_attempt(house.workspace.settings.retry, attempts, at)
    with house.store.write("postponed") as connection:
        if due is None:
            give_up(house, connection, row, failure, at)
            return
        found = problem("P191", attempt=attempts, failure=failure)
        messages.add_problems(connection, {row.id: [found]})
        state = way(State(row.state), State.RETRYING)
        text = f"{found.sentence}; next attempt {due:%H:%M:%S}"
        messages.change(
            connection, row, state, at, text, attempts=attempts, due=due, resume=row.state
        )
    house.tally.counts["retrying"] += 1


def give_up(
    house: House, connection: Connection, row: Message, failure: Exception, at: datetime
) -> None:
    """After the last attempt: dead, until a person replays it."""
    found = problem("P192", attempts=row.attempts + 1, failure=failure, id=row.id)
    messages.add_problems(connection, {row.id: [found]})
    if row.state != State.RETRYING:
        state = way(State(row.state), State.RETRYING)
        row = messages.change(connection, row, state, at, "last attempt failed", resume=row.state)
    state = way(State(row.state), State.DEAD)
    messages.change(connection, row, state, at, found.sentence, attempts=row.attempts + 1, due=None)
    house.tally.counts["dead"] += 1
