"""Accepting: the one transaction after which files from a server are ours.

Before it they are copies in the archive that nobody knows of; after it they are rows that the
pipeline works on, and remembered for ever. A file that was accepted before makes no second row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from gateway.channels.folder.names import shown
from gateway.channels.remote.directory import Entry
from gateway.pipeline import lanes
from gateway.pipeline.house import House
from gateway.pipeline.seen import in_inbox
from gateway.pipeline.states import State
from gateway.problems import Problem
from gateway.store import NewMessage, Stored, messages
from gateway.store.remote import picked
from gateway.store.remote.picked import NewPicked, Picked, intake_of
from gateway.telemetry import events
from gateway.telemetry.traces import new_trace


@dataclass(frozen=True, slots=True)
class Haul:
    """A file that was fetched and lies in the archive."""

    entry: Entry
    """As it was when it was fetched."""
    path: str
    """Where it was found."""
    place: str
    """Where it lies now; empty: where it was found."""
    spot: str
    stored: Stored
    found: tuple[Problem, ...] = ()


def accept(
    house: House, source: str, hauls: Sequence[Haul], *, stays: bool
) -> dict[tuple[str, str], Picked]:
    """Enter files of a channel; their rows, by spot and SHA-256.

    ``stays``: nothing is to be done with them on the server. Of a file that was accepted before
    and is to be removed, the row becomes due once more.
    """
    at = house.clock()
    by_key = {(each.spot, each.stored.sha): each for each in hauls}
    with house.store.write("picked up") as connection:
        known = picked.by_spots(connection, {spot for spot, _ in by_key})
        fresh = {key: each for key, each in by_key.items() if key[1] not in known.get(key[0], {})}
        old = [known[spot][sha] for spot, sha in by_key if (spot, sha) not in fresh]
        _enter(connection, house, source, fresh, at, stays=stays)
        if not stays:
            picked.again(connection, old, at)
        now = picked.by_spots(connection, {spot for spot, _ in by_key})
        ids = {(spot, sha): now[spot][sha] for spot, sha in by_key}
        rows = picked.get_many(connection, ids.values())
    found = {key: rows[id_] for key, id_ in ids.items()}
    house.tally.counts["files"] += len(fresh)
    for key, haul in fresh.items():
        name = shown(haul.entry.called)
        row = found[key]
        events.received(message=row.message, source=source, name=name, size=haul.stored.size)
    return found


def _enter(
    connection: Connection,
    house: House,
    source: str,
    fresh: dict[tuple[str, str], Haul],
    at: datetime,
    *,
    stays: bool,
) -> None:
    hauls = list(fresh.values())
    if not hauls:
        return
    before = in_inbox(connection, source, [each.stored.sha for each in hauls])
    rows = [_row(house, source, each, before.get(each.stored.sha), at) for each in hauls]
    texts = [f"{each.stored.size} bytes picked up from {shown(each.path)}" for each in hauls]
    ids = messages.add(connection, rows, at, texts)
    for haul, row, id_ in zip(hauls, rows, ids, strict=True):
        first = before.setdefault(haul.stored.sha, id_)
        if row.replaces is None and first != id_:  # the same bytes twice in this batch
            messages.amend(connection, id_, at, replaces=first)
    told = {id_: each.found for each, id_ in zip(hauls, ids, strict=True) if each.found}
    messages.add_problems(connection, told)
    new = [_memory(source, each, id_, at, stays) for each, id_ in zip(hauls, ids, strict=True)]
    picked.add(connection, new, at)


def _row(house: House, source: str, haul: Haul, before: int | None, at: datetime) -> NewMessage:
    return NewMessage(
        kind="file",
        direction="in",
        state=State.RECEIVED,
        intake=intake_of(haul.spot, haul.stored.sha),
        replaces=before,
        source=source,
        lane=lanes.files(source),
        name=shown(haul.entry.called),
        partner=source.partition("/")[0],
        payload=haul.stored.sha,
        payload_size=haul.stored.size,
        config=house.workspace.hash,
        due=at,
        trace=new_trace(house.token),
    )


def _memory(source: str, haul: Haul, message: int, at: datetime, stays: bool) -> NewPicked:
    size = haul.entry.size
    assert size is not None  # the table of rules does not take such a file
    return NewPicked(
        spot=haul.spot,
        sha=haul.stored.sha,
        source=source,
        path=haul.path,
        place=haul.place,
        size=size,
        changed=haul.entry.changed,
        message=message,
        state="left" if stays else "accepted",
        due=None if stays else at,
    )
