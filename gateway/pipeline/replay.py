"""Run something again, as the settings are now; the reason is kept with it.

What was held, or was given up, goes on in its own row. Anything else is run again from the
archived file in a new row linked to the old one, so that history stays. What we sent is sent again
with the same bytes and the same control number.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from gateway.channels.folder import with_suffix
from gateway.pipeline.states import State, way
from gateway.store import Message, NewMessage, Store, deliveries, messages
from gateway.store.deliveries import NewDelivery


class NothingToReplayError(Exception):
    """There is no such message, or nothing of it can be run again."""


def replay(store: Store, id_: int, reason: str) -> int:
    """Make it due; the number of the row to look at. Raises :class:`NothingToReplayError`."""
    at = store.clock()
    with store.write("replay") as connection:
        row = messages.get(connection, id_)
        if row is None:
            raise NothingToReplayError(f"there is no message {id_}")
        if row.direction == "out" and row.kind in ("interchange", "acknowledgement"):
            return _send_again(connection, row, at, reason)
        if row.kind == "file" and row.state in (State.HELD, State.DEAD):
            state = way(State(row.state), State.RECEIVED)
            text = f"replayed: {reason}"
            messages.change(connection, row, state, at, text, due=at, attempts=0, resume="")
            return row.id
        if row.state == State.DEAD:
            return _deliver_again(connection, row, at, reason)
        return _run_again(connection, row, at, reason)


def _run_again(connection: Connection, row: Message, at: datetime, reason: str) -> int:
    """A new row for the file, narrowed to the part that is replayed."""
    file, only = _origin(connection, row)
    new = NewMessage(
        kind="file",
        direction=file.direction,
        state=State.RECEIVED,
        replay_of=row.id,
        only=only,
        source=file.source,
        name=file.name,
        partner=file.partner,
        document=file.document,
        payload=file.payload,
        payload_size=file.payload_size,
        config=file.config,
        due=at,
    )
    (id_,) = messages.add(connection, [new], at, f"replay of {row.id}: {reason}")
    messages.record(
        connection, [(row.id, row.state, row.state, f"replayed as {id_}: {reason}")], at
    )
    return id_


def _origin(connection: Connection, row: Message) -> tuple[Message, str]:
    """The file a row was found in, and where in it."""
    if row.kind == "file":
        return row, row.only
    parent = None if row.parent is None else messages.get(connection, row.parent)
    if parent is None or row.ordinal is None:
        raise NothingToReplayError(f"message {row.id} was not found in a file")
    if parent.kind == "file":
        return parent, str(row.ordinal)
    file, where = _origin(connection, parent)
    return file, f"{where}/{row.ordinal}"


def _deliver_again(connection: Connection, row: Message, at: datetime, reason: str) -> int:
    """A delivery that was given up starts again."""
    state = way(State.DEAD, State.MAPPED)
    text = f"replayed: {reason}"
    messages.change(connection, row, state, at, text, attempts=0, resume="")
    for one in deliveries.of_message(connection, row.id):
        if one.state == "dead":
            deliveries.change(connection, [one.id], at, state="pending", due=at, attempts=0)
    return row.id


def _send_again(connection: Connection, row: Message, at: datetime, reason: str) -> int:
    """The same bytes once more."""
    if row.state == State.DEAD:
        return _deliver_again(connection, row, at, reason)
    planned = [one for one in deliveries.of_message(connection, row.id) if one.purpose == "partner"]
    if not planned:
        raise NothingToReplayError(f"message {row.id} was never sent")
    first = planned[0]
    again = NewDelivery(
        key=f"{first.key}:again:{len(planned)}",
        message=row.id,
        purpose="partner",
        folder=first.folder,
        name=_next_name(connection, first.folder, first.name),
        sha=first.sha,
        due=at,
    )
    deliveries.add(connection, [again], at)
    messages.record(connection, [(row.id, row.state, row.state, f"sent again: {reason}")], at)
    return row.id


def _next_name(connection: Connection, folder: str, name: str) -> str:
    number = 2
    while deliveries.taken(connection, folder, candidate := with_suffix(name, number)):
        number += 1
    return candidate
