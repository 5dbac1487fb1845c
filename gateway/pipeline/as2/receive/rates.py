"""How much somebody may do: buckets that fill at a steady rate, one for each caller.

In memory, and bounded: of more callers than fit, the one that called longest ago is forgotten.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from time import monotonic

MOST = 10_000
"""Callers that are remembered."""


class Buckets:
    """Each caller has a bucket; what he does is taken out of it."""

    def __init__(self, most: int = MOST, clock: Callable[[], float] = monotonic) -> None:
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._levels: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take(self, caller: Hashable, *, size: float, a_second: float) -> float:
        """Take one out: 0, or the seconds until there is one again (nothing is taken then)."""
        with self._lock:
            level = self._level(caller, size, a_second)
            enough = level >= 1
            self._levels[caller] = (level - 1 if enough else level, self._clock())
            self._levels.move_to_end(caller)
            while len(self._levels) > self._most:
                self._levels.popitem(last=False)
        return 0.0 if enough else (1 - level) / a_second

    def wait(self, caller: Hashable, *, size: float, a_second: float) -> float:
        """How long there is none: 0 where there is one. Takes nothing."""
        with self._lock:
            level = self._level(caller, size, a_second)
        return 0.0 if level >= 1 else (1 - level) / a_second

    def _level(self, caller: Hashable, size: float, a_second: float) -> float:
        known = self._levels.get(caller)
        if known is None:
            return size
        level, at = known
        return min(size, level + (self._clock() - at) * a_second)
