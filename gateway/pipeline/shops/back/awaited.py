"""Orders that have to be accepted by a deadline (marketplaces), until they are.

With ``accept: import`` an order is accepted at the moment its file lies in the ERP's folder; with
``accept: response`` when the ERP's order response says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from gateway.channels.shops.connector import Decision
from gateway.config.shops import Shop
from gateway.documents.shop import ShopOrder
from gateway.pipeline.house import House
from gateway.pipeline.shops.back.plan import plan
from gateway.pipeline.shops.back.told import Planned, key_of
from gateway.store import Message
from gateway.store.shops import decisions, orders

DOCUMENT = "order"
"""What lies in the ERP's folder when an order is accepted with ``accept: import``."""


def enter(connection: Connection, shop: Shop, order: ShopOrder, at: datetime) -> None:
    """Note that an order waits to be accepted, or that it does no more."""
    if shop.send.accept == "none" or order.test or shop.mode == "test":
        return
    if not order.awaits_acceptance:
        leave(connection, shop, order, at)
        return
    row = orders.find(connection, shop.shop, order.external_id)
    number = "" if row is None else row.number
    key = orders.key(order.external_id)
    decisions.enter(connection, shop.shop, key, number, order.accept_by, at)


def leave(connection: Connection, shop: Shop, order: ShopOrder, at: datetime) -> None:
    """It needs no decision any more."""
    if shop.send.accept != "none":
        key = orders.key(order.external_id)
        decisions.leave(connection, shop.shop, key, at)


def delivered(house: House, connection: Connection, rows: Iterable[Message], at: datetime) -> None:
    """These lie in the ERP's folders: orders of shops that are accepted by that are accepted."""
    for row in rows:
        shop = house.workspace.shops.get(row.partner)
        if (
            shop is None
            or row.document != DOCUMENT
            or row.direction != "in"
            or shop.send.accept != "import"
        ):
            continue
        for each in decisions.open_by_number(connection, shop.shop, row.number):
            decision = Decision(
                key=key_of("decision", shop.shop, each.order_id), order=each.order_id, accepted=True
            )
            name = f"decision about order {row.number}"
            planned = Planned(shop.shop, decision, name, each.order_id, row.number)
            plan(connection, row.id, "orderresponse", [planned], at, test=False)
