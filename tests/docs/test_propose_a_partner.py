"""The page about proposals, followed: what it shows is what comes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.reader import ROOT, commands, reader

PAGE = (ROOT / "docs" / "howto" / "propose-a-partner.md").read_text("utf-8")


def test_the_page_can_be_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with reader(PAGE, tmp_path, ()) as somebody:
        somebody.follow()


def test_it_is_one_command_from_an_empty_workspace_to_a_partner() -> None:
    first = commands(PAGE)[:2]
    assert first[0] == "gateway init shop"
    assert " partner new " in first[1]
