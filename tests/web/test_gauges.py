"""Figures of the database: right, bounded, from indexes, and never asked too often."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Select, insert, text
from sqlalchemy.exc import OperationalError

from gateway.pipeline.states import State
from gateway.store import Store
from gateway.store.tables import alarm, delivery, duty, message
from gateway.telemetry.meters import Meters
from gateway.web import gauges
from gateway.web.gauges import HouseGauges, awaited, counted_states, due_heads, open_deliveries
from tests.tables import make_tables

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
AGO = NOW - timedelta(minutes=5)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Store]:
    url = make_tables(f"sqlite:///{tmp_path}/edi.db")
    store = Store.open(url, tmp_path / "archive", clock=lambda: NOW)
    yield store
    store.close()


@pytest.fixture
def distributed(tmp_path: Path, postgres_ready: str) -> Iterator[Store]:
    store = Store.open(postgres_ready, tmp_path / "archive", clock=lambda: NOW)
    yield store
    store.close()


@pytest.fixture(params=["embedded", "distributed"])
def store(request: pytest.FixtureRequest) -> Store:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Store)
    return found


def row(state: str, **values: Any) -> dict[str, Any]:
    base = {"kind": "file", "direction": "in", "created": AGO, "updated": AGO, "lane": ""}
    return {**base, "due": None, "deadline": None, "state": state, **values}


def parcel(key: str, **values: Any) -> dict[str, Any]:
    base = {"key": key, "purpose": "erp", "folder": "/erp", "name": key, "sha": "0" * 64}
    return {**base, "state": "pending", "due": AGO, "created": AGO, "updated": AGO, **values}


def trouble(key: str, **values: Any) -> dict[str, Any]:
    base = {"key": key, "code": "A101", "severity": "error", "data": "{}", "resolved": None}
    return {**base, "raised": AGO, "seen": AGO, **values}


def fill(store: Store) -> None:
    with store.write() as connection:
        connection.execute(
            insert(message),
            [
                row("received", lane="in/acme-retail/main", due=AGO),
                row("received", lane="in/acme-retail/main", due=AGO + timedelta(minutes=1)),
                row("retrying", lane="in/northwind/main", due=LATER),
                row("held"), row("held"), row("acknowledged"), row("split"),
                row("delivered", deadline=AGO), row("delivered", deadline=LATER),
            ],
        )  # fmt: skip
        connection.execute(
            insert(delivery),
            [
                parcel("a", lane="to/erp/order", due=NOW - timedelta(minutes=9)),
                parcel("b", lane="to/erp/order", due=NOW),
                parcel("c", lane="to/northwind/main", due=LATER),
                parcel("d", lane="to/erp/order", due=None, state="done"),
            ],
        )
        connection.execute(
            insert(alarm),
            [
                trouble("a"), trouble("b"), trouble("c", resolved=NOW),
                trouble("d", code="A103", severity="warning"),
            ],
        )  # fmt: skip
        connection.execute(
            insert(duty),
            [
                {"name": "watch", "due": NOW, "failure": ""},
                {"name": "expire", "due": NOW, "failure": "OSError"},
            ],
        )


def figures(collector: HouseGauges) -> dict[str, float]:
    return {
        " ".join([sample.name.removeprefix("gateway_"), *sample.labels.values()]): sample.value
        for family in collector.collect()
        for sample in family.samples
    }


def test_the_figures(store: Store, tmp_path: Path) -> None:
    fill(store)
    found = figures(HouseGauges(store, tmp_path))
    assert found.pop("database_bytes") > 100_000
    assert found.pop("archive_disk_bytes") > found.pop("archive_disk_free_bytes") > 0
    assert found == {
        "database_up": 1,
        "open received": 2, "open identified": 0, "open checked": 0, "open mapped": 0,
        "open retrying": 1, "open held": 2, "open dead": 0,
        "answers_awaited": 2, "answers_overdue": 1,
        "oldest_due_seconds": 540, "lanes_waiting": 2, "deliveries_waiting": 3,
        "alarms_open A101 error": 2, "alarms_open A103 warning": 1,
        "duty_failing watch": 0, "duty_failing expire": 1,
    }  # fmt: skip


def test_an_empty_house(store: Store) -> None:
    found = figures(HouseGauges(store, None))
    assert found["oldest_due_seconds"] == 0
    assert found["lanes_waiting"] == 0
    assert "archive_disk_bytes" not in found


def test_the_disk_is_known_before_the_archive_is_made(embedded: Store, tmp_path: Path) -> None:
    found = figures(HouseGauges(embedded, tmp_path / "a" / "b"))
    assert found["archive_disk_free_bytes"] > 0


def test_counting_ends_somewhere(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gauges, "MOST", 2)
    monkeypatch.setattr(gauges, "MOST_LANES", 2)
    with store.write() as connection:
        lanes = [f"in/p{number}/main" for number in range(6)]
        connection.execute(insert(message), [row("received", lane=key, due=AGO) for key in lanes])
    found = figures(HouseGauges(store, None))
    assert found["open received"] == 2
    assert 2 <= found["lanes_waiting"] <= 3


QUESTIONS: list[tuple[Select[Any], str]] = [
    *((counted_states(state), "ix_message_state") for state in State),
    (awaited(), "ix_message_deadline"),
    (awaited(NOW), "ix_message_deadline"),
    (open_deliveries(), "ix_delivery_lane"),
    (due_heads(NOW), "ix_message_lane"),
    (due_heads(NOW), "ix_delivery_lane"),
]


def plan(connection: Connection, question: Select[Any]) -> str:
    compiled = question.compile(connection, compile_kwargs={"literal_binds": True})
    words = "EXPLAIN" if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    lines = connection.exec_driver_sql(f"{words} {compiled}")
    return "\n".join(str(line[-1]) for line in lines)


@pytest.mark.parametrize(("question", "index"), QUESTIONS)
def test_sqlite_answers_from_indexes_alone(
    embedded: Store, question: Select[Any], index: str
) -> None:
    with embedded.read() as connection:
        found = plan(connection, question)
    assert f"USING COVERING INDEX {index}" in found
    for table in ("message", "delivery"):
        scans = [line for line in found.splitlines() if line.startswith(f"SCAN {table}")]
        assert all("COVERING INDEX" in line or "_lanes" in line for line in scans), found


def test_postgresql_answers_from_indexes(distributed: Store) -> None:
    fill(distributed)
    with distributed.write() as connection:
        done = [row("acknowledged") for _ in range(20_000)]
        connection.execute(insert(message), done)
        for index in range(0, 20_000, 5_000):
            parcels = [
                parcel(f"x{index + number}", due=None, state="done") for number in range(5_000)
            ]
            connection.execute(insert(delivery), parcels)
    with distributed.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    with distributed.read() as connection:
        for question, index in QUESTIONS:
            if "acknowledged" in str(question.compile().params.values()):
                continue  # all of the table: reading it in order is right
            found = plan(connection, question)
            assert index in found
            assert "Seq Scan on message" not in found
            assert "Seq Scan on delivery" not in found


@dataclass
class Asked:
    """A store that counts how often it is read."""

    store: Store
    times: int = 0
    failing: bool = False

    def clock(self) -> datetime:
        return self.store.clock()

    def read(self) -> Any:
        self.times += 1
        if self.failing:
            raise OperationalError("SELECT 1", {}, OSError("connection refused"))
        return self.store.read()


def test_a_storm_of_scrapes_asks_once(embedded: Store) -> None:
    asked, seconds = Asked(embedded), [0.0]
    collector = HouseGauges(asked, None, fresh=5, monotonic=lambda: seconds[0])  # type: ignore[arg-type]
    barrier = threading.Barrier(8)

    def scrape(_number: int) -> float:
        barrier.wait(10)
        return figures(collector)["database_up"]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(scrape, range(8))) == [1.0] * 8
    assert asked.times == 1
    seconds[0] = 4.9
    figures(collector)
    assert asked.times == 1
    seconds[0] = 5.0
    figures(collector)
    assert asked.times == 2


def test_a_database_that_does_not_answer_is_a_figure(embedded: Store, tmp_path: Path) -> None:
    asked, seconds = Asked(embedded, failing=True), [0.0]
    collector = HouseGauges(asked, tmp_path, monotonic=lambda: seconds[0])  # type: ignore[arg-type]
    found = figures(collector)
    assert found["database_up"] == 0
    assert "open held" not in found
    assert found["archive_disk_free_bytes"] > 0
    asked.failing = False
    seconds[0] = 6.0
    assert figures(collector)["database_up"] == 1


def test_they_join_the_other_metrics_without_being_asked(embedded: Store) -> None:
    meters, asked = Meters(version="1", database="sqlite"), Asked(embedded)
    meters.register(HouseGauges(asked, None))  # type: ignore[arg-type]
    assert asked.times == 0
    assert 'gateway_open{state="held"} 0.0' in meters.text()[0].decode()
    assert asked.times == 1
