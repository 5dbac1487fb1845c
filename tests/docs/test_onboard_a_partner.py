"""The page that a new user reads first, followed from an empty folder to a live partner."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.reader import ROOT, commands, reader

PAGE = (ROOT / "docs" / "howto" / "onboard-a-partner.md").read_text("utf-8")
NUMBERS = {"Three": 3, "seventeen": 17}


def test_the_page_can_be_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with reader(PAGE, tmp_path, ()) as somebody:
        somebody.follow()
    page = (tmp_path / "contoso-foods.html").read_text("utf-8")
    assert "12345679, qualifier 8" in page and "0001004780" not in page


def test_it_says_how_many_commands_it_takes() -> None:
    """To look at files (``ls``) is not counted."""
    first, all_ = (NUMBERS[word] for word in re.findall(r"\*\*(\w+)(?: commands)?\*\*", PAGE))
    given = [each for each in commands(PAGE) if not each.startswith("ls ")]
    assert " try " in given[first - 1] and " try " not in " ".join(given[: first - 1])
    assert len(given) == all_
    assert " apply " in given[-1]


def test_the_sample_is_that_of_somebody_else() -> None:
    kept = (ROOT / "tests/corpus/edifact/pydifact__data__order.edi").read_text("utf-8")
    assert kept.strip() in PAGE
