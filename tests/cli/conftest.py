"""Run commands as a person does."""

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
from tests.tables import make_tables

Run = Callable[..., Result]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A workspace as `gateway init` makes it, with the tables of its database."""
    write_workspace(tmp_path / "shop", PARTNERS)
    make_tables(f"sqlite:///{tmp_path}/shop/var/gateway.db")
    return tmp_path / "shop"


@pytest.fixture
def run() -> Run:
    """``run("check", "--json")`` gives the result; ``run.json`` would be one word too many."""

    def invoke(*arguments: str | Path) -> Result:
        return CliRunner().invoke(main, [str(each) for each in arguments], catch_exceptions=False)

    return invoke


def parsed(result: Result) -> Any:
    return json.loads(result.stdout)
