"""The tables of the queue of wake-ups: made once, by many at once, and brought up to date."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib import resources

import psycopg
import pytest

from gateway.pipeline.dispatch.queue_schema import SCHEMA, address, prepare
from tests.dispatch.carrier_kit import ROOT, Process, connect, database, exists, until
from tests.postgres import Server


def _shape(postgres: Server, url: str) -> set[tuple[object, ...]]:
    """Columns, functions and triggers of the queue."""
    columns = f"""
        SELECT 'column', table_name::text, column_name::text, data_type::text
        FROM information_schema.columns WHERE table_schema = '{SCHEMA}'"""
    functions = f"""
        SELECT 'function', proname::text, pg_get_function_arguments(oid), ''
        FROM pg_proc WHERE pronamespace = '{SCHEMA}'::regnamespace"""
    triggers = """
        SELECT 'trigger', tgname::text, tgrelid::regclass::text, ''
        FROM pg_trigger WHERE NOT tgisinternal"""
    indexes = (
        f"SELECT 'index', indexname::text, '', '' FROM pg_indexes WHERE schemaname = '{SCHEMA}'"
    )
    parts = (columns, functions, triggers, indexes)
    return {row for each in parts for row in postgres.execute(each, database(url))}


def _scripts() -> list[tuple[str, bytes]]:
    folder = resources.files("procrastinate.sql") / "migrations"
    return sorted(
        (each.name, each.read_bytes()) for each in folder.iterdir() if each.name.endswith(".sql")
    )


def test_the_queue_stays_out_of_our_schema(postgres: Server, postgres_url: str) -> None:
    with connect(postgres_url) as connection:
        prepare(connection)
        before = _shape(postgres, postgres_url)
        prepare(connection)
    assert _shape(postgres, postgres_url) == before
    assert ("function", "procrastinate_defer_jobs_v1") in {row[:2] for row in before}
    found = postgres.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public'", database(postgres_url)
    )
    assert found == []


def test_many_may_make_the_queue_at_once(postgres: Server, postgres_url: str) -> None:
    def one(_: int) -> None:
        with connect(postgres_url) as connection:
            prepare(connection)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(one, range(8))) == [None] * 8


def test_two_processes_may_make_the_queue_at_once(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    both = [Process(postgres_url, "one"), Process(postgres_url, "two")]
    for process in both:
        until(lambda process=process: "ready" in process.lines, 60)
        process.end()
        assert process.lines[-1] == "left 0"


@pytest.mark.parametrize("last", ["02.14.01_01", "03.02.00_50"])
def test_an_older_queue_is_brought_up_to_date(
    postgres: Server, postgres_url: str, last: str
) -> None:
    with connect(postgres_url) as connection:
        connection.execute(f"CREATE SCHEMA {SCHEMA}".encode())
        connection.execute(
            "CREATE TABLE gateway_migration"
            " (name text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())"
        )
        for name, script in _scripts():
            if name[: len(last)] <= last:
                connection.execute(script)
                connection.execute("INSERT INTO gateway_migration (name) VALUES (%s)", [name])
        prepare(connection)
    updated = _shape(postgres, postgres_url)
    fresh = postgres.create()
    with connect(postgres.url(fresh)) as connection:
        prepare(connection)
    expected = _shape(postgres, postgres.url(fresh))
    postgres.drop(fresh)
    assert {row[:2] for row in updated} == {row[:2] for row in expected}


def test_a_queue_of_a_later_version_is_left_as_it_is(postgres: Server, postgres_url: str) -> None:
    with connect(postgres_url) as connection:
        prepare(connection)
        connection.execute("INSERT INTO gateway_migration (name) VALUES ('99.00.00_01_pre.sql')")
        prepare(connection)
        found = connection.execute("SELECT max(name) FROM gateway_migration").fetchone()
    assert found == ("99.00.00_01_pre.sql",)


def test_a_schema_that_an_administrator_made_is_enough(postgres: Server, postgres_url: str) -> None:
    name = database(postgres_url)
    postgres.execute("DROP ROLE IF EXISTS clerk")
    postgres.execute("CREATE ROLE clerk LOGIN PASSWORD 'pw-of-clerk'")
    url = postgres_url.replace(f"gateway:{postgres.password}", "clerk:pw-of-clerk")
    with connect(url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        prepare(connection)
    postgres.execute(f"CREATE SCHEMA {SCHEMA} AUTHORIZATION clerk", name)
    with connect(url) as connection:
        prepare(connection)
    assert exists(postgres, postgres_url)


def test_the_address_keeps_what_the_user_asked_for() -> None:
    made = psycopg.conninfo.conninfo_to_dict(
        address(
            "postgresql+psycopg://clerk:p%40ss@db.example/edi"
            "?sslmode=verify-full&connect_timeout=7&options=-c%20search_path%3Dx"
        )
    )
    assert (made["host"], made["user"], made["password"], made["dbname"]) == (
        "db.example",
        "clerk",
        "p@ss",
        "edi",
    )
    assert (made["sslmode"], made["connect_timeout"]) == ("verify-full", "7")
    assert str(made["options"]).startswith("-c search_path=x -c search_path=gateway_queue")
