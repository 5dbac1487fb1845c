"""What kills the process that works on it is set aside, so that the others go on.

When a lane was never given back, the piece at its head was being worked on when the process died.
That may be chance: power, an operator, the kernel short of memory. After so many times it is not.
"""

from __future__ import annotations

from gateway.pipeline.as2 import unpacking
from gateway.pipeline.failure import refuse_file
from gateway.pipeline.house import House
from gateway.pipeline.retry import bury
from gateway.pipeline.shops import inbox
from gateway.pipeline.states import State, way
from gateway.problems import problem
from gateway.store import Delivery, Message, deliveries, messages
from gateway.store.as2.received import Received
from gateway.store.shops.errands import Errand
from gateway.store.shops.inbox import StoredHint
from gateway.telemetry import events

DEATHS = 5
"""Deaths of a process over the same piece of work."""


def suspect(house: House, piece: Message | Delivery | Received | StoredHint | Errand | str) -> None:
    """Count one more death; after :data:`DEATHS` the piece is isolated."""
    if isinstance(piece, Message):
        _file(house, piece)
    elif isinstance(piece, Delivery):
        _delivery(house, piece)
    elif isinstance(piece, Received):
        unpacking.suspect(house, piece, DEATHS)
    elif isinstance(piece, StoredHint):
        inbox.suspect(house, piece)


def _file(house: House, row: Message) -> None:
    at, crashes = house.clock(), row.crashes + 1
    with house.store.write("suspect") as connection:
        messages.amend(connection, row.id, at, crashes=crashes)
        if row.state == State.RETRYING and crashes >= DEATHS:
            state = way(State.RETRYING, State.RECEIVED)
            row = messages.change(connection, row, state, at, "set aside")
    if crashes >= DEATHS:
        events.isolated(kind="file", id=row.id, lane=row.lane, crashes=crashes)
        refuse_file(house, row, [problem("P194", times=crashes, id=row.id)], State.HELD)


def _delivery(house: House, one: Delivery) -> None:
    at, crashes = house.clock(), one.crashes + 1
    with house.store.write("suspect") as connection:
        deliveries.change(connection, [one.id], at, crashes=crashes)
        if crashes < DEATHS:
            return
        events.isolated(kind="delivery", id=one.id, lane=one.lane, crashes=crashes)
        deliveries.change(connection, [one.id], at, state="dead", due=None)
        row = None if one.message is None else messages.get(connection, one.message, lock=True)
        if row is None:
            return
        found = problem("P194", times=crashes, id=row.id)
        messages.add_problems(connection, {row.id: [found]})
        if row.state in (State.MAPPED, State.RETRYING):
            bury(house, connection, row, found.sentence, at)
