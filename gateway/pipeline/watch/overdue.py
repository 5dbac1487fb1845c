"""Interchanges of ours that a partner has not acknowledged in the time agreed.

The deadline stands in the row from its delivery on and goes with the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import Connection, func, select, text

from gateway.pipeline.house import House
from gateway.pipeline.states import State
from gateway.pipeline.watch.findings import Finding, StuckRows, group, read_stuck, together
from gateway.problems import problem
from gateway.store import messages
from gateway.store.alarms import Alarm
from gateway.store.tables import message

AREA = "overdue/"


def overdue(house: House, connection: Connection, open_: Mapping[str, Alarm]) -> Iterator[Finding]:
    """Interchanges whose answer should be here by now."""
    each, many = together(AREA, read_stuck(connection, waiting(house.clock())), open_)
    for key, row in each:
        stored = messages.get(connection, row.id)
        if stored is None or stored.deadline is None:
            continue
        found = problem(
            "A101",
            partner=row.partner,
            document=row.cause,
            reference=stored.reference,
            deadline=f"{stored.deadline:%Y-%m-%d %H:%M} UTC",
            id=row.id,
        )
        yield Finding(key, found, row.partner, row.id)
    for key, rows in many:
        yield group("A102", key, rows, rows[0].cause)


def waiting(at: datetime) -> StuckRows:
    """Delivered, not answered, and the deadline passed; their cause is the document."""
    # the literal makes the partial index usable
    return (
        select(message.c.id, message.c.partner, message.c.document.label("cause"))
        .where(
            text("message.deadline IS NOT NULL"),
            message.c.deadline <= at,
            # an expression: by its index all that was ever delivered would be read
            func.coalesce(message.c.state, "") == State.DELIVERED.value,
            message.c.direction == "out",
        )
        .order_by(message.c.deadline)
    )
