"""Control numbers: drawn in the transaction that stores what carries them.

One counter per scope (own identity, partner, standard, level, live or test). A crash before the
commit gives the number back; after the commit the same bytes are sent again, with their number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from gateway.store.tables import control_number
from gateway.store.upsert import upsert

LARGEST = 999_999_999
"""UNB 0020 as we number, ISA13, GS06: nine digits."""


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter; ``value`` is the last number drawn."""

    scope: str
    value: int
    updated: datetime


def draw(connection: Connection, scope: str, at: datetime, *, largest: int = LARGEST) -> int:
    """The next number of a scope, from 1; starts again at 1 after ``largest``."""
    row = upsert(
        connection,
        control_number,
        {"scope": scope, "value": 1, "updated": at},
        keys=["scope"],
        change={"value": control_number.c.value % largest + 1, "updated": at},
    )
    value = row.value
    assert isinstance(value, int)
    return value


def find(connection: Connection) -> list[Counter]:
    """All counters that were ever drawn from or set."""
    rows = connection.execute(select(control_number).order_by(control_number.c.scope))
    return [Counter(row.scope, row.value, row.updated) for row in rows]


def put(connection: Connection, scope: str, value: int, at: datetime) -> None:
    """Let a number count as the last one drawn."""
    row = {"value": value, "updated": at}
    upsert(connection, control_number, {"scope": scope, **row}, keys=["scope"], change=row)


def lock(connection: Connection, scope: str) -> None:
    """Nobody draws from a counter before this transaction ends."""
    held = select(control_number.c.value).where(control_number.c.scope == scope)
    connection.execute(held.with_for_update())
