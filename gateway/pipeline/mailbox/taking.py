"""Taking a whole upload over: from here on it is a file of the pipeline, like one from a folder.

Order is everything: its bytes into the archive, then one transaction with the row of the file and
of the upload, and only then the partner hears that it was taken. A crash before the commit leaves
an upload that nobody was told of; he sends it again. A crash behind it leaves a file that is taken,
whose repeat the house recognises: the row names the same bytes that came before (``replaces``).
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from gateway.channels.folder.names import shown
from gateway.channels.sftp.server.hosting import Caller, Refusal
from gateway.pipeline import lanes
from gateway.pipeline.house import House
from gateway.pipeline.mailbox.mailbox import Mailbox
from gateway.pipeline.mailbox.refusals import later, missing, refusal
from gateway.pipeline.seen import in_inbox
from gateway.pipeline.states import State
from gateway.store import NewMessage, Stored, messages
from gateway.store.as2.retained import doom
from gateway.store.mailbox import actions, uploads
from gateway.store.mailbox.uploads import CLOSED, TAKEN, Uploaded
from gateway.telemetry import events
from gateway.telemetry.traces import new_trace


def take(
    mailbox: Mailbox, row: Uploaded, size: int, caller: Caller, name: str | None = None
) -> None:
    """Take over an upload of ``size`` bytes, under a new name where it is renamed.

    Durable when this returns. A refusal says that it was not taken over.
    """
    house, path = mailbox.house, mailbox.path(row.token)
    mailbox.takes()
    house.checkpoint("mailbox take: before")
    try:
        stored = _archived(house, path, size)
        house.checkpoint("mailbox take: archived")
        id_ = _enter(mailbox, row, stored, caller, name or row.name)
    except FileNotFoundError:
        raise (missing(row.name) if forget(mailbox, row) else _overtaken(row)) from None
    except (OSError, SQLAlchemyError) as trouble:
        events.mailbox_trouble(where="take", failure=trouble)
        raise later("it cannot be stored") from trouble
    if id_ is None:
        return
    house.tally.counts["files"] += 1
    events.received(message=id_, source=mailbox.source, name=name or row.name, size=stored.size)
    with suppress(OSError):  # swept by the next start
        path.unlink(missing_ok=True)
    house.checkpoint("mailbox take: removed")
    mailbox.wake(lanes.files(mailbox.source))


def forget(mailbox: Mailbox, row: Uploaded) -> bool:
    """An unfinished upload whose bytes are not here is none: after a restore, on another machine.

    ``False``: there was none any more.
    """
    with mailbox.house.store.write("mailbox lost") as connection:
        now = uploads.get(connection, row.id, lock=True)
        if now is None or now.state == TAKEN:
            return False
        uploads.remove(connection, [row.id])
        return True


def _overtaken(row: Uploaded) -> Refusal:
    return refusal("busy", "T422", name=row.name)


def _archived(house: House, path: Path, size: int) -> Stored:
    """The bytes of an upload in the archive, which makes them durable."""
    with path.open("rb") as file:
        stored = house.store.archive.put_file(file)
    if stored.size != size:
        raise OSError(f"{path.name} has {stored.size} bytes, {size} were written")
    return stored


def _enter(
    mailbox: Mailbox, row: Uploaded, stored: Stored, caller: Caller, name: str
) -> int | None:
    """The rows, in one transaction; ``None`` when another session took it over before."""
    house, at = mailbox.house, mailbox.house.clock()
    with house.store.write("mailbox taken") as connection:
        now = uploads.get(connection, row.id, lock=True)
        if now is not None and _is_the_same(row, now):
            before = in_inbox(connection, mailbox.source, [stored.sha]).get(stored.sha)
            new = _file(mailbox, row.token, stored, name, before, at)
            (id_,) = messages.add(connection, [new], at, _text(stored, caller))
            values = {"name": name, "size": stored.size, "sha": stored.sha, "message": id_}
            uploads.change(connection, row.id, at, state=TAKEN, **values)
            line = mailbox.done(caller, "take", f"/in/{name}", stored.size, id_)
            actions.enter(connection, [line])
            return id_
        doom(connection, at, [stored.sha])
    if now is None or now.state != TAKEN:
        raise _overtaken(row)
    return None


def _is_the_same(row: Uploaded, now: Uploaded) -> bool:
    """Whether nobody has opened it meanwhile, or even closed it again with other bytes."""
    same = (now.size, now.updated) == (row.size, row.updated)
    return now.state == row.state and (row.state != CLOSED or same)


def _file(
    mailbox: Mailbox, token: str, stored: Stored, name: str, before: int | None, at: datetime
) -> NewMessage:
    house = mailbox.house
    return NewMessage(
        kind="file",
        direction="in",
        state=State.RECEIVED,
        intake=f"mailbox:{token}",
        replaces=before,
        source=mailbox.source,
        lane=lanes.files(mailbox.source),
        name=shown(name),
        partner=mailbox.partner,
        payload=stored.sha,
        payload_size=stored.size,
        config=house.workspace.hash,
        due=at,
        trace=new_trace(house.token),
    )


def _text(stored: Stored, caller: Caller) -> str:
    return f"{stored.size} bytes put into the mailbox by {caller.user} from {caller.address}"
