"""Orders that wait are looked at again when the settings that made them wait have changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from gateway.channels.shops.connector import Record
from gateway.config.shops import Shop
from gateway.pipeline.house import House
from gateway.pipeline.shops.accept import accept
from gateway.pipeline.shops.filter import rules_hash
from gateway.store import contents
from gateway.store.shops import cursors, orders
from gateway.store.shops.errands import Errand

EVERY = timedelta(minutes=15)
BATCH = 100


def recheck(house: House, shop: Shop, errand: Errand) -> datetime | None:
    """Look at some; ``None``: there are more. What is kept of them is enough, nobody is asked."""
    with house.store.read() as connection:
        begun = cursors.find(connection, shop.shop)
        rules = rules_hash(shop, None if begun is None else begun.begun)
        rows = orders.filtered_by_others(connection, shop.shop, rules, BATCH)
        raw = contents.read_all(connection, {row.raw for row in rows if row.raw})
    if not rows:
        return house.clock() + EVERY
    kept = [row for row in rows if row.raw in raw]
    lost = [replace(row, rules=rules) for row in rows if row.raw not in raw]
    records = [
        Record("order", row.external_id, raw[row.raw], row.updated) for row in kept if row.raw
    ]
    accept(
        house,
        shop,
        records,
        origin="poll",
        also=lambda connection, _told: orders.change(connection, lost),
    )
    return None
