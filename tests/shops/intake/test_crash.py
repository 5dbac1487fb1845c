"""Killed at any point between the shop and the ERP's folder: nothing is lost, nothing doubled."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.store import lanes
from tests.killing import killed_at, telling
from tests.pipeline.world import visible
from tests.shops.intake.fake import FakeShop, install, order_fields
from tests.shops.intake.world import ShopWorld

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

DOCUMENTS = ("order", "orderchange", "refund", "parties")
POINTS = (
    "shop: page read", "shop: archived", "shop orders: before commit", "shop orders: committed",
    "shop: order read", "shop order: before commit", "shop order: committed",
    "shop refund: committed", "shop held: committed", "deliver: renamed",
)  # fmt: skip
"""What `make test` kills at, each time it is passed last; `make soak` kills everywhere."""
Outcome = tuple[Counter[tuple[str, str]], list[tuple[object, ...]]]


def shop_before() -> FakeShop:
    """One order, which the ERP has before anything is killed."""
    shop = FakeShop(page_size=3)
    shop.put("1")
    return shop


def shop_then() -> FakeShop:
    """It changed; a new one with a refund, one that is broken, one unpaid, one only hinted at."""
    shop = shop_before()
    line = order_fields("1")["lines"][0] | {
        "quantity": "1",
        "amounts": {"net": "10.00", "tax": "2.00", "gross": "12.00"},
        "taxes": [{"rate": "20", "amount": "2.00", "country": "FR"}],
    }
    later = shop.now().replace(minute=5)
    shop.put("1", at=later, lines=[line], totals={"grand": "18.00", "tax": "3.00"})
    shop.put("2", at=later)
    shop.refund("2", "r1")
    shop.put("3", at=later).broken = b"{"
    shop.put("4", at=later, status="pending", shop_status="pending")
    shop.put("5", at=later).hidden = True
    return shop


def world_of(
    folder: Path,
    shop: FakeShop,
    patch: pytest.MonkeyPatch,
    checkpoint: Callable[[str], None] | None = None,
) -> ShopWorld:
    install(patch, acme_shop=shop)
    return ShopWorld(folder, shop, more="orders: {customers: new}\n", checkpoint=checkpoint)


def work(world: ShopWorld) -> None:
    """The leases of one who was killed are over."""
    with world.house.store.note() as connection:
        lanes.expire_all(connection, world.clock())
    world.run()


def fetched(root: Path) -> Counter[tuple[str, str]]:
    """What the ERP takes out of its folders; a file is known by what it says."""
    found: Counter[tuple[str, str]] = Counter()
    for document in DOCUMENTS:
        folder = root / "erp/out" / document
        for name in visible(folder):
            found[document, (folder / name).read_text()] += 1
            (folder / name).unlink()
    return found


def known(world: ShopWorld) -> list[tuple[object, ...]]:
    """Orders, refunds and rows as they stand in the end, in whatever order they came."""
    rows = sorted((row.kind, row.name, row.document, row.number, row.state) for row in world.rows())
    found: list[tuple[object, ...]] = [*rows]
    for id_ in ("1", "2", "3", "4", "5"):
        one = world.order(id_)
        found.append((id_, one.state, one.reason, one.revision, one.number, one.hash))
    return [*found, (world.refund("r1").state,)]


@pytest.fixture
def start(tmp_path: Path) -> Path:
    """A house that has the first order, and a webhook about the hidden one."""
    folder = tmp_path / "start"
    with pytest.MonkeyPatch.context() as patch:
        world = world_of(folder, shop_before(), patch)
        work(world)
        fetched(folder)
        world.clock.forward(minutes=10)
        world.hint("5")
        world.gateway.close()
    return folder


def run(folder: Path, checkpoint: Callable[[str], None]) -> Outcome:
    with pytest.MonkeyPatch.context() as patch:
        world = world_of(folder, shop_then(), patch, checkpoint)
        try:
            world.clock.forward(minutes=10)
            checkpoint("at work")
            work(world)
            world.clock.forward(minutes=1)  # a hint that was met by a kill is put off for a while
            work(world)
            return fetched(folder), known(world)
        finally:
            world.gateway.close()


def points(names: list[str]) -> list[tuple[int, str]]:
    """Where to kill: wherever it leaves something else behind, from the beginning of the work."""
    first = names.index("at work") + 1
    return [(point, name) for point, name in telling(names) if point > first]


def kill(start: Path, folder: Path, point: int) -> Outcome:
    """What came out after a kill, with what the ERP fetched between it and the new start."""
    shutil.copytree(start, folder)
    try:
        killed_at(point, lambda at: run(folder, at))
        before = fetched(folder)
        after, rows = run(folder, lambda _name: None)
        return before + after, rows
    finally:
        shutil.rmtree(folder)


def undisturbed(start: Path, folder: Path) -> tuple[Outcome, list[str]]:
    names: list[str] = []
    shutil.copytree(start, folder)
    return run(folder, names.append), names


def test_a_kill_at_each_kind_of_point(start: Path, tmp_path: Path) -> None:
    expected, names = undisturbed(start, tmp_path / "counted")
    assert Counter(document for document, _ in expected[0]) == {
        "order": 2, "orderchange": 1, "refund": 1,
    }, "the customer is known from the first order"  # fmt: skip
    last = {name: point for point, name in points(names)}
    for name in POINTS:
        assert kill(start, tmp_path / "killed", last[name]) == expected, name


@pytest.mark.soak
def test_a_kill_at_any_point(start: Path, tmp_path: Path) -> None:
    expected, names = undisturbed(start, tmp_path / "counted")
    for point, name in points(names):
        assert kill(start, tmp_path / "killed", point) == expected, f"{point} {name}"
