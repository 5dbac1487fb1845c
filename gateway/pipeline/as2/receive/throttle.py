"""Who is asked to come later: whoever sends too much, names nobody, or keeps failing.

Failures before a signature was verified are what somebody produces who tries out our answers. They
are counted for each caller, by channel and address, so that a stranger cannot slow a partner down;
too many are an alarm.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from math import ceil
from time import monotonic

from gateway.channels.as2.link import Link
from gateway.pipeline.as2.receive.answer import Answer, refused
from gateway.pipeline.as2.receive.entrance import Call
from gateway.pipeline.as2.receive.rates import Buckets
from gateway.pipeline.as2.receive.standing import FAILURES
from gateway.pipeline.house import House
from gateway.problems import Problem, problem
from gateway.store import alarms

_UNKNOWN = (20.0, 1.0)
"""Calls of an address with unknown ids: so many at once, so many a second."""
_FAILING = (20.0, 0.2)
"""Failures of a caller: the same."""
_TELL = 60.0
"""Seconds between two times that the same alarm is raised."""


class Throttle:
    """Counts for one process; a second machine counts for itself."""

    def __init__(self, house: House, clock: Callable[[], float] = monotonic) -> None:
        self._house = house
        self._clock = clock
        self._calls = Buckets(clock=clock)
        self._strangers = Buckets(clock=clock)
        self._failures = Buckets(clock=clock)
        self._lock = threading.Lock()
        self._told: dict[tuple[str, str], float] = {}

    def admit(self, call: Call, a_minute: int) -> Answer | None:
        """429 for whoever has to wait. ``a_minute``: messages that were agreed."""
        link = call.link
        if link is None:
            size, a_second = _UNKNOWN
            wait = self._strangers.take(call.address, size=size, a_second=a_second)
            return _later("this address", wait)
        caller = (link.partner, link.channel, call.address)
        size, a_second = _FAILING
        wait = self._failures.wait(caller, size=size, a_second=a_second)
        if not wait:
            wait = self._calls.take(caller, size=a_minute, a_second=a_minute / 60)
        return _later(link.partner, wait)

    def failed(self, call: Call) -> None:
        """A message in the name of a partner was refused before it was authenticated."""
        link = call.link
        assert link is not None
        caller = (link.partner, link.channel, call.address)
        size, a_second = _FAILING
        self._failures.take(caller, size=size, a_second=a_second)
        if self._failures.wait(caller, size=size, a_second=a_second) and self._is_news(link):
            told = {"partner": link.partner, "channel": link.channel, "address": call.address}
            found = Problem("A136", facts=told)
            with self._house.store.write("alarm") as connection:
                key = f"{FAILURES}{link.partner}/{link.channel}"
                alarms.raise_alarm(connection, self._house.clock(), key, found, link.partner)

    def _is_news(self, link: Link) -> bool:
        """Whether the alarm was not raised a moment ago."""
        key, now = (link.partner, link.channel), self._clock()
        with self._lock:
            last = self._told.get(key)
            if last is not None and now - last < _TELL:
                return False
            self._told[key] = now
        return True


def _later(who: str, wait: float) -> Answer | None:
    if not wait:
        return None
    return refused(429, problem("T269", who=who, seconds=ceil(wait)), wait=wait)
