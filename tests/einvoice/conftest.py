"""The maps of the repository, and an invoice that has every term of EN 16931."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gateway.documents import Invoice
from gateway.grammar import Library
from gateway.mapping import Maps

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture(scope="session")
def maps() -> Maps:
    return Maps(Library(ROOT / "grammars"), None, [ROOT / "mappings"])


@pytest.fixture
def full() -> dict[str, Any]:
    """An invoice as data."""
    data: dict[str, Any] = json.loads((SAMPLES / "full.json").read_text(encoding="utf-8"))
    return data


@pytest.fixture
def invoice(full: dict[str, Any]) -> Invoice:
    return Invoice.model_validate(full)
