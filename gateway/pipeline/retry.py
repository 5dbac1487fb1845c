"""When something is tried again, and when it is given up."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection

from gateway.config import Workspace
from gateway.config.operation import Retry
from gateway.pipeline.house import House
from gateway.pipeline.states import State, way
from gateway.problems import problem
from gateway.store import Message, messages
from gateway.telemetry import events

NOTICES = Retry(attempts=1000, give_up=timedelta(days=3))
"""A mail server that is down for a night must not cost the mail that tells of it."""


def next_attempt(
    retry: Retry, attempts: int, failing: datetime, at: datetime, dice: float
) -> datetime | None:
    """When to try again after so many failed attempts, the first at ``failing``.

    ``None``: give up. ``dice`` in [0, 1) varies the pause, so that what failed together does not
    come back together.
    """
    if attempts >= retry.attempts:
        return None
    if retry.give_up is not None and at - failing >= retry.give_up:
        return None
    # the exponent is bounded, because 10 ** 999 is a number no duration can hold
    pause = min(
        retry.first.total_seconds() * retry.factor ** min(attempts - 1, 40),
        retry.ceiling.total_seconds(),
    )
    varied = pause * (1 + (dice * 2 - 1) * retry.jitter / 100)
    due = at + timedelta(seconds=varied)
    return due if retry.give_up is None else min(due, failing + retry.give_up)


def rules_of(workspace: Workspace, row: Message | None) -> Retry:
    """The retries that were agreed for a document, those of the house, or of notices (no row)."""
    if row is None:
        return NOTICES
    general = workspace.settings.retry
    if not row.partner:
        return general
    direction = "inbound" if row.direction == "in" else "outbound"
    found = workspace.agreement(row.partner, row.document, direction)
    return general if found is None or found.retry is None else found.retry


def postpone(house: House, row: Message, failure: Exception) -> None:
    """Something outside failed: try again later, or give up and say so."""
    at, attempts = house.clock(), row.attempts + 1
    failing = row.failing or at
    retry = rules_of(house.workspace, row)
    due = next_attempt(retry, attempts, failing, at, house.dice())
    with house.store.write("postponed") as connection:
        if due is None:
            give_up(house, connection, row, failure, at)
            return
        found = problem("P191", attempt=attempts, failure=failure)
        messages.add_problems(connection, {row.id: [found]})
        state = way(State(row.state), State.RETRYING)
        text = f"{found.sentence}; next attempt {due:%H:%M:%S}"
        values = {
            "attempts": attempts,
            "due": due,
            "resume": row.resume or row.state,
            "failing": failing,
        }
        messages.change(connection, row, state, at, text, **values)
    house.tally.counts["retrying"] += 1
    events.retried(kind="file", attempt=attempts, due=due, **_facts(row, failure))


def _facts(row: Message, failure: Exception) -> dict[str, Any]:
    return {"id": row.id, "partner": row.partner, "lane": row.lane, "failure": failure}


def give_up(
    house: House, connection: Connection, row: Message, failure: Exception, at: datetime
) -> None:
    """After the last attempt: dead, until a person replays it."""
    found = problem("P192", attempts=row.attempts + 1, failure=failure, id=row.id)
    bury(house, connection, replace(row, attempts=row.attempts + 1), found.sentence, at)
    messages.add_problems(connection, {row.id: [found]})
    kind: Literal["file", "delivery"] = "file" if row.kind == "file" else "delivery"
    events.gave_up(kind=kind, attempts=row.attempts + 1, **_facts(row, failure))


def bury(house: House, connection: Connection, row: Message, text: str, at: datetime) -> None:
    """To the state dead, by the way that leads there."""
    if row.state != State.RETRYING:
        state = way(State(row.state), State.RETRYING)
        row = messages.change(connection, row, state, at, "last attempt failed", resume=row.state)
    state = way(State(row.state), State.DEAD)
    messages.change(connection, row, state, at, text, attempts=row.attempts, due=None)
    house.tally.counts["dead"] += 1
