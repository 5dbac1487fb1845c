"""On PostgreSQL: a webhook, the list and several machines meet over one order."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select

from gateway.channels.shops.connector import Record
from gateway.pipeline.dispatch.core import Core
from gateway.pipeline.shops import errands as tasks
from gateway.pipeline.shops.accept import Accepted, accept
from gateway.store.shops.tables import revision
from tests.shops.intake.fake import START, FakeShop, install
from tests.shops.intake.world import ShopWorld

THREADS = 4


@pytest.fixture
def world(
    tmp_path: Path, postgres_ready: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ShopWorld]:
    shop = FakeShop(page_size=5)
    install(monkeypatch, acme_shop=shop)
    made = ShopWorld(tmp_path, shop, database=postgres_ready)
    yield made
    made.gateway.close()


def together(world: ShopWorld, readings: list[Record]) -> list[Accepted]:
    """Each reading is taken over by a thread of its own, all at the same moment."""
    gate = Barrier(len(readings))

    def one(record: Record) -> Accepted:
        gate.wait()
        return accept(world.house, world.settings, [record], origin="hook")[0]

    with ThreadPoolExecutor(len(readings)) as pool:
        return list(pool.map(one, readings))


def test_the_same_reading_by_many_at_once_is_taken_once(world: ShopWorld) -> None:
    for number in range(5):
        world.shop.put(str(number))
        world.shop.refund(str(number), f"r{number}")

        told = together(world, [world.shop.record(str(number))] * THREADS)

        assert sorted(each.outcome for each in told) == ["same"] * (THREADS - 1) + ["taken"]
    assert len(world.rows()) == 10


def test_of_readings_of_several_ages_at_once_the_newest_stands(world: ShopWorld) -> None:
    for round_ in range(5):
        id_ = str(round_)
        readings = []
        for second in range(THREADS):
            world.shop.put(id_, at=START + timedelta(seconds=second), note=f"n{second}")
            readings.append(world.shop.record(id_))

        told = together(world, readings)

        row = world.order(id_)
        assert row.updated == START + timedelta(seconds=THREADS - 1)
        assert row.revision == sum(each.outcome == "taken" for each in told)
        with world.house.store.read() as connection:
            numbers = connection.scalars(
                select(revision.c.number).where(revision.c.shop_order == row.id)
            ).all()
        assert sorted(numbers) == list(range(1, row.revision + 1))


def test_pages_that_share_orders_in_other_orders_do_not_lock_each_other_out(
    world: ShopWorld,
) -> None:
    ids = [str(number) for number in range(10)]
    for id_ in ids:
        world.shop.put(id_)
    gate = Barrier(2)

    def page(order: list[str]) -> list[Accepted]:
        gate.wait()
        return world.accept(*order)

    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(page, [ids, ids[::-1]]))

    assert sum(each.outcome == "taken" for told in both for each in told) == len(ids)


def test_several_machines_bring_every_order_once(world: ShopWorld) -> None:
    for number in range(23):
        world.shop.put(str(number), at=world.clock() - timedelta(seconds=number))
    world.hint(*(str(number) for number in range(23)))
    tasks.review(world.house)

    def machine(number: int) -> None:
        core = Core(world.house, f"machine {number}")
        for _ in range(60):
            keys = [key for key in core.waiting() if not key.startswith(("duty/", "alarm/"))]
            for key in keys:
                core.drain(key)
            if not keys:
                return

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(machine, range(3)))
    world.run()

    assert len(world.erp()) == 23
    assert {world.order(id_).revision for id_ in world.shop.orders} == {1}
