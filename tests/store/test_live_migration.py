"""Tables are renewed while others work on them: old code goes on, new code waits its turn."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, select, text

from gateway.store import Store, StoreTooNewError, lanes
from gateway.store.database import make_engine
from gateway.store.migrate import MIGRATIONS, found_revision, migrate
from gateway.store.tables import delivery, message, schema_note
from tests.pipeline.world import GATEWAY, World, invoices, orders

NEXT = '''
"""Made by a test: what a later version may add."""

import sqlalchemy as sa
from alembic import op

from gateway.store.expand import add_column, add_index

revision = "{number}"
down_revision = "{below}"
branch_labels = None
depends_on = None
COMPATIBLE_WITH = {welcome}


def upgrade():
    add_column("message", sa.Column("colour{number}", sa.String(20)))
    add_column("delivery", sa.Column("weight", sa.Integer(), nullable=False, server_default="0"))
    add_index("ix_message_colour{number}", "message", ["colour{number}", "id"])
    add_index("ix_event_at{number}", "event", ["at"])
    op.create_table(
        "later{number}", sa.Column("id", sa.Integer(), primary_key=True), if_not_exists=True
    )
'''


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path}/var/gateway.db"


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    made = make_engine(url)
    yield made
    made.dispose()


def revisions(folder: Path, *more: tuple[str, str, str]) -> Path:
    """The revisions of a later version: ours, and some that were made since."""
    shutil.copytree(MIGRATIONS / "versions", folder / "versions", dirs_exist_ok=True)
    for number, below, welcome in more:
        script = NEXT.format(number=number, below=below, welcome=welcome)
        (folder / "versions" / f"r{number}_later.py").write_text(script)
    return folder


def head() -> str:
    """The newest revision of this code."""
    return max(path.name[1:5] for path in (MIGRATIONS / "versions").glob("r*.py"))


def at_once(count: int, work: Callable[[], None]) -> None:
    """Run in threads that begin together; what fails in one fails here."""
    barrier, failures = threading.Barrier(count), list[BaseException]()

    def run() -> None:
        barrier.wait()
        try:
            work()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_processes_that_start_at_once_migrate_once(url: str, tmp_path: Path) -> None:
    def start() -> None:
        Store.open(url, tmp_path / "archive").close()

    at_once(4, start)
    store = Store.open(url, tmp_path / "archive")
    with store.read() as connection:
        assert found_revision(connection) == head()
    store.close()


def test_work_goes_on_while_a_later_version_migrates(url: str, tmp_path: Path) -> None:
    """Old code in threads; the new version comes step by step beside it."""
    world = World(tmp_path / "work", {"gateway.yaml": f"{GATEWAY}database: {url}\n"})
    world.acme("0.edi", orders("4711", ["PO0"]))
    world.run()
    stop, failures, done = threading.Event(), list[BaseException](), list[int]()

    def work() -> None:
        number = 0
        try:
            while not stop.is_set() or not number:
                number += 1
                world.acme(f"{number}.edi", orders(str(5000 + number), [f"PO{number}"]))
                world.erp(f"{number}.csv", invoices([f"I{number}"]))
                world.run()
                done.append(number)
        except BaseException as failure:
            failures.append(failure)
            raise

    thread = threading.Thread(target=work)
    thread.start()
    ours = head()
    last, engine = ours, make_engine(url)
    try:
        for step in range(1, 4):
            number = f"9{step:03}"
            welcome = {ours, *(f"9{each:03}" for each in range(1, step))}
            folder = revisions(tmp_path / "later", (number, last, repr(welcome)))
            migrate(engine, folder)
            last = number
            so_far = len(done)
            while len(done) < so_far + 2 and thread.is_alive():
                stop.wait(0.01)
    finally:
        stop.set()
        thread.join()
    assert failures == []
    world.erp("last.csv", invoices(["LAST"]))
    world.run()
    assert len(world.rows(kind="message", limit=10_000)) == len(done) + 1
    assert {row.state for row in world.rows(kind="message", limit=10_000)} == {"acknowledged"}
    with engine.connect() as connection:
        names = {index["name"] for index in inspect(connection).get_indexes("message")}
        assert {"ix_message_colour9001", "ix_message_colour9003"} <= names
        if engine.dialect.name == "postgresql":
            broken = "SELECT count(*) FROM pg_index WHERE NOT indisvalid"
            assert connection.scalar(text(broken)) == 0
    engine.dispose()
    world.gateway.close()


def test_old_code_that_is_welcome_starts_and_works(
    url: str, engine: Engine, tmp_path: Path
) -> None:
    migrate(engine, revisions(tmp_path / "later", ("9001", head(), repr({head()}))))
    store = Store.open(url, tmp_path / "archive")
    with store.write() as connection:
        assert lanes.take(connection, "in/a", "me", 30, store.clock()) is not None
        note = connection.execute(select(schema_note)).one()
        assert (note.revision, note.compatible_with) == ("9001", head())
    store.close()


@pytest.mark.parametrize(
    "later",
    [
        [("9001", "set()")],
        [("9001", "{ours!r}"), ("9002", "{{'9001'}}")],
        [("9001", "set()"), ("9002", "{{{ours!r}, '9001'}}")],
    ],
    ids=["at once", "two steps later", "a step between"],
)
def test_old_code_that_is_not_welcome_keeps_away(
    url: str, engine: Engine, tmp_path: Path, later: list[tuple[str, str]]
) -> None:
    below, steps = head(), []
    for number, welcome in later:
        known = welcome.format(ours=head())
        steps.append((number, below, known if known.startswith(("{", "set")) else f"{{{known}}}"))
        below = number
    migrate(engine, revisions(tmp_path / "later", *steps))
    with pytest.raises(StoreTooNewError, match=steps[-1][0]):
        Store.open(url, tmp_path / "archive")


def test_a_step_that_was_killed_runs_again(engine: Engine, tmp_path: Path) -> None:
    """Everything but the number of the revision was written."""
    folder = revisions(tmp_path / "later", ("9001", head(), "set()"))
    migrate(engine, folder)
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{head()}'"))
    migrate(engine, folder)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0002'"))
        assert found_revision(connection) == "0002"
    migrate(engine, revisions(tmp_path / "ours"))


def test_a_column_that_old_code_would_not_fill_is_refused(engine: Engine, tmp_path: Path) -> None:
    folder = revisions(tmp_path / "later", ("9001", head(), "set()"))
    script = folder / "versions/r9001_later.py"
    script.write_text(script.read_text().replace('server_default="0"', ""))
    with pytest.raises(ValueError, match="old code would not fill"):
        migrate(engine, folder)
    with engine.connect() as connection:
        assert found_revision(connection) in (head(), None)


def test_the_first_tables_with_work_in_them_become_those_of_today(
    url: str, engine: Engine, tmp_path: Path
) -> None:
    """What waits in a database of the first version gets lanes, and is done."""
    migrate(engine, to="0001")
    at = "2026-03-02T09:14:00.000000Z"
    values: dict[str, Any] = {"at": at, "sha": "ab" * 32, "long": "/" + "x" * 200}
    with engine.begin() as connection:
        for statement in (
            "INSERT INTO message (id, kind, direction, state, source, due, created, updated) "
            "VALUES (1, 'file', 'in', 'received', 'acme-retail/main', :at, :at, :at)",
            "INSERT INTO message (id, kind, direction, state, source, created, updated) "
            "VALUES (2, 'file', 'in', 'split', 'acme-retail/main', :at, :at)",
            "INSERT INTO delivery (id, key, message, purpose, folder, name, sha, state, due, "
            "created, updated) VALUES "
            "(1, 'erp:1', 2, 'erp', '/erp/out/order', 'a', :sha, 'pending', :at, :at, :at), "
            "(2, 'erp:2', 2, 'erp', :long, 'b', :sha, 'pending', :at, :at, :at), "
            "(3, 'erp:3', 2, 'erp', '/erp/out/order', 'c', :sha, 'done', NULL, :at, :at)",
        ):
            connection.execute(
                text(statement), {key: values[key] for key in values if f":{key}" in statement}
            )
    store = Store.open(url, tmp_path / "archive")
    with store.read() as connection:
        rows = {
            row.id: row.lane for row in connection.execute(select(message.c.id, message.c.lane))
        }
        assert rows == {1: "in/acme-retail/main", 2: ""}
        planned = {
            row.id: row.lane for row in connection.execute(select(delivery.c.id, delivery.c.lane))
        }
        assert planned == {1: "to/erp//erp/out/order", 2: "to/erp", 3: ""}
        assert set(connection.scalars(select(delivery.c.outlet))) == {"folder"}
        waiting = lanes.waiting(connection, store.clock())
    assert waiting == ["in/acme-retail/main", "to/erp", "to/erp//erp/out/order"]
    store.close()
