"""Documents are collected over files, until they leave as one interchange (``send: {batch: …}``).

The message of a document is made and kept when its file is read, in the same transaction; it
leaves, with control numbers drawn, in one transaction again. When that happens is decided each
time somebody looks: by the settings of that moment. So nothing waits for a setting that is gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from gateway.config.models import Agreement, Partner
from gateway.config.sending import Batch as Release
from gateway.documents import DOCUMENTS, Document
from gateway.pipeline import lanes
from gateway.pipeline.collecting import FAILED, agreed
from gateway.pipeline.house import House, is_current
from gateway.pipeline.lots import Departure, Lot, Piece, collected, depart, send
from gateway.pipeline.retry import next_attempt
from gateway.pipeline.states import State
from gateway.problems import problem
from gateway.store import Message, batches, contents, messages
from gateway.store.batches import Batch, Content, Waiting
from gateway.store.lanes import FencedError
from gateway.telemetry import events

MOST = 5000
"""Documents of an interchange that no setting bounds."""


def leave(house: House, connection: Connection, file: Message, lot: Lot, at: datetime) -> None:
    """Documents of a file leave now, or wait, in the transaction that stores them.

    Those that cannot leave now, because of something that somebody can bring, wait without the
    others. Where an agreement is in order, none goes before what waits.
    """
    agreement, batch = lot.agreement, _batch(lot)
    behind = agreement.in_order and batches.content(connection, batch.lane).count > 0
    if agreement.send.batch is not None or behind:
        collect(house, connection, lot, at)
        return
    try:
        with connection.begin_nested():
            send(house, connection, file, lot, at)
    except OSError as failure:
        collect(house, connection, lot, at)
        _stall(house, connection, batch, failure)


def collect(house: House, connection: Connection, lot: Lot, at: datetime) -> None:
    """Documents of a file wait for others."""
    agreement = lot.agreement
    batch = _batch(lot)
    rows = [Waiting(id_, each.number, tuple(each.segments)) for id_, each in lot.entries]
    there = batches.add(connection, batch, rows, at)
    due = _due(agreement.send.batch, there, at)
    batches.change(connection, batch.lane, at, due=due)
    until = agreement.send.batch or "what waits before it"
    text = f"collected with {there.count - len(rows)} others, to leave with {until}"
    state = State.MAPPED
    messages.record(connection, [(row.message, state, state, text) for row in rows], at)


def _batch(lot: Lot) -> Batch:
    agreement = lot.agreement
    return Batch(
        lane=lanes.batch(lot.partner, agreement, lot.same),
        partner=lot.partner.partner,
        document=agreement.document,
        standard=str(agreement.standard),
        test=agreement.mode == "test",
    )


def waiting(house: House, lane: str) -> list[Batch]:
    """The batch of a lane, when it is to be looked at."""
    with house.store.read() as connection:
        return batches.due(connection, lane, house.clock())


def work(house: House, found: Sequence[Batch]) -> None:
    """What is ready leaves; what cannot leave now is looked at again later."""
    for one in found:
        try:
            while _once(house, one.lane) and is_current(house):
                pass
        except (SQLAlchemyError, FencedError):
            raise
        except Exception as failure:
            _put_off(house, one, failure)


def _once(house: House, lane: str) -> bool:
    """At most one interchange leaves, in a transaction of its own; whether more is ready."""
    with house.store.write("batch") as connection:
        batch = batches.take(connection, lane)
        return batch is not None and _look(house, connection, batch)


def review(house: House) -> None:
    """Every batch is looked at when the settings have changed: the duty of each minute."""
    at = house.clock()
    with house.store.read() as connection:
        known = batches.find(connection)
        ready = [one.lane for one in known if _moved(house, connection, one, at)]
    if ready:
        with house.store.write("batches reviewed") as connection:
            for lane in ready:
                batches.change(connection, lane, at, due=at)


def _moved(house: House, connection: Connection, batch: Batch, at: datetime) -> bool:
    """Whether what the settings say now is earlier than when it would be looked at."""
    if batch.attempts or (batch.due is not None and batch.due <= at):
        return False
    _, agreement, _ = agreed(house.workspace, batch)
    if agreement is None:
        return False
    due = _due(agreement.send.batch, batches.content(connection, batch.lane), at)
    return due is not None and (batch.due is None or due < batch.due)


def _look(house: House, connection: Connection, batch: Batch) -> bool:
    """An interchange of what is ready; then when to look again, and whether that is now."""
    at = house.clock()
    partner, agreement, why = agreed(house.workspace, batch)
    there = batches.content(connection, batch.lane)
    if not there.count:  # all of it was taken out
        batches.leave(connection, batch.lane, 0)
        return False
    if partner is None or agreement is None:
        facts: dict[str, Any] = {"partner": batch.partner, "document": batch.document}
        way = "agree on it again, or set the mode of the agreement to live or test"
        house.tally.problems.append(
            problem("P169", count=there.count, reason=why, way=way, **facts)
        )
        batches.change(connection, batch.lane, at, due=None)
        return False
    release = agreement.send.batch
    if _is_ready(release, there, at):
        _leave(house, connection, batch, partner, agreement, at)
        there = batches.content(connection, batch.lane)
    if not there.count:
        return False
    due = _due(release, there, at)
    batches.change(connection, batch.lane, at, due=due, attempts=0, failing=None)
    return due == at


def _leave(
    house: House,
    connection: Connection,
    batch: Batch,
    partner: Partner,
    agreement: Agreement,
    at: datetime,
) -> None:
    release = agreement.send.batch or Release()
    most = 1 if agreement.send.per == "document" else release.count or MOST
    chosen = batches.first(connection, batch.lane, most, release.size)
    row = messages.get(connection, chosen[0].message)
    assert row is not None
    leaving = Departure(
        partner,
        agreement,
        [Piece(each.message, each.number, each.body) for each in chosen],
        _document(connection, row),
        batch.test,
        collected(house.workspace.hash, row.trace, row.source),
    )
    depart(house, connection, leaving, at)
    batches.leave(connection, batch.lane, chosen[-1].message)


def _is_ready(release: Release | None, there: Content, at: datetime) -> bool:
    if release is None or there.since is None:
        return True
    return bool(
        (release.count is not None and there.count >= release.count)
        or (release.size is not None and there.size >= release.size)
        or (release.time is not None and at >= there.since + release.time)
    )


def _due(release: Release | None, there: Content, at: datetime) -> datetime | None:
    """When to look at it next; ``None``: when something is added."""
    if _is_ready(release, there, at):
        return at
    if release is None or release.time is None or there.since is None:
        return None
    return there.since + release.time


def _put_off(house: House, batch: Batch, failure: Exception) -> None:
    """Something is missing, or a bug was met: nothing left, and it is tried again, for ever."""
    if not isinstance(failure, OSError):
        events.bug(where="batch", message=None, failure=failure)
    with house.store.write("batch put off") as connection:
        _stall(house, connection, batch, failure)


def _stall(house: House, connection: Connection, batch: Batch, failure: Exception) -> None:
    """When to try again; why it could not leave stands at the first document of it."""
    at, attempts = house.clock(), batch.attempts + 1
    failing = batch.failing or at
    retry = house.workspace.settings.retry
    due = next_attempt(retry, min(attempts, retry.attempts - 1), failing, at, house.dice())
    due = due or at + retry.ceiling
    found = problem(FAILED, attempt=attempts, failure=failure)
    batches.change(connection, batch.lane, at, due=due, attempts=attempts, failing=failing)
    if attempts == 1:
        first = batches.content(connection, batch.lane).first
        messages.add_problems(connection, {} if first is None else {first: [found]})
    house.tally.problems.append(found)
    house.tally.counts["retrying"] += 1


def _document(connection: Connection, row: Message) -> Document | None:
    """The document of a row, for the name of the file."""
    data = None if row.content is None else contents.read(connection, row.content)
    kind = DOCUMENTS.get(row.document)
    return None if data is None or kind is None else kind.from_json(data)
