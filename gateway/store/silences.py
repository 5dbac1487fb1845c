"""Since when the silence of a channel is watched, and when its last file came.

A source is ``partner/channel``, as it stands in the row of each file. A row lasts as long as the
setting: what was not watched yet cannot have been silent for long.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, text

from gateway.store.tables import message, silence
from gateway.store.upsert import insert_new


@dataclass(frozen=True, slots=True)
class Watched:
    """A source whose silence is an alarm."""

    source: str
    since: datetime
    """When the watch began."""
    last: datetime | None
    """When the newest file came; ``None`` when none is known."""


# the literal makes the partial index usable; what a person has processed again is no new file
_LAST = (
    select(message.c.created)
    .where(
        text("message.kind = 'file'"),
        message.c.source == silence.c.source,
        message.c.replay_of.is_(None),
    )
    .order_by(message.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_ALL = select(silence.c.source, silence.c.since, _LAST.label("last"))


def watched(connection: Connection) -> dict[str, Watched]:
    """All of them, by source, in one query."""
    found = (Watched(row.source, row.since, row.last) for row in connection.execute(_ALL))
    return {each.source: each for each in found}


def sources(connection: Connection) -> set[str]:
    """Those that are watched."""
    return set(connection.scalars(select(silence.c.source)))


def begin(connection: Connection, new: Collection[str], at: datetime) -> None:
    """Watch these from now on; one that is watched already keeps its instant."""
    rows = [{"source": source, "since": at} for source in new]
    insert_new(connection, silence, rows, keys=["source"])


def end(connection: Connection, gone: Collection[str]) -> None:
    """Nobody asks for these any more."""
    connection.execute(delete(silence).where(silence.c.source.in_(sorted(gone))))
