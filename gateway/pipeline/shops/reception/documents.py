"""Documents that the ERP posts: each request is a file, as if it lay in the ERP's folder.

Before the commit nothing of it counts, after it everything does; the format of the file is the JSON
of the ERP, and what is in it is judged afterwards like any other file of the ERP.
"""

from __future__ import annotations

from io import BytesIO

from gateway.pipeline import lanes
from gateway.pipeline.house import ERP, House
from gateway.pipeline.seen import in_inbox, unfinished
from gateway.pipeline.shops.reception import body
from gateway.pipeline.shops.reception.answer import SOON, Answer, Done, Remember, refused, unable
from gateway.pipeline.shops.reception.answers import DocumentTaken
from gateway.pipeline.shops.reception.entrance import Call
from gateway.pipeline.states import State
from gateway.problems import problem
from gateway.store import NewMessage, Stored, messages, pauses
from gateway.telemetry import events
from gateway.telemetry.traces import new_trace

INTAKE = "api:"
"""In front of the intake key of what was posted."""


def source_of(document: str) -> str:
    """Where documents of a kind come in: the folder they would lie in, ``erp/despatch``."""
    return f"{ERP}/{document}"


def place_of(message: int) -> str:
    """Where one asks what became of a document."""
    return f"/api/documents/{message}"


def post(house: House, call: Call, data: bytes, remember: Remember) -> Done | Answer:
    """Take documents over."""
    text, problems = body.read(data)
    if text is None:
        return refused(400, problems)
    if problems:
        return refused(422, problems)
    if not text.entries():
        return refused(422, problem("W149", count=0, most="any number"))
    source = source_of(call.route.document)
    with house.store.read() as connection:
        if pauses.stopped(pauses.find(connection), lanes.poll(source)) is not None:
            return unable(SOON, "nothing is taken in at the moment")
    stored = house.store.archive.put_file(BytesIO(data))
    house.checkpoint("api: archived")
    with house.store.write("document posted") as connection:
        before = in_inbox(connection, source, [stored.sha])
        again = unfinished(connection, before.values())
        first = next((each for each in before.values() if each not in again), None)
        row = _row(house, call, stored, first)
        said = f"{stored.size} bytes posted by {call.address or 'the ERP'}"
        (id_,) = messages.add(connection, [row], house.clock(), [said])
        done = _done(row, id_, stored, first)
        remember(connection, done)
    house.tally.counts["files"] += 1
    events.received(message=id_, source=source, name=row.name, size=stored.size)
    return done


def _row(house: House, call: Call, stored: Stored, before: int | None) -> NewMessage:
    at, document = house.clock(), call.route.document
    return NewMessage(
        kind="file",
        direction="out",
        state=State.RECEIVED,
        intake=INTAKE + (call.key or f"{at:%Y%m%dT%H%M%S%f}-{house.token()}"),
        replaces=before,
        source=source_of(document),
        lane=lanes.files(source_of(document)),
        name=f"{document}-{stored.sha[:12]}.json",
        document=document,
        payload=stored.sha,
        payload_size=stored.size,
        config=house.workspace.hash,
        due=at,
        trace=new_trace(house.token),
    )


def _done(row: NewMessage, id_: int, stored: Stored, before: int | None) -> Done:
    taken = DocumentTaken(
        message=id_,
        name=row.name,
        size=stored.size,
        sha256=stored.sha,
        status=place_of(id_),
        same_as=before,
    )
    return Done(202, taken.facts(), place_of(id_), (row.lane,))
