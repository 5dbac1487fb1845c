"""A workspace with a partner who buys and one who sells; rehearsals only read it."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.config import Workspace, load_workspace
from tests.statements import share_statements

HERE = Path(__file__).parent
AT = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)


share_statements()


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(HERE / "workspace", tmp_path_factory.mktemp("house") / "shop"))


@pytest.fixture(scope="session")
def house(root: Path) -> Workspace:
    workspace, problems = load_workspace(root)
    assert workspace is not None
    assert problems == []
    return workspace
