"""The pages about what goes back to web shops are followed as they are written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.reader import Reader

PAGES = Path(__file__).parents[2] / "docs" / "howto"


@pytest.mark.parametrize("name", ["stock-to-shops", "shipments-and-invoices-to-shops"])
def test_the_page_works_as_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for secret in ("WEB_SHOP_KEY", "WEB_SHOP_SECRET", "MARKET_KEY"):
        monkeypatch.setenv(secret, "wN8-qx2-2kL")
    monkeypatch.setenv("TZ", "UTC")
    page = (PAGES / f"{name}.md").read_text("utf-8")
    Reader(page, tmp_path, {"nothing is different here": ""}).follow()
