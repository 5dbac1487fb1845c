"""Deliver: what waits in the ``delivery`` table appears in its folder, once.

Three durable steps for a batch: whole files under temporary names; the database knows that; the
renames; the database knows that. A crash between any two is taken up where it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, and_

from gateway.channels.folder import Outcome, finish, prepare, with_suffix
from gateway.pipeline.house import House
from gateway.pipeline.retry import give_up, next_attempt
from gateway.pipeline.states import State, way
from gateway.problems import problem
from gateway.store import Delivery, Message, deliveries, messages
from gateway.store.durable import sync_folder
from gateway.store.tables import message

BATCH = 64
COUNTED = {"erp": "delivered", "partner": "sent"}


@dataclass(frozen=True, slots=True)
class _Failed:
    delivery: Delivery
    failure: Exception


def deliver(house: House) -> int:
    """Deliver everything that is due; how many files appeared."""
    done = 0
    while True:
        with house.store.read() as connection:
            batch = deliveries.due(connection, house.clock(), BATCH)
        if not batch:
            return done
        prepared, failed = _prepare(house, batch)
        finished, failed_too = _finish(house, prepared)
        _postpone(house, [*failed, *failed_too])
        done += finished


def _prepare(house: House, batch: Sequence[Delivery]) -> tuple[list[Delivery], list[_Failed]]:
    written: list[Delivery] = []
    failed: list[_Failed] = []
    for one in batch:
        if one.state == "prepared":
            continue
        try:
            data = house.store.payload(one.sha)
            prepare(Path(one.folder), one.key, data, lambda: house.checkpoint("deliver: half"))
        except OSError as failure:
            failed.append(_Failed(one, failure))
            continue
        house.checkpoint("deliver: written")
        written.append(one)
    written, unsynced = _synced(written)
    failed += unsynced
    if written:
        with house.store.write("deliver prepared") as connection:
            ids = [one.id for one in written]
            deliveries.change(connection, ids, house.clock(), state="prepared")
    ready = [one for one in batch if one.state == "prepared"]
    return ready + [replace(one, state="prepared") for one in written], failed


def _finish(house: House, batch: Sequence[Delivery]) -> tuple[int, list[_Failed]]:
    done: list[Delivery] = []
    collided: list[Delivery] = []
    failed: list[_Failed] = []
    for one in batch:
        try:
            outcome = finish(Path(one.folder), one.name, one.key)
        except OSError as failure:
            failed.append(_Failed(one, failure))
            continue
        house.checkpoint("deliver: renamed")
        (collided if outcome is Outcome.COLLISION else done).append(one)
    done, unsynced = _synced(done)
    failed += unsynced
    if done or collided:
        with house.store.write("deliver done") as connection:
            _mark(house, connection, done)
            for one in collided:
                _rename(connection, one, house.clock())
    for one in done:
        house.tally.counts[COUNTED.get(one.purpose, "reports")] += 1
    return len(done), failed


def _synced(batch: Sequence[Delivery]) -> tuple[list[Delivery], list[_Failed]]:
    """Those whose folder is durable, each folder synced once; and the others."""
    trouble: dict[str, OSError] = {}
    for folder in {one.folder for one in batch}:
        try:
            sync_folder(Path(folder))
        except OSError as failure:
            trouble[folder] = failure
    good = [one for one in batch if one.folder not in trouble]
    return good, [_Failed(one, trouble[one.folder]) for one in batch if one.folder in trouble]


def _mark(house: House, connection: Connection, done: Sequence[Delivery]) -> None:
    at = house.clock()
    deliveries.change(connection, [one.id for one in done], at, state="done", due=None)
    for one in done:
        row = messages.get(connection, one.message)
        if row is None or one.purpose not in COUNTED:
            continue
        text = f"{one.name} put into {one.folder}"
        if row.state not in (State.MAPPED, State.RETRYING):  # sent again: nothing moves
            messages.record(connection, [(row.id, row.state, row.state, text)], at)
            continue
        row = _delivered(connection, row, at, text)
        if row.kind == "acknowledgement":
            _answered(connection, row, at)
        elif row.kind == "interchange":
            _carried(connection, row, at)


def _delivered(connection: Connection, row: Message, at: datetime, text: str) -> Message:
    state = way(State(row.state), State.DELIVERED)
    row = messages.change(connection, row, state, at, text, due=None, resume="")
    parent = None if row.parent is None else messages.get(connection, row.parent)
    answered = parent is not None and parent.state == State.ACKNOWLEDGED
    if row.direction == "in" and answered:
        state = way(State.DELIVERED, State.ACKNOWLEDGED)
        row = messages.change(connection, row, state, at, "answered before it was delivered")
    return row


def _answered(connection: Connection, answer: Message, at: datetime) -> None:
    """Our acknowledgement lies in the partner's folder."""
    subject = None if answer.parent is None else messages.get(connection, answer.parent)
    if subject is None or subject.state != State.SPLIT:
        return
    text = f"answered with {answer.document} {answer.reference}"
    messages.change(connection, subject, way(State.SPLIT, State.ACKNOWLEDGED), at, text)
    state = way(State.DELIVERED, State.ACKNOWLEDGED)
    found_in = and_(message.c.parent == subject.id, message.c.kind == "message")
    messages.change_all(connection, found_in, State.DELIVERED, state, at, text)


def _carried(connection: Connection, carrier: Message, at: datetime) -> None:
    """An interchange of ours left: so did the documents in it."""
    text = f"left in interchange {carrier.reference}"
    state = way(State.MAPPED, State.DELIVERED)
    messages.change_all(connection, message.c.carrier == carrier.id, State.MAPPED, state, at, text)


def _rename(connection: Connection, one: Delivery, at: datetime) -> None:
    """Another file has the name: take the next one, and say so."""
    number = 2
    while deliveries.taken(connection, one.folder, name := with_suffix(one.name, number)) or (
        Path(one.folder, name).exists()
    ):
        number += 1
    deliveries.change(connection, [one.id], at, name=name)
    found = problem("T106", name=one.name, instead=name)
    messages.add_problems(connection, {one.message: [found]})


def _postpone(house: House, failed: Sequence[_Failed]) -> None:
    at = house.clock()
    for one, failure in ((each.delivery, each.failure) for each in failed):
        attempts = one.attempts + 1
        due = next_attempt(house.workspace.settings.retry, attempts, at)
        found = problem("T107", name=one.name, folder=one.folder, reason=failure)
        with house.store.write("delivery postponed") as connection:
            state = one.state if due else "dead"
            deliveries.change(connection, [one.id], at, attempts=attempts, due=due, state=state)
            messages.add_problems(connection, {one.message: [found]})
            row = messages.get(connection, one.message)
            if row is None or one.purpose not in COUNTED:
                continue
            if due is None and row.state in (State.MAPPED, State.RETRYING):
                give_up(house, connection, replace(row, attempts=one.attempts), failure, at)
            elif row.state == State.MAPPED:
                state = way(State.MAPPED, State.RETRYING)
                messages.change(connection, row, state, at, found.sentence, resume=row.state)
        house.tally.counts["retrying"] += due is not None
