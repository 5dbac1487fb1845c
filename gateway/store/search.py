"""What a person asks: the list of messages, and one message with all that belongs to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    UnaryExpression,
    func,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.sql import operators

from gateway.problems import Problem
from gateway.store import messages
from gateway.store.deliveries import Delivery, of_message
from gateway.store.messages import Event, Message, from_row
from gateway.store.tables import message, problem

EQUAL = ("partner", "document", "state", "kind", "direction")
REFERENCES = ("reference", "grouping", "number", "name")
LEADING = (
    ("partner", "state"),
    ("partner", "document"),
    ("partner",),
    ("state",),
    ("document",),
)
"""Columns that have an index together with the row's number; the first that fit lead.

Kinds and directions have none: the newest rows always hold many of each.
"""
FEW = 20_000
"""Fewer rows than that are read within milliseconds."""
SORTED = 4
"""How many times longer rows take that have to be sorted."""
WINDOW = 2000
"""Problems that are looked at first, when messages with a problem are asked for."""
LAST = 2**63 - 1
"""No row has a greater number."""
GROUPED = text("message.grouping <> ''")
"""The literal makes the index over groupings usable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which rows to list; what is ``None`` does not restrict."""

    partner: str | None = None
    document: str | None = None
    state: str | None = None
    kind: str | None = None
    direction: str | None = None
    reference: str | None = None
    """Any reference: of the interchange, group or message, the business number, or a file name."""
    problem: str | None = None
    since: datetime | None = None
    limit: int = 200


@dataclass(frozen=True, slots=True)
class History:
    """One message and everything that belongs to it."""

    message: Message
    parents: tuple[Message, ...]
    """From the file downwards."""
    children: tuple[Message, ...]
    related: tuple[Message, ...]
    """Earlier and later versions, replays; the interchange that carries a document, and back."""
    events: tuple[Event, ...]
    problems: tuple[Problem, ...]
    deliveries: tuple[Delivery, ...]


def find(connection: Connection, wanted: Filter) -> list[Message]:
    """Rows that fit, newest first.

    One index leads, whatever else is asked: that of a value that is rare, if there is one, so that
    little is read; else one whose rows come in the order of the list, so that reading ends when
    the list is full. Nothing large is sorted.
    """
    by_chance = _chooses_by_chance(connection)
    if not by_chance:  # a plan that is kept for all values is a bad one for those that are rare
        connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_custom_plan")
    rare = _rare(connection, wanted)
    if wanted.problem is not None and rare in (None, "problem"):
        return _with_problem(connection, wanted)
    if wanted.reference is not None and (rare == "reference" or (by_chance and rare is None)):
        fit = [_led(connection, wanted, message.c[name]) for name in REFERENCES]
        ids = union_all(*(select(each.subquery().c.id) for each in fit))
        newest = select(message).where(message.c.id.in_(ids)).order_by(message.c.id.desc())
    else:
        leading = (rare,) if rare else _leading(wanted)
        fit_too = _conditions(connection, wanted, leading)
        order = _unled(message.c.id, rare == "since" and by_chance)
        newest = select(message).where(*fit_too).order_by(order.desc())
    return [from_row(row) for row in connection.execute(newest.limit(wanted.limit))]


def _rare(connection: Connection, wanted: Filter) -> str | None:
    """The filter that fewest rows fit, if these are few: they can all be read and sorted."""
    counted: dict[str, int] = {}
    for name, occurs in _OCCURS.items():
        value = getattr(wanted, name)
        if value is None:
            continue
        some = occurs(value).order_by(None)
        number = select(func.count()).select_from(some.limit(FEW).subquery())
        found = connection.scalar(number) or 0
        counted[name] = found * SORTED if name == "since" else found
    rarest = min(counted, key=lambda name: counted[name], default=None)
    return rarest if rarest is not None and counted[rarest] < FEW else None


def _of(column: Column[str]) -> Callable[[Any], Select[tuple[int]]]:
    """The rows with a value in a column."""
    usable = (GROUPED,) if column.name == "grouping" else ()

    def rows(value: Any) -> Select[tuple[int]]:
        return select(message.c.id).where(column == value, *usable).order_by(message.c.id.desc())

    return rows


_OCCURS: Mapping[str, Callable[[Any], Select[tuple[int]] | CompoundSelect[tuple[int]]]] = {
    "partner": _of(message.c.partner),
    "state": _of(message.c.state),
    "document": _of(message.c.document),
    "reference": lambda value: union_all(
        *(
            select(_of(message.c[name])(value).order_by(None).limit(FEW).subquery().c.id)
            for name in REFERENCES
        )
    ),
    "problem": lambda code: (
        select(problem.c.message).where(problem.c.code == code).order_by(problem.c.message.desc())
    ),
    "since": lambda since: (
        select(message.c.id).where(message.c.created >= since).order_by(message.c.created.desc())
    ),
}
"""By filter: the rows that fit, in the order of the index that finds them."""


def _leading(wanted: Filter) -> tuple[str, ...]:
    """The columns whose index leads, of those that were asked for and of which none is rare."""
    asked = {name for name in EQUAL if getattr(wanted, name) is not None}
    return next((each for each in LEADING if set(each) <= asked), ())


def _led(connection: Connection, wanted: Filter, column: Column[str]) -> Select[tuple[int]]:
    """The newest rows with the reference in one column."""
    others = _conditions(connection, replace(wanted, reference=None))
    return _of(column)(wanted.reference).where(*others).limit(wanted.limit)


def _with_problem(connection: Connection, wanted: Filter) -> list[Message]:
    """Windows of problems, from the newest message on, until the list is full."""
    others = replace(wanted, problem=None)
    fit = _conditions(connection, others)
    found: list[Message] = []
    size, below = max(WINDOW, wanted.limit), LAST
    while len(found) < wanted.limit:
        having = (problem.c.code == wanted.problem, problem.c.message < below)
        near = select(problem.c.message).where(*having).order_by(problem.c.message.desc())
        window = near.limit(size).subquery()
        low = connection.scalar(select(func.min(window.c.message)))
        if low is None:
            break
        ids = select(problem.c.message).where(*having, problem.c.message >= low)
        left = wanted.limit - len(found)
        statement = select(message).where(message.c.id.in_(ids), *fit)
        newest = statement.order_by(message.c.id.desc()).limit(left)
        found += [from_row(row) for row in connection.execute(newest)]
        size, below = size * 4, low
    return found


def _conditions(
    connection: Connection, wanted: Filter, leading: tuple[str, ...] = ()
) -> list[ColumnElement[bool]]:
    """What a filter asks; only the index of the columns ``leading`` may be used on SQLite."""
    if not _chooses_by_chance(connection):
        return conditions(wanted)
    asked = [name for name in EQUAL if getattr(wanted, name) is not None]
    found = [
        _unled(message.c[name], name not in leading) == getattr(wanted, name) for name in asked
    ]
    if wanted.reference is not None:
        columns = (_unled(message.c[name], True) for name in REFERENCES)
        found.append(or_(*(column == wanted.reference for column in columns)))
    if wanted.problem is not None:
        having = (problem.c.code == wanted.problem, problem.c.message == message.c.id)
        found.append(select(problem.c.message).where(*having).exists())
    if wanted.since is not None:
        found.append(_unled(message.c.created, "since" not in leading) >= wanted.since)
    return found


def _chooses_by_chance(connection: Connection) -> bool:
    """SQLite keeps no statistics of ours; PostgreSQL knows better than we do."""
    return connection.dialect.name == "sqlite"


def apart(connection: Connection, column: Column[Any]) -> ColumnElement[Any]:
    """A column as it is, whose index SQLite is not to choose: another one is known to be better."""
    return _unled(column, _chooses_by_chance(connection))


def _unled(column: Column[Any], apart: bool) -> ColumnElement[Any]:
    """A column whose index is not used (SQLite: a unary plus), if it is to stand apart."""
    if not apart:
        return column
    plus: ColumnElement[Any] = UnaryExpression(
        column, operator=operators.custom_op("+"), type_=column.type
    )
    return plus


def conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    """What a filter asks of a row."""
    found: list[ColumnElement[bool]] = []
    for name in EQUAL:
        value = getattr(wanted, name)
        if value is not None:
            found.append(message.c[name] == value)
    if wanted.reference is not None:
        found.append(or_(*(message.c[name] == wanted.reference for name in REFERENCES)))
    if wanted.problem is not None:
        having = select(problem.c.message).where(problem.c.code == wanted.problem)
        found.append(message.c.id.in_(having))
    if wanted.since is not None:
        found.append(message.c.created >= wanted.since)
    return found


def history(connection: Connection, id_: int) -> History | None:
    """One message with lineage, timeline, problems and deliveries."""
    row = messages.get(connection, id_)
    if row is None:
        return None
    parents: list[Message] = []
    above = row.parent
    while above is not None and (parent := messages.get(connection, above)) is not None:
        parents.insert(0, parent)
        above = parent.parent
    ids = [one for one in (row.replay_of, row.replaces, row.carrier) if one is not None]
    ways = ("replay_of", "replaces", "carrier")
    related = select(message).where(
        or_(*(message.c[name] == id_ for name in ways), message.c.id.in_(ids))
    )
    return History(
        row,
        tuple(parents),
        tuple(messages.children(connection, id_)),
        tuple(from_row(other) for other in connection.execute(related.order_by(message.c.id))),
        messages.events_of(connection, id_),
        messages.problems_of(connection, id_),
        tuple(of_message(connection, id_)),
    )
