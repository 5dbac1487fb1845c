"""The ERP is silent: it exported no document on a day on which one was expected by some time.

An export that is not started any more makes no error anywhere (``erp.receive.expect``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import Connection, Select, bindparam, select

from gateway.pipeline.house import ERP, House
from gateway.pipeline.watch.findings import Finding
from gateway.pipeline.watch.silence import first_since, missed_by
from gateway.problems import problem
from gateway.store.alarms import Alarm
from gateway.store.tables import Instant, message

AREA = "erp-silence/"


def erp_silence(
    house: House, connection: Connection, open_: Mapping[str, Alarm]
) -> Iterator[Finding]:
    """Documents of which the ERP exported none."""
    for document, expect in house.workspace.erp.receive.expect.items():
        key = f"{AREA}{document}"
        if (before := open_.get(key)) is not None:
            found, since = before.found, datetime.fromisoformat(before.found.facts["since"])
        else:
            missed = missed_by(expect, house.clock())
            if missed is None:
                continue
            since = missed.since
            found = problem(
                "A150",
                document=document,
                folder=house.workspace.erp_in(document),
                day=f"{missed.day:%Y-%m-%d}",
                by=expect.by,
                zone=expect.zone,
                since=since.isoformat(),
            )
        if not _came(connection, document, since):
            yield Finding(key, found)


def _came(connection: Connection, document: str, since: datetime) -> bool:
    """Whether a file came since then; whatever was wrong with it, the ERP was not silent."""
    first = connection.scalar(first_since(), {"since": since})
    if first is None:
        return False
    values = {"source": f"{ERP}/{document}", "first": first, "since": since}
    return connection.scalar(_files(), values) is not None


def _files() -> Select[tuple[int]]:
    return (
        select(message.c.id)
        .where(
            message.c.source == bindparam("source"),
            message.c.kind == "file",
            message.c.id >= bindparam("first"),
            message.c.created >= bindparam("since", type_=Instant),
        )
        .limit(1)
    )
