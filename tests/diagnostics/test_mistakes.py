"""Mistakes that people make, and everything that ``gateway check`` then shows them.

Each file in ``mistakes/`` is a script that spoils a right workspace (:mod:`.spoiling`), and the
text that is to be shown: what is wrong, where, what was there, what would be right. With
``UPDATE_GOLDEN=1`` the texts are written anew; read them as somebody who sees the product for the
first time.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.channels.as2.certificates import load
from gateway.cli.main import main
from gateway.cli.output import source
from gateway.problems import Problem
from gateway.problems.render import render
from tests.diagnostics.spoiling import right, spoil

HERE = Path(__file__).parent
MISTAKES = sorted((HERE / "mistakes").glob("*.txt"))
SHOWN = "shows\n"
LEAST = 60
read_once = cache(load.private_key)


def checked(root: Path) -> list[Problem]:
    """What ``gateway check`` finds."""
    result = CliRunner().invoke(main, ["-w", str(root), "check", "--json"])
    assert result.exit_code in (0, 1, 2), result.exception
    return [Problem.from_json(each) for each in json.loads(result.stdout)["problems"]]


def shown(root: Path) -> str:
    """All of it as it is printed."""
    texts = [render(each, source(root, each)) for each in checked(root)]
    return "\n\n".join(texts).replace(str(root), "/srv/edi") + "\n"


@pytest.fixture(autouse=True)
def _keys_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Our key is the same in every workspace, and checking an RSA key takes its time."""
    monkeypatch.setattr(load, "private_key", read_once)


def test_nothing_is_wrong_before(tmp_path: Path) -> None:
    assert checked(right(tmp_path / "edi")) == []


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda path: path.stem)
def test_a_mistake_is_told_so_that_it_can_be_mended(mistake: Path, tmp_path: Path) -> None:
    script, _, expected = mistake.read_text(encoding="utf-8").partition(SHOWN)
    root = right(tmp_path / "edi")
    spoil(root, script)
    found = shown(root)
    if os.environ.get("UPDATE_GOLDEN"):
        mistake.write_text(script + SHOWN + found, encoding="utf-8")
        return
    assert found == expected
    assert script.startswith("# "), "say what somebody did"
    assert found.strip(), "nothing was said of it"


def test_there_are_many() -> None:
    assert len(MISTAKES) >= LEAST


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda path: path.stem)
def test_each_problem_has_a_place_and_a_way_out(mistake: Path) -> None:
    text = mistake.read_text(encoding="utf-8").partition(SHOWN)[2]
    for block in text.strip().split("\n\n"):
        assert "┌─ " in block or "\n  at " in block, block
        assert "= " in block, block
        assert "?" not in block.split("\n")[0].replace("did you mean", ""), block
