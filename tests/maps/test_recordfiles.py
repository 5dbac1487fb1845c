"""Layouts and maps that follow the models of the documents are as fresh as these."""

from __future__ import annotations

import pytest

from tests.maps.recordfiles import ROOT, files


@pytest.mark.parametrize(("path", "text"), files().items(), ids=list(files()))
def test_a_file_follows_its_model(path: str, text: str) -> None:
    written = (ROOT / path).read_text(encoding="utf-8")
    assert written == text, "run python -m tests.maps.recordfiles"
