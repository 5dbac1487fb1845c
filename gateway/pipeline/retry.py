"""When something is tried again, and when it is given up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection

from gateway.config import Workspace
from gateway.config.operation import Retry
from gateway.pipeline.arrival import COUNTED, WAITS
from gateway.pipeline.house import House
from gateway.pipeline.states import State, way
from gateway.problems import Problem, problem
from gateway.store import Delivery, Message, deliveries, messages
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
    found = workspace.agreement(row.partner, row.document, direction, test=row.test)
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


def _facts(row: Message, failure: Exception | str) -> dict[str, Any]:
    return {"id": row.id, "partner": row.partner, "lane": row.lane, "failure": failure}


def give_up(
    house: House,
    connection: Connection,
    row: Message,
    failure: Exception | str,
    at: datetime,
    found: Problem | None = None,
) -> None:
    """After the last attempt: dead, until a person replays it. ``found``: instead of P192."""
    found = found or problem("P192", attempts=row.attempts + 1, failure=failure, id=row.id)
    bury(house, connection, replace(row, attempts=row.attempts + 1), found.sentence, at)
    messages.add_problems(connection, {row.id: [found]})
    kind: Literal["file", "delivery"] = "file" if row.kind == "file" else "delivery"
    events.gave_up(kind=kind, attempts=row.attempts + 1, **_facts(row, failure))


def bury(
    house: House,
    connection: Connection,
    row: Message,
    text: str,
    at: datetime,
    first: str = "last attempt failed",
) -> None:
    """To the state dead, by the way that leads there; ``first``: the text of its first step."""
    if row.state != State.RETRYING:
        state = way(State(row.state), State.RETRYING)
        row = messages.change(connection, row, state, at, first, resume=row.state)
    state = way(State(row.state), State.DEAD)
    messages.change(connection, row, state, at, text, attempts=row.attempts, due=None)
    house.tally.counts["dead"] += 1


@dataclass(frozen=True, slots=True)
class Failed:
    """A delivery that did not succeed this time."""

    delivery: Delivery
    failure: Exception | str
    for_good: bool = False
    """Trying again would not help."""
    at_once: bool = False
    """The pause is over already: somebody was waited for."""
    found: Problem | None = None
    """What it met, where that is more than a folder that cannot be reached (T107)."""
    last: Problem | None = None
    """What is said when it is given up, where that is more than P192."""
    retry: Retry | None = None
    """The retries, where they are not those of its row."""


def put_off(house: House, connection: Connection, each: Failed) -> datetime | None:
    """Try a delivery again later, or give up: when it is due, ``None`` when it was given up."""
    one, at, attempts = each.delivery, house.clock(), each.delivery.attempts + 1
    row = None if one.message is None else messages.get(connection, one.message, lock=True)
    failing = one.failing or at
    retry = each.retry or rules_of(house.workspace, row)
    due = next_attempt(retry, attempts, failing, at, house.dice())
    due = None if each.for_good else at if due is not None and each.at_once else due
    state = one.state if due else "dead"
    values = {"attempts": attempts, "due": due, "state": state, "failing": failing}
    deliveries.change(connection, [one.id], at, **values)
    if due is not None:
        house.tally.counts["retrying"] += 1
        partner = "" if row is None else row.partner
        facts: dict[str, Any] = {"id": one.id, "partner": partner, "lane": one.lane}
        events.retried(kind="delivery", attempt=attempts, due=due, failure=each.failure, **facts)
    if row is not None:
        _put_off_row(house, connection, each, row, due)
    return due


def _put_off_row(
    house: House, connection: Connection, each: Failed, row: Message, due: datetime | None
) -> None:
    """What the row of a delivery says about that."""
    one, at = each.delivery, house.clock()
    found = each.found or problem("T107", name=one.name, folder=one.folder, reason=each.failure)
    messages.add_problems(connection, {row.id: [found]})
    if one.purpose not in COUNTED:
        return
    if due is None and row.state in WAITS:
        give_up(house, connection, replace(row, attempts=one.attempts), each.failure, at, each.last)
    elif due is None:
        _not_again(connection, each, row, at)
    elif row.state == State.MAPPED:
        moved = way(State.MAPPED, State.RETRYING)
        messages.change(connection, row, moved, at, found.sentence, resume=row.state)
    elif each.found is not None:  # of a folder, the first failure says it all
        messages.record(connection, [(row.id, row.state, row.state, found.sentence)], at)


def _not_again(connection: Connection, each: Failed, row: Message, at: datetime) -> None:
    """A person had it sent once more, and that failed for good: its row stays where it is."""
    attempts = each.delivery.attempts + 1
    facts: dict[str, Any] = {"attempts": attempts, "failure": each.failure, "id": row.id}
    found = each.last or problem("P192", **facts)
    messages.add_problems(connection, {row.id: [found]})
    messages.record(connection, [(row.id, row.state, row.state, found.sentence)], at)
    events.gave_up(kind="delivery", attempts=attempts, **_facts(row, each.failure))
