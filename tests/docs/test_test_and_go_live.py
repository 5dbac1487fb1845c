"""The way from test to live runs as its page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.reader import ROOT, commands, reader

PAGE = (ROOT / "docs" / "howto" / "test-and-go-live.md").read_text("utf-8")


def test_a_partner_goes_live_as_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with reader(PAGE, tmp_path, ()) as one:
        one.follow()
    written = (tmp_path / "shop/partners/contoso-foods/partner.yaml").read_text("utf-8")
    assert "\nmode: live                        # the most that any agreement" in written
    assert not (tmp_path / "shop/var/erp/out/order").exists()
    assert not (tmp_path / "shop/var/erp/in/invoice/archive").exists()


def test_every_command_of_the_page_is_given() -> None:
    assert len(commands(PAGE)) == len(re.findall(r"^\$ ", PAGE, re.M)) > 10
