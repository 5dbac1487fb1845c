"""Wake-ups between machines, carried by Procrastinate in the PostgreSQL database they share.

One job in the queue says "look into this lane"; at most one per lane waits. The jobs live in a
schema of their own (:mod:`gateway.pipeline.dispatch.queue_schema`), one half sends
(:mod:`~gateway.pipeline.dispatch.sender`), the other receives
(:mod:`~gateway.pipeline.dispatch.receiver`), and both come back by themselves after the database
was away. A process has four connections for it at most: to send, to listen, and two to fetch.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from gateway.pipeline.dispatch.carrier_health import Health
from gateway.pipeline.dispatch.queue_schema import address
from gateway.pipeline.dispatch.receiver import Receiver
from gateway.pipeline.dispatch.sender import Sender

PATIENCE = 1.7
"""Seconds that stopping may take."""


class ProcrastinateCarrier:
    """A :class:`~gateway.pipeline.dispatch.carrier.Carrier`.

    ``url``: the database (``postgresql+psycopg://…``). ``name``: of this process, for logs.
    ``ticks``: lanes that one process of all looks into every minute, whatever happens.
    """

    def __init__(self, url: str, name: str, *, ticks: Sequence[str] = ()) -> None:
        self._conninfo = address(url)
        self._name = name
        self._ticks = ticks
        self._health = Health()
        self._sender = Sender(self._conninfo, self._health)
        self._receiver: Receiver | None = None

    def wake(self, lanes: Sequence[str]) -> None:
        """Have other processes look into lanes soon. Returns at once."""
        self._sender.add(lanes)

    def start(self, woken: Callable[[str], None]) -> None:
        """Take part: ``woken`` is called with lanes, from a thread, and returns at once."""
        self._receiver = Receiver(
            self._conninfo, self._name, woken, self._health, ticks=self._ticks
        )
        self._receiver.start()

    def trouble(self) -> str:
        """Why wake-ups do not travel at the moment; empty while they do."""
        return self._health.text()

    def stop(self) -> None:
        """Send what is left, take leave of the queue, end the threads. Within two seconds."""
        until = time.monotonic() + PATIENCE
        if self._receiver is not None:
            self._receiver.stop(PATIENCE)
        self._sender.stop(max(0.1, until - time.monotonic()))
