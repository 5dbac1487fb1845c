"""Days of a shop: in its own time zone, where it has one."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo


def day(at: datetime, zone: str | None) -> date:
    """The day of an instant in a zone (IANA); in UTC where it is none that is known."""
    try:
        return at.astimezone(ZoneInfo(zone)).date() if zone else at.date()
    except (KeyError, ValueError, OSError):
        return at.date()


def day_of(at: datetime | None, zone: str | None) -> date | None:
    """The same of an instant that may be absent."""
    return None if at is None else day(at, zone)
