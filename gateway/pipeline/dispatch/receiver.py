"""Takes wake-ups out of the queue: who watches over the Procrastinate worker of a process.

The worker ends when the database goes away, and would not come back; so it is started again and
again, with a growing pause, in a thread of its own.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence

import psycopg

from gateway.pipeline.dispatch.carrier_health import Health, reason
from gateway.pipeline.dispatch.queue_schema import prepare

LOG = logging.getLogger(__name__)
_BACK_OFF = (0.2, 2.0)
_LASTED = 30.0
"""Seconds after which a worker counts as healthy: the pauses begin anew."""


class Receiver:
    """The receiving half of the carrier. :meth:`start`, then :meth:`stop`; each once."""

    def __init__(
        self,
        conninfo: str,
        name: str,
        woken: Callable[[str], None],
        health: Health,
        ticks: Sequence[str] = (),
    ) -> None:
        self._conninfo = conninfo
        self._name = name
        self._woken = woken
        self._health = health
        self._ticks = tuple(ticks)
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._end: Callable[[], object] | None = None
        self._thread = threading.Thread(target=self._supervise, name="woken", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._report("not connected yet", quiet=True)
        self._thread.start()

    def stop(self, patience: float) -> None:
        """End."""
        self._stopping.set()
        with self._lock:
            if self._end is not None:
                self._end()
        self._thread.join(patience)

    def _supervise(self) -> None:
        wait = _BACK_OFF[0]
        while not self._stopping.is_set():
            began = time.monotonic()
            why = self._attempt()
            if self._stopping.is_set():
                break
            self._report(why)
            if time.monotonic() - began > _LASTED:
                wait = _BACK_OFF[0]
            self._stopping.wait(wait)
            wait = min(wait * 2, _BACK_OFF[1])

    def _attempt(self) -> str:
        """Work as long as it goes; why it does not go on."""
        from procrastinate.exceptions import ConnectorException  # noqa: PLC0415 - heavy

        # what ends the worker comes back as its exception; the rest would be a line for each job
        for library in ("procrastinate", "psycopg.pool"):
            logging.getLogger(library).setLevel(logging.CRITICAL)
        try:
            with psycopg.connect(self._conninfo, autocommit=True) as connection:
                prepare(connection)
            with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
                runner.get_loop().set_exception_handler(_left_over)
                runner.run(self._receive())
        except (psycopg.Error, ConnectorException, TimeoutError) as failure:
            return reason(failure)
        except Exception as bug:
            LOG.exception("the worker that receives wake-ups failed")
            return reason(bug)
        return "the worker ended"

    async def _receive(self) -> None:
        """The worker, in a loop that :meth:`stop` can reach."""
        from gateway.pipeline.dispatch.procrastinate_worker import receive  # noqa: PLC0415 - heavy

        loop, ending = asyncio.get_running_loop(), asyncio.Event()
        with self._lock:
            self._end = lambda: loop.call_soon_threadsafe(ending.set)
        if self._stopping.is_set():
            ending.set()
        try:
            await receive(
                self._conninfo, self._name, self._woken, self._ticks, self._healthy, ending
            )
        finally:
            with self._lock:
                self._end = None

    def _healthy(self) -> None:
        self._health.report("receive", "")

    def _report(self, why: str, *, quiet: bool = False) -> None:
        sentence = f"wake-ups of other processes do not arrive: {why}"
        self._health.report("receive", sentence, quiet=quiet)


def _left_over(_loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
    """What a worker that is given up left in the loop: jobs that could not be finished."""
    LOG.debug("the worker left behind: %s (%r)", context["message"], context.get("exception"))
