"""Processes that cannot run what was applied, and so do no work (A165)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection

from gateway.pipeline.house import House
from gateway.pipeline.watch.findings import Finding
from gateway.problems import Problem, problem
from gateway.store import applied
from gateway.store.alarms import Alarm
from gateway.store.applied import Process

AREA = "configuration/"


def unable(house: House, connection: Connection, _open: Mapping[str, Alarm]) -> Iterator[Finding]:
    """Of those that live."""
    seq = applied.current_seq(connection)
    for each in applied.processes(connection, house.clock()):
        if each.trouble and each.running != seq:
            yield Finding(key_of(each), found(each, seq))


def key_of(process: Process) -> str:
    """Of the alarm: one for each machine."""
    return f"{AREA}{process.host}"[:250]


def found(process: Process, seq: int) -> Problem:
    """A165."""
    return problem("A165", process=process.owner, seq=seq, reason=process.trouble)
