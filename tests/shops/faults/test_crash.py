"""Killed anywhere between a shop that fails and the ERP: nothing is lost, doubled or stale."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.killing import telling
from tests.shops.faults.crash import AT_WORK, Crash
from tests.shops.faults.styles import STYLES

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
SHOWN = ("shop orders: before commit", "shop order: committed", "shop: answered")
"""Where a kill is tried in every run: with a memory of the shop the others kill everywhere."""


def points(names: list[str]) -> list[tuple[int, str]]:
    """Where a kill leaves something else behind, from the beginning of the work."""
    first = names.index(AT_WORK) + 1
    return [(point, name) for point, name in telling(names) if point > first]


def firsts(names: list[str]) -> Iterator[tuple[int, str]]:
    """The first checkpoint of each name."""
    seen: set[str] = set()
    for point, name in points(names):
        if name not in seen:
            seen.add(name)
            yield point, name


def test_a_kill_on_either_way(tmp_path: Path) -> None:
    crash = Crash(tmp_path, STYLES["woocommerce"]())
    with crash.ready() as workspace:
        calm = crash.undisturbed(workspace)
        assert not calm.wrong
        there = {name: point for point, name in firsts(calm.names)}
        assert set(SHOWN) <= set(there)
        for name in SHOWN:
            assert not crash.kill(workspace, there[name]).wrong, name


@pytest.mark.soak
@pytest.mark.parametrize("name", ["woocommerce", "shopify", "mirakl"])
def test_a_kill_anywhere(name: str, tmp_path: Path) -> None:
    crash = Crash(tmp_path, STYLES[name]())
    with crash.ready() as workspace:
        calm = crash.undisturbed(workspace)
        assert not calm.wrong
        for point, what in points(calm.names):
            assert not crash.kill(workspace, point).wrong, f"{point} {what}"
