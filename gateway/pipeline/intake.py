"""Intake: from a file in a folder to a row ``received``.

Order is everything: claim by rename, payload into the archive, row with its unique intake key, and
only then the original moves away. A crash between any two leaves a claim that is taken up again
under the same key, so a file is neither lost nor received twice.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from gateway.channels.folder import Claim, Inbox, InUseError
from gateway.pipeline import lanes
from gateway.pipeline.house import ERP, House
from gateway.pipeline.seen import in_inbox, unfinished
from gateway.pipeline.states import State
from gateway.problems import Place, Problem, problem
from gateway.store import Message, NewMessage, Stored, messages
from gateway.store.messages import from_row
from gateway.store.tables import message
from gateway.telemetry import events
from gateway.telemetry.traces import new_trace

BATCH = 32
"""Files whose rows share a transaction."""


def take_all(house: House, inbox: Inbox, paths: Sequence[Path]) -> None:
    """Claim files and receive them, a batch of rows in one transaction."""
    for start in range(0, len(paths), BATCH):
        fresh: list[tuple[Claim, Stored]] = []
        for number, path in enumerate(paths[start : start + BATCH], start):
            claimed = _claimed(house, inbox, path, number)
            if claimed is not None:
                fresh.append(claimed)
        if fresh:
            for (claim, _), row in zip(fresh, _store(house, inbox, fresh), strict=True):
                _put_away(house, inbox, claim, row)


def receive(house: House, inbox: Inbox, claim: Claim) -> None:
    """Receive a file that was claimed before a crash; safe to repeat at any point."""
    row = _known(house, claim.token)
    if row is None:
        stored = _archive(house, inbox, claim)
        if stored is None:
            return
        (row,) = _store(house, inbox, [(claim, stored)])
    _put_away(house, inbox, claim, row)


def trouble(failure: OSError, path: Path) -> Problem:
    """What to say of a file, or folder, that cannot be taken from for the moment."""
    full = failure.errno in (errno.ENOSPC, errno.EDQUOT)
    return problem("T109" if full else "T104", Place(file=str(path)), reason=failure)


def _claimed(house: House, inbox: Inbox, path: Path, number: int) -> tuple[Claim, Stored] | None:
    """A file that is ours now, and in the archive."""
    # claims that a crash leaves behind are taken up in the order of their tokens: keep the files'
    token = f"{house.clock():%Y%m%dT%H%M%S%f}-{number:06}-{house.token()}"
    house.checkpoint("claim: before")
    try:
        claim = inbox.claim(path, token)
    except InUseError:
        house.tally.waiting.append(str(path))
        return None
    except OSError as failure:
        house.tally.problems.append(trouble(failure, path))
        return None
    house.checkpoint("claim: after")
    stored = None if claim is None else _archive(house, inbox, claim)
    return None if claim is None or stored is None else (claim, stored)


def _put_away(house: House, inbox: Inbox, claim: Claim, row: Message) -> None:
    """The original moves last of all; what cannot be moved is tried again with the next look."""
    house.checkpoint("put away: before")
    try:
        if claim.path.stat().st_size != row.payload_size:
            # its writer still has it open: what he added is a file of its own, and no secret
            inbox.give_back(claim)
            place = Place(file=str(claim.path))
            house.tally.problems.append(problem("T110", place, name=claim.name, id=row.id))
            return
        inbox.put_away(claim, row.created, duplicate=row.replaces is not None)
    except OSError as failure:
        house.tally.problems.append(trouble(failure, claim.path))
        return
    house.checkpoint("put away: after")


def _known(house: House, token: str) -> Message | None:
    with house.store.read() as connection:
        row = connection.execute(select(message).where(message.c.intake == token)).first()
    return None if row is None else from_row(row)


def _archive(house: House, inbox: Inbox, claim: Claim) -> Stored | None:
    """The payload in the archive; ``None`` when it cannot be, or not yet."""
    try:
        stored = _copied(house, claim)
    except OSError as failure:
        house.tally.problems.append(trouble(failure, claim.path))
        return None
    if stored is None:  # its writer had not finished after all
        inbox.give_back(claim)
        house.tally.waiting.append(claim.name)
    return stored


def _copied(house: House, claim: Claim) -> Stored | None:
    with claim.open() as file:
        before = os.fstat(file.fileno())
        stored = house.store.archive.put_file(file)
        after = os.fstat(file.fileno())
    grew = (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns)
    return None if grew or stored.size != after.st_size else stored


def _store(house: House, inbox: Inbox, taken: Sequence[tuple[Claim, Stored]]) -> list[Message]:
    """The rows, in one transaction."""
    at = house.clock()
    with house.store.write("received") as connection:
        before = in_inbox(connection, inbox.source, [stored.sha for _, stored in taken])
        if _from_erp(inbox):
            again = unfinished(connection, before.values())
            before = {sha: first for sha, first in before.items() if first not in again}
        rows = [
            _row(house, inbox, claim, stored, before.get(stored.sha), at) for claim, stored in taken
        ]
        texts = [f"{stored.size} bytes taken from a folder" for _, stored in taken]
        ids = messages.add(connection, rows, at, texts)
        for (_, stored), row, id_ in zip(taken, rows, ids, strict=True):
            first = before.setdefault(stored.sha, id_)
            if row.replaces is None and first != id_:  # the same bytes twice in this batch
                messages.amend(connection, id_, at, replaces=first)
        found = messages.get_many(connection, ids)
    house.tally.counts["files"] += len(ids)
    for id_, (claim, stored) in zip(ids, taken, strict=True):
        events.received(message=id_, source=inbox.source, name=claim.name, size=stored.size)
    return [found[id_] for id_ in ids]


def _row(
    house: House,
    inbox: Inbox,
    claim: Claim,
    stored: Stored,
    before: int | None,
    at: datetime,
) -> NewMessage:
    from_erp = _from_erp(inbox)
    return NewMessage(
        kind="file",
        direction="out" if from_erp else "in",
        state=State.RECEIVED,
        intake=claim.token,
        replaces=before,
        source=inbox.source,
        lane=lanes.files(inbox.source),
        name=claim.name,
        partner="" if from_erp else inbox.source.partition("/")[0],
        document=inbox.source.rpartition("/")[2] if from_erp else "",
        payload=stored.sha,
        payload_size=stored.size,
        config=house.workspace.hash,
        due=at,
        trace=new_trace(house.token),
    )


def _from_erp(inbox: Inbox) -> bool:
    return inbox.source.startswith(f"{ERP}/")
