"""IDoc formats of the repository."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gateway.grammar.idoc.format import IdocFormat
from gateway.grammar.idoc.load import load_idoc
from gateway.grammar.idoc.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
FILES = Path(__file__).parent / "files"


@cache
def plain(name: str) -> IdocFormat:
    """The format of a type without settings."""
    found = load_idoc([ROOT / "grammars"], "idoc", name)
    assert found is not None
    return found


@pytest.fixture
def idoc() -> Callable[..., IdocFormat]:
    """``idoc("ORDERS05", form="xml")``."""

    def make(name: str, **settings: Any) -> IdocFormat:
        found = plain(name)
        return IdocFormat(name, found.type, Settings(**settings)) if settings else found

    return make
