"""Error files: planned like every other delivery, so they appear once and survive a crash."""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path, PurePath

from sqlalchemy import Connection

from gateway.channels.folder import JSON, TEXT, Report, as_json, as_text, sanitised, with_suffix
from gateway.config.contact import contact_line
from gateway.pipeline import lanes
from gateway.pipeline.house import House
from gateway.pipeline.states import State, way
from gateway.problems import Problem, problem
from gateway.store import Message, NewDelivery, contents, deliveries, messages
from gateway.telemetry import events

Told = tuple[str, Problem]
"""What it is about (``invoice 4711``, or nothing), and the finding."""
COPIED = 16 << 20
"""Bytes up to which a refused file is copied beside its report; above it stays in the archive."""


def refuse_file(
    house: House,
    row: Message,
    found: Sequence[Problem],
    state: State = State.REFUSED,
    *,
    text: str = "",
) -> None:
    """A file of which nothing can be taken over: refused, or held when the fault is ours.

    ``text``: of the file, where its lines can be shown.
    """
    at = house.clock()
    placed = [each.at(file=row.name) for each in numbered(found, row.id)]
    with house.store.write("refused") as connection:
        messages.add_problems(connection, {row.id: placed})
        said = placed[0].sentence if placed else str(state)
        messages.change(connection, row, way(State(row.state), state), at, said, due=None)
        told = [("", each) for each in placed]
        held = state is State.HELD
        report(house, connection, row, "nothing was taken over", told, text=text, held=held)
    house.tally.counts[str(state)] += 1
    tell = events.held if state is State.HELD else events.refused
    code = placed[0].code if placed else ""
    tell(message=row.id, partner=row.partner, document=row.document, code=code)


def hold_for_bug(house: House, row: Message, failure: Exception) -> None:
    """A bug of ours met this file: keep it, say so, go on with the others."""
    found = problem("P190", failure=f"{type(failure).__name__}: {failure}", id=row.id)
    at = house.clock()
    with house.store.write("held") as connection:
        messages.add_problems(connection, {row.id: [found]})
        detail = "".join(traceback.format_exception(failure))
        state = way(State(row.state), State.HELD)
        messages.change(connection, row, state, at, found.sentence, due=None)
        messages.record(connection, [(row.id, state, state, detail[-4000:])], at)
        report(house, connection, row, "nothing was taken over yet", [("", found)], held=True)
    house.tally.counts["held"] += 1
    events.held(message=row.id, partner=row.partner, document=row.document, code=found.code)


def report(
    house: House,
    connection: Connection,
    row: Message,
    outcome: str,
    found: Sequence[Told],
    *,
    alone: bytes | None = None,
    text: str = "",
    held: bool = False,
) -> None:
    """Plan ``error/NAME`` with ``NAME.error.txt`` and ``NAME.error.json``.

    ``alone``: the refused documents by themselves; without it the whole file, when it is small.
    ``text``: of the file, where its lines can be shown; ``held``: nothing was refused.
    """
    inbox = house.inboxes.get(row.source)
    if inbox is None:
        return
    folder = str(inbox.folder / "error")
    name = _free(connection, folder, _plain(row.name))
    told = Report(
        file=row.name,
        at=row.created,
        source=row.source,
        message=row.id,
        outcome=outcome,
        problems=[each for _, each in found],
        heads=[head for head, _ in found],
        alone=name if alone is not None else None,
        from_partner=row.direction == "in",
        held=held,
        text=text or None,
        contacts=_contacts(house, row),
    )
    files = {"txt": (name + TEXT, as_text(told)), "json": (name + JSON, as_json(told))}
    if alone is not None:
        files["file"] = (name, alone)
    contents.put(connection, [data for _, data in files.values()])
    shas = {kind: (title, contents.sha_of(data)) for kind, (title, data) in files.items()}
    if alone is None and row.payload is not None and (row.payload_size or 0) <= COPIED:
        shas["file"] = (name, row.payload)
    _plan(connection, row, folder, shas, house.clock())


def _contacts(house: House, row: Message) -> list[str]:
    """Whom to call about a file of a partner."""
    name = row.partner or row.source.partition("/")[0]
    partner = house.workspace.partners.get(name) if row.direction == "in" else None
    if partner is None:
        return []
    return [contact_line(key, each) for key, each in partner.contacts.items()]


def _plan(
    connection: Connection,
    row: Message,
    folder: str,
    files: Mapping[str, tuple[str, str]],
    at: datetime,
) -> None:
    """Deliveries by kind: name and hash."""
    planned = [
        NewDelivery(
            key=f"error:{row.id}:{kind}",
            message=row.id,
            purpose="error",
            lane=lanes.report(row.source),
            folder=folder,
            name=name,
            sha=sha,
            due=at,
        )
        for kind, (name, sha) in files.items()
    ]
    deliveries.add(connection, planned, at)


NUMBER = "NUMBER"
"""Stands in the facts of a problem until its row has one."""


def numbered(found: Sequence[Problem], id_: int) -> list[Problem]:
    """Problems that tell what to replay, now that the row is known."""
    return [
        replace(each, facts={n: str(id_) if v == NUMBER else v for n, v in each.facts.items()})
        if NUMBER in each.facts.values()
        else each
        for each in found
    ]


def free_name(connection: Connection, folder: Path, name: str) -> str:
    """The name, or the next one that no delivery of ours has in that folder."""
    number, candidate = 1, name
    while deliveries.taken(connection, str(folder), candidate):
        number += 1
        candidate = with_suffix(name, number)
    return candidate


def _plain(name: str) -> str:
    """A received name as we write it: nothing that another system could stumble over."""
    path = PurePath(name)
    suffix = sanitised(path.suffix)[:16]
    return (sanitised(path.stem)[:100] or "file") + (f".{suffix}" if suffix else "")


def _free(connection: Connection, folder: str, name: str) -> str:
    number, candidate = 1, name
    while any(
        deliveries.taken(connection, folder, title) or Path(folder, title).exists()
        for title in (candidate, candidate + TEXT, candidate + JSON)
    ):
        number += 1
        candidate = with_suffix(name, number)
    return candidate
