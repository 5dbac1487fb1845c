"""The gateway that takes uploads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.upload.world import OLD, UploadWorld


@pytest.fixture(autouse=True)
def _tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_OLD_TOKEN", OLD)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[UploadWorld]:
    made = UploadWorld(tmp_path)
    yield made
    made.gateway.close()
