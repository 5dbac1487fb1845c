"""Wake-ups over Procrastinate, on a real server that is also killed."""

from __future__ import annotations

import math
import statistics
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from gateway.pipeline.dispatch import procrastinate_worker, sender
from gateway.pipeline.dispatch.carrier import Carrier
from gateway.pipeline.dispatch.carrier_health import Health
from gateway.pipeline.dispatch.procrastinate import ProcrastinateCarrier
from gateway.pipeline.dispatch.procrastinate_worker import POLL
from gateway.pipeline.dispatch.queue_schema import SCHEMA, address
from gateway.pipeline.dispatch.sender import Sender
from tests.dispatch.carrier_kit import ROOT, Process, connect, database, exists, until
from tests.postgres import Server

Make = Callable[..., ProcrastinateCarrier]


@pytest.fixture
def make(postgres_url: str) -> Iterator[Make]:
    """Carriers of the fresh database; all are stopped afterwards."""
    made: list[ProcrastinateCarrier] = []

    def one(name: str = "here", **more: object) -> ProcrastinateCarrier:
        made.append(ProcrastinateCarrier(postgres_url, name, **more))  # type: ignore[arg-type]
        return made[-1]

    yield one
    for carrier in made:
        carrier.stop()


def waiting(postgres: Server, url: str) -> list[str]:
    """Lanes of the jobs in the queue."""
    found = f"SELECT args->>'lane' FROM {SCHEMA}.procrastinate_jobs WHERE task_name = 'drain'"
    return sorted(str(lane) for (lane,) in postgres.execute(found, database(url)))


def connected(carrier: ProcrastinateCarrier, woken: Callable[[str], None]) -> None:
    carrier.start(woken)
    until(lambda: not carrier.trouble())


@pytest.fixture
def process(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Process]:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    other = Process(postgres_url, "there")
    until(lambda: "ready" in other.lines, 60)
    yield other
    other.end()


def test_a_wake_up_reaches_another_process_at_once(
    make: Make, process: Process, record_property: Callable[[str, object], None]
) -> None:
    here, took = make(), list[float]()
    for number in range(20):
        lane = f"in/acme-retail/{number}"
        began = time.monotonic()
        here.wake([lane])
        until(lambda lane=lane: process.woken(lane) is not None)
        took.append((process.woken(lane) or math.inf) - began)
    print([round(each * 1000) for each in took])
    record_property("p50_ms", round(statistics.median(took) * 1000, 1))
    assert statistics.median(took) < 0.5


def test_no_wake_up_waits_for_the_next_look_into_the_queue(make: Make) -> None:
    """Each one comes while the worker fetches because of the one before."""
    got, here = list[str](), make()
    connected(here, got.append)
    for number in range(150):
        began = time.monotonic()
        here.wake([f"in/{number}"])
        until(lambda number=number: f"in/{number}" in got)
        assert time.monotonic() - began < POLL / 2


def test_a_process_ends_without_leaving_threads_or_connections(
    postgres: Server, postgres_url: str, process: Process
) -> None:
    assert 0 < len(postgres.connected(database(postgres_url))) <= 4
    process.end()
    assert process.lines[-1] == "left 0"
    assert process.process.returncode == 0
    until(lambda: postgres.connected(database(postgres_url)) == [])


def test_a_killed_process_leaves_its_wake_ups_to_the_others(
    make: Make, process: Process, postgres: Server, postgres_url: str
) -> None:
    got = list[str]()
    process.process.kill()
    process.process.wait(20)
    here = make()
    here.wake(["in/northwind/main"])
    connected(make("other"), got.append)
    until(lambda: "in/northwind/main" in got)


def test_a_thousand_wake_ups_of_a_lane_are_one_job(
    make: Make, postgres: Server, postgres_url: str
) -> None:
    here = make()
    threads = [
        threading.Thread(target=lambda: [here.wake(["to/erp/order"]) for _ in range(250)])
        for _ in range(4)
    ]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - began < 1
    here.stop()
    assert waiting(postgres, postgres_url) == ["to/erp/order"]
    again = make()
    again.wake(["to/erp/order", "in/northwind/main"])
    again.stop()
    assert waiting(postgres, postgres_url) == ["in/northwind/main", "to/erp/order"]


def test_a_lane_is_sent_at_most_once_in_a_while_and_never_forgotten(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold = 0.4
    monkeypatch.setattr(sender, "HOLD", hold)
    got = list[float]()
    here = make()
    connected(here, lambda lane: got.append(time.monotonic()))
    end = time.monotonic() + hold * 2.5
    while time.monotonic() < end:
        here.wake(["to/erp/order"])
        time.sleep(0.01)
    last = time.monotonic()
    until(lambda: got and got[-1] > last - 0.02)
    assert 3 <= len(got) <= 4


def test_what_was_done_leaves_nothing_behind(
    make: Make, postgres: Server, postgres_url: str
) -> None:
    got, here = list[str](), make()
    connected(here, got.append)
    lanes = [f"in/acme-retail/{number}" for number in range(50)]
    here.wake(lanes)
    until(lambda: sorted(set(got)) == sorted(lanes))
    until(lambda: waiting(postgres, postgres_url) == [])


def test_a_bug_in_the_house_does_not_end_the_listening(make: Make) -> None:
    got, here = list[str](), make()

    def woken(lane: str) -> None:
        got.append(lane)
        if lane == "in/bad":
            raise RuntimeError("a bug")

    connected(here, woken)
    here.wake(["in/bad"])
    until(lambda: "in/bad" in got)
    here.wake(["in/good"])
    until(lambda: "in/good" in got)
    assert here.trouble() == ""


def test_a_killed_database_is_said_and_comes_back_without_a_hand(
    make: Make, process: Process, postgres: Server, postgres_url: str
) -> None:
    got, here = list[str](), make()
    connected(here, got.append)
    postgres.kill9()
    until(here.trouble)
    began = time.monotonic()
    here.wake(["in/lost"])
    assert time.monotonic() - began < 0.1
    assert "do not arrive" in here.trouble()
    assert postgres.password not in here.trouble()
    postgres.start()
    until(lambda: not here.trouble())

    def flows() -> bool:
        here.wake(["in/acme-retail/main"])
        return process.woken("in/acme-retail/main") is not None and bool(got)

    until(flows)
    assert here.trouble() == ""


def test_it_survives_one_kill_after_the_other(make: Make, postgres: Server) -> None:
    got, here = list[str](), make()
    connected(here, got.append)
    for number in range(3):
        postgres.kill9()
        postgres.start()

        def flows(lane: str = f"in/{number}") -> bool:
            here.wake([lane])
            return lane in got

        until(flows)
    until(lambda: here.trouble() == "")


def test_connections_that_are_cut_are_made_anew(
    make: Make, postgres: Server, postgres_url: str
) -> None:
    got, here = list[str](), make()
    connected(here, got.append)
    here.wake(["in/first"])
    until(lambda: "in/first" in got)
    postgres.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        f" WHERE datname = '{database(postgres_url)}'"
    )
    here.wake(["in/second"])  # not dropped: the sender tries again at once
    until(lambda: "in/second" in got)
    until(lambda: here.trouble() == "")


@pytest.mark.parametrize("away", [False, True])
def test_stopping_is_quick(make: Make, postgres: Server, away: bool) -> None:
    before, here = threading.active_count(), make()
    connected(here, lambda lane: None)
    here.wake(["in/acme-retail/main"])
    if away:
        postgres.kill9()
        here.wake(["in/northwind/main"])
    began = time.monotonic()
    here.stop()
    assert time.monotonic() - began < 2
    until(lambda: threading.active_count() == before, 5)


def test_a_database_that_only_keeps_silent_is_noticed(
    make: Make, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(procrastinate_worker, "POLL", 0.1)
    monkeypatch.setattr(procrastinate_worker, "SILENCE", 1.0)
    got, here = list[str](), make()
    connected(here, got.append)
    with postgres.frozen():
        began = time.monotonic()
        here.wake(["in/acme-retail/main"])
        assert time.monotonic() - began < 0.1
        until(here.trouble, 30)
    until(lambda: not here.trouble(), 30)
    here.wake(["in/northwind/main"])
    until(lambda: "in/northwind/main" in got)


def test_stopping_does_not_wait_for_a_silent_database(make: Make, postgres: Server) -> None:
    here = make()
    connected(here, lambda lane: None)
    with postgres.frozen():
        here.wake(["in/acme-retail/main"])
        began = time.monotonic()
        here.stop()
        assert time.monotonic() - began < 2.5


def test_a_start_while_the_database_is_away_is_made_up_for(make: Make, postgres: Server) -> None:
    postgres.kill9()
    got, here = list[str](), make()
    here.start(got.append)
    until(lambda: "refused" in here.trouble())
    postgres.start()
    until(lambda: not here.trouble())


def test_jobs_of_processes_that_died_are_cleared_away(
    make: Make, postgres: Server, postgres_url: str
) -> None:
    here, got = make(), list[str]()
    here.wake(["in/acme-retail/main"])
    until(lambda: exists(postgres, postgres_url) and waiting(postgres, postgres_url))
    with connect(postgres_url) as connection:
        connection.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    connected(make("other", ticks=["duty/all"]), got.append)
    # the tick of the minute that began last is entered when a worker starts
    until(lambda: waiting(postgres, postgres_url) == [])
    assert got == ["duty/all"]


def test_the_sender_drops_while_the_database_is_away(postgres: Server, postgres_url: str) -> None:
    health = Health()
    sends = Sender(address(postgres_url), health)
    postgres.kill9()
    sends.add(["in/lost"])
    until(health.text)
    assert "cannot be woken" in health.text()
    postgres.start()
    until(lambda: not health.text())  # by itself, with nothing to send
    sends.add(["in/kept"])
    sends.stop(5)
    assert waiting(postgres, postgres_url) == ["in/kept"]


def test_a_queue_that_was_dropped_comes_back(
    make: Make, postgres: Server, postgres_url: str
) -> None:
    got, here = list[str](), make()
    connected(here, got.append)
    postgres.execute(f"DROP SCHEMA {SCHEMA} CASCADE", database(postgres_url))

    def flows() -> bool:
        here.wake(["in/acme-retail/main"])
        return bool(got)

    until(flows)
    until(lambda: here.trouble() == "")


def test_it_is_a_carrier(make: Make) -> None:
    here: Carrier = make()
    here.wake([])
    assert here.trouble() == ""
