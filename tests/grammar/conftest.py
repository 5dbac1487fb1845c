"""The grammars of the repository, loaded once per session."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.grammar import Library

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def library() -> Library:
    return Library(ROOT / "grammars")
