"""Run commands as a person does, in the workspace that the repository is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gateway.cli.commands.demo import PARTNERS
from gateway.cli.commands.init import write_workspace
from gateway.cli.main import main
from gateway.config.data import data_roots
from gateway.grammar import Library
from gateway.mapping.editing import Desk

ROOT = Path(__file__).parents[2]
Run = Callable[..., Result]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A workspace as `gateway init` makes it."""
    write_workspace(tmp_path / "shop", PARTNERS)
    return tmp_path / "shop"


@pytest.fixture
def run(shop: Path) -> Run:
    """``run("map", "show", …)`` in a fresh workspace."""

    def invoke(*arguments: str | Path) -> Result:
        given = ["-w", str(shop), *(str(each) for each in arguments)]
        return CliRunner().invoke(main, given, catch_exceptions=False)

    return invoke


@pytest.fixture(scope="session")
def desk() -> Desk:
    """What a language server works with."""
    return Desk(Library(*data_roots(ROOT, "grammars")), None, data_roots(ROOT, "mappings"))


def parsed(result: Result) -> Any:
    return json.loads(result.stdout)
