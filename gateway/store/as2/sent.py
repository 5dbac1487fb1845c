"""Messages of ours by AS2, as they went over the wire, and the receipts that came for them.

A row is made once, before the first attempt, and keeps the bytes that every attempt sends. Its
state only moves under a lock, so that a receipt and an attempt that meet do not overwrite each
other; what a receipt has settled stays.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Update,
    bindparam,
    func,
    insert,
    literal_column,
    select,
    update,
)

from gateway.store.as2.tables import receipt, sent

State = Literal[
    "ready", "sending", "sent", "unknown", "acknowledged", "rejected", "mismatch", "exhausted"
]
SETTLED = frozenset({"acknowledged", "rejected", "mismatch"})
"""By a receipt that proves something; nothing changes it any more."""
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSent:
    """A message that was built and is in the archive."""

    delivery: int
    message: int | None
    partner: str
    channel: str
    as2_from: str
    """Ours."""
    as2_to: str
    message_id: str
    """With its angle brackets."""
    headers: Pairs
    """In their order, without length and authorization."""
    wire: str
    """SHA-256 of the body, its name in the archive."""
    wire_size: int
    payload: str
    """SHA-256 of what is inside."""
    mics: Mapping[Any, str]
    """Digest → base64."""
    receipt: Literal["none", "sync", "async"]
    signed: bool
    """A signed receipt was asked for."""
    config: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent(NewSent):
    """A stored message."""

    id: int
    state: State
    attempts: int
    """How often it was sent, or begun to be."""
    deadline: datetime | None
    """Until when its asynchronous receipt is expected."""
    status: int | None
    """Of the last reply over HTTP."""
    mdn: str | None
    """SHA-256 of the receipt that settled it."""
    disposition: str
    found: str
    """What the last attempt, or the receipt, met; JSON of a problem."""
    created: datetime
    updated: datetime

    @property
    def settled(self) -> bool:
        """Whether a receipt has said what became of it."""
        return self.state in SETTLED


_SELECT = select(sent)
_NAMES = tuple(field.name for field in fields(Sent))
_OF_DELIVERY = (
    _SELECT.where(sent.c.delivery == bindparam("delivery_")).order_by(sent.c.id.desc()).limit(1)
)
_GET = _SELECT.where(sent.c.id == bindparam("id_"))
_GET_LOCKED = _GET.with_for_update()
_NAMED = _SELECT.where(sent.c.message_id == bindparam("message_id_"))
_ADD = insert(sent).returning(sent.c.id)
_ADD_RECEIPT = insert(receipt).returning(receipt.c.id)


@cache
def _change(names: tuple[str, ...]) -> Update:
    """Made once for these columns: making a statement takes longer than running it."""
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    return update(sent).where(sent.c.id == bindparam("id_")).values(**values)


def add(connection: Connection, new: NewSent, at: datetime) -> Sent:
    """Keep a message that is ready to be sent."""
    given = {name: getattr(new, name) for name in NewSent.__dataclass_fields__}
    values = given | {"headers": json.dumps(new.headers), "mics": json.dumps(dict(new.mics))}
    values |= {"state": "ready", "created": at, "updated": at}
    id_ = connection.execute(_ADD, values).scalar_one()
    return Sent(
        **given,
        id=id_,
        state="ready",
        attempts=0,
        deadline=None,
        status=None,
        mdn=None,
        disposition="",
        found="",
        created=at,
        updated=at,
    )


def latest(connection: Connection, delivery: int) -> Sent | None:
    """The message of a delivery that counts: the last one that was built."""
    row = connection.execute(_OF_DELIVERY, {"delivery_": delivery}).first()
    return None if row is None else _from_row(row)


def get(connection: Connection, id_: int, *, lock: bool = False) -> Sent | None:
    """One message; ``lock``: nobody else changes it before this transaction ends."""
    row = connection.execute(_GET_LOCKED if lock else _GET, {"id_": id_}).first()
    return None if row is None else _from_row(row)


def named(connection: Connection, message_ids: Sequence[str]) -> Sent | None:
    """The message with one of these Message-IDs, the first of them that is one of ours."""
    for message_id in message_ids:
        row = connection.execute(_NAMED, {"message_id_": message_id}).first()
        if row is not None:
            return _from_row(row)
    return None


def of_message(connection: Connection, message: int) -> list[Sent]:
    """All messages that carried a row, oldest first."""
    statement = _SELECT.where(sent.c.message == message).order_by(sent.c.id)
    return [_from_row(row) for row in connection.execute(statement)]


def change(connection: Connection, id_: int, at: datetime, **values: Any) -> None:
    """Change a message that is locked."""
    new = {"updated": at, **values}
    bound = {f"new_{name}": value for name, value in new.items()}
    connection.execute(_change(tuple(sorted(new))), {**bound, "id_": id_})


def _from_row(row: Row[Any]) -> Sent:
    values = {name: getattr(row, name) for name in _NAMES}
    pairs = tuple((name, text) for name, text in json.loads(row.headers))
    values |= {"headers": pairs, "mics": json.loads(row.mics) if row.mics else {}}
    return Sent(**values | {"signed": bool(row.signed)})


# ---- receipts -----------------------------------------------------------------------------------


Said = Literal["received", "settled", "repeat", "ignored"]
"""``received``: kept and not judged yet; ``repeat``: it was settled before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """A receipt as it came."""

    id: int
    sent: int | None
    partner: str
    message_id: str
    content: str
    """SHA-256 of headers, blank line and body."""
    verdict: Said
    found: str
    created: datetime


_MOST_ID = 1000


def add_receipt(
    connection: Connection,
    at: datetime,
    content: str,
    partner: str,
    *,
    verdict: Said = "received",
    sent_id: int | None = None,
    message_id: str = "",
    found: str = "",
) -> int:
    """Keep a receipt, whatever it says; its number."""
    values = {
        "sent": sent_id,
        "partner": partner[:80],
        "message_id": message_id[:_MOST_ID].replace("\0", ""),
        "content": content,
        "verdict": verdict,
        "found": found,
        "created": at,
    }
    return int(connection.execute(_ADD_RECEIPT, values).scalar_one())


def judged(
    connection: Connection,
    id_: int,
    verdict: Said,
    *,
    sent_id: int | None = None,
    message_id: str = "",
    found: str = "",
) -> None:
    """Enter what a receipt that was kept says."""
    plain = message_id[:_MOST_ID].replace("\0", "")
    values = {"verdict": verdict, "sent": sent_id, "message_id": plain, "found": found}
    still = receipt.c.verdict == "received"  # two may judge the same one: the first counts
    connection.execute(update(receipt).where(receipt.c.id == id_, still).values(**values))


def unjudged(connection: Connection, partner: str, limit: int = 100) -> list[Receipt]:
    """Receipts of a partner that were kept by a process which ended before it judged them."""
    # the literal makes the partial index usable
    still: ColumnElement[bool] = literal_column("verdict = 'received'")
    statement = (
        select(receipt)
        .where(receipt.c.partner == partner, still)
        .order_by(receipt.c.id.desc())
        .limit(limit)
    )
    return [Receipt(**row._mapping) for row in connection.execute(statement)]


def receipts_of(connection: Connection, sent_id: int) -> list[Receipt]:
    """The receipts that were about a message, oldest first."""
    statement = select(receipt).where(receipt.c.sent == sent_id).order_by(receipt.c.id)
    return [Receipt(**row._mapping) for row in connection.execute(statement)]


def count_receipts(connection: Connection, sent_id: int) -> int:
    """How many receipts of a message are kept."""
    statement = select(func.count()).select_from(receipt).where(receipt.c.sent == sent_id)
    return connection.scalar(statement) or 0
