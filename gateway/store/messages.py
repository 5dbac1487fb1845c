"""Rows of the ``message`` table with their timeline and problems.

A row's state is only ever changed from a known state: a second worker, or a bug, that finds
another one raises instead of overwriting. Which moves are legal is the pipeline's table.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    String,
    Update,
    bindparam,
    insert,
    literal,
    select,
    update,
)

from gateway.problems import Problem
from gateway.store import threads
from gateway.store.prepared import Prepared
from gateway.store.tables import Instant, event, message, problem

MOST_PROBLEMS = 500
"""Kept per row; a hostile file could produce millions."""


_FAILED = frozenset({"refused", "held", "dead"})
"""A document in such a state is none, to those who compare the documents about an order."""
_DOCUMENTS = frozenset({"message", "document"})


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
    failing: datetime | None = None
    """Since when attempts fail."""
    crashes: int = 0
    """How often the process died while working on it."""
    deadline: datetime | None = None
    """Until when an answer is expected."""
    trace: str = ""
    """W3C traceparent of the file it came in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(NewMessage):
    """A row as it is stored."""

    id: int
    created: datetime
    updated: datetime

    def as_json(self) -> dict[str, Any]:
        """For ``--json``: what is known, instants as text."""
        known = {name: getattr(self, name) for name in _COLUMNS}
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in known.items()
            if value not in (None, "")
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

# Statements of the hot path are made once: making one takes longer than running it.
_ADD = insert(message).returning(message.c.id, sort_by_parameter_order=True)
_ADD_ONE = Prepared(insert(message).returning(message.c.id))
_RECORD = Prepared(insert(event))
_ADD_PROBLEM = insert(problem)
_GET = select(message).where(message.c.id == bindparam("id_"))
_GET_LOCKED = _GET.with_for_update()
_GET_MANY = (
    select(message).where(message.c.id.in_(bindparam("ids", expanding=True))).order_by(message.c.id)
)
_CHILDREN = (
    select(message)
    .where(message.c.parent == bindparam("id_"))
    .order_by(message.c.ordinal, message.c.id)
)
_PROBLEMS = (
    select(problem.c.data).where(problem.c.message == bindparam("id_")).order_by(problem.c.id)
)


def from_row(row: Row[Any]) -> Message:
    """A stored row."""
    return Message(**row._mapping)


@cache
def _change(names: tuple[str, ...]) -> Update:
    """Change these columns of the row ``id_`` that is in the state ``before``."""
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    known = (message.c.id == bindparam("id_"), message.c.state == bindparam("before"))
    return update(message).where(*known).values(**values)


@cache
def _amend(names: tuple[str, ...]) -> Update:
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    return update(message).where(message.c.id == bindparam("id_")).values(**values)


def add(
    connection: Connection,
    rows: Sequence[NewMessage],
    at: datetime,
    text: str | Sequence[str] = "",
    ways: Sequence[Sequence[str]] | None = None,
) -> list[int]:
    """Insert rows, each with the start of its timeline; ids in the order given.

    ``text``: of the first line of all timelines, or one for each. ``ways``: the states each row
    went through in this transaction, the last being its state.
    """
    if not rows:
        return []
    values = [_values(row, at) for row in rows]
    ids = _add(connection, values)
    lines: list[tuple[int, str, str, str]] = []
    for index, (id_, row) in enumerate(zip(ids, rows, strict=True)):
        states = [str(state) for state in ways[index]] if ways else [row.state]
        pairs = zip(["", *states], states, strict=False)
        told = text if isinstance(text, str) else text[index]
        lines += [(id_, before, state, told or state) for before, state in pairs]
    record(connection, lines, at)
    return ids


def _add(connection: Connection, values: Sequence[Mapping[str, Any]]) -> list[int]:
    if len(values) > 1:
        return [row.id for row in connection.execute(_ADD, values)]
    added = _ADD_ONE.first(connection, values[0])
    assert added is not None
    return [added[0]]


_NEW = tuple(field.name for field in fields(NewMessage))
_ROOM = {
    column.name: column.type.length
    for column in message.c
    if isinstance(column.type, String) and column.type.length is not None
}


def _values(row: NewMessage, at: datetime) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in _NEW}
    for name, room in _ROOM.items():
        value = values.get(name)
        if isinstance(value, str) and value and (len(value) > room or "\0" in value):
            values[name] = fitted(value, room)
    return values | {"created": at, "updated": at}


def fitted(text: str, room: int) -> str:
    """Text as a column can hold it; what is too long keeps a hash of all of it, to stay unique.

    Only hostile references are so long; PostgreSQL refuses them, and NUL, where SQLite does not.
    """
    plain = text.replace("\0", "\N{SYMBOL FOR NULL}")
    if len(plain) <= room:
        return plain
    mark = f"~{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:11]}"
    return plain[: room - len(mark)] + mark


def record(
    connection: Connection, lines: Iterable[tuple[int, str, str, str]], at: datetime
) -> None:
    """Add to timelines: (message, state before, state, text)."""
    values = [
        {"message": id_, "at": at, "before": before, "state": state, "text": text}
        for id_, before, state, text in lines
    ]
    if values:
        _RECORD.each(connection, values)


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
    return change_many(connection, [(row, state, text)], at, **values)[0]


def _fails(row: Message, state: str) -> bool:
    return str(row.state) in _FAILED or str(state) in _FAILED


def change_many(
    connection: Connection, moves: Sequence[tuple[Message, str, str]], at: datetime, **values: Any
) -> list[Message]:
    """Move rows: (row, state, text of its timeline). ``values`` are the same for all of them.

    Raises :class:`StateChangedError` when one of them is not where it was.
    """
    if not moves:
        return []
    new = {"updated": at, **values}
    statement = _change((*sorted(new), "state"))
    fixed = {f"new_{name}": value for name, value in new.items()}
    rows = [
        {**fixed, "new_state": state, "id_": row.id, "before": row.state} for row, state, _ in moves
    ]
    if connection.execute(statement, rows).rowcount != len(moves):
        names = ", ".join(f"{row.id} is no longer {row.state}" for row, _, _ in moves)
        raise StateChangedError(f"message {names}")
    record(connection, [(row.id, row.state, state, text) for row, state, text in moves], at)
    failed = [row.id for row, state, _ in moves if row.kind in _DOCUMENTS and _fails(row, state)]
    if failed:
        threads.touch(connection, at, message.c.id.in_(failed))
    return [replace(row, state=state, updated=at, **values) for row, state, _ in moves]


_CHILD = (
    message.c.parent == bindparam("parent_"),
    message.c.kind == "message",
    message.c.state == bindparam("before"),
)
_RECORD_CHILDREN = insert(event).from_select(
    ["message", "at", "before", "state", "text"],
    select(
        message.c.id,
        bindparam("at", type_=Instant),
        bindparam("before", type_=String),
        bindparam("after", type_=String),
        bindparam("text", type_=String),
    ).where(*_CHILD),
)
_CHANGE_CHILDREN = (
    update(message).where(*_CHILD).values(state=bindparam("after"), updated=bindparam("at"))
)


def change_messages_of(
    connection: Connection, parent: int, before: str, state: str, at: datetime, text: str
) -> None:
    """Move the messages of an interchange that are in the state ``before``."""
    values = {"parent_": parent, "before": str(before), "after": str(state), "at": at, "text": text}
    connection.execute(_RECORD_CHILDREN, values)
    del values["text"]
    connection.execute(_CHANGE_CHILDREN, values)


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
    number = connection.execute(moved).rowcount
    if number and {str(before), str(state)} & _FAILED:
        threads.touch(connection, at, which)
    return number


def amend(connection: Connection, id_: int, at: datetime, **values: Any) -> None:
    """Fill in what was learned about a row, without moving it."""
    new = {"updated": at, **values}
    bound = {f"new_{name}": value for name, value in new.items()}
    connection.execute(_amend(tuple(sorted(new))), {**bound, "id_": id_})


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
        connection.execute(_ADD_PROBLEM, values)


def problems_of(connection: Connection, id_: int) -> tuple[Problem, ...]:
    """Stored problems of a row, in the order found."""
    found = connection.scalars(_PROBLEMS, {"id_": id_})
    return tuple(Problem.from_json(json.loads(data)) for data in found)


def events_of(connection: Connection, id_: int) -> tuple[Event, ...]:
    """The timeline of a row."""
    statement = select(event).where(event.c.message == id_).order_by(event.c.id)
    return tuple(
        Event(row.at, row.before, row.state, row.text, row.detail)
        for row in connection.execute(statement)
    )


def get(connection: Connection, id_: int, *, lock: bool = False) -> Message | None:
    """One row; ``lock``: nobody else changes it before this transaction ends."""
    row = connection.execute(_GET_LOCKED if lock else _GET, {"id_": id_}).first()
    return None if row is None else from_row(row)


def get_many(
    connection: Connection, ids: Iterable[int], *, lock: bool = False
) -> dict[int, Message]:
    """Rows by number, locked in the order of their numbers."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    statement = _GET_MANY.with_for_update() if lock else _GET_MANY
    return {row.id: from_row(row) for row in connection.execute(statement, {"ids": wanted})}


def children(connection: Connection, id_: int) -> list[Message]:
    """What was found in a row, in order."""
    return [from_row(row) for row in connection.execute(_CHILDREN, {"id_": id_})]
