"""How fast a shop may be called: a bucket of tokens, and what the shop itself says about it.

Pure arithmetic: whoever calls waits as long as it says, or gives his turn away. Time is given in
seconds of any clock that only goes forward.
"""

from __future__ import annotations

from dataclasses import dataclass

SLOWEST = 0.001
"""Calls a second: whatever is said, so often a shop is called."""
LONGEST = 24 * 3600.0
"""Seconds that a shop is left alone at most."""


@dataclass(frozen=True, slots=True)
class Pace:
    """``rate`` calls a second on average, ``burst`` at once. No rate: as fast as one likes."""

    rate: float | None = None
    burst: float = 1.0


class Bucket:
    """The calls of one shop (or of one kind of call)."""

    def __init__(self, pace: Pace, now: float) -> None:
        self.pace = pace
        self._level = pace.burst
        self._at = now
        self._blocked = 0.0

    def wait(self, now: float, cost: float = 1.0) -> float:
        """Seconds until a call of this cost may be made; 0: now."""
        blocked = max(0.0, self._blocked - now)
        if self.pace.rate is None:
            return blocked
        missing = min(cost, self.pace.burst) - self._filled(now)
        return max(blocked, missing / self.pace.rate if missing > 0 else 0.0)

    def take(self, now: float, cost: float = 1.0) -> None:
        """A call of this cost is made."""
        self._level = self._filled(now) - cost
        self._at = now

    def told(self, now: float, left: float, rate: float | None = None) -> None:
        """The shop says how much is left, and how fast it comes back."""
        if rate is not None and rate > 0:
            self.pace = Pace(max(rate, SLOWEST), max(self.pace.burst, left))
        self._level = left
        self._at = now

    def block(self, now: float, seconds: float) -> None:
        """The shop does not want to be called for so long (Retry-After)."""
        self._blocked = max(self._blocked, now + min(seconds, LONGEST))

    def _filled(self, now: float) -> float:
        if self.pace.rate is None:
            return self.pace.burst
        return min(self.pace.burst, self._level + (now - self._at) * self.pace.rate)
