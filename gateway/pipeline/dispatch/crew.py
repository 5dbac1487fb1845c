"""The threads of one process: who works on which lane, and what wakes them.

A sweep over the tables, every second and whenever a step ended, finds the lanes in which something
is due; threads drain them. A slow partner holds at most half of the threads, so that he never
blocks another; all shops together hold no more either. Trouble with the database is waited out.
Wake-ups of a carrier only make things quicker, here and on other machines.
"""

from __future__ import annotations

import math
import threading
import time
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from gateway.channels.folder import Inbox
from gateway.pipeline import lanes
from gateway.pipeline.dispatch import duties
from gateway.pipeline.dispatch.carrier import Carrier, NoCarrier
from gateway.pipeline.dispatch.core import BUDGET, Core
from gateway.pipeline.dispatch.polling import poll
from gateway.pipeline.dispatch.watching import Watching
from gateway.telemetry import events

SWEEP = 1.0
"""Seconds between two sweeps when nothing happens."""
CALM = 0.02
"""Seconds between two sweeps when much happens."""
HEARTBEAT = 10.0
JUMP = timedelta(seconds=1)
"""A clock that goes back by more was set; by less it was corrected."""
SHORT = 0.3
"""Seconds after which an inbox is looked into again while a file in it is being written."""
_BACK_OFF = (0.2, 5.0)
_ORDER = {"to": 0, "in": 1, "unpack": 2, "poll": 3, "alarm": 4, "shop": 5, "duty": 6}


class Crew:
    """Worker threads, the sweep, the looks into inboxes. :meth:`start`, then :meth:`stop`."""

    def __init__(
        self,
        core: Core,
        workers: int,
        inboxes: Mapping[str, Inbox] | None = None,
        pause: float = 5.0,
        carrier: Carrier | None = None,
    ) -> None:
        self.core = core
        self.workers = workers
        self.inboxes = {lanes.poll(name): inbox for name, inbox in (inboxes or {}).items()}
        self.pause = pause
        self.carrier = carrier or NoCarrier()
        self.share = max(1, workers // 2)
        """Lanes of one owner that are worked on at the same time."""
        self._change = threading.Condition()
        self._queue: deque[str] = deque()
        self._running: set[str] = set()
        self._again: set[str] = set()
        self._next_poll = dict.fromkeys(self.inboxes, 0.0)
        self._watching: Watching | None = None
        self._stop = threading.Event()
        self._kick = threading.Event()
        self._latest: datetime | None = None
        self._trouble = ""
        self._since = 0.0
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin to work."""
        targets = [self._work] * self.workers + [self._sweep]
        if self.inboxes:
            self._watching = Watching(self.inboxes, self._changed, self._stop, self.pause)
            targets.append(self._watching.run)
        self._threads = [threading.Thread(target=each, daemon=True) for each in targets]
        for thread in self._threads:
            thread.start()
        self.carrier.start(self._carried)
        events.worker_started(owner=self.core.owner, threads=self.workers)

    def furnish(self, inboxes: Mapping[str, Inbox], pause: float) -> None:
        """Look into these folders from now on; each new one is looked into at once."""
        self.pause = pause
        self.inboxes = {lanes.poll(name): inbox for name, inbox in inboxes.items()}
        self._next_poll = {key: self._next_poll.get(key, 0.0) for key in self.inboxes}
        if self._watching is not None:
            self._watching.furnish(self.inboxes, pause)
        self._kick.set()

    def stop(self, patience: float = 30.0) -> None:
        """Finish what was begun, then end; what takes longer than ``patience`` is left behind."""
        began = time.monotonic()
        self._stop.set()
        self._kick.set()
        self.carrier.stop()
        with self._change:
            self._change.notify_all()
        until = time.monotonic() + patience
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        events.worker_stopped(owner=self.core.owner, seconds=time.monotonic() - began)

    def trouble(self) -> list[str]:
        """Why this process cannot work at the moment; empty when it can."""
        return [each for each in (self._trouble, self.carrier.trouble(), *self.dead()) if each]

    def dead(self) -> list[str]:
        """Why this process has to be started anew: threads that should live ended."""
        ended = [each for each in self._threads if not each.is_alive()]
        if not ended or self._stop.is_set():
            return []
        return [f"{len(ended)} of {len(self._threads)} threads of the process ended"]

    def wake(self, key: str) -> None:
        """Have a lane looked at soon; any number of times, from anywhere."""
        with self._change:
            self._enqueue(key)
            self._change.notify()

    def _carried(self, key: str) -> None:
        events.woken(lanes=1, by="carrier")
        self.wake(key)

    def _enqueue(self, key: str) -> None:
        if key in self._running:
            self._again.add(key)
        elif key not in self._queue:
            self._queue.append(key)

    # ---- the threads

    def _work(self) -> None:
        wait = _BACK_OFF[0]
        while (key := self._take()) is not None:
            did = 0
            try:
                did = self._do(key)
                wait = _BACK_OFF[0]
            except SQLAlchemyError as failure:
                self._in_trouble(f"the database is not usable: {_short(failure)}")
                self._stop.wait(wait)
                wait = min(wait * 2, _BACK_OFF[1])
            except Exception as failure:
                events.bug(where="lane", message=None, failure=failure)
                self._stop.wait(wait)
            self._done(key, did)

    def _do(self, key: str) -> int:
        inbox = self.inboxes.get(key)
        if inbox is None:
            # a look into a folder that is no more is in no table
            return 0 if key.startswith("poll/") else self.core.drain(key)
        # before the look: a change that comes during it makes another one due
        self._next_poll[key] = time.monotonic() + self.pause
        look = poll(self.core, inbox)
        if look.waiting:
            soon = time.monotonic() + SHORT
            self._next_poll[key] = min(self._next_poll[key], soon)
        return look.taken

    def _take(self) -> str | None:
        with self._change:
            while not self._stop.is_set():
                busy = Counter(lanes.owner(key) for key in self._running)
                calls = sum(map(lanes.calls_a_shop, self._running))
                for key in self._queue:
                    if lanes.calls_a_shop(key) and calls >= self.share:
                        continue  # however many shops are slow, files go on
                    if busy[lanes.owner(key)] < self.share:
                        self._queue.remove(key)
                        self._running.add(key)
                        return key
                self._change.wait()
            return None

    def _done(self, key: str, did: int) -> None:
        with self._change:
            self._running.discard(key)
            if key in self._again or did >= BUDGET:
                self._again.discard(key)
                self._enqueue(key)
            self._change.notify_all()
        if did or self._next_poll.get(key, math.inf) <= time.monotonic():
            self._kick.set()

    def _sweep(self) -> None:
        beat = time.monotonic()
        while not self._stop.is_set():
            try:
                self.core.house.store.tick()
                self._mind_the_clock()
                if time.monotonic() - beat >= HEARTBEAT:
                    beat = time.monotonic()
                    self.core.heartbeat()
                self._found(self.core.waiting())
                self._recovered()
            except SQLAlchemyError as failure:
                self._in_trouble(f"the database is not usable: {_short(failure)}")
            except Exception as failure:
                events.bug(where="sweep", message=None, failure=failure)
            self._found(key for key, at in self._next_poll.items() if at <= time.monotonic())
            self._kick.wait(SWEEP)
            self._kick.clear()
            self._stop.wait(CALM)

    def _mind_the_clock(self) -> None:
        """A clock that went back must not leave work waiting for the time of before."""
        now = self.core.house.clock()
        if self._latest is not None and now < self._latest - JUMP:
            duties.after_a_jump(self.core.house)
        self._latest = now

    def _found(self, keys: Iterable[str]) -> None:
        """Queue lanes; those that wait for a thread here may be done elsewhere."""
        found = sorted(keys, key=lambda key: (_ORDER.get(key.partition("/")[0], 9), key))
        with self._change:
            for key in found:
                if key not in self._running:
                    self._enqueue(key)
            self._change.notify_all()
            free = self.workers - len(self._running)
            spare = [key for key in self._queue if not key.startswith("poll/")][max(0, free) :]
        if spare:
            self.carrier.wake(spare)
            events.wakes_carried(lanes=len(spare))

    def _changed(self, keys: Iterable[str]) -> None:
        """Something happened in these folders: they are looked into at once."""
        for key in keys:
            self._next_poll[key] = 0.0
        self._kick.set()

    def _in_trouble(self, text: str) -> None:
        with self._change:
            if not self._trouble:
                self._since = time.monotonic()
                events.database_trouble(failure=text)
            self._trouble = text

    def _recovered(self) -> None:
        with self._change:
            if self._trouble:
                events.database_back(seconds=time.monotonic() - self._since)
            self._trouble = ""


def _short(failure: SQLAlchemyError) -> str:
    return str(getattr(failure, "orig", None) or failure).strip().partition("\n")[0]
