"""Whether the house itself works: its duties, and the notices of alarms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Select, bindparam, or_, select

from gateway.channels.notice import OUTLETS
from gateway.pipeline.house import House
from gateway.pipeline.watch.findings import Finding
from gateway.problems import problem
from gateway.store.alarms import Alarm
from gateway.store.tables import delivery, duty

PATIENCE = timedelta(minutes=15)
"""How long notices may fail before that is an alarm of its own."""
LOOKED_AT = 20


def duties(house: House, connection: Connection, open_: Mapping[str, Alarm]) -> Iterator[Finding]:
    """Duties that failed when they were done last."""
    failed = select(duty.c.name, duty.c.failure).where(duty.c.failure != "")
    for name, failure in connection.execute(failed):
        yield Finding(f"duty/{name}", problem("A108", duty=name, failure=failure[:500]))


def notices(house: House, connection: Connection, open_: Mapping[str, Alarm]) -> Iterator[Finding]:
    """Outlets through which notices do not get out: the last one was refused, or is failing."""
    settings = house.workspace.settings.alarms
    for outlet in OUTLETS:
        if getattr(settings, outlet) is None:
            continue
        rows = connection.execute(newest(), {"folder": f"alarm/{outlet}"}).all()
        row = next(iter(rows), None)
        if row is None or row.state == "done":
            continue
        failing = row.failing
        if row.state == "dead":
            yield _failing(outlet, "it was refused or given up")
        elif failing is not None and house.clock() - failing >= PATIENCE:
            yield _failing(outlet, f"it fails since {failing:%Y-%m-%d %H:%M} UTC")


def _failing(outlet: str, how: str) -> Finding:
    name = {"email": "e-mail", "webhook": "webhook"}[outlet]
    return Finding(f"notice/{outlet}", problem("A109", outlet=name, setting=outlet, how=how))


def newest() -> Select[Any]:
    """The newest notice of ``:folder`` that was tried."""
    tried = or_(delivery.c.state != "pending", delivery.c.failing.is_not(None))
    return (
        select(delivery.c.state, delivery.c.failing)
        .where(delivery.c.folder == bindparam("folder"), tried)
        .order_by(delivery.c.name.desc())
        .limit(1)
    )
