"""Documents that wait to leave with others, and in whose place another one comes before they do.

The ERP sends a new version, or a person has one run again: only the later one leaves. They are
known by their number, or by their place in the file that is run again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func

from gateway.pipeline.export import Exported
from gateway.pipeline.house import is_sandbox
from gateway.pipeline.states import State, way
from gateway.problems import problem
from gateway.store import Message, batches, messages
from gateway.store.tables import message

_CHUNK = 500
"""Numbers of one query."""
_After = Callable[[Message], int | None]
"""The row that takes the place of another one."""


def supersede(
    connection: Connection, file: Message, taken: Sequence[tuple[int, Exported]], at: datetime
) -> None:
    """What still waits under the numbers, or in the places, of these documents does not leave.

    In the transaction that stores them; ``taken``: with their rows, those that are to leave.
    """
    after = _after(file, taken)
    numbers = [each.number for _, each in taken if each.number]
    for start in range(0, len(numbers), _CHUNK):
        some = message.c.number.in_(numbers[start : start + _CHUNK])
        _take_out(connection, batches.like(connection, some, *_kind(file)), after, at)
    if file.replay_of is not None:
        same_bytes = message.c.payload == file.payload
        _take_out(connection, batches.like(connection, same_bytes, *_kind(file)), after, at)


def take_out(connection: Connection, row: Message, new: int, at: datetime) -> None:
    """What still waits of a document or a file that is run again as ``new`` does not leave."""
    if row.direction == "out":
        waiting = batches.like(connection, batches.found_in(row.id))
        _take_out(connection, waiting, lambda _row: new, at)


def _kind(file: Message) -> tuple[ColumnElement[bool], ...]:
    # written so that no index over documents is chosen, whatever few rows there are so far
    documents = func.coalesce(message.c.document, "") == file.document
    return (message.c.kind == "document", documents, message.c.test == is_sandbox(file.source))


def _after(file: Message, taken: Sequence[tuple[int, Exported]]) -> _After:
    numbers = {
        (each.partner.partner, each.number): id_
        for id_, each in taken
        if each.partner is not None and each.number
    }
    places = {each.ordinal: id_ for id_, each in taken} if file.replay_of is not None else {}

    def after(row: Message) -> int | None:
        found = numbers.get((row.partner, row.number))
        if found is None and row.payload == file.payload and row.ordinal is not None:
            found = places.get(row.ordinal)
        return found

    return after


def _take_out(
    connection: Connection, waiting: Sequence[Message], after: _After, at: datetime
) -> None:
    rows = [row for row in waiting if after(row) is not None]
    if not rows:
        return
    moves, found = [], {}
    for row in batches.take_out(connection, rows, at):
        facts: dict[str, Any] = {"document": row.document, "number": row.number}
        told = problem("P114", partner=row.partner, after=after(row), **facts)
        moves.append((row, way(State(row.state), State.REFUSED), told.sentence))
        found[row.id] = [told]
    messages.change_many(connection, moves, at)
    messages.add_problems(connection, found)
