"""Threads share a commit; a failure undoes the work of the one that failed alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError, OperationalError

from gateway.store import Store, numbers
from gateway.store.tables import control_number
from tests.tables import make_tables

AT = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(make_tables(f"sqlite:///{tmp_path}/gateway.db"), tmp_path / "archive")
    yield opened
    opened.close()


def count(store: Store) -> int:
    with store.read() as connection:
        return connection.scalar(select(func.count()).select_from(control_number)) or 0


def test_every_transaction_of_many_threads_is_there_and_failed_ones_are_not(store: Store) -> None:
    def one(number: int) -> bool:
        try:
            with store.write() as connection:
                numbers.draw(connection, f"s{number}", AT)
                if number % 5 == 0:
                    raise ValueError("refused")
        except ValueError:
            return False
        with store.read() as connection:  # durable and visible as soon as write() is over
            known = control_number.c.scope == f"s{number}"
            return connection.scalar(select(control_number.c.value).where(known)) == 1

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(one, range(200)))
    assert sum(done) == 160
    assert count(store) == 160


def test_waiting_transactions_join_one_commit(store: Store) -> None:
    commits = []
    event.listen(store.engine, "commit", commits.append)
    entered, go = threading.Event(), threading.Event()

    def slow() -> None:
        with store.write() as connection:
            numbers.draw(connection, "slow", AT)
            entered.set()
            go.wait()

    def quick(name: str) -> None:
        with store.write() as connection:
            numbers.draw(connection, name, AT)

    threads = [threading.Thread(target=slow)]
    threads[0].start()
    entered.wait()
    threads += [threading.Thread(target=quick, args=(f"q{n}",)) for n in range(10)]
    for thread in threads[1:]:
        thread.start()
    while store._group is None or store._group._waiting < 10:
        pass
    go.set()
    for thread in threads:
        thread.join()
    assert len(commits) == 1
    assert count(store) == 11


def test_a_commit_that_fails_fails_for_all_who_shared_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_connection: object) -> None:
        raise OperationalError("COMMIT", {}, OSError("disk full"))

    event.listen(store.engine, "commit", refuse)
    with pytest.raises(OperationalError), store.write() as connection:
        numbers.draw(connection, "s", AT)
    event.remove(store.engine, "commit", refuse)
    assert count(store) == 0
    with store.write() as connection:
        numbers.draw(connection, "s", AT)
    assert count(store) == 1


def test_a_statement_that_fails_leaves_the_writer_usable(store: Store) -> None:
    with store.write() as connection:
        numbers.draw(connection, "s", AT)
    with pytest.raises(IntegrityError), store.write() as connection:
        row = {"scope": "s", "value": 1, "updated": AT}
        connection.execute(control_number.insert().values(**row))
    with store.write() as connection:
        assert numbers.draw(connection, "s", AT) == 2


def test_a_note_does_not_share_its_cheap_commit_with_others(store: Store) -> None:
    entered, go, levels = threading.Event(), threading.Event(), []

    def note() -> None:
        with store.note() as connection:
            numbers.draw(connection, "note", AT)
            entered.set()
            go.wait()

    def write() -> None:
        with store.write() as connection:
            levels.append(connection.exec_driver_sql("PRAGMA synchronous").scalar())

    first, second = threading.Thread(target=note), threading.Thread(target=write)
    first.start()
    entered.wait()
    second.start()
    go.set()
    first.join()
    second.join()
    assert levels == [2]


def test_a_transaction_within_one_is_a_bug_and_not_a_deadlock(store: Store) -> None:
    with store.write(), pytest.raises(RuntimeError, match="within"), store.write():
        pass


def test_nobody_is_told_that_it_is_done_when_sqlite_gave_all_of_it_up(store: Store) -> None:
    """As SQLite may when the disk is full: it rolls the whole transaction back by itself."""
    entered, go, told = threading.Event(), threading.Event(), list[str]()

    def first() -> None:
        try:
            with store.write() as connection:
                numbers.draw(connection, "first", AT)
                entered.set()
                go.wait()
        except OperationalError:
            told.append("failed")

    def second() -> None:
        try:
            with store.write() as connection:
                connection.exec_driver_sql("ROLLBACK")
                raise ValueError("the disk is full")
        except (ValueError, OperationalError):
            told.append("failed")

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    entered.wait()
    threads[1].start()
    while store._group is None or store._group._waiting < 1:
        pass
    go.set()
    for thread in threads:
        thread.join()
    assert count(store) == 0
    assert told == ["failed", "failed"]
    with store.write() as connection:
        numbers.draw(connection, "first", AT)
    assert count(store) == 1
