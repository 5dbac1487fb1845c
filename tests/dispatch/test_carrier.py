"""The seam: what any carrier has to do, shown with one that another broker could be."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from unittest.mock import Mock

from gateway.pipeline.dispatch.carrier import Carrier, NoCarrier
from gateway.pipeline.dispatch.carrier_health import Health, reason
from gateway.pipeline.dispatch.crew import Crew
from gateway.telemetry import events


class QueueCarrier:
    """Two processes and a broker in one: the double of a carrier over RabbitMQ."""

    def __init__(self, outgoing: queue.Queue[str | None], incoming: queue.Queue[str | None]):
        self._outgoing, self._incoming = outgoing, incoming
        self._thread: threading.Thread | None = None

    def wake(self, lanes: Sequence[str]) -> None:
        for lane in lanes:
            self._outgoing.put(lane)

    def start(self, woken: Callable[[str], None]) -> None:
        def listen() -> None:
            while (lane := self._incoming.get()) is not None:
                woken(lane)

        self._thread = threading.Thread(target=listen, daemon=True)
        self._thread.start()

    def trouble(self) -> str:
        return ""

    def stop(self) -> None:
        self._incoming.put(None)
        if self._thread is not None:
            self._thread.join(2)


def test_any_broker_fits_the_seam() -> None:
    there, back = queue.Queue[str | None](), queue.Queue[str | None]()
    here: Carrier = QueueCarrier(there, back)
    other: Carrier = QueueCarrier(back, there)
    got, arrived = list[str](), threading.Event()

    def woken(lane: str) -> None:
        got.append(lane)
        arrived.set()

    other.start(woken)
    here.wake(["in/acme-retail/main"])
    assert arrived.wait(10)
    assert got == ["in/acme-retail/main"]
    here.stop()
    other.stop()


def test_a_crew_works_on_the_lane_that_a_carrier_names() -> None:
    there, back = queue.Queue[str | None](), queue.Queue[str | None]()
    drained, did = list[str](), threading.Event()

    def drain(lane: str) -> int:
        drained.append(lane)
        did.set()
        return 0

    core = Mock(drain=drain, waiting=list, owner="here")
    crew = Crew(core, workers=1, carrier=QueueCarrier(there, back))
    crew.start()
    QueueCarrier(back, there).wake(["to/erp/order"])
    assert did.wait(10)
    crew.stop()
    assert drained == ["to/erp/order"]


def test_one_process_needs_no_carrier() -> None:
    carrier: Carrier = NoCarrier()
    carrier.start(lambda lane: None)
    carrier.wake(["in/acme-retail/main"])
    assert carrier.trouble() == ""
    carrier.stop()


def test_trouble_is_said_once_and_so_is_its_end() -> None:
    said = list[str]()
    before = events.counted_by(lambda event, facts: said.append(event.name))
    try:
        health = Health()
        health.report("receive", "not connected yet", quiet=True)
        health.report("receive", "")
        assert (said, health.text()) == ([], "")
        health.report("receive", "not connected yet", quiet=True)
        health.report("receive", "refused")
        health.report("receive", "refused again")
        health.report("send", "refused as well")
        assert health.text() == "refused again; refused as well"
        health.report("receive", "")
        health.report("send", "")
        health.report("send", "")
    finally:
        events.counted_by(before)
    assert said == ["carrier trouble", "carrier back"]


def test_the_reason_of_a_failure_is_the_databases_own() -> None:
    wrapped = RuntimeError("\n    Database error.\n    ")
    wrapped.__cause__ = OSError("connection refused\n\tIs the server running?")
    assert reason(wrapped) == "connection refused"
    assert reason(TimeoutError()) == "TimeoutError"
