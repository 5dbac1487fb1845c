"""Killed at any point of a comparison: it goes on, and finds what it would have found."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.pipeline.dispatch.core import Core
from gateway.store import lanes
from gateway.store.shops import errands
from tests.killing import killed_at, telling
from tests.shops.intake.fake import FakeShop, install
from tests.shops.intake.world import SHOP
from tests.shops.reconcile.night import Night

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

KINDS = (
    "reconcile: read by id", "shop orders: committed", "reconcile day: before commit",
    "reconcile done: committed",
)  # fmt: skip
"""Where it is killed in each run of the tests."""
LANE = errands.lane_of(SHOP, "reconcile")
Outcome = tuple[dict[tuple[str, str], str], dict[str, int | None], list[tuple[str, str, int]]]


def shop_before() -> FakeShop:
    """Three orders that the ERP has."""
    shop = FakeShop()
    for id_ in ("1", "2", "3"):
        shop.put(id_)
    return shop


def shop_then() -> FakeShop:
    """One changed and another is gone, unseen; one is hidden, one was missed, one is broken."""
    shop = shop_before()
    later = shop.now().replace(hour=11)
    shop.put("1", at=later, status="cancelled", shop_status="off")
    del shop.orders["2"]
    shop.orders["3"].hidden = True
    shop.put("4", at=later)
    shop.put("5", at=later).broken = b"{"
    return shop


def world_of(
    folder: Path,
    shop: FakeShop,
    patch: pytest.MonkeyPatch,
    checkpoint: Callable[[str], None] | None = None,
) -> Night:
    install(patch, acme_shop=shop)
    return Night(folder, shop, checkpoint=checkpoint)


@pytest.fixture
def start(tmp_path: Path) -> Path:
    folder = tmp_path / "start"
    with pytest.MonkeyPatch.context() as patch:
        world = world_of(folder, shop_before(), patch)
        world.run()
        world.gateway.close()
    return folder


def run(folder: Path, checkpoint: Callable[[str], None]) -> Outcome:
    """The night, from wherever it is."""
    with pytest.MonkeyPatch.context() as patch:
        world = world_of(folder, shop_then(), patch, checkpoint)
        try:
            world.clock.forward(days=1)
            checkpoint("at work")
            with world.house.store.note() as connection:
                lanes.expire_all(connection, world.clock())
            core = Core(world.house, "a test")
            while core.drain(LANE):
                pass
            orders = [world.order(id_) for id_ in ("1", "2", "3", "4", "5")]
            states = [(one.external_id, one.state, one.revision) for one in orders]
            return world.told(), world.day(), states
        finally:
            world.gateway.close()


def kill(start: Path, folder: Path, point: int) -> Outcome:
    shutil.copytree(start, folder)
    try:
        killed_at(point, lambda at: run(folder, at))
        return run(folder, lambda _name: None)
    finally:
        shutil.rmtree(folder)


def undisturbed(start: Path, folder: Path) -> tuple[Outcome, list[str]]:
    names: list[str] = []
    shutil.copytree(start, folder)
    return run(folder, names.append), names


def test_a_kill_at_each_kind_of_point(start: Path, tmp_path: Path) -> None:
    expected, names = undisturbed(start, tmp_path / "counted")
    assert set(expected[0]) == {("1", "W332"), ("2", "W334"), ("4", "W330"), ("5", "W330")}
    first = names.index("at work") + 1
    kinds = {name: point for point, name in reversed(list(telling(names))) if point > first}
    assert set(KINDS) <= set(kinds)
    for name in KINDS:
        point = kinds[name]
        assert kill(start, tmp_path / "killed", point) == expected, f"{point} {name}"


@pytest.mark.soak
def test_a_kill_at_any_point(start: Path, tmp_path: Path) -> None:
    expected, names = undisturbed(start, tmp_path / "counted")
    first = names.index("at work") + 1
    for point, name in telling(names):
        if point > first:
            assert kill(start, tmp_path / "killed", point) == expected, f"{point} {name}"
