"""Waking what sends stock to shops."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from gateway.config.shops import Shop
from gateway.store.shops import errands

TASK = "stock"


def wake(connection: Connection, shops: Sequence[Shop], at: datetime) -> None:
    """Stock of these shops is looked at once their pause is over."""
    for shop in sorted(shops, key=lambda one: one.shop):
        if shop.send.stock is not None:
            lane = errands.lane_of(shop.shop, TASK)
            errands.pull_in(connection, [lane], at + shop.send.stock.wait)
