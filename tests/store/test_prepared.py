"""Prepared statements do what the same statements do without being prepared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError, OperationalError

from gateway.store import Store
from gateway.store.messages import NewMessage, add
from gateway.store.prepared import Prepared, command
from gateway.store.tables import event, message

AT = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
ROW = {"kind": "file", "direction": "in", "state": "received", "created": AT, "updated": AT}
ADD = insert(message).returning(message.c.id)
BY_NAME = select(message.c.id).where(
    message.c.name == bindparam("name_"), message.c.state != "refused"
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(f"sqlite:///{tmp_path}/gateway.db", tmp_path / "archive")
    yield opened
    opened.close()


def test_what_it_adds_is_what_sqlalchemy_adds(store: Store) -> None:
    values = {**ROW, "name": "a.edi", "test": True, "due": AT}
    with store.write() as connection:
        added = Prepared(ADD).first(connection, values)
        other = connection.execute(ADD, values).one()
        rows = connection.execute(select(message).order_by(message.c.id)).all()
    assert added is not None
    assert [row.id for row in rows] == [added[0], other.id]
    assert {**rows[0]._mapping, "id": 0} == {**rows[1]._mapping, "id": 0}


def test_a_value_that_stands_in_the_statement_counts(store: Store) -> None:
    prepared = Prepared(BY_NAME)
    with store.write() as connection:
        rows = [
            NewMessage(kind="file", direction="in", state=state, name="a.edi")
            for state in ("received", "refused", "received")
        ]
        first, _, last = add(connection, rows, AT)
        assert [row[0] for row in prepared.all(connection, {"name_": "a.edi"})] == [first, last]
        assert prepared.first(connection, {"name_": "b.edi"}) is None


def test_values_of_other_names_are_another_statement(store: Store) -> None:
    prepared = Prepared(ADD)
    with store.write() as connection:
        prepared.first(connection, {**ROW, "name": "a.edi"})
        prepared.first(connection, {**ROW, "partner": "acme-retail", "name": "b.edi"})
        found = connection.execute(select(message.c.name, message.c.partner)).all()
    assert [tuple(row) for row in found] == [("a.edi", ""), ("b.edi", "acme-retail")]


def test_what_the_database_refuses_is_an_error_of_sqlalchemy(store: Store) -> None:
    lines = [{"message": 4711, "at": AT, "before": "", "state": "received", "text": ""}]
    with pytest.raises(IntegrityError), store.write() as connection:
        Prepared(insert(event)).each(connection, lines)
    with pytest.raises(OperationalError), store.read() as connection:
        command(connection, "BEGIN")
    with store.read() as connection:
        assert connection.execute(select(event)).first() is None


def test_what_fails_is_undone_and_what_went_before_it_too(store: Store) -> None:
    prepared = Prepared(ADD)
    with pytest.raises(IntegrityError), store.write() as connection:
        prepared.first(connection, {**ROW, "intake": "a"})
        prepared.first(connection, {**ROW, "intake": "a"})
    with store.read() as connection:
        assert connection.execute(select(message.c.id)).first() is None
