"""The step of a file: from ``received`` to ``split``, whoever it came from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from time import perf_counter

from sqlalchemy import select
from sqlalchemy.exc import DataError, SQLAlchemyError

from gateway.pipeline import inbound, outbound, posting
from gateway.pipeline.failure import hold_for_bug, refuse_file
from gateway.pipeline.house import STATUSES, House, is_current
from gateway.pipeline.lanes import in_order
from gateway.pipeline.replay.then import house_for
from gateway.pipeline.retry import postpone
from gateway.pipeline.shops import step as shops
from gateway.pipeline.states import State, way
from gateway.problems import Problem, problem
from gateway.store import Message, StateChangedError, messages
from gateway.store.lanes import FencedError
from gateway.store.messages import from_row
from gateway.store.tables import message
from gateway.telemetry import events
from gateway.telemetry.traces import span

BATCH = 20
_STEPS: dict[str, Callable[[House, Message], None]] = {
    "in": inbound.read_file,
    "out": outbound.read_file,
}


def waiting(house: House, lane: str) -> list[Message]:
    """The next files of a lane."""
    at = house.clock()
    statement = (
        select(message)
        .where(message.c.due.is_not(None), message.c.lane == lane)
        .order_by(message.c.id)
        .limit(BATCH)
    )
    if not in_order(house.workspace, lane):
        statement = statement.where(message.c.due <= at)
    with house.store.read() as connection:
        rows = [from_row(row) for row in connection.execute(statement)]
    late = next((n for n, row in enumerate(rows) if row.due and row.due > at), len(rows))
    return rows[:late]


def work(house: House, rows: Sequence[Message]) -> None:
    """Files through their step; a failure of one never stops the others, unless in order.

    What is applied meanwhile holds from the next file on.
    """
    for number, row in enumerate(rows):
        if number and not is_current(house):
            return
        _step(house, row)
        if in_order(house.workspace, row.lane):
            return  # what was put off holds up what follows


def _step(house: House, row: Message) -> None:
    if row.state == State.RETRYING:
        with house.store.write("due again") as connection:
            state = way(State.RETRYING, State.RECEIVED)
            row = messages.change(connection, row, state, house.clock(), "due again")
    began = perf_counter()
    with span("file", row.trace, message=row.id, lane=row.lane, partner=row.partner):
        _guarded(house, row)
    events.stepped(step="file", lane=row.lane, seconds=perf_counter() - began)


def _guarded(house: House, row: Message) -> None:
    """The step; what fails outside is put off, a bug of ours holds the file."""
    try:
        if row.replay_of is not None and not house.store.archive.intact(str(row.payload)):
            damaged = problem("P193", sha=row.payload, id=row.id)
            refuse_file(house, row, [damaged], State.HELD)
            return
        room = house_for(house, row)
        if isinstance(room, Problem):
            refuse_file(house, row, [room], State.HELD)
            return
        _step_of(room, row)(room, _processed_with(room, row))
    except DataError as failure:  # something that the database cannot hold: ours to mend
        hold_for_bug(house, row, failure)
    except (SQLAlchemyError, FencedError, StateChangedError):
        raise  # the database's trouble, or somebody else's lane: not the file's fault
    except OSError as failure:
        postpone(house, row, failure)
    except Exception as failure:
        events.bug(where="file", message=row.id, failure=failure)
        hold_for_bug(house, row, failure)


def _step_of(house: House, row: Message) -> Callable[[House, Message], None]:
    if row.source in STATUSES:
        return posting.read_file
    return shops.read_file if shops.is_of_shop(house.workspace, row) else _STEPS[row.direction]


def _processed_with(house: House, row: Message) -> Message:
    """The row, with the settings that it is processed with: they may be newer than its intake."""
    if row.config == house.workspace.hash:
        return row
    with house.store.write("settings") as connection:
        messages.amend(connection, row.id, house.clock(), config=house.workspace.hash)
    return replace(row, config=house.workspace.hash)
