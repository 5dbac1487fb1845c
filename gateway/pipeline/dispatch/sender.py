"""Puts wake-ups into the queue, from a thread of its own, so that nobody waits for them.

Lanes that are woken while a batch is on its way go with the next one, in one statement and one
transaction. A lane that already waits in the queue is not entered again (that is Procrastinate's
queueing lock), and the same lane is sent at most once in :data:`HOLD` seconds (a sweep would have
found it by then), which bounds what a busy house can cost the database. While the database is
away, wake-ups are dropped.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

import psycopg

from gateway.pipeline.dispatch.carrier_health import Health, reason
from gateway.pipeline.dispatch.queue_schema import Connection, prepare

LOG = logging.getLogger(__name__)
QUEUE = "lanes"
TASK = "drain"
HOLD = 1.0
_BACK_OFF = (0.2, 2.0)
# Ordered, so that two machines that wake the same lanes wait for each other instead of locking
# each other out. Not through the library's own call, which fails as a whole when one lane waits.
_ENTER = """
INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args)
SELECT %(queue)s, %(task)s, lane, jsonb_build_object('lane', lane)
FROM unnest(%(lanes)s::text[]) AS lane ORDER BY lane
ON CONFLICT DO NOTHING
"""


class Sender:
    """The sending half of the carrier. The thread and its connection begin with the first lane."""

    def __init__(
        self, conninfo: str, health: Health, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._conninfo = conninfo
        self._health = health
        self._monotonic = monotonic
        self._change = threading.Condition()
        self._due: dict[str, float] = {}
        self._sent: dict[str, float] = {}
        self._away_until: float | None = None
        self._wait = _BACK_OFF[0]
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._connection: Connection | None = None

    def add(self, lanes: Sequence[str]) -> None:
        """Have lanes sent soon."""
        with self._change:
            if self._stopping or self._away_until is not None:
                return
            now = self._monotonic()
            for lane in lanes:
                last = self._sent.get(lane)
                self._due.setdefault(lane, now if last is None else last + HOLD)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="wake-ups", daemon=True)
                self._thread.start()
            self._change.notify()

    def stop(self, patience: float) -> None:
        """Send what is left, unless the database is away, and end."""
        with self._change:
            self._stopping = True
            self._change.notify()
        if self._thread is not None:
            self._thread.join(patience)

    # ---- the thread

    def _run(self) -> None:
        while (batch := self._next()) is not None:
            try:
                self._send(batch)
            except Exception as failure:  # a bug of ours must not end the thread
                if not isinstance(failure, psycopg.Error):
                    LOG.exception("wake-ups could not be sent")
                self._fail(failure)
            else:
                self._succeed()
        self._close()

    def _next(self) -> list[str] | None:
        """Waits for lanes to send (none: try whether the database is back); ``None``: the end."""
        with self._change:
            while not self._stopping:
                now = self._monotonic()
                if self._away_until is not None:
                    until: float | None = self._away_until
                    if now >= self._away_until:
                        return []
                elif ripe := self._ripe(now):
                    return ripe
                else:
                    until = min(self._due.values(), default=None)
                self._change.wait(None if until is None else max(0.0, until - now))
            left = list(self._due) if self._away_until is None else []
            self._due.clear()
            return left or None

    def _ripe(self, now: float) -> list[str]:
        """Lanes to send now; others that were sent a moment ago have to wait."""
        ripe = [lane for lane, due in self._due.items() if due <= now]
        if ripe:
            for lane in ripe:
                del self._due[lane]
            self._sent = {lane: at for lane, at in self._sent.items() if now - at < HOLD}
            self._sent |= dict.fromkeys(ripe, now)
        return ripe

    def _send(self, lanes: list[str]) -> None:
        if self._connection is not None:
            try:
                self._enter(self._connection, lanes)
                return
            except psycopg.OperationalError:  # it was idle, and somebody cut it
                self._close()
        self._connection = psycopg.connect(self._conninfo, autocommit=True)
        prepare(self._connection)
        self._enter(self._connection, lanes)

    def _enter(self, connection: Connection, lanes: list[str]) -> None:
        if lanes:
            connection.execute(_ENTER, {"queue": QUEUE, "task": TASK, "lanes": lanes})

    def _succeed(self) -> None:
        with self._change:
            self._away_until, self._wait = None, _BACK_OFF[0]
        self._health.report("send", "")

    def _fail(self, failure: Exception) -> None:
        self._close()
        with self._change:
            self._due.clear()
            self._sent.clear()
            self._away_until = self._monotonic() + self._wait
            self._wait = min(self._wait * 2, _BACK_OFF[1])
        self._health.report("send", f"other processes cannot be woken: {reason(failure)}")

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
