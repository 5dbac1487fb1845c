"""A process that stays is watched: port, figures, log, traces and readiness belong together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from gateway.config.models import Settings
from gateway.config.operation import Http, Telemetry
from gateway.store import Store
from gateway.telemetry import events, traces
from gateway.web.port import PortTakenError, bound
from gateway.web.ready import Readiness
from gateway.web.watched import watched
from tests.postgres import Server
from tests.tables import make_tables


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.open(make_tables(f"sqlite:///{tmp_path}/edi.db"), tmp_path / "archive")
    yield made
    made.close()


def settings(listen: str = "127.0.0.1:0", otlp: str | None = None) -> Settings:
    return Settings(http=Http(listen=listen), telemetry=Telemetry(otlp=otlp))


def nothing() -> list[str]:
    return []


def test_everything_is_on_and_then_off(store: Store) -> None:
    with watched(settings(), store, owner="edi-1", live=nothing) as where:
        assert where is not None
        events.wakes_carried(lanes=2)
        with httpx.Client(base_url=where.url, trust_env=False) as client:
            assert client.get("/health").json() == {"status": "alive", "reasons": []}
            assert client.get("/ready").json() == {"status": "ready", "reasons": []}
            figures = client.get("/metrics").text
    assert "gateway_wakes_sent_total 2.0" in figures
    assert "gateway_database_up 1.0" in figures
    assert "gateway_archive_disk_free_bytes " in figures
    assert 'gateway_info{database="sqlite",' in figures
    assert events._Meter.record is None
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{where.url}/health", trust_env=False)


def test_without_a_port_traces_are_sent_all_the_same(store: Store) -> None:
    quiet = settings("off", "http://127.0.0.1:9")
    with watched(quiet, store, owner="edi-1", live=nothing) as where:
        assert where is None
        assert events._Meter.record is None
        assert traces._Active.tracing is not None
    assert traces._Active.tracing is None


def test_a_taken_port_leaves_nothing_behind(store: Store) -> None:
    with bound("127.0.0.1:0") as other:
        listen = f"127.0.0.1:{other.getsockname()[1]}"
        with (
            pytest.raises(PortTakenError, match="is taken by another program"),
            watched(settings(listen), store, owner="a", live=nothing),
        ):
            pass
    assert events._Meter.record is None


def test_a_carrier_without_connection_is_not_ready(store: Store) -> None:
    ready = Readiness(store, lambda: ["", "wake-ups do not arrive: connection refused"])
    assert ready() == ["wake-ups do not arrive: connection refused"]


def test_an_archive_that_cannot_be_written_is_not_ready(store: Store, tmp_path: Path) -> None:
    ready = Readiness(store)
    assert ready() == []
    assert list((tmp_path / "archive" / "tmp").iterdir()) == []
    (tmp_path / "archive" / "tmp").rmdir()
    (tmp_path / "archive" / "tmp").write_text("in the way")
    [sentence] = ready()
    assert sentence.startswith("the archive cannot be written: [Errno 17]")


@pytest.mark.parametrize(
    ("revision", "sentence"),
    [
        ("0001", "the tables of the database are older than this version"),
        (
            "9999",
            "the database is at revision 9999, which this version of the gateway does not know;"
            " start the newer version of the gateway",
        ),
    ],
)
def test_other_tables_are_not_ready(store: Store, revision: str, sentence: str) -> None:
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})
    assert Readiness(store)() == [sentence]


def test_a_database_that_went_away_is_not_ready_and_comes_back(
    postgres: Server, postgres_ready: str, tmp_path: Path
) -> None:
    made = Store.open(postgres_ready, tmp_path / "archive")
    try:
        ready = Readiness(made)
        assert ready() == []
        postgres.stop(immediate=True)
        [sentence] = ready()
        assert sentence.startswith("the database does not answer: ")
        assert postgres.password not in sentence
        postgres.start()
        assert ready() == []
    finally:
        made.close()
