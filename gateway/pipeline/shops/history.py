"""All that is known of one order of a shop: what it looked like, and what became of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from gateway.documents.base import plain
from gateway.documents.shop import ShopOrder
from gateway.pipeline.house import House
from gateway.pipeline.shops.reconcile.standing import Standing, standings
from gateway.problems import Problem
from gateway.store import contents, deliveries, messages, threads
from gateway.store.shops import inbox, reconciliations, refunds, revisions
from gateway.store.shops.orders import OrderRow
from gateway.store.shops.stocktables import shipment

HINTS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Looked:
    """What the order looked like once, and what the ERP was given for it."""

    number: int
    written: str
    sequence: int
    message: int | None
    state: str
    """Of that message; empty when it is over its retention."""
    status: str
    total: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A document about the order, in either direction."""

    message: int
    document: str
    number: str
    direction: str
    state: str
    created: datetime
    told: tuple[str, ...]
    """What became of what the shop was told by it."""


@dataclass(frozen=True, slots=True)
class Refunded:
    """A refund of it."""

    external_id: str
    state: str
    reason: str
    total: str
    currency: str
    message: int | None


@dataclass(frozen=True, slots=True)
class Shipped:
    """A shipment of it that the shop is told of."""

    number: str
    state: str
    complete: bool
    message: int


@dataclass(frozen=True, slots=True)
class Hinted:
    """A webhook about it."""

    received: datetime
    topic: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class OrderHistory:
    """One order."""

    row: OrderRow
    standing: Standing
    revisions: tuple[Looked, ...]
    documents: tuple[Paper, ...]
    refunds: tuple[Refunded, ...]
    shipments: tuple[Shipped, ...]
    hints: tuple[Hinted, ...]
    problems: tuple[Problem, ...]
    """Of its newest record."""
    differences: tuple[Problem, ...]
    """What the last comparison found."""

    def as_json(self) -> dict[str, Any]:
        """For ``--json``: all but the order itself."""
        parts = {
            name: [asdict(each) for each in getattr(self, name)]
            for name in ("revisions", "documents", "refunds", "shipments", "hints")
        }
        found = {
            name: [each.as_json() for each in getattr(self, name)]
            for name in ("problems", "differences")
        }
        return {**parts, **found}


def history(house: House, row: OrderRow) -> OrderHistory:
    """What is known of an order; a dozen statements."""
    at = house.clock()
    with house.store.read() as connection:
        where = standings(connection, [row], at)[row.external_id]
        found = () if row.message is None else messages.problems_of(connection, row.message)
        differs = reconciliations.of_order(connection, row.shop, row.external_id)
        hinted = inbox.of_order(connection, row.shop, row.external_id, at - HINTS)
        return OrderHistory(
            row,
            where,
            tuple(_revisions(connection, row)),
            tuple(_documents(connection, row)),
            tuple(
                Refunded(
                    each.external_id,
                    each.state,
                    each.reason,
                    each.total,
                    each.currency,
                    each.message,
                )
                for each in refunds.of_order(connection, row.shop, row.external_id)
            ),
            tuple(_shipments(connection, row)),
            tuple(Hinted(*each) for each in hinted),
            found,
            tuple(each.found for each in differs),
        )


def _revisions(connection: Connection, row: OrderRow) -> list[Looked]:
    every = revisions.of_order(connection, row.id)
    ids = [each.message for each in every if each.message is not None]
    rows = messages.get_many(connection, ids)
    bodies = contents.read_all(connection, {each.content for each in every if each.content})
    found: list[Looked] = []
    for each in every:
        body = bodies.get(each.content or "")
        order = None if body is None else ShopOrder.from_json(body)
        money = "" if order is None else f"{plain(order.totals.grand)} {order.currency}"
        message = rows.get(each.message or 0)
        found.append(
            Looked(
                each.number,
                each.written,
                each.sequence,
                each.message,
                "" if message is None else message.state,
                "" if order is None else order.shop_status,
                money,
            )
        )
    return found


def _documents(connection: Connection, row: OrderRow) -> list[Paper]:
    """Documents of its thread, in the order they came; test documents belong to none."""
    known = threads.named(connection, row.number, row.shop) if row.number else []
    linked = threads.documents_of(connection, [each.id for each in known])
    ids = sorted({one.message for each in linked.values() for one in each})
    found: list[Paper] = []
    for id_, one in sorted(messages.get_many(connection, ids).items()):
        sent = deliveries.of_message(connection, id_)
        told = tuple(f"{each.name or each.purpose}: {each.state}" for each in sent)
        found.append(
            Paper(id_, one.document, one.number, one.direction, one.state, one.created, told)
        )
    return found


def _shipments(connection: Connection, row: OrderRow) -> list[Shipped]:
    mine = (shipment.c.shop == row.shop, shipment.c.order_id == row.external_id)
    every = connection.execute(select(shipment).where(*mine).order_by(shipment.c.id))
    return [Shipped(each.number, each.state, each.complete, each.message) for each in every]
