"""The lane of messages that are opened after their sender was told that they arrived.

He waits for a receipt at an address of his. What is needed to open a message is loaded with the
first one: a house without AS2 loads nothing of it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from gateway.pipeline.as2.receive.standing import DEADLY
from gateway.pipeline.house import House
from gateway.pipeline.lanes import in_order
from gateway.problems import problem
from gateway.store import alarms
from gateway.store.as2 import received
from gateway.store.as2.received import Received
from gateway.telemetry import events

BATCH = 16
_EVER = datetime.max.replace(tzinfo=UTC)


def waiting(house: House, lane: str) -> Sequence[Received]:
    """The next messages of a lane."""
    at = house.clock()
    with house.store.read() as connection:
        if in_order(house.workspace, lane):
            first = received.due(connection, lane, _EVER, 1)
            return [row for row in first if row.due is not None and row.due <= at]
        return received.due(connection, lane, at, BATCH)


def work(house: House, rows: Sequence[Received]) -> None:
    """Open messages; one that cannot be opened now never stops the others."""
    from gateway.pipeline.as2.receive.unpack import unpack  # noqa: PLC0415 (slow to load)

    for row in rows:
        unpack(house, row)


def suspect(house: House, row: Received, deaths: int) -> None:
    """A process died while it opened this message; after so many times it is set aside."""
    at, attempts = house.clock(), row.attempts + 1
    with house.store.write("suspect") as connection:
        if attempts < deaths:
            received.settle(connection, row, at, attempts=attempts, failing=row.failing or at)
            return
        found = problem("T268", times=attempts, message_id=ascii(row.message_id[:200])[1:-1])
        told = json.dumps({"wire": row.wire, "problems": [found.as_json()]}, ensure_ascii=False)
        values = {"state": "refused", "due": None, "attempts": attempts, "found": told}
        if not received.settle(connection, row, at, **values):
            return
        alarm = problem(
            "A137",
            id=row.id,
            partner=row.partner,
            channel=row.channel,
            attempts=attempts,
            failure="the process ended each time; it was set aside",
        )
        alarms.raise_alarm(connection, at, f"{DEADLY}{row.id}", alarm, row.partner)
    events.isolated(kind="file", id=row.id, lane=row.lane, crashes=attempts)
