"""Documents that wait to leave together, and cannot (A162): one alarm for each batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection

from gateway.pipeline.collecting import FAILED, agreed
from gateway.pipeline.house import House
from gateway.pipeline.watch.findings import Finding
from gateway.problems import problem
from gateway.store import batches, messages
from gateway.store.alarms import Alarm

AREA = "collected/"


def collected(
    house: House, connection: Connection, _open: Mapping[str, Alarm]
) -> Iterator[Finding]:
    """Over when they left, or were run again."""
    for batch in batches.find(connection):
        _, agreement, why = agreed(house.workspace, batch)
        if agreement is not None and batch.failing is None:
            continue
        there = batches.content(connection, batch.lane)
        if there.first is None:
            continue
        why = why or _failure(connection, there.first)
        facts: dict[str, Any] = {"document": batch.document, "partner": batch.partner}
        found = problem("A162", count=there.count, reason=why, **facts)
        yield Finding(f"{AREA}{batch.lane}", found, batch.partner)


def _failure(connection: Connection, id_: int) -> str:
    told = [each for each in messages.problems_of(connection, id_) if each.code == FAILED]
    return str(told[-1].facts["failure"]) if told else "the log says why"
