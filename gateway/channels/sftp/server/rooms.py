"""How many may be here: connections, those of one address, sessions of a partner; and how fast."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from dataclasses import dataclass

from gateway.channels.sftp.server.throttle import MOST, site

A_MINUTE = 600
"""New connections of one address."""
HANDLES = 256
"""Files and folders that all sessions of a mailbox may have open together."""


@dataclass(slots=True)
class Pace:
    """So many a minute, as many at once."""

    a_minute: int
    left: float
    at: float

    def pause(self, count: int, now: float) -> float:
        """Count so many; seconds to wait before they are done, so that none is refused."""
        each = 60.0 / self.a_minute
        self.left = min(float(self.a_minute), self.left + (now - self.at) / each) - count
        self.at = now
        return 0.0 if self.left >= 0 else -self.left * each

    def allows(self, now: float) -> bool:
        """One more at once, or not at all."""
        if self.pause(1, now) == 0:
            return True
        self.left += 1
        return False


class Lobby:
    """Connections: all, those of an address, and those that have not logged in yet.

    At most half of all may be strangers, so that these never keep partners out who are inside.
    """

    def __init__(self, most: int, per_address: int) -> None:
        self._most = most
        self._strangers = max(1, most // 2)
        self._per_address = per_address
        self._outside: set[object] = set()
        self._inside: set[object] = set()
        self._counts: Counter[str] = Counter()
        self._paces: OrderedDict[str, Pace] = OrderedDict()

    def come(self, who: object, address: str, now: float) -> bool:
        """A new connection; whether there is room for it. ``now``: seconds of a steady clock."""
        key = site(address)
        if (
            self._too_fast(key, now)
            or len(self._outside) >= self._strangers
            or len(self._outside) + len(self._inside) >= self._most
            or self._counts[key] >= self._per_address
        ):
            return False
        self._outside.add(who)
        self._counts[key] += 1
        return True

    def known(self, who: object) -> None:
        """It has logged in."""
        if who in self._outside:
            self._outside.discard(who)
            self._inside.add(who)

    def go(self, who: object, address: str) -> None:
        """A connection that had come is gone."""
        self._outside.discard(who)
        self._inside.discard(who)
        key = site(address)
        self._counts[key] -= 1
        if self._counts[key] <= 0:
            del self._counts[key]

    def _too_fast(self, key: str, now: float) -> bool:
        """Each connection costs us a signature, whoever it is."""
        pace = self._paces.pop(key, None) or Pace(A_MINUTE, float(A_MINUTE), now)
        self._paces[key] = pace
        if len(self._paces) > MOST:
            self._paces.popitem(last=False)
        return not pace.allows(now)


class Guests:
    """Sessions of each mailbox, their pace together, and what they have open together."""

    def __init__(self) -> None:
        self._sessions: Counter[str] = Counter()
        self._paces: dict[str, Pace] = {}
        self._handles: dict[str, threading.Semaphore] = {}

    def come(self, user: str, most: int) -> bool:
        """One more session; whether there is room for it."""
        if self._sessions[user] >= most:
            return False
        self._sessions[user] += 1
        return True

    def go(self, user: str) -> None:
        """One less."""
        self._sessions[user] -= 1

    def pace(self, user: str, a_minute: int, now: float) -> Pace:
        """The pace of all sessions of a user."""
        found = self._paces.get(user)
        if found is None or found.a_minute != a_minute:
            found = self._paces[user] = Pace(a_minute, float(a_minute), now)
        return found

    def handles(self, user: str) -> threading.Semaphore:
        """Has one for each file and folder that may still be opened; any thread may take it."""
        return self._handles.setdefault(user, threading.Semaphore(HANDLES))
