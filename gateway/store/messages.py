"""Rows of the ``message`` table with their timeline and problems.

A row's state is only ever changed from a known state: a second worker, or a bug, that finds
another one raises instead of overwriting. Which moves are legal is the pipeline's table.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, literal, select, update

from gateway.problems import Problem
from gateway.store.tables import Instant, event, message, problem

MOST_PROBLEMS = 500
"""Kept per row; a hostile file could produce millions."""


class StateChangedError(Exception):
    """The row is no longer in the state that this step started from: stop, touch nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A row to be added. ``kind``: file, interchange, message, document, acknowledgement."""

    kind: str
    direction: str
    """``in`` from a partner, ``out`` to a partner."""
    state: str
    parent: int | None = None
    ordinal: int | None = None
    """Position in the parent, from 0."""
    intake: str | None = None
    """Unique key of a file that came in."""
    replay_of: int | None = None
    replaces: int | None = None
    """The version of the same document before this one."""
    carrier: int | None = None
    """The interchange that carries an outbound document."""
    only: str = ""
    """A replay of a part of a file: ``2`` (interchange or document), ``2/5`` (message), from 0."""
    source: str = ""
    """Where it came in: ``acme-retail/main``, ``erp/invoice``."""
    name: str = ""
    partner: str = ""
    document: str = ""
    standard: str = ""
    format: str = ""
    """``edifact/D96A/ORDERS``, ``csv``."""
    sender: str = ""
    receiver: str = ""
    reference: str = ""
    """UNB 0020, UNH 0062, ISA13, ST02."""
    grouping: str = ""
    """UNG 0048, GS06."""
    number: str = ""
    """Business number of the document."""
    test: bool = False
    resume: str = ""
    """State to go on from after retrying or held."""
    lane: str = ""
    payload: str | None = None
    payload_offset: int | None = None
    payload_size: int | None = None
    content: str | None = None
    """Canonical document of a message or document; wire bytes of what we send."""
    config: str = ""
    attempts: int = 0
    due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(NewMessage):
    """A row as it is stored."""

    id: int
    created: datetime
    updated: datetime

    def as_json(self) -> dict[str, Any]:
        """For ``--json``: what is known, instants as text."""
        known = {name: value for name, value in asdict(self).items() if value not in (None, "")}
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in known.items()
        }


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a timeline."""

    at: datetime
    before: str
    state: str
    text: str
    detail: str = ""


_COLUMNS = tuple(field.name for field in fields(Message))


def from_row(row: Row[Any]) -> Message:
    """A stored row."""
    return Message(**{name: getattr(row, name) for name in _COLUMNS})


def add(
    connection: Connection,
    rows: Sequence[NewMessage],
    at: datetime,
    text: str = "",
    ways: Sequence[Sequence[str]] | None = None,
) -> list[int]:
    """Insert rows, each with the start of its timeline; ids in the order given.

    ``ways``: the states each row went through in this transaction, the last being its state.
    """
    if not rows:
        return []
    values = [{**asdict(row), "created": at, "updated": at} for row in rows]
    statement = insert(message).returning(message.c.id, sort_by_parameter_order=True)
    ids = [row.id for row in connection.execute(statement, values)]
    lines: list[tuple[int, str, str, str]] = []
    for index, (id_, row) in enumerate(zip(ids, rows, strict=True)):
        states = [str(state) for state in ways[index]] if ways else [row.state]
        pairs = zip(["", *states], states, strict=False)
        lines += [(id_, before, state, text or state) for before, state in pairs]
    record(connection, lines, at)
    return ids


def record(
    connection: Connection, lines: Iterable[tuple[int, str, str, str]], at: datetime
) -> None:
    """Add to timelines: (message, state before, state, text)."""
    values = [
        {"message": id_, "at": at, "before": before, "state": state, "text": text}
        for id_, before, state, text in lines
    ]
    if values:
        connection.execute(insert(event), values)


def change(
    connection: Connection,
    row: Message,
    state: str,
    at: datetime,
    text: str,
    **values: Any,
) -> Message:
    """Move a row to a state and say so in its timeline; the row as it is now.

    Raises :class:`StateChangedError` when the stored row is not in ``row.state`` any more.
    """
    result = connection.execute(
        update(message)
        .where(message.c.id == row.id, message.c.state == row.state)
        .values(state=state, updated=at, **values)
    )
    if result.rowcount != 1:
        raise StateChangedError(f"message {row.id} is no longer {row.state}")
    record(connection, [(row.id, row.state, state, text)], at)
    return replace(row, state=state, updated=at, **values)


def change_all(
    connection: Connection,
    which: ColumnElement[bool],
    before: str,
    state: str,
    at: datetime,
    text: str,
) -> int:
    """Move all rows that fit and are in the state ``before``; how many."""
    fit = (which, message.c.state == str(before))
    lines = select(
        message.c.id,
        literal(at, Instant),
        literal(str(before)),
        literal(str(state)),
        literal(text),
    ).where(*fit)
    connection.execute(
        insert(event).from_select(["message", "at", "before", "state", "text"], lines)
    )
    moved = update(message).where(*fit).values(state=str(state), updated=at)
    return connection.execute(moved).rowcount


def amend(connection: Connection, id_: int, at: datetime, **values: Any) -> None:
    """Fill in what was learned about a row, without moving it."""
    connection.execute(update(message).where(message.c.id == id_).values(updated=at, **values))


def add_problems(connection: Connection, found: Mapping[int, Sequence[Problem]]) -> None:
    """Store problems by row."""
    values = [
        {
            "message": id_,
            "code": one.code,
            "severity": one.severity.value,
            "data": json.dumps(one.as_json(), ensure_ascii=False),
        }
        for id_, problems in found.items()
        for one in problems[:MOST_PROBLEMS]
    ]
    if values:
        connection.execute(insert(problem), values)


def problems_of(connection: Connection, id_: int) -> tuple[Problem, ...]:
    """Stored problems of a row, in the order found."""
    statement = select(problem.c.data).where(problem.c.message == id_).order_by(problem.c.id)
    return tuple(Problem.from_json(json.loads(data)) for data in connection.scalars(statement))


def events_of(connection: Connection, id_: int) -> tuple[Event, ...]:
    """The timeline of a row."""
    statement = select(event).where(event.c.message == id_).order_by(event.c.id)
    return tuple(
        Event(row.at, row.before, row.state, row.text, row.detail)
        for row in connection.execute(statement)
    )


def get(connection: Connection, id_: int) -> Message | None:
    """One row."""
    row = connection.execute(select(message).where(message.c.id == id_)).first()
    return None if row is None else from_row(row)


def children(connection: Connection, id_: int) -> list[Message]:
    """What was found in a row, in order."""
    statement = (
        select(message).where(message.c.parent == id_).order_by(message.c.ordinal, message.c.id)
    )
    return [from_row(row) for row in connection.execute(statement)]
