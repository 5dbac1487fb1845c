"""Messages that partners sent by AS2: one row for each Message-ID, for ever.

The unique ``key`` decides who of two takes a message over, not a look before the insert. A row that
was refused is evaluated anew when its message comes again; an accepted one never changes any more,
except that its repeats are counted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any, Literal

from sqlalchemy import Connection, Row, Update, bindparam, insert, select, update

from gateway.store.as2.tables import received
from gateway.store.prepared import Prepared
from gateway.store.tables import delivery

State = Literal["spooled", "accepted", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReceived:
    """A message that came in."""

    key: str
    """Of :func:`key_of`."""
    partner: str
    channel: str
    as2_from: str
    as2_to: str
    message_id: str
    headers: str
    """Of :func:`headers_text`."""
    wire: str | None
    """The body as it came, in the archive; ``None`` once it was kept as long as agreed."""
    wire_size: int
    state: State
    """``spooled`` (durable, still to be opened), ``accepted``, ``refused``."""
    message: int | None = None
    """The first row made of it."""
    found: str = ""
    """Layers, signer, MIC, payloads and problems, as JSON."""
    disposition: str = ""
    mdn: str | None = None
    """The receipt with its own headers, among the contents."""
    mdn_to: str = ""
    """Where the receipt goes; empty: it is the reply."""
    config: str = ""
    lane: str = ""
    due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Received(NewReceived):
    """A row as it is stored."""

    id: int
    repeats: int
    attempts: int
    failing: datetime | None
    created: datetime
    updated: datetime

    @property
    def content(self) -> str | None:
        """The SHA-256 of its body, also when that is not kept any more."""
        if self.wire is not None or not self.found:
            return self.wire
        told = json.loads(self.found).get("wire")
        return told if isinstance(told, str) else None


_NEW = tuple(field.name for field in fields(NewReceived))
_COLUMNS = tuple(received.c[field.name] for field in fields(Received))
_FIND = select(*_COLUMNS).where(received.c.key == bindparam("key_"))
_GET = select(*_COLUMNS).where(received.c.id == bindparam("id_"))
_IS_THERE = Prepared(select(received.c.id).where(received.c.key == bindparam("key_")))
_ADD = Prepared(insert(received).returning(received.c.id))
_DUE = (
    select(*_COLUMNS)
    .where(
        received.c.due.is_not(None),
        received.c.lane == bindparam("lane_"),
        received.c.due <= bindparam("at"),
    )
    .order_by(received.c.id)
    .limit(bindparam("limit_"))
)
_REPEAT = (
    update(received)
    .where(received.c.id == bindparam("id_"))
    .values(repeats=received.c.repeats + 1, updated=bindparam("at"))
)
_DELIVERY = select(delivery.c.id, delivery.c.due).where(delivery.c.key == bindparam("key_"))
_SEND_AGAIN = (
    update(delivery)
    .where(delivery.c.id == bindparam("id_"))
    .values(state="pending", due=bindparam("at"), updated=bindparam("at"), attempts=0, failing=None)
)


def key_of(partner: str, as2_from: str, as2_to: str, message_id: str) -> str:
    """What names a message for ever."""
    return _digest(partner, as2_from, as2_to, message_id)


def key_of_other(key: str, wire: str) -> str:
    """What names other bytes that came under the Message-ID of an accepted message."""
    return _digest(key, wire)


def headers_text(items: Iterable[tuple[str, str]]) -> str:
    """Headers as they are stored: a list of pairs, as JSON."""
    return json.dumps(list(items), ensure_ascii=False, separators=(",", ":"))


def headers_of(row: NewReceived) -> tuple[tuple[str, str], ...]:
    """The headers of a stored message, in their order."""
    return tuple((name, value) for name, value in json.loads(row.headers or "[]"))


def find(connection: Connection, key: str) -> Received | None:
    """The row of a key."""
    if _IS_THERE.first(connection, {"key_": key}) is None:  # nearly always, and found out faster
        return None
    return _from(connection.execute(_FIND, {"key_": key}).first())


def get(connection: Connection, id_: int) -> Received | None:
    """A row by its number."""
    return _from(connection.execute(_GET, {"id_": id_}).first())


def add(connection: Connection, row: NewReceived, at: datetime) -> int:
    """Enter a message; its number. Raises ``IntegrityError`` when its key is there already."""
    values = {name: getattr(row, name) for name in _NEW}
    added = _ADD.first(connection, {**values, "created": at, "updated": at})
    assert added is not None
    number: int = added[0]
    return number


def settle(connection: Connection, row: Received, at: datetime, **values: Any) -> bool:
    """Change a row that nobody changed since it was read; whether it was so."""
    statement = _settle(tuple(sorted(values)))
    bound = {f"new_{name}": value for name, value in values.items()}
    known = {"id_": row.id, "state_": row.state, "updated_": row.updated}
    return connection.execute(statement, {**bound, **known, "at": at}).rowcount == 1


def repeat(connection: Connection, id_: int, at: datetime) -> None:
    """Count that the message came once more."""
    connection.execute(_REPEAT, {"id_": id_, "at": at})


def due(connection: Connection, lane: str, at: datetime, limit: int) -> list[Received]:
    """Messages of a lane that are to be opened, oldest first."""
    rows = connection.execute(_DUE, {"lane_": lane, "at": at, "limit_": limit})
    return [Received(**row._mapping) for row in rows]


def send_again(connection: Connection, key: str, at: datetime) -> bool:
    """A delivery of a receipt that is over goes once more; whether there is such a delivery."""
    known = connection.execute(_DELIVERY, {"key_": key}).first()
    if known is not None and known.due is None:
        connection.execute(_SEND_AGAIN, {"id_": known.id, "at": at})
    return known is not None


def as_new(row: Received) -> dict[str, Any]:
    """The values of a row that its message brought."""
    known = asdict(row)
    return {name: known[name] for name in _NEW}


@cache
def _settle(names: tuple[str, ...]) -> Update:
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    unchanged = (
        received.c.id == bindparam("id_"),
        received.c.state == bindparam("state_"),
        received.c.updated == bindparam("updated_"),
    )
    return update(received).where(*unchanged).values(updated=bindparam("at"), **values)


def _from(row: Row[Any] | None) -> Received | None:
    return None if row is None else Received(**row._mapping)


def _digest(*parts: str) -> str:
    text = "\0".join(parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
