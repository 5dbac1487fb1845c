"""The page about shared settings is followed as it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.reader import Reader

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "share-settings.md"


def test_the_page_works_as_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Reader(PAGE.read_text("utf-8"), tmp_path, {"nothing is different here": ""}).follow()
