"""Fixtures of the tests of orders coming in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shops.intake.fake import FakeShop, install
from tests.shops.intake.world import ShopWorld


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ShopWorld]:
    shop = FakeShop()
    install(monkeypatch, acme_shop=shop)
    made = ShopWorld(tmp_path, shop)
    yield made
    made.gateway.close()
