"""Requests that were posted under a key, and what they were answered.

The unique key decides who of two that came at once is taken over, not a look before. A key is
remembered for :data:`KEPT`; what it brought in is known by its own id for ever.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, insert, select

from gateway.store.prepared import Prepared
from gateway.store.shops.requesttable import request

KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Answered:
    """A request under a key, and its answer."""

    digest: str
    """SHA-256 of method, path and body."""
    status: int
    location: str
    answer: str
    created: datetime


_FIND = select(
    request.c.digest, request.c.status, request.c.location, request.c.answer, request.c.created
).where(request.c.key == bindparam("key_"))
_ADD = Prepared(insert(request))


def key_of(owner: str, given: str) -> str:
    """What names a request: a key counts for whoever has sent it."""
    text = f"{owner}\0{given}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def digest_of(method: str, path: str, body: bytes) -> str:
    """What makes two requests the same."""
    return hashlib.sha256(f"{method} {path}\n".encode("utf-8", "surrogatepass") + body).hexdigest()


def find(connection: Connection, key: str) -> Answered | None:
    """The request of a key."""
    row = connection.execute(_FIND, {"key_": key}).first()
    return None if row is None else Answered(*row)


def add(connection: Connection, key: str, owner: str, new: Answered) -> None:
    """Remember a request. Raises ``IntegrityError`` when another one was quicker."""
    values = {
        "key": key,
        "owner": owner,
        "digest": new.digest,
        "status": new.status,
        "location": new.location,
        "answer": new.answer,
        "created": new.created,
    }
    _ADD.each(connection, [values])


def remove_old(connection: Connection, before: datetime, limit: int) -> int:
    """Forget keys from before an instant, the oldest first; how many."""
    old = (
        select(request.c.id)
        .where(request.c.created < before)
        .order_by(request.c.created)
        .limit(limit)
    )
    ids = connection.scalars(old).all()
    connection.execute(delete(request).where(request.c.id.in_(ids)))
    return len(ids)
