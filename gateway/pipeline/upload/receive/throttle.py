"""Who is asked to come later: whoever tries out tokens, or sends more than was agreed.

Wrong tokens are counted for each caller and the address he tries, and for each caller altogether.
While one has to wait even the right token is not looked at: it would tell that it is right.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from gateway.channels.upload.request import Target
from gateway.pipeline.as2.receive.rates import Buckets

GUESSES = (10.0, 0.1)
"""Wrong tokens of a caller for one address: so many at once, so many a second."""
STRANGER = (60.0, 1.0)
"""Wrong tokens of a caller altogether."""


class Throttle:
    """Counts for one process; a second machine counts for itself."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._guesses = Buckets(clock=clock)
        self._strangers = Buckets(clock=clock)
        self._calls = Buckets(clock=clock)

    def wait(self, target: Target, address: str) -> float:
        """Seconds for which nothing of a caller is looked at; 0 where it is."""
        each, every = _caller(target, address), address
        return max(_wait(self._guesses, each, GUESSES), _wait(self._strangers, every, STRANGER))

    def failed(self, target: Target, address: str) -> None:
        """A token was wrong."""
        for buckets, caller, (size, a_second) in (
            (self._guesses, _caller(target, address), GUESSES),
            (self._strangers, address, STRANGER),
        ):
            buckets.take(caller, size=size, a_second=a_second)

    def admit(self, target: Target, a_minute: int) -> float:
        """0 for one more file of a channel, or the seconds until one is taken."""
        channel = (target.partner, target.channel)
        return self._calls.take(channel, size=a_minute, a_second=a_minute / 60)


def _caller(target: Target, address: str) -> tuple[str, str, str]:
    return target.partner, target.channel, address


def _wait(buckets: Buckets, caller: object, rate: tuple[float, float]) -> float:
    size, a_second = rate
    return buckets.wait(caller, size=size, a_second=a_second)
