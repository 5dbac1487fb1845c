"""Orders are posted as the page says: with curl, to a gateway that serves."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.docs.reader import ROOT, commands, reader

PAGE = (ROOT / "docs" / "howto" / "post-orders.md").read_text("utf-8")


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_orders_are_posted_as_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with reader(PAGE, tmp_path, ("8480",)) as one:
        one.follow()
        assert len(one.serving) == 1


def test_every_command_of_the_page_is_given() -> None:
    assert len(commands(PAGE)) == len(re.findall(r"^\$ ", PAGE, re.M)) > 12
