"""How far the references of a partner's interchanges are, what is missing, and what waits for it.

One row per sequence, changed in the transaction that takes an interchange in. Looking at a
sequence locks its row, so two workers who take in two interchanges of one partner go one after the
other. What is missing stands in ranges: leaving out a million numbers is one row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from gateway.store.messages import fitted
from gateway.store.tables import gap, sequence, waiting
from gateway.store.upsert import upsert


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceKey:
    """Who numbers: as :class:`~gateway.store.identities.InterchangeKey`, without the reference."""

    standard: str
    sender: str
    receiver: str
    test: bool
    prefix: str = ""
    """What stands before the digits that count."""

    @property
    def scope(self) -> str:
        """``edifact 4012345000009:14 > 4098765000003:14 live interchange``."""
        mode = "test" if self.test else "live"
        front = f" {self.prefix}" if self.prefix else ""
        return f"{self.standard} {self.sender} > {self.receiver} {mode} interchange{front}"


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers that are missing, both ends included."""

    id: int
    first: int
    last: int
    found: datetime
    due: datetime
    """When it becomes an alarm."""
    message: int
    """The interchange that came after them."""

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first} to {self.last}"

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return {
            "id": self.id,
            "first": self.first,
            "last": self.last,
            "found": self.found.isoformat(),
            "due": self.due.isoformat(),
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class Sequence:
    """A sequence as it is stored."""

    id: int
    key: SequenceKey
    partner: str
    last: int
    updated: datetime
    gaps: tuple[Gap, ...] = field(default=())
    """Open ones, lowest first."""

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return {
            "scope": self.key.scope,
            "partner": self.partner,
            "value": self.last,
            "updated": self.updated.isoformat(),
            "gaps": [each.as_json() for each in self.gaps],
        }


def look(
    connection: Connection, key: SequenceKey, partner: str, number: int, message: int, at: datetime
) -> tuple[Sequence, bool]:
    """The sequence, locked until the end of the transaction; and whether it begins here."""
    columns = {
        "standard": key.standard,
        "sender": fitted(key.sender, 80),
        "receiver": fitted(key.receiver, 80),
        "test": key.test,
        "prefix": fitted(key.prefix, 80),
    }
    row = upsert(
        connection,
        sequence,
        {**columns, "partner": partner, "last": number, "message": message, "updated": at},
        keys=list(columns),
        change={"partner": partner},
    )
    return Sequence(row.id, key, partner, row.last, row.updated), row.message == message


def lock(connection: Connection, id_: int) -> None:
    """Nobody else takes an interchange of this sequence in before this transaction ends."""
    connection.execute(select(sequence.c.id).where(sequence.c.id == id_).with_for_update())


def advance(
    connection: Connection, found: Sequence, number: int, message: int, at: datetime
) -> None:
    """Let a number be the last one."""
    change = update(sequence).where(sequence.c.id == found.id)
    connection.execute(change.values(last=number, message=message, updated=at))


def leave_out(
    connection: Connection,
    found: Sequence,
    numbers: tuple[int, int],
    message: int,
    at: datetime,
    due: datetime,
) -> None:
    """These numbers, both included, are missing."""
    first, last = numbers
    row = {"sequence": found.id, "first": first, "last": last, "message": message}
    connection.execute(insert(gap).values(**row, found=at, due=due))


def around(connection: Connection, found: Sequence, number: int) -> Gap | None:
    """The open gap in which a number is missing."""
    below = select(gap).where(gap.c.sequence == found.id, gap.c.first <= number)
    row = connection.execute(below.order_by(gap.c.first.desc()).limit(1)).first()
    return None if row is None or row.last < number else _gap(row)


def lowest(connection: Connection, id_: int) -> int | None:
    """The first number of a sequence that is missing."""
    first: int | None = connection.scalar(
        select(func.min(gap.c.first)).where(gap.c.sequence == id_)
    )
    return first


def missing_below(
    connection: Connection, id_: int, number: int, most: int
) -> list[tuple[int, int]]:
    """The first ranges of missing numbers before a number."""
    below = select(gap.c.first, gap.c.last).where(gap.c.sequence == id_, gap.c.first < number)
    rows = connection.execute(below.order_by(gap.c.first).limit(most))
    return [(row.first, row.last) for row in rows]


def fill(connection: Connection, found: Sequence, missing: Gap, number: int) -> None:
    """One number of a gap has come; what is left of it stays open."""
    if missing.first == missing.last:
        close(connection, missing.id)
        return
    change = update(gap).where(gap.c.id == missing.id)
    if number == missing.first:
        connection.execute(change.values(first=number + 1))
        return
    connection.execute(change.values(last=number - 1))
    if number < missing.last:
        rest = (number + 1, missing.last)
        leave_out(connection, found, rest, missing.message, missing.found, missing.due)


def close(connection: Connection, gap_id: int) -> None:
    """Nobody waits for these numbers any more."""
    connection.execute(delete(gap).where(gap.c.id == gap_id))


def wait(connection: Connection, found: int, number: int, message: int) -> None:
    """An interchange is held until what is missing before it has come."""
    row = {"message": message, "sequence": found, "number": number}
    upsert(connection, waiting, row, keys=["message"], change={"number": number})


def release(connection: Connection, id_: int) -> list[int]:
    """The interchanges that need not wait any longer, in the order of their numbers."""
    lock(connection, id_)
    first = lowest(connection, id_)
    ready = select(waiting.c.message).where(waiting.c.sequence == id_)
    if first is not None:
        ready = ready.where(waiting.c.number < first)
    rows = list(connection.scalars(ready.order_by(waiting.c.number, waiting.c.message)))
    if rows:
        connection.execute(delete(waiting).where(waiting.c.message.in_(rows)))
    return rows


def find(connection: Connection, only: Collection[int] | None = None) -> list[Sequence]:
    """All sequences with their open gaps, in the order of their keys; or ``only`` these."""
    names = ("standard", "sender", "receiver", "test", "prefix")
    wanted = select(sequence).order_by(*(sequence.c[name] for name in names))
    missing = select(gap).order_by(gap.c.sequence, gap.c.first)
    if only is not None:
        wanted = wanted.where(sequence.c.id.in_(only))
        missing = missing.where(gap.c.sequence.in_(only))
    rows = connection.execute(wanted)
    gaps: dict[int, list[Gap]] = {}
    for row in connection.execute(missing):
        gaps.setdefault(row.sequence, []).append(_gap(row))
    return [
        Sequence(
            row.id,
            SequenceKey(**{name: getattr(row, name) for name in names}),
            row.partner,
            row.last,
            row.updated,
            tuple(gaps.get(row.id, ())),
        )
        for row in rows
    ]


def find_gap(connection: Connection, gap_id: int) -> tuple[Sequence, Gap] | None:
    """An open gap with its sequence, which is locked."""
    id_ = connection.scalar(select(gap.c.sequence).where(gap.c.id == gap_id))
    if id_ is None:
        return None
    lock(connection, id_)
    return next(
        ((one, each) for one in find(connection, [id_]) for each in one.gaps if each.id == gap_id),
        None,
    )


def overdue(connection: Connection, at: datetime) -> Iterator[tuple[Sequence, list[Gap]]]:
    """Sequences of which something is missing for too long, with what."""
    late = set(connection.scalars(select(gap.c.sequence).where(gap.c.due <= at).distinct()))
    if not late:
        return
    for one in find(connection, late):
        yield one, [each for each in one.gaps if each.due <= at]


def _gap(row: object) -> Gap:
    names = ("id", "first", "last", "found", "due", "message")
    return Gap(**{name: getattr(row, name) for name in names})
