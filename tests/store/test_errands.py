"""What is done for shops again and again is due when somebody asks for it, whenever he asks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.store import Store
from gateway.store.shops import errands
from gateway.store.shops.errands import Errand
from tests.tables import make_tables

AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(minutes=1)
LANE = errands.lane_of("web-shop", "stock")


def after(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path}/gateway.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_ready")
    opened = Store.open(make_tables(url), tmp_path / "archive", clock=lambda: AT)
    with opened.write("test") as connection:
        errands.enter(connection, {("web-shop", "stock"): AT})
    yield opened
    opened.close()


def found(store: Store) -> Errand:
    with store.read() as connection:
        row = errands.find(connection, LANE)
    assert row is not None
    return row


def ask(store: Store, at: datetime) -> None:
    with store.write("test") as connection:
        errands.pull_in(connection, [LANE], at)


def end(store: Store, begun: Errand, due: datetime = LATER) -> datetime:
    with store.write("test") as connection:
        errands.worked(connection, begun, AT, AT, due)
    return found(store).due


def test_without_anybody_asking_it_is_due_at_its_next_time(store: Store) -> None:
    assert end(store, found(store)) == LATER


def test_who_asks_while_it_is_being_done_does_not_wait_for_its_next_time(store: Store) -> None:
    begun = found(store)
    ask(store, after(2))
    assert end(store, begun) == after(2)
    assert end(store, found(store), after(99)) == after(99), "it was heard once"


def test_asked_for_again_and_again_it_is_heard_each_time(store: Store) -> None:
    for second in (1, 2, 3):
        begun = found(store)
        ask(store, after(second))
        ask(store, after(second))
        assert end(store, begun) == after(second)


def test_asking_puts_nothing_off(store: Store) -> None:
    ask(store, after(30))
    assert found(store).due == AT
    assert end(store, found(store)) == LATER, "it was done after it was asked for"
    ask(store, after(30))
    assert found(store).due == after(30)


def test_what_fails_keeps_its_pause(store: Store) -> None:
    with store.write("test") as connection:
        errands.failed(connection, found(store), AT, LATER, "reach", "not reached")
    ask(store, after(2))
    assert found(store).due == LATER
