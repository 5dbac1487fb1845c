"""Who is asked to come later: whoever tries out keys or signatures, or sends more than was agreed.

As for uploads, with one difference: an address from which a shop has called with a right signature
is looked at whatever else came from there. Behind a proxy, or at a host of many shops, it is the
address of others, too, and a stranger must not be able to silence a shop's webhooks: some shops
switch them off when they fail a few times.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

from gateway.channels.upload.request import Target
from gateway.pipeline.as2.receive.rates import MOST
from gateway.pipeline.upload.receive import throttle

TRUSTED = 86_400.0
"""Seconds after a right signature in which its address is looked at."""


class Throttle:
    """Counts for one process; a second machine counts for itself."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._counts = throttle.Throttle(clock)
        self._lock = threading.Lock()
        self._proved: OrderedDict[tuple[str, str], float] = OrderedDict()

    def wait(self, name: str, address: str) -> float:
        """Seconds for which nothing of a caller is looked at; 0 where it is."""
        with self._lock:
            proved = self._proved.get((name, address), float("-inf"))
        if self._clock() - proved < TRUSTED:
            return 0.0
        return self._counts.wait(_target(name), address)

    def failed(self, name: str, address: str) -> None:
        """What should have proved him was wrong."""
        self._counts.failed(_target(name), address)

    def proved(self, name: str, address: str) -> None:
        """A signature was right."""
        with self._lock:
            self._proved[name, address] = self._clock()
            self._proved.move_to_end((name, address))
            while len(self._proved) > MOST:
                self._proved.popitem(last=False)

    def admit(self, name: str, a_minute: int) -> float:
        """0 for one more request, or the seconds until one is taken."""
        return self._counts.admit(_target(name), a_minute)


def _target(name: str) -> Target:
    return Target(name, "", "")
