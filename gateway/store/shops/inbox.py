"""Hints of webhooks: one insert when a shop calls, worked off in the order they came."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, text, update

from gateway.store.messages import fitted
from gateway.store.prepared import Prepared
from gateway.store.shops.tables import inbox

_LEVEL = 1
_ADD = Prepared(insert(inbox))


@dataclass(frozen=True, slots=True)
class StoredHint:
    """A hint that is still to be worked on."""

    id: int
    shop: str
    lane: str
    external_id: str
    topic: str
    attempts: int
    received: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHint:
    """A hint to be kept. ``external_id``: of the order that may have changed."""

    shop: str
    topic: str = ""
    kind: str = ""
    external_id: str = ""
    delivery: str = ""
    body: bytes = b""
    at: datetime


def lane_of(shop: str) -> str:
    """The lane of a shop's hints."""
    return f"shop/{shop}/inbox"[:160]


def add(
    connection: Connection,
    shop: str,
    *,
    topic: str,
    kind: str,
    external_id: str,
    delivery: str,
    body: bytes,
    at: datetime,
) -> None:
    """Keep a hint: one insert, whatever else is known. ``external_id``: of the order."""
    hint = NewHint(
        shop=shop,
        topic=topic,
        kind=kind,
        external_id=external_id,
        delivery=delivery,
        body=body,
        at=at,
    )
    add_all(connection, [hint])


def add_all(connection: Connection, hints: Sequence[NewHint]) -> None:
    """Keep hints that came at the same time."""
    _ADD.each(connection, [_values(each) for each in hints])


def _values(hint: NewHint) -> dict[str, Any]:
    return {
        "shop": hint.shop,
        "lane": lane_of(hint.shop),
        "topic": _fit(hint.topic, 80),
        "kind": hint.kind,
        "external_id": fitted(hint.external_id, 120),
        "delivery": _fit(hint.delivery, 120),
        "sha": hashlib.sha256(hint.body).hexdigest(),
        "body": zlib.compress(hint.body, _LEVEL),
        "received": hint.at,
        "due": hint.at,
    }


def body_of(connection: Connection, id_: int) -> bytes | None:
    """The body of a hint as it came; ``None`` once it is done."""
    found = connection.scalar(select(inbox.c.body).where(inbox.c.id == id_))
    return zlib.decompress(found) if found else None


_DUE = (
    select(
        *(inbox.c.id, inbox.c.shop, inbox.c.lane, inbox.c.external_id, inbox.c.topic),
        *(inbox.c.attempts, inbox.c.received),
    )
    .where(text("shop_inbox.due IS NOT NULL"), inbox.c.lane == bindparam("lane_"))
    .where(inbox.c.due <= bindparam("at"))
    .order_by(inbox.c.id)
    .limit(bindparam("limit_"))
)


def due(connection: Connection, lane: str, at: datetime, limit: int) -> list[StoredHint]:
    """Hints of a lane whose time has come, oldest first."""
    rows = connection.execute(_DUE, {"lane_": lane, "at": at, "limit_": limit})
    return [StoredHint(*row) for row in rows]


def done(connection: Connection, ids: Sequence[int], at: datetime, reason: str = "") -> None:
    """These hints were followed; their bodies are not needed any more."""
    _end(connection, ids, at, "done", reason)


def left(connection: Connection, ids: Sequence[int], at: datetime, reason: str) -> None:
    """These hints are given up: what they meant is found by the polls."""
    _end(connection, ids, at, "left", reason)


def _end(connection: Connection, ids: Sequence[int], at: datetime, state: str, reason: str) -> None:
    if ids:
        values = {"state": state, "reason": reason, "due": None, "done": at, "body": b""}
        connection.execute(update(inbox).where(inbox.c.id.in_(ids)).values(**values))


def put_off(connection: Connection, ids: Sequence[int], due: datetime, reason: str) -> None:
    """Try these again later: their own attempt failed."""
    if ids:
        values = {"due": due, "reason": reason, "attempts": inbox.c.attempts + 1}
        connection.execute(update(inbox).where(inbox.c.id.in_(ids)).values(**values))


def rest(connection: Connection, lane: str, due: datetime) -> None:
    """The shop cannot be asked now: nothing of the lane is due before that time."""
    waits = (text("shop_inbox.due IS NOT NULL"), inbox.c.lane == lane, inbox.c.due < due)
    connection.execute(update(inbox).where(*waits).values(due=due))


def waiting(connection: Connection, shop: str) -> int:
    """How many hints of a shop are still to be followed."""
    mine = (text("shop_inbox.due IS NOT NULL"), inbox.c.lane == lane_of(shop))
    return connection.scalar(select(func.count()).select_from(inbox).where(*mine)) or 0


def of_order(
    connection: Connection, shop: str, external_id: str, since: datetime, limit: int = 20
) -> list[tuple[datetime, str, str, str]]:
    """Hints about an order since then, newest first: received, topic, state, reason."""
    columns = (inbox.c.received, inbox.c.topic, inbox.c.state, inbox.c.reason)
    mine = (inbox.c.shop == shop, inbox.c.received >= since, inbox.c.external_id == external_id)
    newest = select(*columns).where(*mine).order_by(inbox.c.received.desc()).limit(limit)
    return [(row[0], row[1], row[2], row[3]) for row in connection.execute(newest)]


def remove_old(connection: Connection, before: datetime, limit: int) -> int:
    """Forget hints that were done with before an instant; how many."""
    old = (
        select(inbox.c.id)
        .where(inbox.c.received < before, inbox.c.done.is_not(None))
        .order_by(inbox.c.received)
        .limit(limit)
    )
    ids = connection.scalars(old).all()
    connection.execute(delete(inbox).where(inbox.c.id.in_(ids)))
    return len(ids)


def _fit(text_: str, room: int) -> str:
    """As the column can hold it; NUL is none to PostgreSQL."""
    return text_.replace("\0", "")[:room]
