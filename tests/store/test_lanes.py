"""Lanes are worked by one at a time; who comes too late changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from gateway.store import NewDelivery, NewMessage, Store, deliveries, lanes, messages, pauses
from gateway.store.lanes import FencedError, Lease
from gateway.store.tables import duty, lane, message
from tests.tables import make_tables

AT = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
KEY = "in/acme-retail/main"


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Both databases: the fence has to hold on each."""
    url = f"sqlite:///{tmp_path}/gateway.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_ready")
    opened = Store.open(make_tables(url), tmp_path / "archive", clock=lambda: AT)
    yield opened
    opened.close()


def take(store: Store, owner: str, seconds: float = 30, at: datetime = AT) -> Lease | None:
    with store.note() as connection:
        return lanes.take(connection, KEY, owner, seconds, at)


def past(store: Store, lease: Lease) -> None:
    """Let a lease run out, whatever clock measures it."""
    with store.write() as connection:
        connection.execute(
            lane.update().where(lane.c.key == lease.key).values(lease=AT - timedelta(days=9000))
        )


def test_a_lane_is_taken_by_one_and_free_again_when_given_back(store: Store) -> None:
    first = take(store, "a")
    assert first is not None
    assert not first.abandoned
    assert take(store, "b") is None
    with store.note() as connection:
        lanes.release(connection, first)
    second = take(store, "b")
    assert second is not None
    assert second.fence == first.fence + 1
    assert not second.abandoned


def test_a_lane_whose_owner_died_is_taken_over_and_known_as_abandoned(store: Store) -> None:
    first = take(store, "a")
    assert first is not None
    past(store, first)
    second = take(store, "b")
    assert second is not None
    assert second.abandoned


def test_one_who_slept_too_long_changes_nothing(store: Store) -> None:
    first = take(store, "a")
    assert first is not None
    past(store, first)
    assert take(store, "b") is not None
    with pytest.raises(FencedError), store.write() as connection:
        lanes.hold(connection, first, 30, AT)
        messages.add(connection, [NewMessage(kind="file", direction="in", state="received")], AT)
    with store.read() as connection:
        assert connection.execute(select(message)).all() == []


def test_one_who_slept_but_was_not_missed_goes_on(store: Store) -> None:
    first = take(store, "a")
    assert first is not None
    past(store, first)
    with store.write() as connection:
        lanes.hold(connection, first, 30, AT)
    assert take(store, "b") is None


def test_a_late_release_does_not_free_the_lane_of_the_next(store: Store) -> None:
    first = take(store, "a")
    assert first is not None
    past(store, first)
    second = take(store, "b")
    with store.note() as connection:
        lanes.release(connection, first)
    assert take(store, "c") is None
    assert second is not None


def test_a_heartbeat_keeps_what_is_ours_only(store: Store) -> None:
    first = take(store, "a")
    assert first is not None
    past(store, first)
    with store.note() as connection:
        lanes.renew(connection, [first], 30, AT)
    assert take(store, "b") is None


def test_the_sweep_finds_every_lane_with_due_work_that_nobody_has(store: Store) -> None:
    late = AT + timedelta(hours=1)

    def file(key: str, due: datetime | None) -> NewMessage:
        return NewMessage(kind="file", direction="in", state="received", lane=key, due=due)

    def delivery(key: str, due: datetime | None) -> NewDelivery:
        return NewDelivery(
            key=key, message=None, purpose="erp", lane=key, folder="/o", name=key, sha="", due=due
        )

    with store.write() as connection:
        messages.add(connection, [file("in/a", AT), file("in/a", AT), file("in/b", late)], AT)
        messages.add(connection, [file("in/c", None), file(KEY, AT)], AT)
        deliveries.add(connection, [delivery("to/x", AT), delivery("to/y", late)], AT)
        connection.execute(insert(duty), [{"name": "n", "due": AT}, {"name": "m", "due": late}])
    assert take(store, "a") is not None
    with store.read() as connection:
        assert lanes.waiting(connection, AT) == ["duty/n", "in/a", "to/x"]


def test_the_sweep_reads_only_what_is_open(store: Store) -> None:
    if store.embedded:
        query = "SELECT lane FROM message WHERE message.due IS NOT NULL AND message.due <= 'x'"
        with store.read() as connection:
            plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").all())
        assert "USING COVERING INDEX ix_message_lane" in plan
        return
    query = "SELECT lane FROM message WHERE message.due IS NOT NULL AND message.due <= 'x'"
    with store.read() as connection:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plan = str(connection.exec_driver_sql(f"EXPLAIN {query}").all())
    assert "ix_message_lane" in plan


@pytest.mark.parametrize(
    ("scope", "key", "stops"),
    [
        ("acme-retail", "in/acme-retail/main", True),
        ("acme-retail", "to/acme-retail/main/invoice", True),
        ("acme-retail", "poll/acme-retail/main", False),
        ("acme-retail", "to/error/acme-retail/main", False),
        ("acme", "in/acme-retail/main", False),
        ("acme-retail/main", "to/acme-retail/main/invoice", True),
        ("acme-retail/other", "to/acme-retail/main/invoice", False),
        ("acme-retail/outbound/invoice", "to/acme-retail/main/invoice", True),
        ("acme-retail/outbound/invoice", "to/acme-retail/main/despatch", False),
        ("acme-retail/outbound/invoice", "in/acme-retail/main", False),
        ("erp", "to/erp/order", True),
        ("erp/invoice", "in/erp/invoice", True),
        ("erp/invoice", "to/erp/order", False),
        ("all", "in/northwind/main", True),
        ("all", "duty/watch", False),
    ],
)
def test_what_a_pause_stops(scope: str, key: str, stops: bool) -> None:
    pause = pauses.Pause(scope, "pause", "why", "who", AT)
    assert (pauses.stopped([pause], key) is pause) is stops


def test_drain_takes_nothing_more_in_and_finishes_the_rest() -> None:
    drain = pauses.Pause("acme-retail", "drain", "why", "who", AT)
    keys = ("poll/acme-retail/main", "in/acme-retail/main", "to/acme-retail/main/invoice")
    assert [drain.stops(key) for key in keys] == [True, False, False]


def test_pauses_are_kept_replaced_and_ended(store: Store) -> None:
    with store.write() as connection:
        pauses.add(connection, "acme-retail", "drain", "move", "ann", AT)
        pauses.add(connection, "acme-retail", "pause", "audit", "bob", AT)
        (found,) = pauses.find(connection)
        assert (found.mode, found.reason) == ("pause", "audit")
        assert pauses.end(connection, "acme-retail")
        assert not pauses.end(connection, "acme-retail")
