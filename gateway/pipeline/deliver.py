"""Deliver: what waits in a lane of the ``delivery`` table leaves the house, once.

A file, in three durable steps for a batch: whole files under temporary names; the database knows
that; the renames; the database knows that. A crash between any two is taken up where it was. A
notice goes to its server one by one, under a key that lets the receiver recognise a repeat.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from gateway.channels.folder import (
    Outcome,
    clear,
    discard,
    finish,
    prepare,
    temporary,
    with_suffix,
)
from gateway.pipeline.house import House
from gateway.pipeline.lanes import in_order
from gateway.pipeline.retry import give_up, next_attempt, rules_of
from gateway.pipeline.states import State, way
from gateway.problems import problem
from gateway.store import Delivery, Message, deliveries, messages
from gateway.store.durable import sync_folder
from gateway.store.lanes import FencedError
from gateway.store.tables import message
from gateway.telemetry import events
from gateway.telemetry.traces import span

BATCH = 64
COUNTED = {"erp": "delivered", "partner": "sent"}


@dataclass(frozen=True, slots=True)
class _Failed:
    delivery: Delivery
    failure: Exception
    for_good: bool = False
    """Trying again would not help."""


def waiting(house: House, lane: str) -> list[Delivery]:
    """The next batch of a lane; what killed a process is tried alone."""
    at = house.clock()
    with house.store.read() as connection:
        if in_order(house.workspace, lane):
            first = deliveries.heads(connection, lane, 1)
            return [one for one in first if one.due is not None and one.due <= at]
        batch = deliveries.due(connection, lane, at, BATCH)
    return batch[:1] if batch and batch[0].crashes else batch


def deliver(house: House, batch: Sequence[Delivery]) -> None:
    """Carry out a batch of one lane."""
    if batch[0].outlet != "folder":
        _notify(house, batch)
        return
    try:
        prepared, failed = _prepare(house, batch)
        failed_too = _finish(house, prepared)
    except FencedError:
        for folder in {one.folder for one in batch}:
            clear(Path(folder), (one.key for one in batch), keep=_prepared_names(house, batch))
        raise
    _postpone(house, [*failed, *failed_too])


def tidy(house: House, batch: Sequence[Delivery]) -> None:
    """Remove what one who died left half written for these deliveries."""
    files = [one for one in batch if one.outlet == "folder"]
    keep = {one.temporary for one in files if one.state == "prepared"}
    for folder in {one.folder for one in files}:
        clear(Path(folder), [one.key for one in files if one.folder == folder], keep)


def _prepare(house: House, batch: Sequence[Delivery]) -> tuple[list[Delivery], list[_Failed]]:
    written: list[Delivery] = []
    failed: list[_Failed] = []
    for one in batch:
        if one.state == "prepared":
            continue
        try:
            hidden = temporary(one.key, house.mark, Path(one.folder))
            with span("deliver", one.trace, lane=one.lane, outlet=one.outlet):
                data = house.store.payload(one.sha)
                prepare(Path(one.folder), hidden, data, lambda: house.checkpoint("deliver: half"))
        except OSError as failure:
            failed.append(_Failed(one, failure))
            continue
        house.checkpoint("deliver: written")
        written.append(replace(one, state="prepared", temporary=hidden))
    written, unsynced = _synced(written)
    failed += [_unwritten(each) for each in unsynced]
    if written:
        with house.store.write("deliver prepared") as connection:
            deliveries.prepared(connection, written, house.clock())
    return [one for one in batch if one.state == "prepared"] + written, failed


def _unwritten(each: _Failed) -> _Failed:
    """A file whose name may not survive is not prepared: it is written anew the next time."""
    one = each.delivery
    discard(Path(one.folder), one.temporary)
    return replace(each, delivery=replace(one, state="pending", temporary=""))


def _finish(house: House, batch: Sequence[Delivery]) -> list[_Failed]:
    done: list[Delivery] = []
    collided: list[Delivery] = []
    failed: list[_Failed] = []
    for one in batch:
        try:
            outcome = finish(Path(one.folder), one.name, one.temporary or temporary(one.key))
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
        _told(one, house.clock())
    return failed


def _told(one: Delivery, at: datetime) -> None:
    """The event of a delivery; its seconds count from when it was released."""
    waited = 0.0 if one.due is None else (at - one.due).total_seconds()
    facts: dict[str, Any] = {
        "outlet": one.outlet,
        "purpose": one.purpose,
        "lane": one.lane,
        "name": one.name,
    }
    events.delivered(message=one.message, seconds=max(0.0, waited), **facts)


def _notify(house: House, batch: Sequence[Delivery]) -> None:
    """Notices of alarms, one by one: each is done when its server took it."""
    from gateway.channels.notice import OUTLETS, NoticeRefusedError  # noqa: PLC0415 (slow to load)

    settings, root = house.workspace.settings.alarms, house.workspace.root
    for one in batch:
        try:
            body = house.store.payload(one.sha)
            OUTLETS[one.outlet](settings, root, body, one.key, house.clock())
        except NoticeRefusedError as failure:
            _postpone(house, [_Failed(one, failure, for_good=True)])
            continue
        except OSError as failure:
            _postpone(house, [_Failed(one, failure)])
            continue
        house.checkpoint("notice: sent")
        with house.store.write("notice sent") as connection:
            deliveries.change(connection, [one.id], house.clock(), state="done", due=None)
        house.tally.counts["notices"] += 1
        _told(one, house.clock())


def _prepared_names(house: House, batch: Sequence[Delivery]) -> set[str]:
    """The hidden files that the one who took over relies on."""
    with house.store.read() as connection:
        return deliveries.temporaries(connection, [one.id for one in batch])


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
    """The files of a batch lie in their places: so say their rows, in few statements."""
    at = house.clock()
    deliveries.change(connection, [one.id for one in done], at, state="done", due=None)
    counted = [one for one in done if one.message is not None and one.purpose in COUNTED]
    rows = messages.get_many(connection, (one.message for one in counted if one.message))
    # parents first: an answer that leaves at this moment moves parent and child in that order
    parents = messages.get_many(
        connection, (row.parent for row in rows.values() if row.parent), lock=True
    )
    known: list[tuple[int, str, str, str]] = []
    moves: list[tuple[Message, str, str]] = []
    for one in counted:
        row, text = rows[one.message or 0], f"{one.name} put into {one.folder}"
        if row.state not in (State.MAPPED, State.RETRYING):  # sent again: nothing moves
            known.append((row.id, row.state, row.state, text))
            continue
        moves.append((row, way(State(row.state), State.DELIVERED), text))
    messages.record(connection, known, at)
    _delivered(house, connection, moves, parents, at)


def _row(connection: Connection, one: Delivery) -> Message | None:
    return None if one.message is None else messages.get(connection, one.message, lock=True)


def _delivered(
    house: House,
    connection: Connection,
    moves: Sequence[tuple[Message, str, str]],
    parents: Mapping[int, Message],
    at: datetime,
) -> None:
    sent = [move for move in moves if move[0].kind == "interchange"]
    others = [move for move in moves if move[0].kind != "interchange"]
    for move in sent:
        values = {"due": None, "resume": "", "deadline": _deadline(house, move[0], at)}
        (row,) = messages.change_many(connection, [move], at, **values)
        _carried(connection, row, at)
    moved = messages.change_many(connection, others, at, due=None, resume="")
    above = {row.id: parents.get(row.parent or 0) for row in moved}
    late = [
        row
        for row in moved
        if row.direction == "in"
        and (parent := above[row.id]) is not None
        and parent.state == State.ACKNOWLEDGED
    ]
    state = way(State.DELIVERED, State.ACKNOWLEDGED)
    text = "answered before it was delivered"
    messages.change_many(connection, [(row, state, text) for row in late], at)
    answered: set[int] = set()
    for row in moved:
        subject = above[row.id]
        if row.kind == "acknowledgement" and subject is not None and subject.id not in answered:
            answered.add(subject.id)
            _answered(connection, row, subject, at)


def _deadline(house: House, row: Message, at: datetime) -> datetime | None:
    """Until when the partner has to answer what left now."""
    if row.kind != "interchange" or row.direction != "out":
        return None
    agreement = house.workspace.agreement(row.partner, row.document, "outbound")
    within = None if agreement is None else agreement.acknowledge.within
    return None if within is None else at + within


def _answered(connection: Connection, answer: Message, subject: Message, at: datetime) -> None:
    """Our acknowledgement lies in the partner's folder."""
    if subject.state != State.SPLIT:
        return
    text = f"answered with {answer.document} {answer.reference}"
    messages.change(connection, subject, way(State.SPLIT, State.ACKNOWLEDGED), at, text)
    state = way(State.DELIVERED, State.ACKNOWLEDGED)
    messages.change_messages_of(connection, subject.id, State.DELIVERED, state, at, text)


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
    if one.message is not None:
        found = problem("T106", name=one.name, instead=name)
        messages.add_problems(connection, {one.message: [found]})


def _postpone(house: House, failed: Sequence[_Failed]) -> None:
    for each in failed:
        with house.store.write("delivery postponed") as connection:
            _put_off(house, connection, each)


def _put_off(house: House, connection: Connection, each: _Failed) -> None:
    """Try again later, or give up."""
    one, at, attempts = each.delivery, house.clock(), each.delivery.attempts + 1
    row, failing = _row(connection, one), one.failing or at
    retry = rules_of(house.workspace, row)
    due = next_attempt(retry, attempts, failing, at, house.dice())
    due = None if each.for_good else due
    state = one.state if due else "dead"
    values = {"attempts": attempts, "due": due, "state": state, "failing": failing}
    deliveries.change(connection, [one.id], at, **values)
    if due is not None:
        house.tally.counts["retrying"] += 1
        partner = "" if row is None else row.partner
        facts: dict[str, Any] = {
            "id": one.id,
            "partner": partner,
            "lane": one.lane,
            "failure": each.failure,
        }
        events.retried(kind="delivery", attempt=attempts, due=due, **facts)
    if row is None:
        return
    found = problem("T107", name=one.name, folder=one.folder, reason=each.failure)
    messages.add_problems(connection, {row.id: [found]})
    if one.purpose not in COUNTED:
        return
    if due is None and row.state in (State.MAPPED, State.RETRYING):
        give_up(house, connection, replace(row, attempts=one.attempts), each.failure, at)
    elif row.state == State.MAPPED:
        moved = way(State.MAPPED, State.RETRYING)
        messages.change(connection, row, moved, at, found.sentence, resume=row.state)
