"""Looking into all folders on servers, again and again: one process, any number of partners.

Every channel has a task of its own in the event loop, which sleeps until its next look. A server
that fails is looked at less and less often; how it fares stands in the database, from which the
alarms are made (:mod:`gateway.pipeline.watch.servers`). Of several machines the one that looked
last goes on; another one looks when it did not come for a while.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from gateway.channels.remote.schedule import first_pause, is_open, next_look, opening
from gateway.config import Workspace
from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.house import House
from gateway.pipeline.remote.desk import Desk
from gateway.pipeline.remote.look import look
from gateway.pipeline.remote.looked import Looked
from gateway.pipeline.remote.loop import Loop, loop
from gateway.pipeline.remote.servers import servers_for
from gateway.pipeline.remote.source import Source, sources
from gateway.telemetry import events

LOG = logging.getLogger(__name__)
HEARTBEAT = 10.0
AT_ONCE = 128
"""Looks at the same time: a bound on memory, far above what two hundred partners need."""
PAUSES = (timedelta(seconds=30), timedelta(minutes=15))
"""First and longest pause after looks that failed."""
LONGEST_SLEEP = 30.0
"""Seconds after which a waiting task asks again what time it is."""
END = 3.0
"""Seconds for files that are on the way, at the end; what takes longer is fetched again later."""
LONGEST_END = 10.0
"""Seconds in which what is broken off has to clean up."""
ROUNDS = 20
"""Looks of one channel in a run that ends by itself: what comes meanwhile is not endless."""
PATIENCE = timedelta(seconds=30)
"""How long such a run waits for a file to stand still."""


class Rounds:
    """The looks of one process. Use as a context manager: its end is that of the looks."""

    def __init__(
        self,
        core: Core,
        wake: Callable[[str], None] = lambda _lane: None,
        *,
        own: Loop | None = None,
    ) -> None:
        self._core = core
        self._wake = wake
        self._loop = own or loop()
        self._workspace = core.house.workspace
        self._sources = {each.name: each for each in sources(self._workspace)}
        self._desk = Desk(core, servers_for(self._workspace))
        self._stopping = False
        self._running: Future[None] | None = None
        self._task: asyncio.Task[None] | None = None
        self._slots: asyncio.Semaphore | None = None
        self._stop: asyncio.Event | None = None
        self._ends: dict[str, asyncio.Event] = {}
        """Ends the looks into a source that is no more, or is another one now."""
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def _house(self) -> House:
        return self._core.house

    def start(self) -> None:
        """Begin."""
        if self._sources and self._running is None:
            self._running = self._loop.start(self._run())

    def furnish(self, house: House) -> None:
        """Other settings run now: what did not change is looked into as before."""
        self._loop.run(self._furnish(house.workspace), LONGEST_END)

    def __enter__(self) -> Rounds:
        return self

    def __exit__(self, *_failure: object) -> None:
        self.stop()

    def stop(self, patience: float = END) -> None:
        """Begin no new file, finish those that are on the way, and end."""
        self._stopping = True
        if self._running is not None:
            with suppress(TimeoutError):
                self._loop.run(self._end(patience), patience + LONGEST_END)
            self._running = None
        self.close()

    def once(self) -> None:
        """Look into every folder until nothing more is to be taken now, and return."""
        if self._sources:
            self._loop.run(self._all_once())

    def close(self) -> None:
        """Give threads and connections back."""
        if self._sources or self._task is not None:
            with suppress(TimeoutError):
                self._loop.run(self._desk.servers.close(), 10.0)
        self._desk.close()

    # ---- the tasks

    async def _run(self) -> None:
        self._prepare()
        assert self._stop is not None
        self._task = asyncio.current_task()
        for each in self._sources.values():
            self._begin(each)
        beat = asyncio.create_task(self._beat())
        try:
            await self._stop.wait()
            await asyncio.gather(*self._tasks)
        finally:
            tasks = (*self._tasks, beat)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, source: Source) -> None:
        """Look into a source from now on."""
        self._ends[source.name] = asyncio.Event()
        task = asyncio.create_task(self._always(source, self._ends[source.name]))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _furnish(self, new: Workspace) -> None:
        wanted = {each.name: each for each in sources(new)}
        runs = self._task is not None
        servers = servers_for(new)
        await servers.settle()
        self._desk = self._desk.among(servers)
        old, self._workspace = self._workspace, new
        for name, source in list(self._sources.items()):
            if name in wanted and _same(old, new, source):
                del wanted[name]
                continue
            del self._sources[name]
            if name in self._ends:  # a look that has begun is finished
                self._ends.pop(name).set()
        self._sources |= wanted
        for source in wanted.values() if runs else ():
            self._begin(source)

    async def _all_once(self) -> None:
        self._prepare()
        beat = asyncio.create_task(self._beat())
        try:
            await asyncio.gather(*(self._until_quiet(each) for each in self._sources.values()))
        finally:
            beat.cancel()
            await asyncio.gather(beat, return_exceptions=True)

    async def _end(self, patience: float) -> None:
        task = self._task
        if self._stop is None or task is None:
            return
        self._stop.set()
        for end in self._ends.values():
            end.set()
        _, late = await asyncio.wait([task], timeout=patience)
        if late:
            task.cancel()
            await asyncio.wait([task])

    def _prepare(self) -> None:
        """What belongs to the loop."""
        self._slots, self._stop = asyncio.Semaphore(AT_ONCE), asyncio.Event()

    async def _always(self, source: Source, end: asyncio.Event) -> None:
        """A bug in the looks of one channel ends neither them nor those of the others."""
        while True:
            try:
                await self._again_and_again(source, end)
                return
            except Exception as bug:
                events.bug(where="remote rounds", message=None, failure=bug)
                await asyncio.sleep(LONGEST_SLEEP)

    async def _again_and_again(self, source: Source, end: asyncio.Event) -> None:
        schedule = source.receive.schedule
        now = self._house.clock()
        last: datetime | None = None
        due = next_look(schedule, None, now + first_pause(source.name, schedule.every))
        failures = 0
        while due is not None and await self._sleep_until(due, end):
            began = self._house.clock()
            looked = await self._guarded(source, due, end)
            if looked is None:
                failures += 1
            else:
                failures = 0
                last = began
            due = self._next(source, last or began, looked, failures)

    def _next(
        self, source: Source, last: datetime, looked: Looked | None, failures: int
    ) -> datetime | None:
        schedule, now = source.receive.schedule, self._house.clock()
        due = next_look(schedule, last, now)
        if looked is not None:
            if looked.again is not None:  # a file that waits does not wait for the next set time
                soon = opening(schedule, now + timedelta(seconds=looked.again))
                return soon if due is None or (soon is not None and soon < due) else due
            return due
        first, longest = PAUSES
        pause = min(longest, first * (1 << min(failures - 1, 8)))
        later = opening(schedule, now + pause)
        if schedule.cron is None and due is not None and later is not None:
            return max(due, later)
        return later

    async def _sleep_until(self, due: datetime, end: asyncio.Event) -> bool:
        """Whether it is time; not, when the process ends, or the source is no more.

        The clock may be set meanwhile: forward, then it is time sooner; back, then no later.
        """
        latest = time.monotonic() + (due - self._house.clock()).total_seconds()
        while not end.is_set():
            left = min((due - self._house.clock()).total_seconds(), latest - time.monotonic())
            if left <= 0:
                return True
            with suppress(TimeoutError):
                await asyncio.wait_for(end.wait(), min(left, LONGEST_SLEEP))
        return False

    async def _until_quiet(self, source: Source) -> None:
        for _ in range(ROUNDS):
            if not is_open(source.receive.schedule, self._house.clock()):
                return
            looked = await self._guarded(source, None, asyncio.Event())
            if looked is None or looked.again is None:
                return
            if looked.again > PATIENCE.total_seconds():
                return
            await asyncio.sleep(looked.again)
            self._house.tally.look_again(source.name)

    async def _beat(self) -> None:
        """Keep the lanes of looks that take long."""
        while True:
            await asyncio.sleep(HEARTBEAT)
            with suppress(SQLAlchemyError):
                await self._desk.database(self._core.heartbeat)

    # ---- one look

    async def _guarded(
        self, source: Source, due: datetime | None, end: asyncio.Event
    ) -> Looked | None:
        """A look; ``None`` when it failed. Nothing that fails ends the rounds."""
        assert self._slots is not None
        try:
            async with self._slots:
                if end.is_set():
                    return Looked()
                return await look(
                    self._desk,
                    source,
                    due=due,
                    stopping=lambda: self._stopping or end.is_set(),
                    wake=self._wake,
                )
        except SQLAlchemyError as failure:  # the crew tells of it, too, and when it is over
            LOG.warning("the look into %s was given up: %s", source.name, failure)
        except Exception as bug:
            events.bug(where="remote look", message=None, failure=bug)
        return None


def _same(old: Workspace, new: Workspace, source: Source) -> bool:
    """Whether a source is looked into in the same way as before."""
    before = old.partners[source.partner].channels[source.channel]
    after = new.partners[source.partner].channels[source.channel]
    return before == after and old.limits.file == new.limits.file
