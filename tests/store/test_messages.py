"""Rows, timelines, problems and the lists that a person looks at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from gateway.problems import Place, problem
from gateway.store import (
    Filter,
    NewDelivery,
    NewMessage,
    StateChangedError,
    Store,
    deliveries,
    identities,
    messages,
    search,
)
from gateway.store.tables import message
from tests.tables import make_tables

AT = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
KEY = identities.InterchangeKey(
    standard="edifact", sender="A:14", receiver="B:14", test=False, reference="1"
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(make_tables(f"sqlite:///{tmp_path}/g.db"), tmp_path / "archive")
    yield opened
    opened.close()


def file(**more: object) -> NewMessage:
    return NewMessage(kind="file", direction="in", state="received", **more)  # type: ignore[arg-type]


def test_a_row_and_all_that_belongs_to_it(store: Store) -> None:
    found = problem("T101", Place(file="a.edi"), name="a.edi", size=0)
    with store.write() as connection:
        (top,) = messages.add(connection, [file(name="a.edi", partner="acme")], AT, "received")
        (below,) = messages.add(
            connection,
            [NewMessage(kind="message", direction="in", state="mapped", parent=top, ordinal=0)],
            AT,
        )
        messages.add_problems(connection, {below: [found]})
        row = messages.get(connection, below)
        assert row is not None
        messages.change(connection, row, "delivered", AT, "put into erp/out", attempts=1)
    with store.read() as connection:
        whole = search.history(connection, below)
        assert search.history(connection, 99) is None
    assert whole is not None
    assert [parent.id for parent in whole.parents] == [top]
    assert whole.problems == (found,)
    assert [(event.before, event.state) for event in whole.events] == [
        ("", "mapped"),
        ("mapped", "delivered"),
    ]
    assert whole.message.attempts == 1
    assert whole.message.as_json()["created"] == "2026-03-02T09:14:00+00:00"


def test_a_row_that_changed_meanwhile_is_not_overwritten(store: Store) -> None:
    with store.write() as connection:
        (id_,) = messages.add(connection, [file()], AT)
        row = messages.get(connection, id_)
        assert row is not None
        messages.change(connection, row, "split", AT, "")
    with pytest.raises(StateChangedError), store.write() as connection:
        messages.change(connection, row, "refused", AT, "")


def test_an_intake_key_is_taken_once(store: Store) -> None:
    with store.write() as connection:
        messages.add(connection, [file(intake="token")], AT)
    with pytest.raises(IntegrityError), store.write() as connection:
        messages.add(connection, [file(intake="token")], AT)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Filter(), ["c", "b", "a"]),
        (Filter(partner="acme"), ["b", "a"]),
        (Filter(partner="acme", document="order"), ["a"]),
        (Filter(state="refused"), ["c"]),
        (Filter(reference="4711"), ["a"]),
        (Filter(reference="b"), ["b"]),
        (Filter(problem="T101"), ["c"]),
        (Filter(since=AT + timedelta(hours=1)), ["c"]),
        (Filter(limit=1), ["c"]),
        (Filter(kind="document"), []),
        (Filter(direction="in", limit=2), ["c", "b"]),
    ],
)
def test_the_list_is_filtered(store: Store, wanted: Filter, names: list[str]) -> None:
    with store.write() as connection:
        messages.add(
            connection,
            [
                file(name="a", partner="acme", document="order", number="4711"),
                file(name="b", partner="acme"),
            ],
            AT,
        )
        (last,) = messages.add(
            connection,
            [NewMessage(kind="file", direction="in", state="refused", name="c")],
            AT + timedelta(days=1),
        )
        messages.add_problems(connection, {last: [problem("T101", name="c", size=0)]})
    with store.read() as connection:
        assert [row.name for row in search.find(connection, wanted)] == names


def test_an_interchange_is_known_by_its_whole_identity(store: Store) -> None:
    with store.write() as connection:
        one, two = messages.add(connection, [file(), file()], AT)
        assert identities.seen(connection, KEY) is None
        identities.claim(connection, KEY, one, AT)
        assert identities.seen(connection, KEY) == identities.Seen(one, None, AT)
        identities.settle(connection, one, "c" * 64)
        assert identities.seen(connection, KEY) == identities.Seen(one, "c" * 64, AT)
    with pytest.raises(IntegrityError), store.write() as connection:
        identities.claim(connection, KEY, two, AT)
    with store.write() as connection:
        identities.forget(connection, one)
        assert identities.seen(connection, KEY) is None


def test_a_delivery_is_planned_once_and_comes_when_due(store: Store) -> None:
    with store.write() as connection:
        (top,) = messages.add(connection, [file()], AT)
        (id_,) = messages.add(connection, [file(parent=top)], AT)
        plan = NewDelivery(
            key="k",
            message=id_,
            purpose="erp",
            lane="to/erp/order",
            folder="/out",
            name="a.csv",
            sha="0",
            due=None,
        )
        deliveries.add(connection, [plan], AT)
        deliveries.add(connection, [plan], AT)
        assert deliveries.due(connection, "to/erp/order", AT, 9) == []
        deliveries.release(connection, top, AT)
        (found,) = deliveries.due(connection, "to/erp/order", AT, 9)
        assert deliveries.taken(connection, "/out", "a.csv")
        assert not deliveries.taken(connection, "/out", "b.csv")
        deliveries.change(connection, [found.id], AT, state="done", due=None)
        assert deliveries.due(connection, "to/erp/order", AT, 9) == []
        assert [one.state for one in deliveries.of_message(connection, id_)] == ["done"]


def test_what_is_withdrawn_is_not_delivered(store: Store) -> None:
    with store.write() as connection:
        (top,) = messages.add(connection, [file()], AT)
        (id_,) = messages.add(connection, [file(parent=top)], AT)
        plan = NewDelivery(
            key="k",
            message=id_,
            purpose="erp",
            lane="to/erp/order",
            folder="/out",
            name="a.csv",
            sha="0",
            due=None,
        )
        deliveries.add(connection, [plan], AT)
        deliveries.withdraw(connection, top, AT)
        deliveries.release(connection, top, AT)
        assert deliveries.due(connection, "to/erp/order", AT, 9) == []


def test_many_rows_move_at_once_each_with_its_timeline(store: Store) -> None:
    with store.write() as connection:
        (top,) = messages.add(connection, [file()], AT)
        ids = messages.add(connection, [file(parent=top, name=str(n)) for n in range(3)], AT)
        moved = messages.change_all(
            connection, message.c.parent == top, "received", "split", AT, "all"
        )
        assert moved == 3
        assert {row.state for row in messages.children(connection, top)} == {"split"}
        assert messages.events_of(connection, ids[2])[-1] == messages.Event(
            AT, "received", "split", "all"
        )


def test_the_lists_use_their_indexes(store: Store) -> None:
    plans = {
        "SELECT id FROM message WHERE state = 'held' ORDER BY id DESC": "ix_message_state",
        "SELECT id FROM message WHERE partner = 'a' AND document = 'o'": "ix_message_partner",
        "SELECT lane FROM message WHERE due IS NOT NULL AND lane = 'x'": "ix_message_lane",
        "SELECT lane FROM delivery WHERE due IS NOT NULL AND due <= 'x'": "ix_delivery_lane",
        "SELECT id FROM message WHERE number = '1'": "ix_message_number",
        "SELECT id FROM message WHERE payload = '1' AND id < 3": "ix_message_payload",
    }
    with store.read() as connection:
        for query, index in plans.items():
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").all()
            assert index in str(plan), query
