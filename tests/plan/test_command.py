"""`gateway plan` as it is called."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli.main import main
from tests.pipeline.shop import WITHOUT_NOTE, Shop
from tests.plan.desk import ACME, TEXT, write


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    shop = Shop(tmp_path / "shop")
    shop.run()
    shop.gateway.close()
    yield shop.root


def plan(root: Path, *arguments: str) -> Result:
    result = CliRunner().invoke(main, ["-w", str(root), "plan", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_exit_codes(root: Path) -> None:
    assert plan(root, "--exit-code").exit_code == 0
    write(root, WITHOUT_NOTE)
    assert plan(root).exit_code == 0
    assert plan(root, "--exit-code").exit_code == 3
    write(root, {ACME: TEXT.replace("mode: live   ", "mode: lvie   ")})
    broken = plan(root, "--exit-code")
    assert broken.exit_code == 1
    assert "acme-retail  stays as it runs: its files cannot be used" in broken.output
    assert "did you mean live?" in broken.output
    assert plan(root, "nobody").exit_code == 2
    write(root, {"gateway.yaml": "schema: 9\n"})
    assert plan(root).exit_code == 2


def test_as_json(root: Path) -> None:
    write(root, WITHOUT_NOTE)
    told = json.loads(plan(root, "--json", "--days", "0").output)
    assert (told["empty"], told["change"], told["archive"]) == (False, 1, None)
    assert told["agreements"] == ["acme-retail order inbound"]
    (setting, row) = told["changes"]
    assert setting["path"] == "agreements[order inbound].mapping"
    assert setting["place"]["line"] > 1
    assert (row["what"], row["kind"]) == ("map row", "removed")
