"""Days of a comparison: from midnight to midnight where the settings say. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gateway.config.shops import Shop

TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Day:
    """One day; ``until`` is not of it any more."""

    name: str
    """``2026-03-02``."""
    since: datetime
    until: datetime


def midnight(day: date, zone: str) -> datetime:
    """Where a day begins, whatever the clocks do on it."""
    return datetime.combine(day, time(), ZoneInfo(zone))


def day_of(at: datetime, zone: str) -> Day:
    """The day that an instant lies in."""
    day = at.astimezone(ZoneInfo(zone)).date()
    return Day(day.isoformat(), _utc(midnight(day, zone), at), _utc(_next(day, zone), at))


def name_of(at: datetime | None, zone: str, instead: datetime) -> str:
    """The name of that day; of ``instead``, where nobody knows when it was."""
    return day_of(at or instead, zone).name


def first(now: datetime, days: int, zone: str) -> datetime:
    """Where a comparison of so many days back begins."""
    day = now.astimezone(ZoneInfo(zone)).date() - timedelta(days=days)
    return _utc(midnight(day, zone), now)


def between(since: datetime, until: datetime, zone: str) -> Iterator[Day]:
    """The days of a comparison, oldest first; the last one may not be over yet."""
    at = since
    while at < until:
        day = day_of(at, zone)
        yield day
        at = day.until


def next_time(shop: Shop, now: datetime) -> datetime:
    """When a shop is compared next."""
    rules = shop.reconcile
    zone = ZoneInfo(rules.zone)
    day = now.astimezone(zone).date()
    clock = time.fromisoformat(rules.at)
    for each in (day, day + timedelta(days=1), day + timedelta(days=2)):
        found = _utc(datetime.combine(each, clock, zone), now)
        if found > now:
            return found
    raise AssertionError("a clock time comes within two days")


def _next(day: date, zone: str) -> datetime:
    return midnight(day + timedelta(days=1), zone)


def _utc(at: datetime, like: datetime) -> datetime:
    """In the zone of the house; arithmetic in a zone with summer time would not be exact."""
    return at.astimezone(like.tzinfo)
