"""Business threads as rows: which documents are about which order, and which are to be compared.

* A thread is known by partner and number of the order. Linking is three statements, however many
  documents: it runs in the transaction that stores them.
* ``due`` says that something changed, or that a time of grace ends. Who compares claims a thread
  by putting ``due`` into the near future; what is linked meanwhile makes it due again, so nothing
  is overlooked, and a machine that dies leaves it due.
* Rows are locked in the order of partner and number, always, so that machines wait for each other
  instead of locking each other out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, select, update

from gateway.store.tables import message, thread, thread_document
from gateway.store.upsert import insert_new, upsert_all

CLAIM = timedelta(seconds=60)
"""After that a claimed thread is compared by another machine."""
_LONGEST = 80
"""Characters of an order number; the column's width."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A document that was stored, and the orders it is about."""

    message: int
    partner: str
    document: str
    orders: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadRow:
    """A thread as it is stored."""

    id: int
    partner: str
    number: str
    state: str
    due: datetime | None
    created: datetime
    updated: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """A document of a thread; instants and states are those of its message."""

    message: int
    document: str
    number: str
    direction: str
    state: str
    created: datetime
    first: datetime
    """When it first came: of a replay, when the row came that it repeats."""
    replaces: int | None
    content: str | None
    """SHA-256 of the canonical document."""


_COLUMNS = tuple(field.name for field in fields(ThreadRow))
_origin = message.alias("origin")
_DOCUMENTS = (
    select(
        thread_document.c.thread,
        message.c.id.label("message"),
        message.c.document,
        message.c.number,
        message.c.direction,
        message.c.state,
        message.c.created,
        func.coalesce(_origin.c.created, message.c.created).label("first"),
        message.c.replaces,
        message.c.content,
    )
    .join(message, message.c.id == thread_document.c.message)
    .outerjoin(_origin, _origin.c.id == message.c.replay_of)
    .where(thread_document.c.thread.in_(bindparam("ids", expanding=True)))
    .order_by(thread_document.c.thread, thread_document.c.message)
)
"""Built once: building it takes longer than a thread does in the database."""


def link(connection: Connection, at: datetime, rows: Iterable[Linked]) -> None:
    """Put documents into the threads of their orders, and make these due.

    Documents without a partner or an order belong to none.
    """
    wanted = [
        ((each.partner, number[:_LONGEST]), each)
        for each in rows
        if each.partner
        for number in each.orders
        if number
    ]
    new = [
        {"partner": partner, "number": number, "due": at, "created": at, "updated": at}
        for partner, number in {key for key, _ in wanted}
    ]
    found = upsert_all(
        connection, thread, new,
        keys=["partner", "number"], change=["due"], returning=["id", "partner", "number"],
    )  # fmt: skip
    ids = {(row.partner, row.number): row.id for row in found}
    documents = [
        {"thread": ids[key], "message": each.message, "document": each.document}
        for key, each in wanted
    ]
    insert_new(connection, thread_document, documents, keys=["thread", "message"])


def touch(connection: Connection, at: datetime, which: ColumnElement[bool]) -> None:
    """Make the threads of some messages due: one was refused, given up, or came back.

    ``which``: a condition on the ``message`` table that an index answers.
    """
    affected = (
        select(thread.c.id, thread.c.partner, thread.c.number)
        .join(thread_document, thread_document.c.thread == thread.c.id)
        .join(message, message.c.id == thread_document.c.message)
        .where(which)
        .distinct()
    )
    rows = sorted(connection.execute(affected), key=lambda row: (row.partner, row.number))
    if rows:
        statement = update(thread).where(thread.c.id == bindparam("which")).values(due=at)
        connection.execute(statement, [{"which": row.id} for row in rows])


def any_due(connection: Connection, at: datetime) -> bool:
    """Whether a thread is to be compared."""
    return connection.scalar(_due(at).limit(1)) is not None


def claim(connection: Connection, at: datetime, limit: int) -> list[ThreadRow]:
    """Threads to be compared now, longest due first; their ``due`` is the end of the claim.

    What another machine holds at this moment is left to the next time.
    """
    chosen = _due(at).order_by(thread.c.due).limit(limit).with_for_update(skip_locked=True)
    ids = list(connection.scalars(chosen))
    if not ids:
        return []
    claimed = update(thread).where(thread.c.id.in_(ids)).values(due=at + CLAIM)
    rows = connection.execute(claimed.returning(*thread.c))
    return sorted(map(_row, rows), key=lambda row: (row.partner, row.number))


def settle(
    connection: Connection, row: ThreadRow, state: str, at: datetime, again: datetime | None
) -> bool:
    """Store the outcome of a comparison; ``again``: when it is to be compared anew.

    ``False``, and nothing is stored, when the thread became due since it was claimed.
    """
    values: dict[str, Any] = {"due": again}
    if state != row.state:
        values |= {"state": state, "updated": at}
    same = (thread.c.id == row.id, thread.c.due == row.due)
    return connection.execute(update(thread).where(*same).values(**values)).rowcount == 1


def sizes(connection: Connection, ids: Sequence[int]) -> dict[int, int]:
    """How many documents threads have."""
    counted = (
        select(thread_document.c.thread, func.count())
        .where(thread_document.c.thread.in_(ids))
        .group_by(thread_document.c.thread)
    )
    return {id_: number for id_, number in connection.execute(counted)}


def documents_of(connection: Connection, ids: Sequence[int]) -> dict[int, list[DocumentRow]]:
    """The documents of threads, each list in the order of their rows."""
    found: defaultdict[int, list[DocumentRow]] = defaultdict(list)
    for row in connection.execute(_DOCUMENTS, {"ids": ids}):
        values = row._asdict()
        found[values.pop("thread")].append(DocumentRow(**values))
    return found


def named(connection: Connection, number: str, partner: str | None = None) -> list[ThreadRow]:
    """The threads of an order number: one per partner that has such an order."""
    statement = select(thread).where(thread.c.number == number).order_by(thread.c.id)
    if partner is not None:
        statement = statement.where(thread.c.partner == partner)
    return [_row(row) for row in connection.execute(statement)]


def find(
    connection: Connection,
    *,
    state: str | None = None,
    partner: str | None = None,
    limit: int = 200,
) -> list[ThreadRow]:
    """Threads that fit: newest first, those of one partner by the number of the order."""
    statement = select(thread).limit(limit)
    if state is not None:
        statement = statement.where(thread.c.state == state)
    if partner is not None:
        statement = statement.where(thread.c.partner == partner)
    by_number = partner is not None and state is None
    statement = statement.order_by(thread.c.number.desc() if by_number else thread.c.id.desc())
    return [_row(row) for row in connection.execute(statement)]


def _due(at: datetime) -> Any:
    return select(thread.c.id).where(thread.c.due.is_not(None), thread.c.due <= at)


def _row(row: Row[Any]) -> ThreadRow:
    return ThreadRow(**{name: getattr(row, name) for name in _COLUMNS})
