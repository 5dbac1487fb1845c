"""Fixtures of the tests of comparing a shop with the house."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shops.intake.fake import FakeShop, install
from tests.shops.reconcile.night import Night


@pytest.fixture
def night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Night]:
    """A house with a shop of three orders that are in the ERP; two hours went by since."""
    shop = FakeShop()
    install(monkeypatch, acme_shop=shop)
    made = Night(tmp_path, shop)
    made.trade("1", "2", "3")
    yield made
    made.gateway.close()
