"""Every list that a person can ask for: the right rows, and an index that finds them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import chain, combinations
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert

from gateway.store import Filter, Store, search, threads
from gateway.store.tables import Instant, message, problem, thread

START = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
ROWS = 400
ASKED: dict[str, Any] = {
    "partner": "acme-retail",
    "document": "order",
    "state": "refused",
    "kind": "message",
    "direction": "in",
    "reference": "R3",
    "problem": "V101",
    "since": START + timedelta(minutes=ROWS // 2),
}
EVERY = list(chain.from_iterable(combinations(ASKED, size) for size in range(len(ASKED) + 1)))
SOME = [names for names in EVERY if len(names) <= 2 or len(names) == len(ASKED)]
"""Every pair of filters; whatever three do, two of them do. All combinations: ``make soak``."""
AMOUNT = [SOME, pytest.param(EVERY, marks=pytest.mark.soak)]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("search")
    url = f"sqlite:///{folder}/gateway.db"
    if request.param == "postgresql":
        server = request.getfixturevalue("_postgres_server")
        server.start()
        url = server.url(server.create_ready())
    made = Store.open(url, folder / "archive", clock=lambda: START)
    fill(made)
    yield made
    made.close()


def fill(store: Store) -> None:
    dice = random.Random(4)
    rows, problems = [], []
    for id_ in range(1, ROWS + 1):
        at = START + timedelta(minutes=id_)
        names = {name: dice.choice([f"R{n}" for n in range(8)]) for name in search.REFERENCES}
        values = {
            "partner": dice.choice(["acme-retail", "northwind"]),
            "document": dice.choice(["order", "invoice"]),
            "state": dice.choice(["refused", "delivered", "acknowledged"]),
            "kind": dice.choice(["message", "document"]),
            "direction": dice.choice(["in", "out"]),
        }
        rows.append({"id": id_, **values, **names, "created": at, "updated": at})
        problems += [
            {"message": id_, "code": code, "severity": "error", "data": "{}"}
            for code in dice.choices(["V101", "V102"], k=dice.randrange(4))
        ]
    open_threads = [
        {"partner": p, "number": str(n), "state": "open", "created": START, "updated": START}
        for n in range(50)
        for p in ("acme-retail", "northwind")
    ]
    with store.write() as connection:
        connection.execute(insert(message), rows)
        connection.execute(insert(problem), problems)
        connection.execute(insert(thread), open_threads)


@contextmanager
def statements(connection: Connection) -> Iterator[list[tuple[str, Any]]]:
    """What is asked of the database."""
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    event.listen(connection.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(connection.engine, "before_cursor_execute", note)


def plans(store: Store, asked: Sequence[tuple[str, Any]]) -> list[str]:
    """How the database finds it; on PostgreSQL as if the tables were large."""
    found = []
    with store.read() as connection:
        if not store.embedded:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        for statement, values in asked:
            explain = "EXPLAIN QUERY PLAN" if store.embedded else "EXPLAIN (COSTS off)"
            rows = connection.exec_driver_sql(f"{explain} {statement}", values)
            found.append("\n".join(str(row[-1]) for row in rows))
    return found


@pytest.fixture(scope="module")
def known(store: Store) -> dict[int, tuple[Any, set[str]]]:
    """All rows with the codes of their problems, by number."""
    with store.read() as connection:
        rows = {row.id: (row, set()) for row in connection.execute(message.select())}
        for row in connection.execute(problem.select()):
            rows[row.message][1].add(row.code)
    return rows


def fits(row: Any, codes: set[str], wanted: Filter) -> bool:
    names = [row.reference, row.grouping, row.number, row.name]
    return (
        all(getattr(wanted, name) in (None, getattr(row, name)) for name in search.EQUAL)
        and (wanted.reference is None or wanted.reference in names)
        and (wanted.problem is None or wanted.problem in codes)
        and (wanted.since is None or row.created >= wanted.since)
    )


@pytest.mark.parametrize("combined", AMOUNT, ids=["pairs", "all"])
@pytest.mark.parametrize("limit", [3, 1000])
@pytest.mark.parametrize(("few", "window"), [(5000, 2000), (2, 3)])
def test_each_combination_finds_what_fits_newest_first(
    store: Store,
    known: Any,
    monkeypatch: pytest.MonkeyPatch,
    limit: int,
    few: int,
    window: int,
    combined: Sequence[tuple[str, ...]],
) -> None:
    monkeypatch.setattr(search, "FEW", few)
    monkeypatch.setattr(search, "WINDOW", window)
    for names in combined:
        wanted = Filter(**{name: ASKED[name] for name in names}, limit=limit)
        with store.read() as connection:
            found = [row.id for row in search.find(connection, wanted)]
        right = [id_ for id_, (row, codes) in known.items() if fits(row, codes, wanted)]
        assert found == sorted(right, reverse=True)[:limit], names


@pytest.mark.parametrize("combined", AMOUNT, ids=["pairs", "all"])
@pytest.mark.parametrize("few", [5000, 2])
def test_each_combination_is_led_by_an_index(
    store: Store, monkeypatch: pytest.MonkeyPatch, few: int, combined: Sequence[tuple[str, ...]]
) -> None:
    monkeypatch.setattr(search, "FEW", few)
    for names in combined:
        with store.read() as connection, statements(connection) as asked:
            search.find(connection, Filter(**{name: ASKED[name] for name in names}))
        # without any filter, or with one that most rows fit, the newest rows are read
        newest = set(names) <= {"kind", "direction"} or (
            few == 2 and set(names) <= {"kind", "direction", "since"}
        )
        for plan in plans(store, [each for each in asked if "message" in each[0]]):
            if store.embedded:
                scans = [line for line in plan.splitlines() if line.startswith("SCAN message")]
                assert not scans or newest, (names, plan)
                small = "since" in names or "problem" in names
                assert "ORDER BY" not in plan or small, (names, plan)
            else:
                assert "Seq Scan on message" not in plan, (names, plan)


@pytest.mark.parametrize("state", [None, "open"])
@pytest.mark.parametrize("partner", [None, "acme-retail"])
def test_lists_of_threads_are_led_by_an_index(
    store: Store, state: str | None, partner: str | None
) -> None:
    with store.read() as connection, statements(connection) as asked:
        found = threads.find(connection, state=state, partner=partner, limit=5)
        assert len(found) == 5
        threads.named(connection, "7", partner)
    for plan in plans(store, [each for each in asked if "FROM thread" in each[0]]):
        assert "Seq Scan on thread" not in plan
        assert "TEMP B-TREE" not in plan, plan
        assert "SCAN thread" not in plan or (state, partner) == (None, None), plan


def test_the_instant_of_a_filter_is_compared_as_it_is_stored() -> None:
    assert isinstance(message.c.created.type, Instant)
