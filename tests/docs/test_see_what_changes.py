"""The page about plans runs as it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.reader import ROOT, reader

PAGE = (ROOT / "docs" / "howto" / "see-what-changes.md").read_text("utf-8")


def test_the_page_works_as_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with reader(PAGE, tmp_path, ()) as one:
        one.follow()
