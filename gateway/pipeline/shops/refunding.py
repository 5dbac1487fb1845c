"""The step of a refund: one document for the ERP, booked against the order that it has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from gateway.config.shops import Shop
from gateway.documents.shop import ShopOrder, ShopRefund
from gateway.documents.shop.checks import refund_identities
from gateway.documents.shop.convert import to_refund
from gateway.pipeline.failure import NUMBER
from gateway.pipeline.house import House
from gateway.pipeline.shops.batch import REFUND
from gateway.pipeline.shops.holding import hold_refund
from gateway.pipeline.shops.record import reading_of, refund_of
from gateway.pipeline.shops.rules import rules_of
from gateway.pipeline.shops.written import enter, write
from gateway.pipeline.states import State, way
from gateway.problems import Problem, has_errors, problem
from gateway.store import Message, contents, messages
from gateway.store.shops import orders, refunds, revisions
from gateway.store.shops.orders import OrderRow, key
from gateway.store.shops.refunds import RefundRow
from gateway.store.shops.revisions import GIVEN

_AWAITS = "W316"
"""Begins the reason of a refund that waits for its order."""


@dataclass(frozen=True, slots=True)
class _Known:
    refund: RefundRow | None
    order: OrderRow | None
    content: ShopOrder | None
    given: bool
    """Whether the ERP has the order."""


def read_file(house: House, row: Message, shop: Shop) -> None:
    """The whole step for a refund in state ``received``; repeatable after a crash."""
    refund, found = _read(house, row, shop)
    id_ = row.name.removeprefix(REFUND)
    with house.store.read() as connection:
        known = _known(connection, shop.shop, id_, refund)
    refund_row = None if known.refund is None else known.refund.id
    if refund is None or has_errors(found):
        hold_refund(house, row, found, refund_row)
        return
    rules = rules_of(house.workspace, shop)
    found += refund_identities(refund, rules.tolerance)
    if not known.given or known.order is None:
        found.append(problem(_AWAITS, refund=id_, order=refund.order, id=NUMBER))
    elif known.content is None:
        found.append(problem("W313", number=known.order.number))
    if has_errors(found) or known.order is None or known.content is None:
        hold_refund(house, row, found, refund_row)
        return
    document, told = to_refund(refund, known.content, replace(rules, number=known.order.number))
    found += told
    written = found if document is None else write(house, shop, document, found)
    if isinstance(written, list) or has_errors(found):
        hold_refund(house, row, written if isinstance(written, list) else found, refund_row)
        return
    at, test = house.clock(), known.order.test or refund.test
    with house.store.write("shop refund") as connection:
        enter(connection, house, shop, row, [written], at, test=test)
        if refund_row is not None:
            refunds.change(connection, refund_row, state="taken", reason="")
        state, text = way(State.RECEIVED, State.SPLIT), f"{written.document.name} for the ERP"
        messages.change(connection, row, state, at, text, due=None)
    house.tally.counts["messages"] += 1


def let_go(connection: Connection, shop: str, order_id: str, at: datetime) -> None:
    """The ERP is given an order: refunds that waited for it run now."""
    for each in refunds.of_order(connection, shop, order_id):
        if each.state != "held" or not each.reason.startswith(_AWAITS) or each.message is None:
            continue
        row = messages.get(connection, each.message, lock=True)
        if row is None or row.state != State.HELD:
            continue
        state, text = way(State.HELD, State.RECEIVED), "its order goes to the ERP now"
        messages.change(connection, row, state, at, text, due=at)
        refunds.change(connection, each.id, state="taken", reason="")


def _read(house: House, row: Message, shop: Shop) -> tuple[ShopRefund | None, list[Problem]]:
    raw = house.store.payload(str(row.payload))
    if row.source.endswith("/refunds"):
        alone = refund_of(shop, raw)
        return alone.refund, list(alone.problems)
    reading, id_ = reading_of(shop, raw, ""), row.name.removeprefix(REFUND)
    for each in reading.refunds:
        if key(each.external_id) == id_:
            return each, [one for one in reading.problems if not has_errors([one])]
    order = row.reference if reading.order is None else reading.order.external_id
    missing = problem("W317", refund=id_, order=order, id=NUMBER)
    return None, [*reading.problems, missing]


def _known(connection: Connection, shop: str, id_: str, refund: ShopRefund | None) -> _Known:
    row = refunds.find(connection, shop, id_)
    order_id = row.order_id if row is not None else "" if refund is None else refund.order
    order = orders.find(connection, shop, order_id)
    if order is None:
        return _Known(row, None, None, given=False)
    every = revisions.of_order(connection, order.id)
    sha = order.content
    text = None if sha is None else contents.read(connection, sha)
    content = None if text is None else ShopOrder.from_json(text)
    return _Known(row, order, content, any(each.written in GIVEN for each in every))
