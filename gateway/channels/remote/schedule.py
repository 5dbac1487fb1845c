"""When a server is looked into next: in intervals or at set times, only in the hours allowed.

Pure: what time it is comes as an argument. Hours are those of the wall clock in the time zone of
the schedule. When clocks go forward an hour that does not exist begins with the next one that
does; when they go back an hour that comes twice counts both times. Set times (cron) follow what
cron does on Debian: a fixed time that is skipped happens right after, one that comes twice once.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim

from gateway.config.remote import Schedule, Window

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_TIMES = 1000
"""Set times that are tried until one lies within the hours allowed."""
SPREAD = timedelta(minutes=1)
"""Time over which the first looks of a process are spread at most."""
_MIDNIGHT = time(0)


def next_look(schedule: Schedule, last: datetime | None, now: datetime) -> datetime | None:
    """When to look next, in UTC; ``last``: when the last look began, ``None`` before the first.

    Never before ``now``: what was missed is made up for by one look. ``None``: never, because no
    set time lies within the hours.
    """
    if schedule.cron is not None:
        return _set_time(schedule, last or now, now)
    due = now if last is None else max(now, last + schedule.every)
    return opening(schedule, due)


def is_open(schedule: Schedule, at: datetime) -> bool:
    """Whether a server may be called at this instant."""
    if not schedule.windows:
        return True
    wall = at.astimezone(ZoneInfo(schedule.zone))
    return any(_within(window, wall) for window in schedule.windows)


def opening(schedule: Schedule, at: datetime) -> datetime | None:
    """The first instant from ``at`` on at which the server may be called."""
    if is_open(schedule, at):
        return at.astimezone(UTC)
    starts = sorted(start for start in _starts(schedule, at) if start > at)
    return next((start for start in starts if is_open(schedule, start)), None)


def first_pause(source: str, every: timedelta) -> timedelta:
    """How long a process waits before its first look: another time for each source.

    The same in every run, so that two hundred servers are not called in the same second.
    """
    share = zlib.crc32(source.encode("utf-8", "surrogatepass")) / 2**32
    return min(every, SPREAD) * share


def _set_time(schedule: Schedule, last: datetime, now: datetime) -> datetime | None:
    assert schedule.cron is not None
    zone, after = ZoneInfo(schedule.zone), last
    for _ in range(MOST_TIMES):
        found = next(CronSim(schedule.cron, after.astimezone(zone)), None)
        if found is None:
            return None
        due = found.astimezone(UTC)
        opens = opening(schedule, due)
        if opens == due:
            # missed while nobody looked: once now, or as soon as the server may be called
            return due if due >= now else opening(schedule, now)
        if opens is None:
            return None
        after = opens - timedelta(seconds=1)  # set times before that are of no use
    return None


def _within(window: Window, wall: datetime) -> bool:
    start, end, clock = _clock(window.start), _clock(window.end), wall.time()
    today = DAYS[wall.weekday()] in window.days
    if end == _MIDNIGHT:
        return today and clock >= start
    if start < end:
        return today and start <= clock < end
    yesterday = DAYS[wall.weekday() - 1] in window.days  # it went over midnight
    return (today and clock >= start) or (yesterday and clock < end)


def _starts(schedule: Schedule, at: datetime) -> Iterator[datetime]:
    """Instants in the next days at which a window begins."""
    zone = ZoneInfo(schedule.zone)
    today = at.astimezone(zone).date()
    for ahead in range(9):
        day = today + timedelta(days=ahead)
        for window in schedule.windows:
            for fold in (0, 1):  # an hour that comes twice begins twice
                wall = datetime.combine(day, _clock(window.start), zone).replace(fold=fold)
                yield from _real(wall)


def _real(wall: datetime) -> Iterator[datetime]:
    """The instant of a time of the wall clock; of one that is skipped, the end of the gap."""
    instant = wall.astimezone(UTC)
    back = instant.astimezone(wall.tzinfo)
    if back.replace(tzinfo=None) == wall.replace(tzinfo=None):
        yield instant
        return
    # in the gap one reading lies before it and the other behind it: the end is in between
    before, after = sorted(wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    offset = before.astimezone(wall.tzinfo).utcoffset()
    while before < after and before.astimezone(wall.tzinfo).utcoffset() == offset:
        before += timedelta(minutes=1)
    yield before.replace(second=0, microsecond=0)


def _clock(written: str) -> time:
    return time.fromisoformat(written)
