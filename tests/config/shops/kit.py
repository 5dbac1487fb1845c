"""A workspace with a shop of every kind in which everything is right."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

from gateway.config import Workspace, load_workspace
from gateway.config.shops.checks.today import problems_of_today
from gateway.problems import Problem

RIGHT = Path(__file__).parent / "workspace"
TODAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)


def right(root: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(RIGHT, root))


def found(root: Path) -> tuple[Workspace, list[Problem]]:
    """What the settings say, and everything that is wrong with them today."""
    workspace, problems = load_workspace(root)
    assert workspace is not None
    return workspace, [*problems, *problems_of_today(workspace, TODAY)]


def shop_file(root: Path, name: str) -> Path:
    """The settings of a shop."""
    return root / "shops" / name / "shop.yaml"


def change(file: Path, old: str, new: str) -> None:
    """Replace a text that is there."""
    text = file.read_text(encoding="utf-8")
    assert old in text, old
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
