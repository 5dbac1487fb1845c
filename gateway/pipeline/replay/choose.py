"""What a filter means: the rows to replay, none of them twice.

A message or document is replayed by itself. A file or interchange that failed as a whole is
replayed as a whole, and what is in it with it; one that only carried others is not. What a replay
gave is left alone unless it failed. What we sent is sent again only when the filter names its kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from datetime import datetime

from sqlalchemy import Connection, select

from gateway.pipeline.replay.again import SENDS, Wish, is_sent_again, sent_for
from gateway.pipeline.states import State
from gateway.store import Filter, Message, messages
from gateway.store.messages import from_row
from gateway.store.search import conditions
from gateway.store.tables import message

_FAILED = (State.REFUSED, State.HELD, State.DEAD, State.RETRYING)
_TO_BE_SENT = (State.DEAD, State.RETRYING)
_LIMITS = ("limit",)


def is_empty(wanted: Filter) -> bool:
    """Whether a filter restricts nothing."""
    return all(
        getattr(wanted, each.name) is None for each in fields(wanted) if each.name not in _LIMITS
    )


def text_of(wanted: Filter) -> str:
    """The filter as a person writes it: ``partner:acme-retail state:refused``."""
    parts = [(each.name, getattr(wanted, each.name)) for each in fields(wanted)]
    return " ".join(
        f"{name}:{value.isoformat() if isinstance(value, datetime) else value}"
        for name, value in parts
        if value is not None and name not in _LIMITS
    )


def chosen(connection: Connection, wanted: Filter) -> list[Message]:
    """The rows that a filter means, oldest first; ``wanted.limit`` bounds how many."""
    units: list[Message] = []
    taken: set[int] = set()
    for row in _fitting(connection, wanted):
        if not _is_unit(row, wanted):
            continue
        around = list(above(connection, row))
        if not taken.isdisjoint(each.id for each in around):
            continue  # it is in something that is replayed as a whole
        if row.state not in _FAILED and any(each.replay_of for each in (row, *around)):
            continue
        units.append(row)
        taken.add(row.id)
        if len(units) >= wanted.limit:
            break
    return units


def above(connection: Connection, row: Message) -> Iterator[Message]:
    """What a row was found in, nearest first."""
    parent = row.parent
    while parent is not None and (found := messages.get(connection, parent)) is not None:
        yield found
        parent = found.parent


def replayed_as(connection: Connection, row: Message, wish: Wish) -> int | None:
    """The newest replay of a row or of what it was found in; itself when it was sent again."""
    if is_sent_again(row, wish):
        return row.id if len(sent_for(connection, row)) > 1 else None
    ids = [row.id, *(each.id for each in above(connection, row))]
    return connection.scalar(
        select(message.c.id)
        .where(message.c.replay_of.in_(ids), message.c.kind == "file")
        .order_by(message.c.id.desc())
        .limit(1)
    )


def _is_unit(row: Message, wanted: Filter) -> bool:
    if wanted.kind is not None:
        return True
    if row.direction == "out" and row.kind in SENDS:
        return row.state in _TO_BE_SENT
    if row.kind in ("file", "interchange"):
        return row.state in _FAILED
    # an answer of a partner is no document
    return bool(row.document) or row.state in _FAILED


def _fitting(connection: Connection, wanted: Filter, batch: int = 2000) -> Iterator[Message]:
    """Rows that fit, oldest first, a batch at a time."""
    after = 0
    while rows := _page(connection, replace(wanted, limit=batch), after):
        yield from rows
        after = rows[-1].id


def _page(connection: Connection, wanted: Filter, after: int) -> Sequence[Message]:
    statement = (
        select(message)
        .where(*conditions(wanted), message.c.id > after)
        .order_by(message.c.id)
        .limit(wanted.limit)
    )
    return [from_row(row) for row in connection.execute(statement)]
