"""References that no standard allows are kept on both databases, and stay different."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.store import NewMessage, Store, identities, messages
from gateway.store.identities import InterchangeKey
from gateway.store.messages import fitted
from tests.tables import make_tables

AT = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path}/gateway.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_ready")
    opened = Store.open(make_tables(url), tmp_path / "archive", clock=lambda: AT)
    yield opened
    opened.close()


@given(st.text(max_size=300), st.text(max_size=300), st.integers(20, 100))
def test_what_fits_is_unchanged_and_what_does_not_stays_different(
    one: str, other: str, room: int
) -> None:
    first, second = fitted(one, room), fitted(other, room)
    assert len(first) <= room
    assert "\0" not in first
    if len(one) <= room and "\0" not in one:
        assert first == one
    if len(one) > room and len(other) > room and one != other:
        assert first != second


def test_long_and_odd_references_are_kept(store: Store) -> None:
    long = "9" * 500
    row = NewMessage(
        kind="interchange",
        direction="in",
        state="received",
        reference=long,
        number="PO\x00-1",
        sender="x" * 81,
    )
    with store.write() as connection:
        (id_,) = messages.add(connection, [row], AT)
        found = messages.get(connection, id_)
    assert found is not None
    assert found.reference.startswith("9999")
    assert len(found.reference) == 80
    assert found.number == "PO␀-1"


def test_two_long_references_are_two_interchanges(store: Store) -> None:
    keys = [
        InterchangeKey(
            standard="edifact", sender="s", receiver="r", test=False, reference="9" * 200 + end
        )
        for end in ("1", "2")
    ]
    with store.write() as connection:
        file = NewMessage(kind="file", direction="in", state="received")
        (id_,) = messages.add(connection, [file], AT)
        identities.claim(connection, keys[0], id_, AT)
        assert identities.seen(connection, keys[0]) is not None
        assert identities.seen(connection, keys[1]) is None
