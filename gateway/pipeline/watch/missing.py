"""References of a partner that were left out and have not come in the time agreed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection

from gateway.pipeline.house import House
from gateway.pipeline.watch.findings import Finding
from gateway.problems import problem
from gateway.store import messages, sequences
from gateway.store.alarms import Alarm

AREA = "gap/"
_SHOWN = 3
"""Ranges that a sentence names."""


def missing(house: House, connection: Connection, open_: Mapping[str, Alarm]) -> Iterator[Finding]:
    """Sequences with gaps that should be filled by now: one alarm each."""
    for sequence, gaps in sequences.overdue(connection, house.clock()):
        shown = [str(each) for each in gaps[:_SHOWN]]
        more = len(gaps) - len(shown)
        found = problem(
            "A111",
            partner=sequence.partner,
            missing=", ".join(shown) + (f" and {more} more ranges" if more else ""),
            scope=sequence.key.scope,
            since=f"{min(each.found for each in gaps):%Y-%m-%d %H:%M} UTC",
            gap=gaps[0].id,
        )
        row = messages.get(connection, gaps[0].message)  # an old one may be gone
        shower = None if row is None else row.id
        yield Finding(f"{AREA}{sequence.id}", found, sequence.partner, shower)
