"""A small workspace whose partners share settings, and a quick way to write files into it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.config import Workspace, load_workspace

BASE = Path(__file__).parents[1] / "config" / "workspace"
ACME = "partners/acme-retail/partner.yaml"
IDENTITIES = """partner: acme-retail
name: Acme Retail
identities:
  gln: 4012345000009
  edifact: {id: 4012345000009, qualifier: 14}
"""
Write = Callable[[str, str], None]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """acme-retail, who has a parent once a test writes one, and northwind."""
    root = Path(shutil.copytree(BASE, tmp_path / "house"))
    (root / "partners/_like").mkdir()
    return root


@pytest.fixture
def write(root: Path) -> Write:
    """``write("partners/_like/retail.yaml", text)``."""

    def put(name: str, text: str) -> None:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")

    return put


def load(root: Path) -> Workspace:
    """The workspace, which has no problems."""
    found, problems = load_workspace(root)
    assert found is not None and not problems, [str(each) for each in problems]
    return found
