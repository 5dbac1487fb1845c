"""What goes back to web shops and does not get there: stock, and decisions with a deadline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from gateway.config.shops import Shop
from gateway.pipeline.house import House
from gateway.pipeline.shops.stock import switch
from gateway.pipeline.shops.stock.wake import TASK
from gateway.pipeline.watch.findings import Finding
from gateway.problems import problem
from gateway.store.alarms import Alarm
from gateway.store.shops import decisions, errands, stock
from gateway.store.shops.stock import FeedRow

STOCK, DECISIONS = "shop-stock/", "shop-decision/"
BEFORE = timedelta(hours=4)
"""How long before a deadline somebody is told of it."""
STUCK = 5
"""Attempts after which an article does not settle by itself."""
PATIENCE = timedelta(minutes=15)
"""How long stock may fail to reach a shop before somebody is told."""
FEW = 5
_DONE = {
    "freeze": "the shop keeps the quantities it has",
    "zero": "all its articles are sold out there",
}


def shop_stock(
    house: House, connection: Connection, _open: Mapping[str, Alarm]
) -> Iterator[Finding]:
    """Stopped feeds (A180, A181), articles that do not settle (A183, A184), no way (A185)."""
    shops = {
        name: shop
        for name, shop in house.workspace.shops.items()
        if shop.send.stock is not None and shop.mode != "paused"
    }
    if not shops:
        return
    feeds = stock.feeds(connection)
    for name, shop in sorted(shops.items()):
        yield from _feed(house, shop, feeds.get(name, FeedRow(name)))
        yield from _articles(connection, name)
    at = house.clock()
    for one in errands.find_all(connection):
        if one.task == TASK and one.shop in shops and one.failing is not None:
            if at - one.failing < PATIENCE:
                continue
            since = f"{one.failing:%Y-%m-%d %H:%M} UTC"
            found = problem("A185", shop=one.shop, since=since, reason=one.failure)
            yield Finding(f"{STOCK}{one.shop}/unreached", found, one.shop)


def shop_decisions(
    house: House, connection: Connection, _open: Mapping[str, Alarm]
) -> Iterator[Finding]:
    """Orders that a marketplace cancels soon, because nobody accepts them (A182)."""
    if not any(shop.send.accept != "none" for shop in house.workspace.shops.values()):
        return
    for row in decisions.urgent(connection, house.clock() + BEFORE):
        shop = house.workspace.shops.get(row.shop)
        if shop is None or row.until is None:
            continue
        why = {
            "planned": "the shop was not told yet",
            "refused": f"the shop refuses what it was told: {row.reason}",
        }.get(row.state, _missing(shop))
        until = f"{row.until:%Y-%m-%d %H:%M} UTC"
        order = row.number or row.order_id
        found = problem("A182", order=order, shop=row.shop, until=until, why=why)
        yield Finding(f"{DECISIONS}{row.shop}/{row.id}", found, row.shop)


def _missing(shop: Shop) -> str:
    if shop.send.accept == "import":
        return "its file does not lie in the ERP's folder yet"
    return "the ERP has sent no response"


def _feed(house: House, shop: Shop, known: FeedRow) -> Iterator[Finding]:
    rules = shop.send.stock
    assert rules is not None
    done = _DONE[rules.when_in_doubt]
    if known.stopped == switch.IMPLAUSIBLE:
        facts: dict[str, Any] = {"fell": known.fell, "articles": known.articles}
        found = problem("A181", shop=shop.shop, message=known.message, done=done, **facts)
        yield Finding(f"{STOCK}{shop.shop}/implausible", found, shop.shop, known.message)
    elif known.stopped == switch.LATE or switch.is_late(shop, known, house.clock()):
        as_of = "?" if known.as_of is None else f"{known.as_of:%Y-%m-%d %H:%M} UTC"
        found = problem("A180", shop=shop.shop, as_of=as_of, done=done)
        yield Finding(f"{STOCK}{shop.shop}/late", found, shop.shop)


def _articles(connection: Connection, shop: str) -> Iterator[Finding]:
    stuck = stock.troubled(connection, shop, STUCK, FEW)
    if stuck.count:
        found = problem(
            "A183", shop=shop, count=stuck.count, items=", ".join(stuck.first), reason=stuck.reason
        )
        yield Finding(f"{STOCK}{shop}/refused", found, shop)
    unknown = stock.unknown(connection, shop, FEW)
    if unknown.count:
        found = problem("A184", shop=shop, count=unknown.count, items=", ".join(unknown.first))
        yield Finding(f"{STOCK}{shop}/unknown", found, shop)
