"""What really is in a shop, while people go on buying in it: what everything is compared with."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


class Clock:
    """A clock that tests move; any thread may ask."""

    def __init__(self, at: datetime = START) -> None:
        self._at = at
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        with self._lock:
            return self._at

    def forward(self, seconds: float) -> None:
        """It is later now."""
        with self._lock:
            self._at += timedelta(seconds=seconds)


class WallClock(Clock):
    """The real time, which nobody moves."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)

    def forward(self, seconds: float) -> None:
        """It goes on by itself."""


@dataclass(frozen=True)
class GivenBack:
    """One refund: a single piece comes back."""

    id: int
    at: datetime


@dataclass(frozen=True)
class Entry:
    """One order. ``revision`` is what the name of its article tells: a stale one is seen by it."""

    number: int
    created: datetime
    updated: datetime
    revision: int
    quantity: int
    status: str = "paid"
    """``paid`` or ``cancelled``."""
    touched: datetime = START
    """Like :attr:`updated`, but a refund alone does not count: some shops do not touch an order."""
    refunds: tuple[GivenBack, ...] = ()
    broken: bool = False
    """Its record cannot be read, until somebody mends it."""

    @property
    def net(self) -> Decimal:
        """Of the only line: ten each."""
        return Decimal(10) * self.quantity

    @property
    def tax(self) -> Decimal:
        """Twenty percent."""
        return self.net / 5


class Book:
    """The orders of a shop. ``tick``: what its time stamps are cut to, as most shops do."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        tick: timedelta = timedelta(seconds=1),
        skew: timedelta = timedelta(0),
        seed: int = 1,
        broken: float = 0.0,
    ) -> None:
        self._clock = clock
        self._tick = tick
        self._skew = skew
        self._broken = broken
        self._refunds = 0
        self.random = Random(seed)
        self.lock = threading.RLock()
        self.entries: dict[int, Entry] = {}
        self.heard: list[Callable[[Entry, str], None]] = []
        """Told of each order that is ``created`` or ``updated`` (webhooks)."""

    def now(self) -> datetime:
        """By the shop's own clock, which may be wrong, cut to what it stores."""
        at = self._clock() + self._skew
        return at - (at - START) % self._tick

    def buy(self) -> Entry:
        """Somebody orders something."""
        with self.lock:
            number, at = len(self.entries) + 1, self.now()
            pieces, broken = self.random.randint(1, 9), self.random.random() < self._broken
            entry = Entry(number, at, at, 1, pieces, touched=at, broken=broken)
            self.entries[number] = entry
        self._tell(entry, "created")
        return entry

    def change(self, number: int, *, status: str | None = None) -> Entry:
        """Somebody changes an order, or cancels it; one that was broken may be mended by it."""
        with self.lock:
            old, at = self.entries[number], self.now()
            entry = replace(
                old,
                updated=at,
                touched=at,
                revision=old.revision + 1,
                quantity=self.random.randint(max(1, len(old.refunds)), 9),
                status=status or old.status,
                broken=old.broken and self.random.random() < 0.5,
            )
            self.entries[number] = entry
        self._tell(entry, "updated")
        return entry

    def refund(self, number: int) -> Entry:
        """A piece of an order comes back, if there is one left."""
        with self.lock:
            old, at = self.entries[number], self.now()
            if len(old.refunds) >= old.quantity or old.status == "cancelled":
                return old
            self._refunds += 1
            given = (*old.refunds, GivenBack(self._refunds, at))
            entry = replace(old, updated=at, revision=old.revision + 1, refunds=given)
            self.entries[number] = entry
        self._tell(entry, "updated")
        return entry

    def any(self) -> int:
        """An order that is there."""
        with self.lock:
            return self.random.randint(1, len(self.entries))

    def changed(
        self,
        since: datetime | None = None,
        until: datetime | None = None,
        by: Callable[[Entry], datetime] = lambda each: each.updated,
    ) -> list[Entry]:
        """Orders that changed within both (inclusive), oldest change first."""
        with self.lock:
            entries = list(self.entries.values())
        found = [
            each
            for each in entries
            if (since is None or by(each) >= since) and (until is None or by(each) <= until)
        ]
        return sorted(found, key=lambda each: (by(each), each.number))

    def get(self, number: int) -> Entry | None:
        """One order as it is now."""
        with self.lock:
            return self.entries.get(number)

    def _tell(self, entry: Entry, event: str) -> None:
        for each in self.heard:
            each(entry, event)
