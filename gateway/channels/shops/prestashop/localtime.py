"""PrestaShop's dates: the shop's own time, written without a zone.

An hour a year is there twice. What such a date means is told by when it was read: it was the
latest of both that had been by then. So records with one hold the time of reading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from gateway.channels.shops.connector import Window
from gateway.channels.shops.fields import Fields

_FORM = "%Y-%m-%d %H:%M:%S"
_WRITTEN = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)
_NEVER = "0000-00-00"
_SKEW = timedelta(minutes=2)
"""So far the shop's clock may be ahead of ours."""
_LONGEST = timedelta(hours=3)
"""No change of time is larger."""


def written(instant: datetime, zone: ZoneInfo) -> str:
    """``2026-03-02 09:14:00`` in the shop."""
    return instant.astimezone(zone).strftime(_FORM)


def is_written(text: object) -> bool:
    """Whether it is a date as the shop writes one, and one that there is."""
    if not isinstance(text, str) or not _WRITTEN.fullmatch(text):
        return False
    try:
        year = datetime.fromisoformat(text).year
    except ValueError:
        return False
    # the first and the last one have hours that are none in another zone
    return MINYEAR < year < MAXYEAR


def after(text: str) -> str:
    """A second later on the shop's clock."""
    return (datetime.fromisoformat(text) + timedelta(seconds=1)).strftime(_FORM)


def bounds(window: Window, zone: ZoneInfo) -> tuple[str, str]:
    """The first and last date on the shop's clock that an instant of a window can have.

    Where the clock is put back inside of it, or near, that is more than its ends say.
    """
    since, until = window.since.astimezone(zone), window.until.astimezone(zone)
    early = min(until.astimezone(UTC), since.astimezone(UTC) + _LONGEST).astimezone(zone)
    late = max(since.astimezone(UTC), until.astimezone(UTC) - _LONGEST).astimezone(zone)
    first = since.replace(tzinfo=None) - _drop(since, early)
    last = until.replace(tzinfo=None) + _drop(late, until)
    return first.strftime(_FORM), last.strftime(_FORM)


def _drop(before: datetime, later: datetime) -> timedelta:
    """How far the clock was put back between two instants."""
    fell = (before.utcoffset() or timedelta()) - (later.utcoffset() or timedelta())
    return max(fell, timedelta())


def is_twice(text: object, zone: ZoneInfo) -> bool:
    """Whether a date is one of those that a clock put back shows twice."""
    if not is_written(text):
        return False
    first, second = _both(str(text), zone)
    return first < second


@dataclass(frozen=True, slots=True)
class Clock:
    """Reads the dates of one record."""

    zone: ZoneInfo
    read: datetime | None = None
    """When the record was read, where it holds a date that is there twice."""

    def instant(self, text: str) -> datetime:
        """A date as UTC; of a date that the clock passed over, what it would have shown."""
        first, second = _both(text, self.zone)
        if first < second and self.read is not None and second <= self.read + _SKEW:
            return second
        return first

    def of(self, entry: Fields, name: str) -> datetime | None:
        """A field as UTC; ``None`` where it is absent, or a date that never was."""
        value = entry.data.get(name)
        if value is None or value == "" or str(value).startswith(_NEVER):
            return None
        if not is_written(value):
            entry.refuse(name, "a time like 2026-03-02 09:14:00")
            return None
        return self.instant(str(value))

    def newest(self, entries: Sequence[Fields]) -> datetime | None:
        """When the last of some rows changed: a credit slip does not touch its order."""
        dates = (entry.data.get(name) for entry in entries for name in ("date_upd", "date_add"))
        return max((self.instant(str(date)) for date in dates if is_written(date)), default=None)

    def need(self, entry: Fields, name: str) -> datetime | None:
        """The same of a date that has to be there (W231)."""
        before = len(entry.found)
        found = self.of(entry, name)
        if found is None and len(entry.found) == before:
            entry.say("W231", name, expected="a time")
        return found


def _both(text: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    plain = datetime.fromisoformat(text).replace(tzinfo=zone)
    return plain.replace(fold=0).astimezone(UTC), plain.replace(fold=1).astimezone(UTC)
