"""What became of an order, or of a document of the ERP: told to whoever has its key.

Of problems the shop hears those about its order; what goes on behind (maps, folders, other systems)
is told in our own house only. The ERP hears of its document whatever was found.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from sqlalchemy import Connection, select

from gateway.documents import DespatchAdvice
from gateway.pipeline.as2.receive.entrance import shown
from gateway.pipeline.house import House
from gateway.pipeline.shops.reception.answer import Answer, refused, told
from gateway.pipeline.shops.reception.answers import (
    DocumentStanding,
    Finding,
    OrderStanding,
    RefundStanding,
    ShipmentStanding,
)
from gateway.pipeline.shops.reception.documents import INTAKE
from gateway.pipeline.shops.reception.entrance import Call
from gateway.pipeline.shops.reception.orders import unknown
from gateway.problems import REGISTRY, Layer, Problem, problem
from gateway.store import Message, contents, messages
from gateway.store.shops import orders, refunds
from gateway.store.shops.orders import OrderRow
from gateway.store.shops.stocktables import shipment
from gateway.store.upload.standing import Standing, standing

MOST = 200
"""Problems that are told."""
_DIGITS = 18
_ABOUT_ORDERS = frozenset({Layer.SHOP, Layer.DOCUMENT})


def order(house: House, call: Call) -> Answer:
    """The answer to ``GET /api/orders/{external_id}``."""
    assert call.owner is not None
    shop, external_id = call.owner.shop, call.values["external_id"]
    with house.store.read() as connection:
        row = orders.find(connection, shop, external_id)
        if row is None or not row.hash:
            return unknown(external_id)
        facts = _order(connection, row).facts()
    return told(200, facts)


def document(house: House, call: Call) -> Answer:
    """The answer to ``GET /api/documents/{message}``."""
    text = call.values["message"]
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else 0
    with house.store.read() as connection:
        row = messages.get(connection, number) if number else None
        if row is None or not (row.intake or "").startswith(INTAKE):
            right = "the number in the answer to the request that posted it (message)"
            found = problem("W148", what=f"the document {shown(text)}", right=right)
            return refused(404, found)
        now = standing(connection, row.id, _every_code(), MOST)
        states = now.states or _documents(connection, row)
    facts = DocumentStanding(
        message=row.id,
        name=row.name,
        received=row.created,
        state=row.state,
        documents=states,
        problems=_findings(now),
    ).facts()
    return told(200, facts)


def _order(connection: Connection, row: OrderRow) -> OrderStanding:
    newest = None if row.message is None else messages.get(connection, row.message)
    now = None
    if newest is not None:
        now = standing(connection, newest.id, _codes_about_orders(), MOST)
    return OrderStanding(
        external_id=row.external_id,
        shop=row.shop,
        shop_number=row.shop_number,
        number=row.number or None,
        state=row.state,
        reason=row.reason or None,
        status=row.status,
        revision=row.revision,
        currency=row.currency,
        total=row.total,
        placed=row.placed,
        updated=row.updated,
        seen=row.seen,
        message=row.message,
        message_state=None if newest is None else newest.state,
        problems=() if now is None else _findings(now),
        refunds=tuple(_refunds(connection, row)),
        shipments=tuple(_shipments(connection, row)),
    )


def _refunds(connection: Connection, row: OrderRow) -> Iterable[RefundStanding]:
    for each in refunds.of_order(connection, row.shop, row.external_id):
        yield RefundStanding(
            external_id=each.external_id,
            state=each.state,
            total=each.total,
            currency=each.currency,
            message=each.message,
        )


def _shipments(connection: Connection, row: OrderRow) -> Iterable[ShipmentStanding]:
    mine = (shipment.c.shop == row.shop, shipment.c.order_id == row.external_id)
    rows = connection.execute(select(shipment).where(*mine).order_by(shipment.c.id)).all()
    sent = messages.get_many(connection, [each.message for each in rows])
    shas = {each.id: each.content for each in sent.values() if each.content}
    bodies = contents.read_all(connection, list(shas.values()))
    for each in rows:
        body = bodies.get(shas.get(each.message, ""))
        despatch = None if body is None else DespatchAdvice.from_json(body)
        yield ShipmentStanding(
            number=each.number,
            shipped=each.created,
            tracking=() if despatch is None else tuple(_tracking(despatch)),
            complete=each.complete,
        )


def _tracking(despatch: DespatchAdvice) -> Iterable[str]:
    """Numbers of its parcels, each once, in their order."""
    transport = despatch.transport
    found = [transport.tracking] if transport is not None and transport.tracking else []
    pending = list(despatch.packages)
    while pending:
        package = pending.pop(0)
        if package.tracking:
            found.append(package.tracking)
        pending += package.packages
    return dict.fromkeys(found)


def _documents(connection: Connection, row: Message) -> dict[str, int]:
    """How many documents of a file of the ERP are in which state."""
    states: dict[str, int] = {}
    for each in messages.children(connection, row.id):
        states[each.state] = states.get(each.state, 0) + 1
    return states


def _findings(now: Standing) -> tuple[Finding, ...]:
    return tuple(_finding(of, found) for of, found in now.found)


def _finding(of: str, found: Problem) -> Finding:
    return Finding(
        document=of or None,
        code=found.code,
        severity=found.severity.value,
        sentence=found.sentence,
        remedy=found.remedy,
    )


@cache
def _codes_about_orders() -> list[str]:
    return [code for code, row in REGISTRY.items() if row.layer in _ABOUT_ORDERS]


@cache
def _every_code() -> list[str]:
    return list(REGISTRY)
