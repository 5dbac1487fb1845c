"""The clock of a database that many machines share.

Machines disagree about the time, and their clocks jump. So the database is asked now and then, and
in between the seconds are counted by the monotonic clock, which never jumps.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text

FRESH = 30.0
"""Seconds after which the database is asked again."""


class DatabaseClock:
    """Call it for the time of the database."""

    def __init__(self, engine: Engine, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._base = datetime.now(UTC)
        self._mark = -FRESH * 2
        self.sync()

    def __call__(self) -> datetime:
        """Now, as the database would say."""
        return self._base + timedelta(seconds=self._monotonic() - self._mark)

    def sync(self) -> None:
        """Ask the database, if that is due. Raises ``OperationalError`` when it does not answer."""
        if self._monotonic() - self._mark < FRESH:
            return
        with self._engine.connect() as connection:
            before = self._monotonic()
            told = connection.scalar(text("SELECT clock_timestamp()"))
            after = self._monotonic()
        assert isinstance(told, datetime)
        with self._lock:
            self._base, self._mark = told.astimezone(UTC), (before + after) / 2
