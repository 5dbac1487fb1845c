"""A small workspace that a test may spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return Path(shutil.copytree(Path(__file__).parent / "workspace", tmp_path / "workspace"))
