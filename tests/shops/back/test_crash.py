"""Killed between any two steps of telling a shop: nothing is told twice, nothing is left out."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.channels.shops import platforms
from gateway.store import lanes
from tests.killing import killed_at, telling
from tests.shops.back.shelf import Shelf, Shelves
from tests.shops.back.world import BackWorld, despatch, invoice, item, report

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
Checkpoint = Callable[[str], None]
SHOWN = (
    "shop: before", "shop: answered", "shop told: before commit", "shop told: committed",
    "stock: sent", "stock: to be sent: committed", "stock: told: before commit",
    "split: before commit", "split: committed",
)  # fmt: skip
"""Where a kill is tried in every run; `make soak` kills everywhere."""


def opened(folder: Path, checkpoint: Checkpoint = lambda _name: None) -> BackWorld:
    """The gateway, started after the one before is gone; the shop went on living."""
    shops = {name: Shelf.revived(folder / f"{name}.log") for name in ("acme-shop", "corner-shop")}
    platforms._part = Shelves(dict(shops)).part
    world = BackWorld(
        folder, shops["acme-shop"], corner=shops["corner-shop"], checkpoint=checkpoint
    )
    if not world.shop.orders:
        world.shop.put("1001")
    with world.house.store.note() as connection:
        lanes.expire_all(connection, world.clock())
    return world


def work(folder: Path, checkpoint: Checkpoint) -> None:
    world = opened(folder, checkpoint)
    world.clock.forward(minutes=10)
    try:
        world.run()
        world.later(seconds=5)
    finally:
        world.gateway.close()


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An order is in the ERP, which answers with everything at once."""
    monkeypatch.setattr(platforms, "_part", platforms._part)  # put back at the end
    folder = tmp_path / "start"
    folder.mkdir()
    world = opened(folder)
    world.taken("1001")
    world.says(despatch("DN-1", [{"tracking": "A", "items": [item("1001", 1)]}]))
    world.says(despatch("DN-2", [{"tracking": "B", "items": [item("1001", 1)]}]))
    world.says(invoice("I-1", "1001"))
    world.says(report({"TEA-1": 7}))
    world.gateway.close()
    return folder


def outcome(folder: Path) -> tuple[Counter[str], dict[str, int], list[tuple[str, str, str]]]:
    """What the shops were told, their stock, and the documents of the ERP."""
    told: Counter[str] = Counter()
    stock = {}
    for name in ("acme-shop", "corner-shop"):
        shelf = Shelf.revived(folder / f"{name}.log")
        told.update(f"{name} {key}" for key in shelf.lines if not key.startswith("stock "))
        stock[name] = shelf.stock["TEA-1"]
    world = opened(folder)
    rows = [(row.document, row.number, row.state) for row in world.rows() if row.kind == "document"]
    world.gateway.close()
    return told, stock, sorted(rows)


@pytest.mark.parametrize(
    "everywhere",
    [pytest.param(False, id="shown"), pytest.param(True, id="any", marks=pytest.mark.soak)],
)
def test_a_kill_at_any_point(tmp_path: Path, start: Path, everywhere: bool) -> None:
    counted = tmp_path / "counted"
    shutil.copytree(start, counted)
    names: list[str] = []
    work(counted, names.append)
    expected = outcome(counted)
    assert expected[1] == {"acme-shop": 7, "corner-shop": 7}
    assert len(expected[0]) == 3
    assert {state for _, _, state in expected[2]} == {"delivered"}

    seen: set[str] = set()
    for point, name in telling(names):
        if not everywhere and (name not in SHOWN or name in seen):
            continue
        seen.add(name)
        folder = tmp_path / "killed"
        shutil.copytree(start, folder)
        killed_at(point, lambda checkpoint: work(folder, checkpoint))  # noqa: B023
        work(folder, lambda _name: None)
        assert outcome(folder) == expected, f"{point} {name}"
        shutil.rmtree(folder)
    assert everywhere or seen == set(SHOWN)
