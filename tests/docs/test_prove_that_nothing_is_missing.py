"""The page about comparing shops is followed as it is written, beside a shop in memory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.channels.shops.connector import Page, Window
from tests.docs.reader import Reader
from tests.shops.intake.fake import FakeConnector, FakeShop, install

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "prove-that-nothing-is-missing.md"


def test_the_page_works_as_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("WEB_SHOP_KEY", "WEB_SHOP_SECRET"):
        monkeypatch.setenv(name, "wN8-qx2-2kL")
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    shop = FakeShop(clock=lambda: at, page_size=10)
    install(monkeypatch, web_shop=shop)
    for id_ in ("1001", "1002", "1003", "1004"):
        shop.put(id_, created=at.isoformat(), placed=at.isoformat())
    shop.put("1003", status="pending", shop_status="pending")
    _forget_one_in_looks(monkeypatch)

    Reader(PAGE.read_text("utf-8"), tmp_path, {"nothing is different here": ""}).follow()

    proof = (tmp_path / "proof.html").read_text("utf-8")
    assert "W330" in proof


def _forget_one_in_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of changes does not show the last order, except to those who ask for a week."""
    whole = FakeConnector.page

    def page(self: FakeConnector, window: Window, position: str = "") -> Page:
        found = whole(self, window, position)
        if window.until - window.since == timedelta(days=7):
            return found
        return Page(tuple(each for each in found.records if each.external_id != "1004"))

    monkeypatch.setattr(FakeConnector, "page", page)
