"""Refunds that the ERP was not given: those that wait for a person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from gateway.config.shops import Shop
from gateway.pipeline.shops.reconcile.days import name_of
from gateway.pipeline.shops.reconcile.standing import PATIENCE
from gateway.problems import problem
from gateway.store.shops import refunds
from gateway.store.shops.reconciliations import NewDifference, Run

MOST = 500
"""Refunds that are told of."""


def unbooked(connection: Connection, shop: Shop, run: Run, at: datetime) -> list[NewDifference]:
    """Refunds that were held for a while (W348)."""
    found: list[NewDifference] = []
    for row in refunds.in_state(connection, shop.shop, "held", MOST):
        if at - row.entered < PATIENCE:
            continue
        number = row.number or row.order_id
        told = problem(
            "W348",
            shop=shop.shop,
            refund=row.external_id,
            number=number,
            id="?" if row.message is None else row.message,
            why=row.reason,
        )
        day = name_of(row.created, run.zone, row.entered)
        found.append(NewDifference(day, row.external_id, number, told))
    return found
