"""The one transaction that takes records of a shop over: orders, refunds, and how far was read.

However a record came (asked for, after a webhook, posted), it comes through here, any number of
times. Which of two readings is newer is decided under the lock of the order's row; what says the
same as before changes nothing. The bytes are in the archive before the commit.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from gateway.channels.shops.connector import Record
from gateway.config.shops import Shop
from gateway.pipeline.house import House
from gateway.pipeline.shops.batch import Batch, LackingError
from gateway.pipeline.shops.pieces import Accepted, Known
from gateway.pipeline.shops.record import Read, read
from gateway.store import Stored
from gateway.store.as2.retained import doom
from gateway.store.shops import cursors, inbox, orders, refunds
from gateway.store.shops.cursors import Cursor
from gateway.telemetry import events

Origin = Literal["poll", "hook", "api", "by hand", "comparison"]
Also = Callable[[Connection, list[Accepted]], None]
TRIES = 5
"""Times that the same records are looked at anew, because somebody changed what was known."""

__all__ = ["Accepted", "Also", "Origin", "accept"]


@dataclass(frozen=True, slots=True)
class Beside:
    """What is kept in the same transaction."""

    cursor: Cursor | None = None
    """How far the polls are then."""
    hints: Sequence[int] = ()
    """Hints that are done with it."""
    also: Also | None = None
    """Called at the end of the transaction."""


def accept(
    house: House,
    shop: Shop,
    records: Sequence[Record],
    *,
    cursor: Cursor | None = None,
    origin: Origin,
    hints: Sequence[int] = (),
    also: Also | None = None,
) -> list[Accepted]:
    """Take records over; what became of each order and refund, in the order of the records.

    ``cursor``, ``hints`` (done with it) and what ``also`` writes are in the same transaction; what
    ``also`` raises undoes all of it. A refund is told only where it is new or came alone.
    """
    reads = [read(shop, each) for each in records]
    beside = Beside(cursor, hints, also)
    tries = 0
    while True:
        tries += 1
        try:
            told = _accept(house, shop, reads, origin, beside)
        except LackingError:
            if tries == TRIES:
                raise
            continue
        _tell(house, shop, origin, told)
        return told


def _accept(
    house: House, shop: Shop, reads: Sequence[Read], origin: Origin, beside: Beside
) -> list[Accepted]:
    at = house.clock()
    with house.store.read() as connection:
        known = _known(connection, shop.shop, reads, lock=False)
    begun = None if origin == "by hand" else known.begun
    look = Batch(shop, known, at, origin, begun, house.workspace.hash)
    stored = _archive(house, [each for each in reads if look.needs_payload(each)])
    house.checkpoint("shop: archived")
    with house.store.write("shop orders") as connection:
        new = [each.id for each in reads if each.record.kind == "order"]
        orders.enter(connection, shop.shop, set(new) - set(known.orders), at)
        locked = _known(connection, shop.shop, reads, lock=True)
        batch = Batch(shop, locked, at, origin, begun, house.workspace.hash, stored)
        for each in reads:
            batch.take(each)
        told = batch.pieces.keep(connection, house, shop, at)
        doom(connection, at, {each.sha for each in stored.values()} - batch.named)
        if beside.cursor is not None:
            cursors.move(connection, beside.cursor, at)
        inbox.done(connection, beside.hints, at)
        if beside.also is not None:
            beside.also(connection, told)
    return told


def _known(connection: Connection, shop: str, reads: Sequence[Read], *, lock: bool) -> Known:
    look = orders.lock if lock else orders.find_many
    ids = {each.id for each in reads}
    found = look(connection, shop, ids)
    of_refunds = {one.external_id for each in reads for one in each.refunds}
    of_refunds |= {each.record.external_id for each in reads if each.record.kind == "refund"}
    begun = cursors.find(connection, shop)
    return Known(
        found,
        refunds.find_many(connection, shop, of_refunds),
        None if begun is None else begun.begun,
    )


def _archive(house: House, reads: Sequence[Read]) -> dict[bytes, Stored]:
    """Put the bytes of records into the archive; by the bytes."""
    stored: dict[bytes, Stored] = {}
    for each in reads:
        raw = each.record.raw
        if raw not in stored:
            stored[raw] = house.store.archive.put_file(io.BytesIO(raw))
    return stored


def _tell(house: House, shop: Shop, origin: Origin, told: Sequence[Accepted]) -> None:
    counts = Counter(each.outcome for each in told)
    house.tally.counts["files"] += sum(each.new for each in told)
    if counts:
        events.shop_accepted(
            shop=shop.shop,
            origin=origin,
            taken=counts["taken"] + counts["held"],
            same=counts["same"] + counts["older"],
            waiting=counts["waiting"] + counts["ours"],
        )
