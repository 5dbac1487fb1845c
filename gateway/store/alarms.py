"""Alarms: what a person has to know, once, until it is over.

An alarm has a key. While one with a key is open, raising it again only counts; two machines that
raise it at the same moment raise one (a unique index over the open ones says so). Whoever raises
alarms also resolves them; telling people is done elsewhere (:mod:`gateway.pipeline.watch`), and
what was told stands in the row, so that nothing is told twice or never.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    String,
    func,
    literal_column,
    or_,
    select,
    update,
)

from gateway.problems import Problem
from gateway.store.tables import Instant, alarm
from gateway.store.upsert import upsert

NEVER = datetime(1, 1, 1, tzinfo=UTC)
LATEST = timedelta(days=7)
"""An end that nobody could be told of in this time is not told any more."""
_KEYS = 1000
_OPEN: ColumnElement[bool] = alarm.c.resolved.is_(None)
_TOLD, _OVER = "told", "over"
"""The first key of the data: until a person was told that it is over, and from then on.

Its value is when a person was told last; at its fixed place it is compared as text.
"""
_head: ColumnElement[str] = func.substr(alarm.c.data, 3, 4, type_=String)
_told: ColumnElement[str] = func.substr(alarm.c.data, 11, 27, type_=String)


@dataclass(frozen=True, slots=True)
class Raised:
    """What raising did. ``new``: no alarm with the key was open before."""

    id: int
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A stored alarm."""

    id: int
    key: str
    found: Problem
    partner: str
    message: int | None
    times: int
    """How often it was raised while open."""
    raised: datetime
    seen: datetime
    """When it was raised last."""
    resolved: datetime | None
    told: datetime | None
    """When a person was told last."""
    tellings: int
    """How often: the first time, and reminders."""

    def as_json(self) -> dict[str, Any]:
        """For ``--json`` and webhooks; instants in UTC."""
        found = self.found
        return {
            "id": self.id,
            "key": self.key,
            "code": found.code,
            "severity": found.severity.value,
            "title": found.registered.title,
            "sentence": found.sentence,
            "remedy": found.remedy,
            "facts": dict(found.facts),
            "partner": self.partner or None,
            "message": self.message,
            "times": self.times,
            "raised": self.raised.isoformat(),
            "seen": self.seen.isoformat(),
            "resolved": None if self.resolved is None else self.resolved.isoformat(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmFilter:
    """Which alarms to list; what is ``None`` does not restrict."""

    open: bool | None = True
    """``False``: those that are over."""
    partner: str | None = None
    message: int | None = None
    limit: int = 200


def raise_alarm(
    connection: Connection,
    at: datetime,
    key: str,
    found: Problem,
    partner: str = "",
    message: int | None = None,
) -> Raised:
    """Raise an alarm, or count once more one that is open; its facts become those of now.

    ``key``: at most 250 characters. Who raises several in one transaction does so in the order of
    their keys, so that two machines cannot lock each other out.
    """
    row = {
        "key": key,
        "code": found.code,
        "severity": found.severity.value,
        "partner": partner[:80],
        "message": message,
        "data": _data(found, NEVER, 0),
        "raised": at,
        "seen": at,
    }
    change = {"times": alarm.c.times + 1, "seen": at}
    kept = upsert(connection, alarm, row, keys=["key"], change=change, where=_OPEN)
    raised = Raised(kept.id, kept.times == 1)
    if not raised.new:
        before = _from_row(kept)
        data = _data(found, before.told or NEVER, before.tellings)
        if data != kept.data:
            now = {name: row[name] for name in ("code", "severity", "message")} | {"data": data}
            connection.execute(update(alarm).where(alarm.c.id == kept.id).values(**now))
    return raised


def resolve(
    connection: Connection, at: datetime, keys: Collection[str] = (), prefix: str = ""
) -> list[int]:
    """What these alarms were about is over; the ids of those that were open.

    ``prefix``: all whose keys begin so; end it with the sign that ends a word of the key.
    """
    wanted = set(keys)
    if prefix:
        wanted.update(connection.scalars(_under(connection, select(alarm.c.key), prefix)))
    over = update(alarm).where(_OPEN).values(resolved=at).returning(alarm.c.id)
    parts = [over.where(alarm.c.key.in_(part)) for part in _parts(wanted)]
    return [id_ for part in parts for id_ in connection.scalars(part)]


def open_alarms(
    connection: Connection, prefix: str = "", keys: Collection[str] | None = None
) -> list[Alarm]:
    """The open ones, newest first: all, those whose keys begin so, or those with these keys."""
    statement = select(alarm).where(_OPEN)
    if prefix:
        statement = _under(connection, statement, prefix)
    parts = [statement]
    if keys is not None:
        parts = [statement.where(alarm.c.key.in_(part)) for part in _parts(keys)]
    # not ordered by the database: it would walk all open ones in their order
    found = [one for part in parts for one in _listed(connection, part)]
    return sorted(found, key=lambda one: -one.id)


def find(connection: Connection, wanted: AlarmFilter) -> list[Alarm]:
    """Alarms that fit, newest first."""
    statement = select(alarm).order_by(alarm.c.id.desc()).limit(wanted.limit)
    if wanted.open is not None:
        statement = statement.where(_OPEN if wanted.open else alarm.c.resolved.is_not(None))
    if wanted.partner is not None:
        statement = statement.where(alarm.c.partner == wanted.partner)
    if wanted.message is not None:
        statement = statement.where(alarm.c.message == wanted.message)
    return _listed(connection, statement)


def count_open(connection: Connection) -> int:
    """How many are open."""
    return connection.scalar(select(func.count()).select_from(alarm).where(_OPEN)) or 0


# ---- telling ------------------------------------------------------------------------------------


def untold(
    connection: Connection, before: datetime, limit: int, *, lock: bool = False
) -> list[Alarm]:
    """Open alarms nobody was told of since then, oldest first; the new ones are among them.

    A warning is told once. ``lock``: nobody else changes them before this transaction ends.
    """
    once = or_(alarm.c.severity != "warning", _told <= _text(NEVER))
    statement = select(alarm).where(_OPEN, _told <= _text(before), once)
    statement = statement.order_by(alarm.c.id).limit(limit)
    return _listed(connection, statement.with_for_update() if lock else statement)


def untold_ends(
    connection: Connection, at: datetime, limit: int, *, lock: bool = False
) -> list[Alarm]:
    """Alarms that are over, and nobody was told; oldest first."""
    recent = alarm.c.resolved >= at - LATEST
    statement = select(alarm).where(recent, _head == _TOLD)
    statement = statement.order_by(alarm.c.resolved, alarm.c.id).limit(limit)
    return _listed(connection, statement.with_for_update() if lock else statement)


def mark_told(connection: Connection, one: Alarm, at: datetime) -> None:
    """Enter that a person is told of it now, in the transaction that read and locked it."""
    over = one.resolved is not None
    data = _data(one.found, at, one.tellings + (not over), _OVER if over else _TOLD)
    connection.execute(update(alarm).where(alarm.c.id == one.id).values(data=data))


# ---- rows ---------------------------------------------------------------------------------------


def _data(found: Problem, told: datetime, tellings: int, key: str = _TOLD) -> str:
    head = {key: _text(told), "tellings": tellings}
    return json.dumps(head | found.as_json(), ensure_ascii=False)


def _text(at: datetime) -> str:
    text = Instant().process_bind_param(at, None)
    assert text is not None
    return text.zfill(27)  # strftime does not pad the year 1


def _from_row(row: Row[Any]) -> Alarm:
    data = json.loads(row.data)
    told = datetime.fromisoformat(data[_OVER if _OVER in data else _TOLD])
    return Alarm(
        id=row.id,
        key=row.key,
        found=Problem.from_json(data),
        partner=row.partner,
        message=row.message,
        times=row.times,
        raised=row.raised,
        seen=row.seen,
        resolved=row.resolved,
        told=None if told == NEVER else told,
        tellings=data["tellings"],
    )


def _listed(connection: Connection, statement: Select[Any]) -> list[Alarm]:
    return [_from_row(row) for row in connection.execute(statement)]


def _under(connection: Connection, statement: Select[Any], prefix: str) -> Select[Any]:
    """Of open alarms those whose keys begin so."""
    # not LIKE: on SQLite that takes small letters for capitals
    statement = statement.where(_OPEN, func.substr(alarm.c.key, 1, len(prefix)) == prefix)
    if connection.dialect.name == "postgresql":
        return statement  # its index is in the order of a language, where a prefix is no range
    after = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    # said to be few, or the planner would rather look at all open ones
    few: ColumnElement[float] = literal_column("0.001")
    return statement.where(
        func.likelihood(alarm.c.key >= prefix, few), func.likelihood(alarm.c.key < after, few)
    )


def _parts(keys: Collection[str]) -> Iterator[list[str]]:
    rest = iter(sorted(keys))
    while part := list(islice(rest, _KEYS)):
        yield part
