"""The first exchange by AS2 runs as its page says: two gateways, every line is shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.reader import ROOT, commands, reader

PAGE = (ROOT / "docs" / "howto" / "as2-first-exchange.md").read_text("utf-8")


def test_the_first_exchange_runs_as_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with reader(PAGE, tmp_path, ("8480", "8490")) as one:
        one.follow()
        assert len(one.serving) == 2


def test_every_command_of_the_page_is_given() -> None:
    assert len(commands(PAGE)) == len(re.findall(r"^\$ ", PAGE, re.M)) > 30
