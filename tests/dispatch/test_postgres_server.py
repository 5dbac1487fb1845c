"""The server that other tests rely on: it is real, and it comes back."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
import pytest

from tests.postgres import Server


def test_what_was_committed_survives_a_kill(postgres: Server, postgres_url: str) -> None:
    database = postgres_url.rpartition("/")[2]
    postgres.execute("CREATE TABLE kept (n int)", database)
    postgres.execute("INSERT INTO kept VALUES (1)", database)
    postgres.kill9()
    assert not postgres.answers()
    postgres.start()
    assert postgres.execute("SELECT n FROM kept", database) == [(1,)]


@pytest.mark.parametrize("immediate", [False, True])
def test_a_restart_keeps_the_address(postgres: Server, postgres_url: str, immediate: bool) -> None:
    postgres.restart(immediate=immediate)
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


def test_every_test_has_an_empty_database(postgres: Server, postgres_url: str) -> None:
    database = postgres_url.rpartition("/")[2]
    assert postgres.execute("SELECT 1 FROM pg_tables WHERE schemaname='public'", database) == []
    assert postgres.connected(database) == []


def test_it_does_not_run_as_root(postgres: Server) -> None:
    pid = int((postgres.folder / "data/postmaster.pid").read_text().split()[0])
    assert Path(f"/proc/{pid}").stat().st_uid != 0 or os.geteuid() != 0
