"""Files that lie in a folder and are not taken: their marker never came, or something holds them.

Nothing else tells of them: they are no messages yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from gateway.pipeline.house import ERP, House
from gateway.pipeline.watch.findings import Finding
from gateway.problems import problem
from gateway.store.alarms import Alarm

AREA = "lying/"
LONG = timedelta(hours=1)
"""A file that lies so long waits for more than its writer."""


def lying(house: House, connection: Connection, open_: Mapping[str, Alarm]) -> Iterator[Finding]:
    """Folders in which files are left."""
    del connection, open_  # what lies there is known by looking
    before = (house.clock() - LONG).timestamp()
    for source, inbox in house.inboxes.items():
        try:
            left = inbox.left_since(before)
        except OSError:  # the looks tell that it cannot be read
            continue
        if not left:
            continue
        first = left[0]
        since = datetime.fromtimestamp(first.since, UTC)
        found = problem(
            "A151",
            count=len(left),
            folder=inbox.folder,
            name=first.name,
            since=f"{since:%Y-%m-%d %H:%M}",
            why=first.why or "it is ready, but cannot be taken",
        )
        partner, _, _ = source.partition("/")
        yield Finding(f"{AREA}{source}", found, "" if partner == ERP else partner)
