"""The maps of the repository, compiled once."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.grammar import Library, load_layout
from gateway.mapping import Maps

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def maps() -> Maps:
    """Maps, grammars and layouts as the repository holds them."""
    grammars = ROOT / "grammars"
    return Maps(
        Library(grammars),
        lambda kind, name: load_layout([grammars], kind, name),
        [ROOT / "mappings"],
    )
