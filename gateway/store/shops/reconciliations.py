"""Comparisons of shops with the house: how far one is, what each day's was, what differs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any, Self

from sqlalchemy import Connection, delete, func, select, update

from gateway.problems import Problem, problem
from gateway.store.messages import fitted
from gateway.store.shops.reconcilingtables import day as days_
from gateway.store.shops.reconcilingtables import difference
from gateway.store.shops.reconcilingtables import run as runs
from gateway.store.upsert import insert_new, upsert, upsert_all

DONE = "done"
"""The phase of a comparison that is over."""
_FACT = 400
"""Characters of one fact that are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Orders of one day, by where they are."""

    shop: int | None = 0
    """Shown by the shop, be it only by their ids; ``None``: it cannot be asked."""
    hidden: int = 0
    """Of these: not in its list."""
    counted: int | None = None
    """By the shop itself, where it counts."""
    gateway: int = 0
    erp: int = 0
    """In the ERP's folder, or further."""
    posted: int = 0
    """Of these: those of which the ERP said that it made an order."""
    pending: int = 0
    """On their way to it."""
    waiting: int = 0
    """Kept for later by a filter."""
    nothing: int = 0
    """Of which the ERP has to know nothing: ours, cancelled before it was given any."""
    gone: int = 0
    """In the shop no more."""
    before: int = 0
    """In the shop only: older than its connection. Not in :attr:`shop`."""

    def plus(self, other: Counts) -> Counts:
        """Both together."""
        sums = {each.name: _sum(self, other, each.name) for each in fields(Counts)}
        return Counts(**sums)

    def text(self) -> str:
        """As it is stored."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> Self:
        """As it was stored."""
        known = {each.name for each in fields(cls)}
        data = json.loads(text) if text else {}
        return cls(**{name: value for name, value in data.items() if name in known})


def _sum(one: Counts, other: Counts, name: str) -> Any:
    left, right = getattr(one, name), getattr(other, name)
    if left is None or right is None:
        return right if left is None and name == "counted" else left
    return left + right


@dataclass(frozen=True, slots=True)
class Run:
    """A comparison; see the table."""

    shop: str
    run: int
    begun: datetime
    since: datetime
    until: datetime
    zone: str
    phase: str
    position: datetime | None
    step: int
    looks: int = 0
    counts: str = ""
    turn: int = 0
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class DayRow:
    """What was found of a day."""

    shop: str
    day: str
    run: int
    counts: Counts
    compared: datetime


@dataclass(frozen=True, slots=True)
class NewDifference:
    """Something that is not the same."""

    day: str
    external_id: str
    number: str
    found: Problem


@dataclass(frozen=True, slots=True)
class Difference:
    """A row; see the table."""

    id: int
    shop: str
    day: str
    external_id: str
    number: str
    found: Problem
    run: int
    first: datetime
    last: datetime


# ---- how far


def find(connection: Connection, shop: str) -> Run | None:
    """The comparison of a shop that runs, or its last one."""
    row = connection.execute(select(runs).where(runs.c.shop == shop)).first()
    return None if row is None else Run(**row._asdict())


def find_all(connection: Connection) -> dict[str, Run]:
    """By shop."""
    rows = connection.execute(select(runs).order_by(runs.c.shop))
    return {row.shop: Run(**row._asdict()) for row in rows}


def begin(connection: Connection, new: Run) -> Run:
    """A new comparison takes the place of the one before; it goes on behind the one before."""
    before = find(connection, new.shop)
    if before is None:
        insert_new(connection, runs, [asdict(new)], keys=["shop"])
        return new
    now = replace(new, run=before.run + 1, turn=before.turn, ended=before.ended)
    move(connection, now)
    return now


def move(connection: Connection, now: Run) -> None:
    """How far it is now."""
    kept = {name: value for name, value in asdict(now).items() if name != "shop"}
    connection.execute(update(runs).where(runs.c.shop == now.shop).values(**kept))


# ---- days


def keep_day(connection: Connection, row: DayRow) -> None:
    """What the newest comparison found of a day."""
    values = {"run": row.run, "counts": row.counts.text(), "compared": row.compared}
    whole = {"shop": row.shop, "day": row.day, **values}
    upsert(connection, days_, whole, keys=["shop", "day"], change=values)


def days(connection: Connection, shop: str) -> list[DayRow]:
    """Days of a shop, oldest first."""
    rows = connection.execute(select(days_).where(days_.c.shop == shop).order_by(days_.c.day))
    return [
        DayRow(row.shop, row.day, row.run, Counts.read(row.counts), row.compared) for row in rows
    ]


# ---- differences


def note(
    connection: Connection, shop: str, found: Iterable[NewDifference], run: int, at: datetime
) -> None:
    """Enter what differs; what is known already is met once more."""
    rows = {}
    for each in found:
        id_ = fitted(each.external_id, 120)
        rows[id_, each.found.code] = {
            "shop": shop,
            "day": each.day,
            "external_id": id_,
            "code": each.found.code,
            "number": fitted(each.number, 80),
            "facts": _stored(each.found.facts),
            "run": run,
            "first": at,
            "last": at,
        }
    changed = ("day", "number", "facts", "run", "last")
    upsert_all(
        connection,
        difference,
        list(rows.values()),
        keys=["shop", "external_id", "code"],
        change=changed,
        returning=["id"],
    )


def known(
    connection: Connection, shop: str, code: str, ids: Sequence[str]
) -> dict[str, Difference]:
    """Of these orders, those that differ in this way; by external id."""
    mine = (difference.c.shop == shop, difference.c.code == code)
    statement = select(difference).where(*mine, difference.c.external_id.in_(ids))
    return {row.external_id: _difference(row) for row in connection.execute(statement)}


def unmet(connection: Connection, shop: str, run: int, before: str, limit: int) -> list[Difference]:
    """Those of days before that one which this comparison has not met, longest unmet first."""
    mine = (difference.c.shop == shop, difference.c.run < run, difference.c.day < before)
    oldest = select(difference).where(*mine).order_by(difference.c.run, difference.c.id)
    statement = oldest.limit(limit)
    return [_difference(row) for row in connection.execute(statement)]


def forget_unmet(connection: Connection, shop: str, run: int, ids: Sequence[int]) -> None:
    """Of these, those that this comparison has not met are the same now."""
    mine = (difference.c.shop == shop, difference.c.run < run, difference.c.id.in_(ids))
    connection.execute(delete(difference).where(*mine))


def settle(connection: Connection, shop: str, run: int, since: str) -> None:
    """A comparison is over: what it has not met, of its own days, is the same now."""
    mine = (difference.c.shop == shop, difference.c.run < run, difference.c.day >= since)
    connection.execute(delete(difference).where(*mine))


def differences(
    connection: Connection, shop: str, *, after: int = 0, limit: int = 500
) -> list[Difference]:
    """Differences of a shop, as they were found; ``after``: behind this row."""
    statement = select(difference).where(difference.c.shop == shop, difference.c.id > after)
    rows = connection.execute(statement.order_by(difference.c.id).limit(limit))
    return [_difference(row) for row in rows]


def of_order(connection: Connection, shop: str, external_id: str) -> list[Difference]:
    """What differs of one order."""
    mine = (difference.c.shop == shop, difference.c.external_id == external_id)
    rows = connection.execute(select(difference).where(*mine).order_by(difference.c.id))
    return [_difference(row) for row in rows]


def counts_by_day(connection: Connection, shop: str) -> dict[str, int]:
    """How many differences, by day."""
    statement = select(difference.c.day, func.count()).where(difference.c.shop == shop)
    return {day: count for day, count in connection.execute(statement.group_by(difference.c.day))}


def counts_by_code(connection: Connection) -> dict[str, dict[str, int]]:
    """How many differences, by shop and code."""
    found: dict[str, dict[str, int]] = {}
    statement = select(difference.c.shop, difference.c.code, func.count())
    grouped = statement.group_by(difference.c.shop, difference.c.code)
    for shop, code, count in connection.execute(grouped.order_by(difference.c.code)):
        found.setdefault(shop, {})[code] = count
    return found


def remove_old(connection: Connection, before: datetime, limit: int) -> int:
    """Forget days that were compared, and differences that were met, before an instant."""
    old = select(difference.c.id).where(difference.c.last < before).limit(limit)
    gone = connection.execute(delete(difference).where(difference.c.id.in_(old))).rowcount
    over = select(days_.c.shop, days_.c.day).where(days_.c.compared < before).limit(limit)
    for shop, day in connection.execute(over).all():
        mine = (days_.c.shop == shop, days_.c.day == day)
        gone += connection.execute(delete(days_).where(*mine)).rowcount
    return gone


def _stored(facts: Mapping[str, str]) -> str:
    kept = {name: value.replace("\0", "")[:_FACT] for name, value in facts.items()}
    return json.dumps(kept, ensure_ascii=True)


def _difference(row: Any) -> Difference:
    found = problem(row.code, **json.loads(row.facts))
    return Difference(
        row.id,
        row.shop,
        row.day,
        row.external_id,
        row.number,
        found,
        row.run,
        row.first,
        row.last,
    )
