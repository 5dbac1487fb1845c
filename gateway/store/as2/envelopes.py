"""Encrypted content keys that came, each bound for ever to the body it came with first.

Not a column of the received messages: a refused row is overwritten when its Message-ID comes again,
and whoever could make us forget a key in that way could try it with one changed body after another.
One message may hold several, one in the other.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, true, update

from gateway.store.as2.tables import envelope
from gateway.store.prepared import Prepared
from gateway.store.upsert import insert_new

_FIND = Prepared(
    select(envelope.c.wire, envelope.c.accepted).where(envelope.c.key == bindparam("key_"))
)
_ACCEPT = update(envelope).where(envelope.c.key == bindparam("key_")).values(accepted=true())


def wire_of(connection: Connection, key: str) -> str | None:
    """The SHA-256 of the body that a key came with; ``None`` when it never came."""
    row = _FIND.first(connection, {"key_": key})
    return None if row is None else str(row[0])


def bind(
    connection: Connection, keys: Collection[str], wire: str, at: datetime, *, accepted: bool
) -> bool:
    """Bind keys to a body; whether none of them is bound to another one.

    ``accepted``: for ever, else until :func:`forget`.
    """
    rows = [{"key": key, "wire": wire, "accepted": accepted, "created": at} for key in keys]
    insert_new(connection, envelope, rows, keys=["key"])
    for key in keys:
        row = _FIND.first(connection, {"key_": key})
        if row is None or row[0] != wire:
            return False
        if accepted and not row[1]:  # it was refused before, and is evaluated anew
            connection.execute(_ACCEPT, {"key_": key})
    return True


def forget(connection: Connection, before: datetime, limit: int) -> int:
    """Delete keys of messages that were refused, and not accepted since; how many."""
    old = select(envelope.c.key).where(~envelope.c.accepted, envelope.c.created < before)
    found = connection.scalars(old.limit(limit)).all()
    connection.execute(delete(envelope).where(envelope.c.key.in_(found)))
    return len(found)
