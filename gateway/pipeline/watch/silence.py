"""Partners who are silent: nothing came on a day on which something was expected by some time.

What stays silent keeps its alarm over midnight, until a document comes. On the two days on which
clocks are put forward or back the partner gets the later of the times that could be meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Select, bindparam, select

from gateway.config.models import Agreement
from gateway.config.operation import Expect
from gateway.pipeline.house import House
from gateway.pipeline.watch.findings import Finding
from gateway.problems import problem
from gateway.store.alarms import Alarm
from gateway.store.tables import Instant, message

AREA = "silence/"
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Missed:
    """A day on which something should have come by now; it counts from ``since`` on."""

    day: date
    since: datetime


def silence(house: House, connection: Connection, open_: Mapping[str, Alarm]) -> Iterator[Finding]:
    """Agreements of which nothing came."""
    for name, partner in house.workspace.partners.items():
        for agreement in partner.agreements:
            expect = agreement.expect
            if expect is None or agreement.direction != "inbound" or agreement.mode == "paused":
                continue
            key = f"{AREA}{name}/{agreement.document}"
            if (before := open_.get(key)) is not None:
                since = datetime.fromisoformat(before.found.facts["since"])
                found = before.found
            else:
                missed = missed_by(expect, house.clock())
                if missed is None:
                    continue
                since = missed.since
                found = problem(
                    "A103",
                    partner=name,
                    document=agreement.document,
                    day=f"{missed.day:%Y-%m-%d}",
                    by=expect.by,
                    zone=expect.zone,
                    since=since.isoformat(),
                )
            if not came(connection, name, agreement, since):
                yield Finding(key, found, name)


def missed_by(expect: Expect, at: datetime) -> Missed | None:
    """The day that is missed at that instant, if one is: an expected one, and late enough."""
    zone = ZoneInfo(expect.zone)
    day = at.astimezone(zone).date()
    if _DAYS[day.weekday()] not in expect.days:
        return None
    due = max(_instants(day, time.fromisoformat(expect.by), zone))
    return Missed(day, min(_instants(day, time(), zone))) if at >= due else None


def _instants(day: date, local: time, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Both instants a time that exists twice, or not at all, can mean; they are mostly one."""
    first, second = (
        datetime.combine(day, local, zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1)
    )
    return first, second


def came(connection: Connection, partner: str, agreement: Agreement, since: datetime) -> bool:
    """Whether a document came since then; whatever was wrong with it, the partner was not silent.

    A test does not count where live documents are expected.
    """
    first = connection.scalar(first_since(), {"since": since})
    if first is None:
        return False
    values = {"partner": partner, "document": agreement.document, "first": first, "since": since}
    return connection.scalar(arrivals(live=agreement.mode == "live"), values) is not None


def first_since() -> Select[Any]:
    """The first row since an instant: where to start looking."""
    since = message.c.created >= bindparam("since", type_=Instant)
    return select(message.c.id).where(since).order_by(message.c.created).limit(1)


def arrivals(*, live: bool) -> Select[Any]:
    """One message of ``:partner`` with a ``:document``, since a row and an instant."""
    statement = select(message.c.id).where(
        message.c.partner == bindparam("partner"),
        message.c.document == bindparam("document"),
        message.c.id >= bindparam("first"),
        message.c.created >= bindparam("since", type_=Instant),
        message.c.direction == "in",
        message.c.kind == "message",
    )
    if live:
        statement = statement.where(message.c.test.is_(False))
    return statement.limit(1)
