"""The memory of files that were picked up, and the notes of looks, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from gateway.problems import problem
from gateway.store import Store
from gateway.store.remote import looks, picked
from gateway.store.remote.picked import NewPicked, intake_of, spot_of
from tests.tables import make_tables

AT = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
SOURCE = "acme-retail/main"
REASON = problem("T104", reason="no right to")


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_ready")
    else:
        url = make_tables(f"sqlite:///{tmp_path}/gateway.db")
    opened = Store.open(url, tmp_path / "archive")
    yield opened
    opened.close()


def new(path: str, sha: str = "a" * 64, *, source: str = SOURCE, open_: bool = True) -> NewPicked:
    return NewPicked(
        spot=spot_of(source, path, 5, 1_000_000),
        sha=sha,
        source=source,
        path=path,
        size=5,
        changed=1_000_000,
        message=1,
        state="accepted" if open_ else "left",
        due=AT if open_ else None,
    )


def add(store: Store, *rows: NewPicked) -> None:
    with store.write() as connection:
        picked.add(connection, rows, AT)


def unsettled(store: Store) -> list[picked.Picked]:
    with store.read() as connection:
        return picked.unsettled(connection, SOURCE, 10)


def test_a_spot_is_what_the_server_tells() -> None:
    known = spot_of(SOURCE, "/out/a.edi", 5, 1)
    others = [
        spot_of("acme-retail/other", "/out/a.edi", 5, 1),
        spot_of(SOURCE, "/out/b.edi", 5, 1),
        spot_of(SOURCE, "/out/a.edi", 6, 1),
        spot_of(SOURCE, "/out/a.edi", 5, 2),
        spot_of(SOURCE, "/out/a.edi", 5, None),
    ]
    assert known not in others
    assert len(set(others)) == len(others)
    assert len(intake_of(known, "a" * 64)) <= 120


def test_a_file_is_entered_once_but_another_content_is_another_file(store: Store) -> None:
    add(store, new("/out/a.edi"), new("/out/a.edi", "b" * 64))
    with pytest.raises(IntegrityError):
        add(store, new("/out/a.edi"))
    spot = new("/out/a.edi").spot
    with store.read() as connection:
        assert set(picked.by_spots(connection, [spot])[spot]) == {"a" * 64, "b" * 64}


def test_of_two_that_enter_the_same_file_at_once_one_fails(store: Store) -> None:
    failures: list[Exception] = []

    def enter() -> None:
        try:
            add(store, new("/out/a.edi"))
        except IntegrityError as failure:
            failures.append(failure)

    threads = [threading.Thread(target=enter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(failures), len(unsettled(store))) == (3, 1)


def test_what_cannot_be_removed_is_due_later_and_told_until_it_is_settled(store: Store) -> None:
    add(store, new("/out/a.edi"), new("/out/b.edi", source="other/main"))
    (row,) = unsettled(store)
    later = AT + timedelta(minutes=5)
    with store.write() as connection:
        picked.put_off(connection, row, later, REASON, AT)
    with store.read() as connection:
        assert picked.due(connection, SOURCE, AT, 10) == []
        (due,) = picked.due(connection, SOURCE, later, 10)
        # a clock that went back by more than a day does not make it wait
        assert len(picked.due(connection, SOURCE, AT - timedelta(days=2), 10)) == 1
        (stuck,) = picked.stuck(connection)
    assert (due.attempts, due.problem) == (1, REASON)
    assert (stuck.source, stuck.count, stuck.first.id) == (SOURCE, 1, row.id)
    with store.write() as connection:
        picked.settle(connection, [row.id], "cleared", later)
    with store.read() as connection:
        assert picked.stuck(connection) == []
        kept = picked.get_many(connection, [row.id])[row.id]
    assert (kept.state, kept.due, kept.problem) == ("cleared", None, None)
    with store.write() as connection:
        picked.again(connection, [row.id], later)
    assert [each.state for each in unsettled(store)] == ["accepted"]


@pytest.mark.parametrize(
    "path", ["/out/a b.edi", "/out/Ä.edi", "%%/a", "/out/\udcfc.edi", "/out/a\n\0b.edi", "/a%41"]
)
def test_any_path_comes_back_as_it_was(store: Store, path: str) -> None:
    add(store, new(path))
    assert [row.path for row in unsettled(store)] == [path]


def test_many_spots_are_asked_for_at_once(store: Store) -> None:
    add(store, *(new(f"/out/{n}.edi", open_=False) for n in range(1200)))
    spots = [new(f"/out/{n}.edi").spot for n in range(1300)]
    with store.read() as connection:
        assert len(picked.by_spots(connection, spots)) == 1200


def test_looks_are_noted(store: Store) -> None:
    with store.note() as connection:
        looks.failed(connection, SOURCE, "a:1", AT, "reach", REASON)
        looks.failed(connection, SOURCE, "a:1", AT + timedelta(minutes=1), "login", REASON)
    with store.read() as connection:
        failed = looks.find(connection, SOURCE)
    assert failed is not None
    assert (failed.failures, failed.failing, failed.trouble) == (2, AT, "login")
    assert (failed.problem, failed.worked) == (REASON, None)
    later = AT + timedelta(minutes=2)
    numbers = {"taken": 3, "seconds": 0.5}
    with store.note() as connection:
        looks.worked(connection, SOURCE, "a:1", later, numbers, left=1, first=REASON)
        looks.worked(connection, SOURCE, "b:2", later + timedelta(minutes=1), {"taken": 0})
    with store.read() as connection:
        (worked,) = looks.find_all(connection)
    assert (worked.failures, worked.failing, worked.left) == (0, None, 0)
    assert (worked.owner, worked.took, worked.numbers) == ("b:2", later, {"taken": 0})
