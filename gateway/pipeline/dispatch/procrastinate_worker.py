"""The Procrastinate worker of a process: what its tasks are, and when it is given up.

A task only says which lane it is about, and returns; the threads of the crew do the work. Loaded
by the thread that runs it, because the library takes long to load.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, LiteralString

import procrastinate
import psycopg
from procrastinate.connector import Notify
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status

from gateway.pipeline.dispatch.sender import QUEUE, TASK

_INSERTED = '{"type": "job_inserted", "job_id": 0}'
LOG = logging.getLogger(__name__)
CONCURRENCY = 4
PACE = 0.04
"""Seconds a task takes at least: bounds how many a busy process takes away from the others."""
POLL = 5.0
"""Seconds after which the queue is looked into should a notification have been lost."""
SILENCE = 30.0
"""Seconds without an answer of the database after which the worker is given up."""
TICK = "* * * * *"
"""Every minute one process of all tidies up the queue and wakes the ``ticks``."""


async def receive(
    conninfo: str,
    name: str,
    woken: Callable[[str], None],
    ticks: Sequence[str],
    healthy: Callable[[], None],
    ending: asyncio.Event,
) -> None:
    """Work until told to end, or until the database is in trouble, which is raised.

    ``healthy`` is called whenever the database answered, once notifications are listened to.
    """
    connector = _Connector(conninfo, healthy)
    work = asyncio.create_task(_work(_app(connector, woken, ticks), name))
    signs = [asyncio.create_task(each.wait()) for each in (ending, connector.broken)]
    done: set[asyncio.Task[Any]] = set()
    while not done and connector.silence() < SILENCE:
        done, _ = await asyncio.wait(
            {work, *signs}, timeout=1.0, return_when=asyncio.FIRST_COMPLETED
        )
    await _end(*signs)
    await _end(work)
    if connector.failure is not None:
        raise connector.failure
    if work in done:
        work.result()
    if not done:
        raise TimeoutError(f"the database did not answer for {SILENCE:.0f} seconds")


async def _work(app: procrastinate.App, name: str) -> None:
    async with app.open_async():
        await app.run_worker_async(
            queues=[QUEUE],
            name=name,
            concurrency=CONCURRENCY,
            fetch_job_polling_interval=POLL,
            shutdown_graceful_timeout=0.5,
            delete_jobs="always",
            install_signal_handlers=False,
        )


def _app(
    connector: _Connector, woken: Callable[[str], None], ticks: Sequence[str]
) -> procrastinate.App:
    app = procrastinate.App(connector=connector)

    @app.task(name=TASK, queue=QUEUE)
    async def drain(lane: str) -> None:
        _wake(woken, lane)
        await asyncio.sleep(PACE)

    # no queueing lock: one per minute is entered anyway, and the library understands the complaint
    # about a second one only from servers that speak English
    @app.periodic(cron=TICK)
    @app.task(name="tick", queue=QUEUE)
    async def tick(timestamp: int) -> None:
        for lane in ticks:
            _wake(woken, lane)
        for job in await app.job_manager.get_stalled_jobs():  # of processes that were killed
            with contextlib.suppress(ConnectorException):
                await app.job_manager.finish_job(job, Status.ABORTED, delete_job=True)

    return app


def _wake(woken: Callable[[str], None], lane: str) -> None:
    try:
        woken(lane)
    except Exception:
        LOG.exception("lane %s could not be woken", lane)


class _Connector(procrastinate.PsycopgConnector):
    """Knows when the database answered last, and what failed first."""

    def __init__(self, conninfo: str, healthy: Callable[[], None]) -> None:
        super().__init__(conninfo=conninfo, min_size=1, max_size=2, timeout=5.0, name="wake-ups")
        self.broken = asyncio.Event()
        self.failure: Exception | None = None
        self._healthy = healthy
        self._listening = False
        self._notifications = 0
        self._answered = time.monotonic()

    def silence(self) -> float:
        """Seconds since the last answer."""
        return time.monotonic() - self._answered

    async def execute_query_async(self, query: LiteralString, **arguments: Any) -> None:
        """For heartbeats and for finishing jobs."""
        with self._noted():
            await super().execute_query_async(query, **arguments)

    async def execute_query_one_async(
        self, query: LiteralString, **arguments: Any
    ) -> dict[str, Any]:
        """For fetching jobs: the row without an ``id`` says that there is none.

        The worker forgets a notification that arrives while it fetches, and would find the job at
        its next look into the queue, seconds later. So it is fetched again then.
        """
        while True:
            before = self._notifications
            with self._noted():
                row: dict[str, Any] = await super().execute_query_one_async(query, **arguments)
            if row.get("id", 0) is not None or self._notifications == before:
                return row

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        """Reconnects by itself, and fails when it cannot.

        Each time it listens anew, the queue is looked into for what came before.
        """
        names, looks = list(channels), set[asyncio.Future[None]]()

        def listening() -> None:
            self._listening = True
            look = asyncio.ensure_future(notified(channel=names[0], payload=_INSERTED))
            looks.add(look)
            look.add_done_callback(looks.discard)

        async def notified(*, channel: str, payload: str) -> None:
            self._notifications += 1
            await on_notification(channel=channel, payload=payload)

        with self._noted():
            await super().listen_notify(notified, _Channels(names, listening))

    @contextlib.contextmanager
    def _noted(self) -> Iterator[None]:
        try:
            yield
        except ConnectorException as failure:
            if isinstance(failure.__cause__, psycopg.OperationalError | psycopg.InterfaceError):
                self.failure = self.failure or failure
                self.broken.set()
            raise
        self._answered = time.monotonic()
        if self._listening and self.failure is None:
            self._healthy()


class _Channels:
    """Names of channels, and something to do when all of them are listened to."""

    def __init__(self, names: Sequence[str], then: Callable[[], None]) -> None:
        self._names = names
        self._then = then

    def __iter__(self) -> Iterator[str]:
        yield from self._names
        self._then()


async def _end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel, and again: at the first time a worker takes leave of the database, if it can."""
    for _ in range(6):
        waiting = [task for task in tasks if not task.done()]
        if not waiting:
            break
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting, timeout=0.3)
