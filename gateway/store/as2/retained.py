"""What AS2 names among payloads and contents, and giving it back when its time is over.

The rows of received messages stay for ever, because a Message-ID is never used again; what they
name is kept as long as the file that was made of it. Rows of sent messages go with their delivery,
those of receipts with what they settled.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    delete,
    exists,
    or_,
    select,
    union_all,
    update,
)

from gateway.store.as2 import envelopes
from gateway.store.as2.received import NewReceived
from gateway.store.as2.tables import receipt, received, sent
from gateway.store.tables import content, delivery, doomed, message
from gateway.store.upsert import insert_new


def names_content() -> ColumnElement[bool]:
    """Whether a row of ``content`` is a receipt that is kept, or a small body."""
    columns = (received.c.mdn, sent.c.mdn, receipt.c.content, received.c.wire, sent.c.wire)
    return or_(*(exists().where(each == content.c.sha) for each in columns))


def is_named(connection: Connection, sha: str) -> bool:
    """Whether a payload is the body of a message that came or went."""
    return any(
        connection.scalar(select(table.c.id).where(table.c.wire == sha).limit(1)) is not None
        for table in (received, sent)
    )


class Wire(NamedTuple):
    """A body in the archive, with the message whose body it is."""

    payload: str
    id: str
    name: str
    """Its Message-ID."""
    size: int


def wires(connection: Connection, first: str, after: str) -> list[Wire]:
    """Bodies in the archive whose names lie in ``first`` ≤ name < ``after``."""
    parts = (
        select(table.c.wire, table.c.id, table.c.message_id, table.c.wire_size).where(
            table.c.wire >= first,
            table.c.wire < after,
            ~exists().where(content.c.sha == table.c.wire),
        )
        for table in (received, sent)
    )
    rows = connection.execute(union_all(*parts))
    return [Wire(row.wire, f"AS2 {row.id}", row.message_id, row.wire_size) for row in rows]


def let_go(connection: Connection, at: datetime, old: NewReceived, new: NewReceived) -> None:
    """What a row named and does not name any more."""
    if old.mdn is not None and old.mdn != new.mdn:
        drop_contents(connection, [old.mdn])
    if old.wire is not None and old.wire != new.wire:
        _let_bodies_go(connection, at, {old.wire})


def release(
    connection: Connection, ids: Collection[int], at: datetime
) -> tuple[set[str], set[str]]:
    """Files (``message`` rows) are about to be deleted: the payloads and contents set free.

    Received messages keep their key and the hash of their body; sent ones are deleted.
    """
    payloads, loose = _empty(connection, at, _NAMING.where(received.c.message.in_(ids)))
    of_these = select(delivery.c.id).where(delivery.c.message.in_(ids))
    gone = or_(sent.c.message.in_(ids), sent.c.delivery.in_(of_these))
    more = _remove_sent(connection, gone)
    payloads |= more[0]
    small = _small(connection, payloads)
    return payloads - small, loose | more[1] | small


_NAMING = select(received.c.id, received.c.wire, received.c.mdn, received.c.found)


def _empty(connection: Connection, at: datetime, which: Select[Any]) -> tuple[set[str], set[str]]:
    """Received messages keep their key and the hash of their body: payloads and contents free."""
    payloads, loose = set[str](), set[str]()
    for row in connection.execute(which).all():
        payloads |= {row.wire} - {None}
        loose |= {row.mdn} - {None}
        known = row.wire or json.loads(row.found or "{}").get("wire")
        emptied = {
            "message": None,
            "wire": None,
            "mdn": None,
            "headers": "",
            "found": json.dumps({"wire": known}),
            "updated": at,
        }
        connection.execute(update(received).where(received.c.id == row.id).values(**emptied))
    return payloads, loose


def remove_old(connection: Connection, before: datetime, at: datetime, limit: int) -> int:
    """Let go of what belongs to no file and is older than an instant; how many rows.

    Refused messages (they are evaluated anew should they come again), tests of the connection
    (their keys stay, like those of all accepted ones), receipts that settled nothing, encrypted
    keys of refused messages.
    """
    old = select(received.c.id, received.c.wire, received.c.mdn).where(
        received.c.state == "refused", received.c.due.is_(None), received.c.updated < before
    )
    rows = connection.execute(old.limit(limit)).all()
    connection.execute(delete(received).where(received.c.id.in_([row.id for row in rows])))
    fileless = _NAMING.where(
        received.c.state == "accepted",
        received.c.message.is_(None),
        received.c.updated < before,
        or_(received.c.wire.is_not(None), received.c.mdn.is_not(None)),
    )
    bodies, told = _empty(connection, at, fileless.limit(limit))
    over = select(sent.c.id).where(
        sent.c.message.is_(None), sent.c.delivery.is_(None), sent.c.updated < before
    )
    tests = connection.scalars(over.limit(limit)).all()
    payloads, loose = _remove_sent(connection, sent.c.id.in_(tests))
    alone = select(receipt.c.id, receipt.c.content).where(
        receipt.c.sent.is_(None), receipt.c.created < before
    )
    receipts = connection.execute(alone.limit(limit)).all()
    connection.execute(delete(receipt).where(receipt.c.id.in_([row.id for row in receipts])))
    loose |= told | {row.mdn for row in rows if row.mdn} | {row.content for row in receipts}
    drop_contents(connection, loose)
    _let_bodies_go(connection, at, bodies | payloads | {row.wire for row in rows if row.wire})
    forgotten = envelopes.forget(connection, before, limit)
    return len(rows) + len(bodies | told) + len(tests) + len(receipts) + forgotten


def doom(connection: Connection, at: datetime, shas: Iterable[str]) -> None:
    """Payloads that may have lost their last name: a day later they are removed, if they have."""
    rows = [{"sha": sha, "at": at} for sha in set(shas)]
    insert_new(connection, doomed, rows, keys=["sha"])


def drop_contents(connection: Connection, shas: Collection[str]) -> None:
    """Delete receipts that nobody names any more."""
    if not shas:
        return
    held = select(content.c.sha).where(content.c.sha.in_(sorted(shas))).order_by(content.c.sha)
    found = connection.scalars(held.with_for_update()).all()
    used = or_(
        names_content(),
        exists().where(message.c.content == content.c.sha),
        exists().where(delivery.c.sha == content.c.sha),
    )
    connection.execute(delete(content).where(content.c.sha.in_(found), ~used))


def _small(connection: Connection, shas: Collection[str]) -> set[str]:
    """Those of these bodies that lie among the contents, not in the archive."""
    return set(connection.scalars(select(content.c.sha).where(content.c.sha.in_(sorted(shas)))))


def _let_bodies_go(connection: Connection, at: datetime, shas: set[str]) -> None:
    """Bodies that may have lost their last name, wherever they lie."""
    small = _small(connection, shas)
    drop_contents(connection, small)
    doom(connection, at, shas - small)


def _remove_sent(connection: Connection, which: ColumnElement[bool]) -> tuple[set[str], set[str]]:
    """Delete sent messages with the receipts for them: payloads and contents set free."""
    rows = connection.execute(select(sent.c.id, sent.c.wire, sent.c.mdn).where(which)).all()
    if not rows:
        return set(), set()
    ids = [row.id for row in rows]
    of_these = receipt.c.sent.in_(ids)
    told = connection.scalars(select(receipt.c.content).where(of_these)).all()
    connection.execute(delete(receipt).where(of_these))
    connection.execute(delete(sent).where(sent.c.id.in_(ids)))
    wires_ = {row.wire for row in rows if row.wire}
    return wires_, {*told, *(row.mdn for row in rows if row.mdn)}
