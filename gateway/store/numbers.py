"""Control numbers: drawn in the transaction that stores what carries them.

One counter per scope (own identity, partner, standard, level, live or test). A crash before the
commit gives the number back; after the commit the same bytes are sent again, with their number.

Where a counter has a range, or several number what one partner gets, it is kept which numbers the
partner got (:mod:`.usednumbers`), under the scope of the pair. So no number is used twice before
the range is at its end, whatever becomes of the settings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from gateway.store import usednumbers
from gateway.store.tables import control_number
from gateway.store.upsert import insert_new, upsert
from gateway.store.usednumbers import Runs

LARGEST = 999_999_999
"""UNB 0020 as we number, ISA13, GS06: nine digits."""


class NumbersUsedUpError(OSError):
    """There is no next number; an administrator can mend that at any time."""


@dataclass(frozen=True, slots=True)
class Span:
    """The numbers of a counter."""

    first: int = 1
    last: int = LARGEST
    again: bool = True
    """After the last one comes the first again; else nothing."""


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter; ``value`` is the last number drawn."""

    scope: str
    value: int
    updated: datetime


ALL = Span()


def draw(
    connection: Connection, scope: str, at: datetime, *, span: Span = ALL, pair: str = ""
) -> int:
    """The next number of a scope. Raises :class:`NumbersUsedUpError`."""
    (number,) = draw_many(connection, scope, at, 1, span=span, pair=pair)
    return number


def draw_many(
    connection: Connection,
    scope: str,
    at: datetime,
    count: int,
    *,
    span: Span = ALL,
    pair: str = "",
) -> list[int]:
    """The next numbers of a scope. Raises :class:`NumbersUsedUpError`.

    ``pair``: the scope of the partner's own counter, where ``scope`` is another one.
    """
    hub = pair or scope
    known = _locked(connection, sorted({scope, hub}))
    missing = [one for one in {scope, hub} if one not in known]
    if missing:
        # none is lost when two make it at once: who comes second waits here, and reads the first's
        fresh = [{"scope": one, "value": 0, "updated": at} for one in missing]
        insert_new(connection, control_number, fresh, keys=["scope"])
        known = _locked(connection, sorted({scope, hub}))
    # asked once the counters are ours: who held them before may just have begun to keep runs
    marked = usednumbers.is_marked(connection, hub)
    if span == ALL and scope == hub and not marked:
        drawn = [(known[scope] + step) % LARGEST + 1 for step in range(count)]
    else:
        runs = usednumbers.read(connection, hub) if marked else Runs.until(hub, known[hub])
        drawn = _drawn(scope, span, known[scope], runs, count)
        usednumbers.keep(connection, runs, at)
    mine = update(control_number).where(control_number.c.scope == scope)
    connection.execute(mine.values(value=drawn[-1], updated=at))
    return drawn


def _drawn(scope: str, span: Span, value: int, runs: Runs, count: int) -> list[int]:
    """The numbers after ``value`` that the partner did not get."""
    drawn: list[int] = []
    for _ in range(count):
        number = runs.free(max(value + 1, span.first))
        if number > span.last:
            number = runs.free(span.first)  # what was left out before
        if number > span.last:
            if value > span.last or not span.again:
                raise NumbersUsedUpError(_used_up(scope, span, value))
            runs.forget(span.first, span.last)  # the range begins anew, and with it what was used
            number = span.first
        runs.use(number)
        drawn.append(number)
        value = number
    return drawn


def _used_up(scope: str, span: Span, value: int) -> str:
    way = "widen the range, or set the counter with gateway numbers set"
    if value > span.last:
        where = f"the last one was {value}, and all of {span.first} to {span.last} were used"
        return f"control numbers {scope}: {where}; {way}"
    return f"control numbers {scope}: {span.last} was the last one (at_end: stop); {way}"


def _locked(connection: Connection, scopes: Sequence[str]) -> dict[str, int]:
    """The last numbers; nobody else draws from these counters before the transaction ends."""
    rows = connection.execute(
        select(control_number.c.scope, control_number.c.value)
        .where(control_number.c.scope.in_(scopes))
        .order_by(control_number.c.scope)
        .with_for_update()
    )
    return {scope: value for scope, value in rows}


def find(connection: Connection) -> list[Counter]:
    """All counters that were ever drawn from or set."""
    rows = connection.execute(select(control_number).order_by(control_number.c.scope))
    return [
        Counter(row.scope, row.value, row.updated)
        for row in rows
        if usednumbers.is_counter(row.scope)
    ]


def put(connection: Connection, scope: str, value: int, at: datetime) -> None:
    """Let a number count as the last one drawn."""
    row = {"value": value, "updated": at}
    upsert(connection, control_number, {"scope": scope, **row}, keys=["scope"], change=row)


def forget(connection: Connection, pair: str, after: int, at: datetime) -> None:
    """Numbers above one count as unused again: a person insists on it."""
    runs = usednumbers.read(connection, pair)
    runs.forget(after + 1, LARGEST)
    usednumbers.keep(connection, runs, at)


def lock(connection: Connection, scope: str) -> None:
    """Nobody draws from a counter before this transaction ends."""
    held = select(control_number.c.value).where(control_number.c.scope == scope)
    connection.execute(held.with_for_update())
