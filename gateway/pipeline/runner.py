"""The embedded runner: one process, one thread, everything that is due in its order.

Deliveries come first: after a crash they are the oldest unfinished work, and a partner's answer to
one must not be read before the delivery is known.
"""

from __future__ import annotations

import logging

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from gateway.pipeline import inbound, intake, outbound
from gateway.pipeline.deliver import deliver
from gateway.pipeline.failure import hold_for_bug, refuse_file
from gateway.pipeline.house import House
from gateway.pipeline.retry import postpone
from gateway.pipeline.states import State, way
from gateway.problems import Place, problem
from gateway.store import Message, messages
from gateway.store.messages import from_row
from gateway.store.tables import message

LOG = logging.getLogger(__name__)
_STEPS = {"in": inbound.read_file, "out": outbound.read_file}
_BATCH = 50


def run(house: House, *, at_once: bool) -> None:
    """Everything that is due, until nothing is."""
    deliver(house)
    _take_up(house)
    _take_in(house, at_once=at_once)
    while rows := _due(house):
        for row in rows:
            _step(house, row)
        deliver(house)
    deliver(house)


def _take_up(house: House) -> None:
    """Claims that a crash left behind."""
    for inbox in house.inboxes.values():
        try:
            for claim in inbox.claims():
                intake.receive(house, inbox, claim)
        except OSError as failure:
            place = Place(file=str(inbox.folder))
            house.tally.problems.append(problem("T104", place, reason=failure))


def _take_in(house: House, *, at_once: bool) -> None:
    for inbox in house.inboxes.values():
        try:
            found = inbox.look(at_once=at_once)
        except OSError as failure:
            place = Place(file=str(inbox.folder))
            house.tally.problems.append(problem("T104", place, reason=failure))
            continue
        house.tally.problems += found.problems
        house.tally.waiting += [str(path) for path in found.waiting]
        for path in found.ready:
            try:
                intake.take(house, inbox, path)
            except OSError as failure:
                place = Place(file=str(path))
                house.tally.problems.append(problem("T104", place, reason=failure))


def _due(house: House) -> list[Message]:
    statement = (
        select(message)
        .where(
            message.c.due.is_not(None),
            message.c.due <= house.clock(),
            message.c.kind == "file",
        )
        .order_by(message.c.id)
        .limit(_BATCH)
    )
    with house.store.read() as connection:
        return [from_row(row) for row in connection.execute(statement)]


def _step(house: House, row: Message) -> None:
    """One file through its step; a failure of one never stops the others."""
    if row.state == State.RETRYING:
        with house.store.write("due again") as connection:
            state = way(State.RETRYING, State.RECEIVED)
            row = messages.change(connection, row, state, house.clock(), "due again")
    try:
        if row.replay_of is not None and not house.store.archive.intact(str(row.payload)):
            damaged = problem("P193", sha=row.payload, id=row.id)
            refuse_file(house, row, [damaged], State.HELD)
            return
        _STEPS[row.direction](house, row)
    except SQLAlchemyError:
        raise  # the database's trouble, not the file's
    except OSError as failure:
        postpone(house, row, failure)
    except Exception as failure:
        LOG.exception("a bug met file %s (message %s)", row.name, row.id)
        hold_for_bug(house, row, failure)
