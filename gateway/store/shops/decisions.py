"""Orders that a shop wants to have accepted, and until when."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from gateway.store.shops.stocktables import decision
from gateway.store.upsert import upsert

OPEN = "open"


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A row; see the table."""

    id: int
    shop: str
    order_id: str
    number: str
    until: datetime | None
    state: str
    reason: str
    updated: datetime


_COLUMNS = [decision.c[each.name] for each in fields(DecisionRow)]


def enter(
    connection: Connection,
    shop: str,
    order_id: str,
    number: str,
    until: datetime | None,
    at: datetime,
) -> None:
    """An order has to be accepted until then; one that is known keeps its state."""
    row = {"shop": shop, "order_id": order_id, "number": number, "until": until, "updated": at}
    upsert(
        connection, decision, row, keys=["shop", "order_id"],
        change={"until": until, "number": number},
    )  # fmt: skip


def move(
    connection: Connection, shop: str, order_id: str, state: str, at: datetime, reason: str = ""
) -> None:
    """What became of it."""
    mine = (decision.c.shop == shop, decision.c.order_id == order_id)
    values: dict[str, Any] = {"state": state, "reason": reason, "updated": at}
    connection.execute(update(decision).where(*mine).values(**values))


def leave(connection: Connection, shop: str, order_id: str, at: datetime) -> None:
    """It is accepted, or needs no decision any more."""
    mine = (decision.c.shop == shop, decision.c.order_id == order_id, decision.c.state != "told")
    connection.execute(update(decision).where(*mine).values(state="gone", updated=at))


def open_by_number(connection: Connection, shop: str, number: str) -> list[DecisionRow]:
    """Orders that the ERP knows by a number, and about which nothing was decided."""
    mine = (decision.c.shop == shop, decision.c.number == number, decision.c.state == OPEN)
    return [DecisionRow(*row) for row in connection.execute(select(*_COLUMNS).where(*mine))]


def urgent(connection: Connection, before: datetime) -> list[DecisionRow]:
    """Orders that the shop has no decision of, and whose time ends before then."""
    statement = select(*_COLUMNS).where(
        decision.c.state.in_((OPEN, "planned", "refused")), decision.c.until <= before
    )
    rows = connection.execute(statement.order_by(decision.c.until).limit(200))
    return [DecisionRow(*row) for row in rows]
