"""One row again: the ways in which that is done, each inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from gateway.channels.folder import with_suffix
from gateway.pipeline import lanes
from gateway.pipeline.destination import AS2
from gateway.pipeline.replaced import take_out
from gateway.pipeline.states import State, way
from gateway.store import Delivery, Message, NewMessage, deliveries, messages
from gateway.store.as2 import sent
from gateway.store.deliveries import NewDelivery

THEN = "then"
"""In ``resume`` of a file that has to run with the settings its ``config`` names."""
SENDS = ("interchange", "acknowledgement")
"""What we send: never run again, only sent again."""


class NothingToReplayError(Exception):
    """There is no such message, or nothing of it can be run again."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How something is to be replayed."""

    reason: str
    as_then: bool = False
    """With the settings it was processed with, instead of those of now."""
    resend: bool = False
    """The bytes that left already, instead of new ones."""
    force: bool = False
    """Although the receiver has it."""


def is_sent_again(row: Message, wish: Wish) -> bool:
    """Whether the same bytes leave, and nothing is processed."""
    return wish.resend or (row.direction == "out" and row.kind in SENDS)


def again(connection: Connection, row: Message, wish: Wish, at: datetime, now: str) -> int:
    """Make it due; the number of the row to look at. Raises :class:`NothingToReplayError`.

    ``now``: hash of the settings that the house works with.
    """
    config = row.config if wish.as_then else now
    if row.state == State.RETRYING:
        return _at_once(connection, row, wish, at)
    if row.state == State.DEAD and row.kind != "file":
        return _deliver_again(connection, row, wish, at)
    if is_sent_again(row, wish):
        return _send_again(connection, row, wish, at)
    if row.kind == "file" and row.state in (State.HELD, State.DEAD):
        return _go_on(connection, row, wish, at, config)
    return _run_again(connection, row, wish, at, config)


def _at_once(connection: Connection, row: Message, wish: Wish, at: datetime) -> int:
    """What waits for its next attempt does not wait any longer."""
    for one in _released(connection, row):
        deliveries.change(connection, [one.id], at, due=at)
    if row.kind == "file":
        messages.amend(connection, row.id, at, due=at)
    _note(connection, row, f"tried again at once: {wish.reason}", at)
    return row.id


def _go_on(connection: Connection, row: Message, wish: Wish, at: datetime, config: str) -> int:
    """A file that was held or given up starts again in its own row."""
    state, text = way(State(row.state), State.RECEIVED), f"replayed{_how(wish)}: {wish.reason}"
    fresh = {"attempts": 0, "crashes": 0, "failing": None}
    resume = THEN if wish.as_then else ""
    messages.change(connection, row, state, at, text, due=at, resume=resume, config=config, **fresh)
    return row.id


def _run_again(connection: Connection, row: Message, wish: Wish, at: datetime, config: str) -> int:
    """A new row for the file, narrowed to the part that is replayed."""
    file, only = origin(connection, row)
    new = NewMessage(
        kind="file",
        direction=file.direction,
        state=State.RECEIVED,
        replay_of=row.id,
        only=only,
        source=file.source,
        lane=file.lane or lanes.files(file.source),
        name=file.name,
        partner=file.partner,
        document=file.document,
        payload=file.payload,
        payload_size=file.payload_size,
        config=config,
        resume=THEN if wish.as_then else "",
        due=at,
    )
    how = _how(wish)
    (id_,) = messages.add(connection, [new], at, f"replay of {row.id}{how}: {wish.reason}")
    _note(connection, row, f"replayed{how} as {id_}: {wish.reason}", at)
    take_out(connection, row, id_, at)
    return id_


def origin(connection: Connection, row: Message) -> tuple[Message, str]:
    """The file a row was found in, and where in it. Raises :class:`NothingToReplayError`."""
    if row.kind == "file":
        return row, row.only.partition("@")[0]
    parent = None if row.parent is None else messages.get(connection, row.parent)
    if parent is None or row.ordinal is None:
        raise NothingToReplayError(f"message {row.id} was not found in a file")
    if parent.kind == "file":
        return parent, str(row.ordinal)
    file, where = origin(connection, parent)
    return file, f"{where}/{row.ordinal}"


def _deliver_again(connection: Connection, row: Message, wish: Wish, at: datetime) -> int:
    """A delivery that was given up starts again."""
    dead = [one for one in deliveries.of_message(connection, row.id) if one.state == "dead"]
    how = _by_as2(connection, dead[-1]) if dead else ""
    state, text = way(State.DEAD, State.MAPPED), f"replayed{how}: {wish.reason}"
    fresh = {"attempts": 0, "failing": None}
    messages.change(connection, row, state, at, text, resume="", **fresh)
    ids = [one.id for one in dead]
    deliveries.change(connection, ids, at, state="pending", due=at, crashes=0, **fresh)
    return row.id


def _by_as2(connection: Connection, one: Delivery) -> str:
    """Whether a message that goes by AS2 is the same to the partner's system, or another one."""
    row = sent.latest(connection, one.id) if one.outlet == AS2 else None
    if row is None:
        return ""
    if row.state in sent.SETTLED:
        return " with another Message-ID"
    return f", what was sent as {row.message_id}"


def _send_again(connection: Connection, row: Message, wish: Wish, at: datetime) -> int:
    """The same bytes once more."""
    before = sent_for(connection, row)
    if not before:
        raise NothingToReplayError(f"message {row.id} was never sent")
    first = before[0]
    again = NewDelivery(
        key=f"{first.key}:again:{len(before)}",
        message=first.message,
        purpose=first.purpose,
        lane=first.lane,
        outlet=first.outlet,
        folder=first.folder,
        name=_next_name(connection, first.folder, first.name),
        sha=first.sha,
        due=at,
    )
    deliveries.add(connection, [again], at)
    twice = " with another Message-ID, so the partner may receive it twice"
    text = f"sent again{twice if first.outlet == AS2 else ''}: {wish.reason}"
    _note(connection, row, text, at)
    carrier = None if first.message in (None, row.id) else messages.get(connection, first.message)
    if carrier is None:
        return row.id
    _note(connection, carrier, text, at)
    return carrier.id


def sent_for(connection: Connection, row: Message) -> list[Delivery]:
    """The deliveries of a row to its receiver, or of the interchange that carries it."""
    found = _to_receiver(connection, row.id)
    return found if found or row.carrier is None else _to_receiver(connection, row.carrier)


def _to_receiver(connection: Connection, id_: int) -> list[Delivery]:
    return [
        one
        for one in deliveries.of_message(connection, id_)
        if one.purpose in ("partner", "erp") and one.state != "withdrawn"
    ]


def _released(connection: Connection, row: Message) -> Sequence[Delivery]:
    return [one for one in sent_for(connection, row) if one.due is not None]


def _next_name(connection: Connection, folder: str, name: str) -> str:
    number = 2
    while deliveries.taken(connection, folder, candidate := with_suffix(name, number)):
        number += 1
    return candidate


def _note(connection: Connection, row: Message, text: str, at: datetime) -> None:
    messages.record(connection, [(row.id, row.state, row.state, text)], at)


def _how(wish: Wish) -> str:
    return " as then" if wish.as_then else ""
