"""Every command has help with an example, `--json`, and exit codes 0, 1 or 2."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from gateway.cli.main import COMMANDS

Run = Callable[..., Result]
NAMES = list(COMMANDS)


@pytest.mark.parametrize("name", NAMES)
def test_help_has_an_example(name: str, run: Run) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0
    assert f"gateway {name}" in result.stdout.partition("Example:")[2]


@pytest.mark.parametrize("name", NAMES)
def test_every_command_speaks_json(name: str, run: Run) -> None:
    assert "--json" in run(name, "--help").stdout


def test_a_wrong_use_ends_with_2(run: Run) -> None:
    assert run("chekc").exit_code == 2
    assert run("explain").exit_code == 2


@pytest.mark.parametrize("name", ["check", "run", "messages"])
def test_without_a_workspace_nothing_runs(name: str, run: Run, tmp_path: Path) -> None:
    result = run("-w", tmp_path, name)
    assert result.exit_code == 2
    assert "gateway.yaml does not exist" in result.output
    assert list(tmp_path.iterdir()) == []


def test_explain_shows_the_page_of_a_code(run: Run) -> None:
    result = run("explain", "c101")
    assert result.exit_code == 0
    assert "C101  Unknown setting" in result.stdout
    assert json.loads(run("explain", "C101", "--json").stdout)["code"] == "C101"


def test_explain_of_an_unknown_code_names_near_ones(run: Run) -> None:
    result = run("explain", "C11")
    assert result.exit_code == 2
    assert "no problem has the code C11" in result.stderr
    assert "near: C11" in result.stderr


def test_init_makes_a_workspace_that_checks_clean(run: Run, tmp_path: Path) -> None:
    assert run("init", tmp_path / "shop").exit_code == 0
    result = run("-w", tmp_path / "shop", "check")
    assert result.exit_code == 0, result.output
    # keys of ours that two paused examples would need; everything else is there
    assert (result.stdout.count("C474"), "2 warnings" in result.stdout) == (2, True), result.output
    assert run("-w", tmp_path / "shop", "run").exit_code == 0


def test_init_makes_a_workspace_with_some_of_the_examples_or_none(run: Run, tmp_path: Path) -> None:
    assert run("init", "--partner", "northwind", tmp_path / "one").exit_code == 0
    assert run("init", "--empty", tmp_path / "none").exit_code == 0
    for name in ("one", "none"):
        assert "no problems" in run("-w", tmp_path / name, "check").stdout
    strange = run("init", "--partner", "nobody", tmp_path / "two")
    assert (strange.exit_code, "there are acme-retail, fourth" in strange.stderr) == (2, True)
    assert not (tmp_path / "two").exists()


def test_init_overwrites_nothing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "gateway.yaml").write_text("mine", encoding="utf-8")
    assert run("init", tmp_path).exit_code == 2
    assert (tmp_path / "gateway.yaml").read_text(encoding="utf-8") == "mine"


def test_check_points_at_the_mistake_and_keeps_the_others(run: Run, shop: Path) -> None:
    file = shop / "partners/acme-retail/partner.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("direction: inbound", "direction: inbund"), encoding="utf-8")
    result = run("-w", shop, "check")
    assert result.exit_code == 1
    assert "did you mean inbound?" in result.stdout
    assert "northwind  Northwind Stores" in result.stdout
    assert "acme-retail  left out" in result.stdout
    found = json.loads(run("-w", shop, "check", "--json").stdout)
    assert (found["ok"], found["broken"], found["partners"]) == (
        False,
        ["acme-retail"],
        ["northwind"],
    )
    assert found["problems"][0]["place"]["path"] == "agreements[1].direction"
