"""`gateway apply`, `rollback`, `history`, and what other commands say of what runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli.main import main
from tests.configuration.site import ACME, Site

Ask = Callable[..., Result]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    Site(tmp_path)
    return lambda *words: CliRunner().invoke(main, ["-w", str(tmp_path), *words])


def test_an_afternoon(ask: Ask, tmp_path: Path) -> None:
    assert "nothing was applied yet" in ask("history").output
    assert ask("apply").exit_code == 2, "nobody can be asked"
    first = ask("apply", "--yes", "--reason", "first")
    assert first.exit_code == 0, first.output
    assert "number 1 runs" in first.output
    assert "which runs as number 1" in ask("check").output
    assert "nothing to apply" in ask("apply", "--yes").output

    path = tmp_path / ACME
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("name: Acme Retail", "name: Acme Shops"), encoding="utf-8")
    assert "number 1 runs: gateway plan" in ask("check").output
    assert "the files differ: gateway plan shows how" in ask("run").stderr
    second = json.loads(ask("apply", "--yes", "--json").stdout)
    assert (second["applied"]["seq"], second["problems"]) == (2, [])
    assert "Acme Shops" in json.dumps(second["plan"])

    path.write_text("partner: [", encoding="utf-8")
    refused = ask("apply", "--yes", "--json")
    assert refused.exit_code == 1
    assert "P231" in {each["code"] for each in json.loads(refused.stdout)["problems"]}
    assert ask("run").exit_code == 0, "what was applied runs"

    back = ask("rollback", "--yes", "--json")
    assert json.loads(back.stdout)["applied"]["seq"] == 3
    rows = json.loads(ask("history", "--json").stdout)
    assert [(row["seq"], row["kind"], row["runs"]) for row in rows] == [
        (3, "rollback", True),
        (2, "apply", False),
        (1, "apply", False),
    ]
    assert rows[2]["reason"] == "first"
    assert rows[0]["hash"] == rows[2]["hash"]
    assert "number 3 runs" in ask("doctor").output
