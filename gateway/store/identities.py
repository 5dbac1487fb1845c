"""Which interchanges have been seen: the same reference is never taken for two contents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from gateway.store.messages import fitted
from gateway.store.tables import identity


@dataclass(frozen=True, slots=True, kw_only=True)
class InterchangeKey:
    """Identity of an interchange (ISO 9735-1 §8, X12.5): who, to whom, live or test, reference."""

    standard: str
    sender: str
    receiver: str
    test: bool
    reference: str


@dataclass(frozen=True, slots=True)
class Seen:
    """An interchange seen before. ``content`` is ``None`` while it is still being read."""

    message: int
    content: str | None
    created: datetime


_SEEN = select(identity.c.message, identity.c.content, identity.c.created).where(
    *(identity.c[name] == bindparam(name) for name in InterchangeKey.__slots__)
)
_CLAIM = insert(identity)
_SETTLE = (
    update(identity).where(identity.c.message == bindparam("row")).values(content=bindparam("hash"))
)


def _bound(key: InterchangeKey) -> dict[str, Any]:
    """A key as its columns hold it."""
    values = {name: getattr(key, name) for name in key.__slots__}
    return {
        name: fitted(value, 80) if isinstance(value, str) else value
        for name, value in values.items()
    }


def seen(connection: Connection, key: InterchangeKey) -> Seen | None:
    """What is known under a key."""
    row = connection.execute(_SEEN, _bound(key)).first()
    return None if row is None else Seen(row.message, row.content, row.created)


def claim(connection: Connection, key: InterchangeKey, message: int, at: datetime) -> None:
    """Take a key for a row. Raises ``IntegrityError`` when it is taken."""
    connection.execute(_CLAIM, {**_bound(key), "message": message, "created": at})


def replace(connection: Connection, key: InterchangeKey, message: int, at: datetime) -> None:
    """Take a key for a row, whoever had it."""
    bound = _bound(key)
    mine = (identity.c[name] == bound[name] for name in bound)
    connection.execute(delete(identity).where(*mine))
    claim(connection, key, message, at)


def settle(connection: Connection, message: int, content: str) -> None:
    """The interchange has been read to its end."""
    connection.execute(_SETTLE, {"row": message, "hash": content})


def forget(connection: Connection, message: int) -> None:
    """Give a key back: what was held unprocessed may come again."""
    connection.execute(delete(identity).where(identity.c.message == message))


def one_by_one(connection: Connection, what: str) -> None:
    """Until the transaction ends nobody else goes on here with the same name.

    For what is looked up before something is written that the other one would have to see. SQLite
    has one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        number = int.from_bytes(sha256(what.encode()).digest()[:8], "big", signed=True)
        connection.execute(select(func.pg_advisory_xact_lock(number)))
