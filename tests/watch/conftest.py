"""The house of the tests of alarms, on SQLite and on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.watch.kit import EXPECTING, Watched


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Watched]:
    opened = Watched(tmp_path)
    yield opened
    opened.store.close()


@pytest.fixture
def expecting(tmp_path: Path) -> Iterator[Watched]:
    """An order is expected from acme-retail on working days by 12:00 in Paris."""
    opened = Watched(tmp_path, partner=EXPECTING)
    yield opened
    opened.store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Watched]:
    url = request.getfixturevalue("postgres_ready") if request.param == "postgresql" else None
    opened = Watched(tmp_path, url)
    yield opened
    opened.store.close()
