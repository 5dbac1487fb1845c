"""The gateway that shops call, and post to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shops.web.world import ShopWorld


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopWorld]:
    """For what is refused: nothing is kept of it, so that one world does for many."""
    made = ShopWorld(tmp_path_factory.mktemp("quiet"))
    yield made
    assert made.hints() == made.shop_orders() == made.requests() == []
    made.gateway.close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[ShopWorld]:
    made = ShopWorld(tmp_path)
    yield made
    made.gateway.close()
