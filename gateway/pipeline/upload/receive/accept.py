"""The one transaction that takes a posted file over: its row, and its key with our answer.

Before it nothing of the file counts, after it everything does. The unique key decides between two
that came at once.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from gateway.channels.upload.request import PREFIX, file_name
from gateway.pipeline import lanes
from gateway.pipeline.house import House
from gateway.pipeline.seen import in_inbox
from gateway.pipeline.states import State
from gateway.pipeline.upload.receive.answer import as_text
from gateway.pipeline.upload.receive.entrance import Call
from gateway.store import NewMessage, Stored, messages
from gateway.store.upload import uploads
from gateway.store.upload.uploads import Upload
from gateway.telemetry import events
from gateway.telemetry.traces import new_trace


def enter(house: House, call: Call, key: str, stored: Stored) -> Upload:
    """Enter a file that lies in the archive. ``key``: of :func:`uploads.key_of`, or empty.

    Raises ``IntegrityError`` when another request with the same key was quicker.
    """
    at = house.clock()
    name = _name(call, stored)
    with house.store.write("upload received") as connection:
        before = in_inbox(connection, call.source, [stored.sha]).get(stored.sha)
        text = f"{stored.size} bytes posted by {call.address or 'somebody'}"
        row = _row(house, call, key, name, stored, before)
        (id_,) = messages.add(connection, [row], at, [text])
        entered = Upload(call.key, stored.sha, id_, _answer(call, id_, name, stored, before))
        _remember(connection, call, key, entered, house)
    house.tally.counts["files"] += 1
    events.received(message=id_, source=call.source, name=name, size=stored.size)
    return entered


def place_of(call: Call, message: int) -> str:
    """Where one asks what became of a file."""
    return f"{PREFIX}{call.source}/{message}"


def _remember(connection: Connection, call: Call, key: str, entered: Upload, house: House) -> None:
    if key:
        partner, channel = call.target.partner, call.target.channel
        uploads.add(connection, key, partner, channel, entered, house.clock())


def _answer(call: Call, id_: int, name: str, stored: Stored, before: int | None) -> str:
    facts: dict[str, Any] = {
        "message": id_,
        "name": name,
        "size": stored.size,
        "sha256": stored.sha,
        "status": place_of(call, id_),
    }
    if before is not None:
        facts["same_as"] = before
    return as_text(facts)


def _row(
    house: House, call: Call, key: str, name: str, stored: Stored, before: int | None
) -> NewMessage:
    at = house.clock()
    return NewMessage(
        kind="file",
        direction="in",
        state=State.RECEIVED,
        intake=f"https:{key or f'{at:%Y%m%dT%H%M%S%f}-{house.token()}'}",
        replaces=before,
        source=call.source,
        lane=lanes.files(call.source),
        name=name,
        partner=call.target.partner,
        payload=stored.sha,
        payload_size=stored.size,
        config=house.workspace.hash,
        due=at,
        trace=new_trace(house.token),
    )


def _name(call: Call, stored: Stored) -> str:
    headers = call.headers
    return file_name(
        call.target.name,
        headers.get("content-disposition"),
        headers.get("content-type"),
        f"{call.target.channel}-{stored.sha[:12]}",
    )
