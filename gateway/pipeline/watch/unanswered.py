"""Orders that we have not answered with an order response in the time agreed.

The deadline stands in the row of the message (:mod:`gateway.pipeline.deadlines`) and goes with the
response. An order whose agreement names no time any more is no finding.
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

AREA = "unanswered/"
_OURS = (State.MAPPED.value, State.DELIVERED.value, State.ACKNOWLEDGED.value)
"""What was taken over."""


def unanswered(
    house: House, connection: Connection, open_: Mapping[str, Alarm]
) -> Iterator[Finding]:
    """A160 for an order, A161 for many of a partner."""
    timed = {
        (name, agreement.document)
        for name, partner in house.workspace.partners.items()
        for agreement in partner.agreements
        if agreement.direction == "inbound" and agreement.acknowledge.answered_within is not None
    }
    if not timed:
        return
    stuck = read_stuck(connection, waiting(house.clock()))
    each, many = together(AREA, [row for row in stuck if (row.partner, row.cause) in timed], open_)
    for key, row in each:
        stored = messages.get(connection, row.id)
        if stored is None or stored.deadline is None:
            continue
        found = problem(
            "A160",
            partner=row.partner,
            document=row.cause,
            number=stored.number,
            deadline=f"{stored.deadline:%Y-%m-%d %H:%M} UTC",
        )
        yield Finding(key, found, row.partner, row.id)
    for key, rows in many:
        yield group("A161", key, rows, rows[0].cause)


def waiting(at: datetime) -> StuckRows:
    """Taken over, the deadline passed; their cause is the document."""
    # the literal makes the partial index usable
    return (
        select(message.c.id, message.c.partner, message.c.document.label("cause"))
        .where(
            text("message.deadline IS NOT NULL"),
            message.c.deadline <= at,
            message.c.kind == "message",
            # an expression: by its index most rows there are would be read
            func.coalesce(message.c.state, "").in_(_OURS),
        )
        .order_by(message.c.deadline)
    )
