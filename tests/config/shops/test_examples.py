"""The example shops can be copied as they are, and do nothing before somebody says so."""

from __future__ import annotations

from pathlib import Path

from gateway.cli.commands.init import example_shops, write_workspace
from gateway.config import load_workspace


def test_the_examples_are_right_and_paused(tmp_path: Path) -> None:
    names = example_shops()
    assert names == ["marketplace", "web-shop"]
    write_workspace(tmp_path, (), names)
    workspace, problems = load_workspace(tmp_path)
    assert problems == []
    assert workspace is not None
    assert [each.mode for each in workspace.shops.values()] == ["paused", "paused"]


def test_nobody_gets_a_shop_who_did_not_ask_for_one(tmp_path: Path) -> None:
    write_workspace(tmp_path, ())
    assert not (tmp_path / "shops").exists()
