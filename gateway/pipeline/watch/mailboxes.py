"""Mailboxes on our SFTP server: what is not fetched, never renamed, or has no room any more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from gateway.config.mailbox import Mailbox
from gateway.config.values import duration_text
from gateway.pipeline.house import House
from gateway.pipeline.mailbox.mailbox import FULL
from gateway.pipeline.watch.findings import Finding
from gateway.problems import problem
from gateway.store.alarms import Alarm
from gateway.store.mailbox import offers, uploads

AREA = "mailbox/"
UNRENAMED = timedelta(hours=1)
"""How long an upload may wait for its final name."""
STANDS = timedelta(hours=1)
"""How long a mailbox counts as full after something was refused for that."""


def mailboxes(
    house: House, connection: Connection, before: Mapping[str, Alarm]
) -> Iterator[Finding]:
    """A145, A146, and A147 as long as it is young."""
    at = house.clock()
    yield from _unfetched(house, connection, at)
    for row in uploads.waiting(connection, at - UNRENAMED):
        facts: dict[str, Any] = {"partner": row.partner, "channel": row.channel, "name": row.name}
        found = problem("A146", None, since=_shown(row.updated), **facts)
        yield Finding(f"{AREA}unrenamed/{row.id}", found, row.partner)
    for key, one in before.items():
        if key.startswith(FULL) and one.seen > at - STANDS:
            yield Finding(key, one.found, one.partner, one.message)


def _unfetched(house: House, connection: Connection, at: datetime) -> Iterator[Finding]:
    patience = {
        (partner.partner, name): within
        for partner in house.workspace.partners.values()
        for name, channel in partner.channels.items()
        if (within := _within(channel.mailbox)) is not None
    }
    if not patience:
        return
    for partner, channel in offers.waiting(connection, at - min(patience.values())):
        within = patience.get((partner, channel))
        if within is None:
            continue
        count, first = offers.overdue(connection, partner, channel, at - within)
        if first is None:
            continue
        facts: dict[str, Any] = {"partner": partner, "channel": channel, "count": count}
        facts |= {"within": duration_text(within), "since": _shown(first.created)}
        found = problem("A145", None, name=first.name, tries=first.tries, **facts)
        yield Finding(f"{AREA}unfetched/{partner}/{channel}", found, partner, first.message)


def _within(settings: Mailbox | None) -> timedelta | None:
    return None if settings is None else settings.send.within


def _shown(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
