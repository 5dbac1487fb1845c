"""The tables, the transactions and the migrations."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.engine.interfaces import ReflectedIndex

from gateway.store import Store, StoreTooNewError, contents, numbers
from gateway.store.database import make_engine
from gateway.store.migrate import MIGRATIONS, migrate, revisions
from gateway.store.numbers import Span
from gateway.store.tables import METADATA, Instant, control_number
from tests.postgres import Server

AT = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/gateway.db"
    found: str = request.getfixturevalue("postgres_url")
    return found


def opened(folder: Path) -> Store:
    return Store.open(f"sqlite:///{folder}/var/gateway.db", folder / "archive")


def drawn(engine: Engine) -> dict[str, object]:
    """The tables of a database as it tells them itself, whatever their order."""
    found: dict[str, object] = {}
    with engine.connect() as connection:
        told = inspect(connection)
        for table in told.get_table_names():
            columns = {
                column["name"]: (str(column["type"]), column["nullable"], column["default"])
                for column in told.get_columns(table)
            }
            indexes = {
                (one["name"], tuple(one["column_names"]), bool(one["unique"]), _where(one))
                for one in told.get_indexes(table)
            }
            keys = {
                tuple(one["constrained_columns"]): (one["referred_table"], str(one["options"]))
                for one in told.get_foreign_keys(table)
            }
            uniques = {tuple(one["column_names"]) for one in told.get_unique_constraints(table)}
            primary = told.get_pk_constraint(table)["constrained_columns"]
            found[table] = (columns, indexes, keys, uniques, primary)
        found["at"] = connection.execute(text("SELECT * FROM alembic_version")).all()
        found["note"] = connection.execute(text("SELECT * FROM schema_note")).all()
    return found


def _where(index: ReflectedIndex) -> str:
    options = index.get("dialect_options", {})
    return str(next((value for name, value in options.items() if name.endswith("_where")), ""))


def test_the_migrations_make_exactly_the_tables(url: str) -> None:
    engine = make_engine(url)
    migrate(engine, stepwise=True)
    with engine.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        indexes = {
            index["name"]
            for table in METADATA.tables
            for index in inspect(connection).get_indexes(table)
        }
    assert indexes >= {index.name for table in METADATA.tables.values() for index in table.indexes}
    engine.dispose()


def test_an_empty_database_gets_what_all_migrations_make(
    request: pytest.FixtureRequest, tmp_path: Path, url: str
) -> None:
    stepwise = make_engine(url)
    migrate(stepwise, stepwise=True)
    if stepwise.dialect.name == "sqlite":
        at_once = make_engine(f"sqlite:///{tmp_path}/at_once.db")
    else:
        server: Server = request.getfixturevalue("postgres")
        at_once = make_engine(server.url(server.create()))
    migrate(at_once)
    assert drawn(at_once) == drawn(stepwise)
    at_once.dispose()
    stepwise.dispose()


def test_a_database_with_tables_of_others_is_migrated_step_by_step(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/gateway.db")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE theirs (id INTEGER)"))
    migrate(engine)
    with engine.connect() as connection:
        assert {"theirs", "message"} <= set(inspect(connection).get_table_names())
    engine.dispose()


def test_a_migration_that_was_interrupted_left_nothing_and_runs_again(tmp_path: Path) -> None:
    store = opened(tmp_path)
    with store.engine.begin() as connection:
        METADATA.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
    migrate(store.engine)
    migrate(store.engine)
    store.close()


def test_a_database_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    store = opened(tmp_path)
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(StoreTooNewError, match="9999"):
        opened(tmp_path)


def test_what_is_committed_is_synced(tmp_path: Path) -> None:
    store = opened(tmp_path)
    with store.read() as connection:
        assert connection.scalar(text("PRAGMA synchronous")) == 2
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA busy_timeout")) == 30_000
    store.close()


def test_numbers_are_never_given_twice(tmp_path: Path) -> None:
    store, drawn = opened(tmp_path), list[int]()

    def work() -> None:
        for _ in range(20):
            with store.write() as connection:
                drawn.append(numbers.draw(connection, "acme", AT))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(drawn) == list(range(1, 81))
    store.close()


def test_a_number_whose_transaction_failed_is_given_again(tmp_path: Path) -> None:
    store = opened(tmp_path)
    with pytest.raises(RuntimeError), store.write() as connection:
        numbers.draw(connection, "acme", AT)
        raise RuntimeError
    with store.write() as connection:
        assert numbers.draw(connection, "acme", AT) == 1
    store.close()


def test_numbers_start_again_after_the_largest(tmp_path: Path) -> None:
    store = opened(tmp_path)
    with store.write() as connection:
        assert [numbers.draw(connection, "a", AT, span=Span(1, 2)) for _ in range(3)] == [1, 2, 1]
        assert connection.scalar(select(control_number.c.updated)) == AT
    store.close()


def test_produced_bytes_are_kept_once_and_found_again(tmp_path: Path) -> None:
    store = opened(tmp_path)
    with store.write() as connection:
        contents.put(connection, [b"one", b"two", b"one"])
        contents.put(connection, [b"one"])
    assert store.payload(contents.sha_of(b"one")) == b"one"
    with pytest.raises(KeyError):
        store.payload("0" * 64)
    store.close()


def test_instants_need_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        Instant().process_bind_param(datetime(2026, 1, 1), None)  # noqa: DTZ001
    assert Instant().process_bind_param(AT, None) == "2026-03-02T09:14:00.000000Z"


def test_the_names_of_the_migrations_tell_their_revisions() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))
    known = [script.revision for script in scripts.walk_revisions()]
    assert revisions() == sorted(known)
    assert revisions()[-1] == scripts.get_current_head()
