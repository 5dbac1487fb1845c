"""What came by AS2 and should not have, or cannot be opened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, select, text

from gateway.pipeline.as2.receive.standing import FAILED, STANDS, UNOPENED
from gateway.pipeline.house import House
from gateway.pipeline.watch.findings import Finding
from gateway.problems import problem
from gateway.store.alarms import Alarm
from gateway.store.as2.tables import received

# the literal makes the partial index usable; an order by number would hide it
_FAILING = select(received.c.id, received.c.partner, received.c.channel).where(
    text("as2_received.due IS NOT NULL"), received.c.attempts >= FAILED
)


def arrivals(
    house: House, connection: Connection, before: Mapping[str, Alarm]
) -> Iterator[Finding]:
    """A135 and A136 as long as they are young; A137 as long as a message cannot be opened."""
    at = house.clock()
    for area, lasts in STANDS.items():
        for key, one in before.items():
            if key.startswith(area) and one.seen > at - lasts:
                yield Finding(key, one.found, one.partner, one.message)
    for row in connection.execute(_FAILING):
        key = f"{UNOPENED}{row.id}"
        known = before.get(key)
        told = "?" if known is None else known.found.facts.get("failure", "?")
        facts = {"id": row.id, "channel": row.channel, "attempts": FAILED, "failure": told}
        yield Finding(key, problem("A137", None, partner=row.partner, **facts), row.partner)
