"""A house with a few partners: with a parent, an overlay, a guide and a code list."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from benchmarks.many_partners import house
from gateway.cli.commands.check import checked
from gateway.config import remembered


@pytest.fixture(autouse=True)
def _this_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever works on the package while tests run must not make them look again."""
    monkeypatch.setattr(remembered, "_package", lambda: b"this one")


@pytest.fixture(scope="session")
def well(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The house after its first check, which looks at everything and finds nothing."""
    root = tmp_path_factory.mktemp("house")
    house(root, 10)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(remembered, "_package", lambda: b"this one")
        _, problems = checked(root, fresh=False, tell=lambda done, of: None)
    assert problems == []
    return root


@pytest.fixture
def root(well: Path, tmp_path: Path) -> Path:
    """A house of one's own that was checked before."""
    return Path(shutil.copytree(well, tmp_path / "house"))


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """A house with two partners that nobody has checked."""
    root = tmp_path / "new"
    root.mkdir()
    house(root, 2)
    return root
