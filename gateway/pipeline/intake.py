"""Intake: from a file in a folder to a row ``received``.

Order is everything: claim by rename, payload into the archive, row with its unique intake key, and
only then the original moves away. A crash between any two leaves a claim that is taken up again
under the same key, so a file is neither lost nor received twice.
"""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import Connection, select

from gateway.channels.folder import Claim, Inbox
from gateway.pipeline.house import ERP, House
from gateway.pipeline.states import State
from gateway.problems import Place, problem
from gateway.store import Message, NewMessage, Stored, messages
from gateway.store.messages import from_row
from gateway.store.tables import message

_NOT_TAKEN_OVER = (State.REFUSED, State.HELD, State.DEAD)


def take(house: House, inbox: Inbox, path: Path) -> bool:
    """Claim a file and receive it; whether it is now ours."""
    token = f"{house.clock():%Y%m%dT%H%M%S}-{house.token()}"
    house.checkpoint("claim: before")
    claim = inbox.claim(path, token)
    house.checkpoint("claim: after")
    return claim is not None and receive(house, inbox, claim)


def receive(house: House, inbox: Inbox, claim: Claim) -> bool:
    """Receive a claimed file; safe to repeat after a crash at any point."""
    row = _known(house, claim.token)
    if row is None:
        try:
            stored = _archive(house, claim)
        except OSError as failure:
            place = Place(file=str(claim.path))
            house.tally.problems.append(problem("T104", place, reason=failure))
            return False
        if stored is None:
            inbox.give_back(claim)
            house.tally.waiting.append(claim.name)
            return False
        row = _store(house, inbox, claim, stored)
        house.tally.counts["files"] += 1
    house.checkpoint("put away: before")
    inbox.put_away(claim, row.created, duplicate=row.replaces is not None)
    house.checkpoint("put away: after")
    return True


def _known(house: House, token: str) -> Message | None:
    with house.store.read() as connection:
        row = connection.execute(select(message).where(message.c.intake == token)).first()
    return None if row is None else from_row(row)


def _archive(house: House, claim: Claim) -> Stored | None:
    """The payload in the archive; ``None`` when its writer had not finished after all."""
    with claim.open() as file:
        before = os.fstat(file.fileno())
        stored = house.store.archive.put_file(file)
        after = os.fstat(file.fileno())
    grew = (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns)
    return None if grew or stored.size != after.st_size else stored


def _store(house: House, inbox: Inbox, claim: Claim, stored: Stored) -> Message:
    at = house.clock()
    from_erp = inbox.source.startswith(f"{ERP}/")
    with house.store.write("received") as connection:
        before = _before(connection, inbox.source, stored.sha)
        row = NewMessage(
            kind="file",
            direction="out" if from_erp else "in",
            state=State.RECEIVED,
            intake=claim.token,
            replaces=None if before is None else before.id,
            source=inbox.source,
            lane=inbox.source,
            name=claim.name,
            partner="" if from_erp else inbox.source.partition("/")[0],
            document=inbox.source.partition("/")[2] if from_erp else "",
            payload=stored.sha,
            payload_size=stored.size,
            config=house.workspace.hash,
            due=at,
        )
        (id_,) = messages.add(connection, [row], at, f"{stored.size} bytes taken from a folder")
        found = messages.get(connection, id_)
    assert found is not None
    return found


def _before(connection: Connection, source: str, sha: str) -> Message | None:
    """The same bytes in the same folder, when something of them was taken over."""
    row = connection.execute(
        select(message)
        .where(
            message.c.payload == sha,
            message.c.kind == "file",
            message.c.source == source,
            message.c.intake.is_not(None),
            message.c.replaces.is_(None),
            message.c.state.not_in([str(state) for state in _NOT_TAKEN_OVER]),
        )
        .order_by(message.c.id)
        .limit(1)
    ).first()
    return None if row is None else from_row(row)
