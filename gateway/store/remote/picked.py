"""Files that were taken over from servers: remembered for ever, each once.

The unique pair of ``spot`` (source, path, size, time) and SHA-256 decides that a file is taken
once, whoever looks, however often, and wherever the one before was killed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Literal
from urllib.parse import quote, unquote_to_bytes

from sqlalchemy import Connection, Row, bindparam, func, insert, or_, select, text, update

from gateway.problems import Problem
from gateway.store.prepared import Prepared
from gateway.store.remote.tables import picked

State = Literal["accepted", "cleared", "left"]
"""``accepted``: still to be removed or marked on the server; ``cleared``: it was; ``left``: it is
to stay there."""
FAR = timedelta(days=1)
"""Nothing is put off for so long: a later time is one of a clock that was wrong."""
_PART = 500
_ESCAPED = "%%"
"""Begins a stored path that is escaped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPicked:
    """A file that is being taken over."""

    spot: str
    """Of :func:`spot_of`."""
    sha: str
    source: str
    path: str
    """Where it was found, as the server writes it."""
    place: str = ""
    """Where it lies now, if elsewhere."""
    size: int
    changed: int | None
    message: int
    state: State
    due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked(NewPicked):
    """A row as it is stored."""

    id: int
    attempts: int
    failing: datetime | None
    found: str
    created: datetime
    updated: datetime

    @property
    def where(self) -> str:
        """Where it lies on the server."""
        return self.place or self.path

    @property
    def problem(self) -> Problem | None:
        """Why it could not be removed or marked."""
        return Problem.from_json(json.loads(self.found)) if self.found else None


_NEW = tuple(field.name for field in fields(NewPicked))
_COLUMNS = tuple(picked.c[field.name] for field in fields(Picked))
_ADD = Prepared(insert(picked))
_BY_SPOTS = select(picked.c.spot, picked.c.sha, picked.c.id).where(
    picked.c.spot.in_(bindparam("spots", expanding=True))
)
_BY_IDS = select(*_COLUMNS).where(picked.c.id.in_(bindparam("ids", expanding=True)))
_OPEN = (picked.c.source == bindparam("source_"), text("due IS NOT NULL"))
_DUE = (
    select(*_COLUMNS)
    .where(*_OPEN, or_(picked.c.due <= bindparam("at"), picked.c.due > bindparam("far")))
    .order_by(picked.c.due, picked.c.id)
    .limit(bindparam("limit_"))
)
_ALL_OPEN = select(*_COLUMNS).where(*_OPEN).order_by(picked.c.id).limit(bindparam("limit_"))


def spot_of(source: str, path: str, size: int, changed: int | None) -> str:
    """What names a file on a server as far as the server tells it; ``changed`` in seconds."""
    parts = "\0".join((source, path, str(size), "" if changed is None else str(changed)))
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()


def intake_of(spot: str, sha: str) -> str:
    """The intake key of the file that is made of it."""
    return "picked:" + hashlib.sha256(f"{spot}{sha}".encode()).hexdigest()


def add(connection: Connection, rows: Sequence[NewPicked], at: datetime) -> None:
    """Enter files. Raises ``IntegrityError`` when one was taken before."""
    if rows:
        shared = {"created": at, "updated": at}
        _ADD.each(connection, [_values(row) | shared for row in rows])


def by_spots(connection: Connection, spots: Collection[str]) -> dict[str, dict[str, int]]:
    """What was taken of these spots: by spot and SHA-256, the numbers of the rows."""
    found: dict[str, dict[str, int]] = {}
    rest = iter(spots)
    while part := list(islice(rest, _PART)):
        for row in connection.execute(_BY_SPOTS, {"spots": part}):
            found.setdefault(row.spot, {})[row.sha] = row.id
    return found


def get_many(connection: Connection, ids: Iterable[int]) -> dict[int, Picked]:
    """Rows by their numbers."""
    found: dict[int, Picked] = {}
    rest = iter(ids)
    while part := list(islice(rest, _PART)):
        found |= {row.id: _from(row) for row in connection.execute(_BY_IDS, {"ids": part})}
    return found


def due(connection: Connection, source: str, at: datetime, limit: int) -> list[Picked]:
    """Files of a channel that are to be removed or marked now, the longest due first."""
    bound = {"source_": source, "at": at, "far": at + FAR, "limit_": limit}
    return [_from(row) for row in connection.execute(_DUE, bound)]


def unsettled(connection: Connection, source: str, limit: int) -> list[Picked]:
    """All of them, whenever they are due."""
    rows = connection.execute(_ALL_OPEN, {"source_": source, "limit_": limit})
    return [_from(row) for row in rows]


def again(connection: Connection, ids: Collection[int], at: datetime) -> None:
    """Files that were taken before are still there, or there again: remove them (once more)."""
    done = picked.c.due.is_(None)
    for part in _parts(ids):
        statement = update(picked).where(picked.c.id.in_(part), done)
        connection.execute(statement.values(state="accepted", due=at, updated=at))


def settle(connection: Connection, ids: Collection[int], state: State, at: datetime) -> None:
    """Nothing is to be done on the server any more."""
    new = {"state": state, "due": None, "failing": None, "found": "", "updated": at}
    for part in _parts(ids):
        open_ = (picked.c.id.in_(part), picked.c.due.is_not(None))
        connection.execute(update(picked).where(*open_).values(**new))


def put_off(
    connection: Connection, row: Picked, due: datetime, found: Problem, at: datetime
) -> None:
    """It could not be removed or marked; the next attempt is ``due``."""
    new = {
        "attempts": row.attempts + 1,
        "due": due,
        "failing": row.failing or at,
        "found": json.dumps(found.as_json(), ensure_ascii=False),
        "updated": at,
    }
    open_ = (picked.c.id == row.id, picked.c.due.is_not(None))
    connection.execute(update(picked).where(*open_).values(**new))


@dataclass(frozen=True, slots=True)
class Stuck:
    """Files of a channel that cannot be removed or marked."""

    source: str
    count: int
    first: Picked


def stuck(connection: Connection) -> list[Stuck]:
    """By channel."""
    failing = (text("due IS NOT NULL"), picked.c.failing.is_not(None))
    numbers = (func.count().label("count"), func.min(picked.c.id).label("first"))
    grouped = select(picked.c.source, *numbers).where(*failing).group_by(picked.c.source)
    rows = connection.execute(grouped.order_by(picked.c.source)).all()
    first = get_many(connection, [row.first for row in rows])
    return [Stuck(row.source, row[1], first[row.first]) for row in rows]


def _parts(ids: Collection[int]) -> Iterable[list[int]]:
    rest = iter(sorted(ids))
    while part := list(islice(rest, _PART)):
        yield part


def _values(row: NewPicked) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in _NEW}
    return values | {"path": _stored(row.path), "place": _stored(row.place)}


def _from(row: Row[Any]) -> Picked:
    values = dict(row._mapping)
    return Picked(**values | {"path": _named(row.path), "place": _named(row.place)})


def _stored(path: str) -> str:
    """A path as a database takes it: bytes that are no UTF-8 are escaped, and can be read back."""
    if path.isprintable() and not path.startswith(_ESCAPED):
        return path
    return _ESCAPED + quote(path.encode("utf-8", "surrogateescape"))


def _named(stored: str) -> str:
    if not stored.startswith(_ESCAPED):
        return stored
    return unquote_to_bytes(stored.removeprefix(_ESCAPED)).decode("utf-8", "surrogateescape")
