"""The threads of a process: nobody blocks another, no wake-up is lost, trouble is waited out."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from gateway.pipeline.dispatch.carrier import NoCarrier
from gateway.pipeline.dispatch.crew import Crew

PATIENCE = 30.0


class Lanes:
    """A core that only knows names: drains what it is told, as often as there is work."""

    def __init__(self, work: dict[str, int]) -> None:
        self.owner = "test"
        self.work = work
        self.done: list[str] = []
        self.gates: dict[str, threading.Event] = {}
        self.trouble: Exception | None = None
        self.all_done = threading.Event()
        self.house = SimpleNamespace(
            store=SimpleNamespace(tick=lambda: None), clock=lambda: datetime.now(UTC)
        )
        self._lock = threading.Lock()

    def waiting(self) -> list[str]:
        if self.trouble is not None:
            raise self.trouble
        return [key for key, number in self.work.items() if number]

    def heartbeat(self) -> None:
        """Nothing to renew."""

    def drain(self, key: str) -> int:
        if self.trouble is not None:
            raise self.trouble
        gate = self.gates.get(key)
        if gate is not None:
            gate.wait(PATIENCE)
        with self._lock:
            number, self.work[key] = self.work.get(key, 0), 0
            self.done += [key] * number
            if not any(self.work.values()):
                self.all_done.set()
        return number


@contextmanager
def at_work(core: Any, workers: int = 4, carrier: Any = None) -> Iterator[Crew]:
    crew = Crew(core, workers, carrier=carrier or NoCarrier())
    crew.start()
    try:
        yield crew
    finally:
        for gate in core.gates.values():
            gate.set()
        crew.stop()


def test_everything_that_is_due_is_found_without_any_wake_up() -> None:
    core = Lanes({"in/a/main": 3, "to/erp/order": 2, "duty/watch": 1})
    with at_work(core):
        assert core.all_done.wait(PATIENCE)
    assert sorted(core.done) == ["duty/watch", *["in/a/main"] * 3, *["to/erp/order"] * 2]


def test_a_slow_partner_never_blocks_another() -> None:
    slow = {f"to/slow/main/{n}": 1 for n in range(10)}
    core = Lanes({**slow, "to/quick/main/invoice": 1})
    core.gates = {key: threading.Event() for key in slow}
    reached = threading.Event()
    core.gates["to/quick/main/invoice"] = reached
    reached.set()
    with at_work(core):
        for _ in range(3000):
            if "to/quick/main/invoice" in core.done:
                break
            threading.Event().wait(0.01)
        assert core.done == ["to/quick/main/invoice"]


def test_a_lane_that_is_woken_while_it_is_worked_on_is_looked_at_again() -> None:
    core = Lanes({"to/a/main/x": 1})
    gate = core.gates["to/a/main/x"] = threading.Event()
    with at_work(core) as crew:
        while "to/a/main/x" not in crew._running:
            threading.Event().wait(0.01)
        crew.wake("to/a/main/x")
        assert crew._again == {"to/a/main/x"}
        gate.set()
        assert core.all_done.wait(PATIENCE)


def test_trouble_with_the_database_is_said_and_waited_out() -> None:
    core = Lanes({"to/a/main/x": 1})
    core.trouble = OperationalError("SELECT", {}, OSError("server closed the connection"))
    with at_work(core) as crew:
        while not crew.trouble():
            threading.Event().wait(0.01)
        assert crew.trouble() == ["the database is not usable: server closed the connection"]
        assert crew.dead() == []
        core.trouble = None
        assert core.all_done.wait(PATIENCE)
        while crew.trouble():
            threading.Event().wait(0.01)


def test_only_lanes_that_wait_for_a_thread_here_are_carried_to_others() -> None:
    class Told(NoCarrier):
        def __init__(self) -> None:
            self.lanes: set[str] = set()

        def wake(self, lanes: Sequence[str]) -> None:
            self.lanes.update(lanes)

    carrier = Told()
    keys = [f"to/p{n}/main/x" for n in range(6)]
    core = Lanes(dict.fromkeys(keys, 1))
    core.gates = {key: threading.Event() for key in keys}
    with at_work(core, workers=2, carrier=carrier) as crew:
        while len(crew._running) < 2 or len(carrier.lanes) < 4:
            threading.Event().wait(0.01)
        assert carrier.lanes <= set(keys)


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_one_owner_has_at_most_half_of_the_threads(workers: int) -> None:
    assert Crew(Lanes({}), workers).share == max(1, workers // 2)  # type: ignore[arg-type]
