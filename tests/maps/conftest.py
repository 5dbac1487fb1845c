"""The maps of the repository, compiled once."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.grammar import Library
from gateway.grammar.recordformats import load_format
from gateway.mapping import Maps

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def maps() -> Maps:
    """Maps, grammars and layouts as the repository holds them."""
    grammars = ROOT / "grammars"
    return Maps(
        Library(grammars),
        lambda kind, name: load_format([grammars], kind, name),
        [ROOT / "mappings"],
    )
