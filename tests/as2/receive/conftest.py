"""The gateway that receives."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from gateway.channels.as2.certificates import load
from tests.as2.receive.world import As2World

_private_key = cache(load.private_key)


@pytest.fixture(autouse=True)
def _keys_are_checked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checking a key as it is loaded takes longer than most of these tests."""
    monkeypatch.setattr(load, "private_key", _private_key)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[As2World]:
    made = As2World(tmp_path)
    yield made
    made.gateway.close()
