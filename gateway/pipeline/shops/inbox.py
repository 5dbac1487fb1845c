"""Hints of webhooks followed: the order is read again by its id, and taken over if it changed.

Whatever a hint says is not believed. Hints about one order are followed together. One that fails
is put off by itself; when the shop cannot be asked at all, the whole lane rests. What is given up
is found by the polls.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from gateway.channels.shops.connector import Connector, Record
from gateway.channels.shops.session import ShopAnswerError, ShopRefusedError
from gateway.config.shops import Shop
from gateway.pipeline.house import House
from gateway.pipeline.shops import trouble
from gateway.pipeline.shops.accept import accept
from gateway.pipeline.shops.connections import connections
from gateway.problems import problem
from gateway.store.lanes import FencedError
from gateway.store.shops import errands, inbox
from gateway.store.shops.inbox import StoredHint
from gateway.telemetry import events

BATCH = 20
"""Hints of one piece of work."""
TRIES = 6
"""Attempts of one hint."""
MISSES = 3
"""Times that an order is looked for by its id before it counts as not shown."""
REST = timedelta(minutes=5)
"""How long hints of a shop rest that is paused, or not in the settings."""


def waiting(house: House, shop: Shop | None, lane: str) -> list[StoredHint]:
    """The next hints of a shop."""
    at = house.clock()
    with house.store.read() as connection:
        found = inbox.due(connection, lane, at, BATCH)
    if found and (shop is None or shop.mode == "paused" or shop.connection is None):
        with house.store.write("hints rest") as connection:
            inbox.rest(connection, lane, at + REST)
        return []
    return found


def follow(house: House, shop: Shop, hints: Sequence[StoredHint]) -> None:
    """Follow some hints."""
    try:
        connector = connections(house).get(shop.shop)
        if not connector.capabilities.by_id:
            _have_polled(house, shop, hints)
            return
        for id_, group in _by_order(hints).items():
            _order(house, shop, connector, id_, group)
    except OSError as failure:
        _rest(house, shop, hints[0].lane, failure, max(each.attempts for each in hints))


def suspect(house: House, hint: StoredHint) -> None:
    """The process died over it: others go first, and some day it is given up."""
    _put_off(house, [hint], "the process died while it was followed")


def _order(
    house: House, shop: Shop, connector: Connector, id_: str, hints: Sequence[StoredHint]
) -> None:
    """One order; raises ``OSError`` when it is the shop that cannot be asked."""
    try:
        record = connector.order(id_) if id_ else None
        house.checkpoint("shop: order read")
        if record is None:
            _not_found(house, id_, hints)
            return
        asked = Record(record.kind, id_, record.raw, record.updated, record.parent)
        accept(house, shop, [asked], origin="hook", hints=[each.id for each in hints])
    except (ShopRefusedError, ShopAnswerError) as failure:
        _put_off(house, hints, failure.reason)
    except (OSError, SQLAlchemyError, FencedError):
        raise
    except Exception as failure:
        events.bug(where="shop inbox", message=None, failure=failure)
        _put_off(house, hints, f"{type(failure).__name__}: {failure}")


def _by_order(hints: Sequence[StoredHint]) -> dict[str, list[StoredHint]]:
    found: dict[str, list[StoredHint]] = {}
    for each in hints:
        found.setdefault(each.external_id, []).append(each)
    return found


def _not_found(house: House, id_: str, hints: Sequence[StoredHint]) -> None:
    """The shop shows no such order, or not yet. Whether it is gone is decided elsewhere."""
    why = problem("W320", external_id=id_).sentence
    if id_ and max(each.attempts for each in hints) + 1 < MISSES:
        _put_off(house, hints, why)
        return
    with house.store.write("hints done") as connection:
        inbox.done(connection, [each.id for each in hints], house.clock(), why)


def _put_off(house: House, hints: Sequence[StoredHint], why: str) -> None:
    at, attempts = house.clock(), max(each.attempts for each in hints) + 1
    ids = [each.id for each in hints]
    with house.store.write("hints put off") as connection:
        if attempts >= TRIES:
            inbox.left(connection, ids, at, why)
            return
        due = at + trouble.pause(house, RuntimeError(), attempts)
        inbox.put_off(connection, ids, due, why)


def _have_polled(house: House, shop: Shop, hints: Sequence[StoredHint]) -> None:
    """One order cannot be asked for: all that changed is, at once."""
    at = house.clock()
    with house.store.write("hints done") as connection:
        errands.pull_in(connection, [errands.lane_of(shop.shop, "poll")], at)
        inbox.done(connection, [each.id for each in hints], at)


def _rest(house: House, shop: Shop, lane: str, failure: OSError, attempts: int) -> None:
    """Nothing of the lane is tried for a while; no hint is to blame."""
    kind = trouble.kind_of(failure)
    events.shop_failed(shop=shop.shop, task="inbox", trouble=kind, failure=failure)
    with house.store.read() as connection:
        known = errands.find(connection, errands.lane_of(shop.shop, "poll"))
    failures = max(attempts, 0 if known is None else known.attempts) + 1
    due = house.clock() + trouble.pause(house, failure, failures)
    with house.store.write("hints rest") as connection:
        inbox.rest(connection, lane, due)
