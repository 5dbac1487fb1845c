"""A process at work follows what is applied: it loads it aside, says so, and changes to it.

One thread asks the database. What is prepared is loaded at once, and from then on it is asked often
whether it was applied, so that the change comes within moments. The steps themselves do not rely
on this thread: each asks before it begins (:mod:`gateway.pipeline.dispatch.core`).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy.exc import SQLAlchemyError

from gateway.config.laid import clean_up
from gateway.pipeline.configuration.current import Current
from gateway.pipeline.watch.unable import found, key_of
from gateway.store import alarms, applied
from gateway.store.applied import Applied, Process
from gateway.telemetry import events

LOG = logging.getLogger(__name__)
CALM = 0.5
"""Seconds between two questions."""
QUICK = 0.02
"""The same while something is being applied."""
SEEN = 3.0
"""Seconds after which a process says again that it lives."""
END = 5.0


@contextmanager
def following(current: Current, owner: str) -> Iterator[None]:
    """A process is at work meanwhile, and follows what is applied."""
    follower = _Follower(current, owner)
    with current.house.store.note() as connection:
        applied.bury(connection, current.house.clock())
    current.tell()
    thread = threading.Thread(target=follower.run, name="configuration", daemon=True)
    thread.start()
    try:
        yield
    finally:
        follower.stop.set()
        thread.join(END)
        with suppress(SQLAlchemyError), current.house.store.note() as connection:
            applied.leave(connection, owner)


class _Follower:
    """One thread's work."""

    def __init__(self, current: Current, owner: str) -> None:
        self.stop = threading.Event()
        self._current = current
        self._owner = owner
        self._ready = applied.NONE
        """The ``seq`` of what was loaded aside, or could not be."""
        self._trouble = ""
        self._alarmed = ""
        """The trouble that there is an alarm of."""
        self._said: Process | None = None
        self._said_at = 0.0

    def run(self) -> None:
        """Until it is stopped. Trouble with the database is waited out."""
        pause = 0.0
        while not self.stop.wait(pause):
            try:
                pause = QUICK if self._look() else CALM
            except SQLAlchemyError as failure:  # the crew tells of it
                LOG.debug("what is applied cannot be asked: %s", failure)
                pause = CALM
            except Exception as failure:
                events.bug(where="configuration", message=None, failure=failure)
                pause = CALM

    def _look(self) -> bool:
        """Whether something is being applied."""
        current = self._current
        with current.house.store.read() as connection:
            seq = applied.current_seq(connection)
            row = applied.prepared(connection)
        if seq != current.seq and current.follow():
            self._ready, self._trouble = applied.NONE, ""
            clean_up(current.house.workspace.base)
        if row is not None and row.at < current.house.clock() - applied.ALIVE:
            with current.house.store.write("configuration withdrawn") as connection:
                applied.withdraw_dead(connection, current.house.clock())
            row = None
        if row is not None and row.seq != self._ready:
            self._say()  # loading may take a moment
            self._prepare(row)
        self._say()
        return row is not None

    def _prepare(self, row: Applied) -> None:
        self._current.house.checkpoint("configuration: prepared")
        self._trouble = self._current.prepare(row)
        self._ready = row.seq

    def _raise_alarm(self, mine: Process) -> None:
        """Here, because the process takes no lane, not even that of the duty for alarms."""
        house = self._current.house
        with house.store.write("configuration alarm") as connection:
            seq = applied.current_seq(connection)
            alarms.raise_alarm(connection, house.clock(), key_of(mine), found(mine, seq))

    def _say(self) -> None:
        house, trouble = self._current.house, self._current.trouble or self._trouble
        host = self._owner.partition(":")[0]
        now = house.clock()
        mine = Process(self._owner, host, now, self._current.seq, self._ready, trouble)
        before = self._said
        fresh = before is None or (mine.running, mine.ready, mine.trouble) != (
            before.running,
            before.ready,
            before.trouble,
        )
        if fresh or time.monotonic() - self._said_at >= SEEN:
            with house.store.note() as connection:
                applied.say(connection, mine)
            self._said, self._said_at = mine, time.monotonic()
        if self._current.trouble and self._alarmed != self._current.trouble:
            self._raise_alarm(mine)
        self._alarmed = self._current.trouble
