"""Layouts and maps that follow the models of the documents are as fresh as these."""

from __future__ import annotations

import pytest

from tests.maps.recordfiles import ROOT, Maker, makers


@pytest.mark.parametrize(("path", "maker"), makers().items(), ids=list(makers()))
def test_a_file_follows_its_model(path: str, maker: Maker) -> None:
    written = (ROOT / path).read_text(encoding="utf-8")
    assert written == maker(), "run python -m tests.maps.recordfiles"
