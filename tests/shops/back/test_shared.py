"""Reservations of two machines at the same moment, on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.documents.shop import ShopOrder
from gateway.pipeline.shops.stock import reserve
from gateway.store.shops import stock
from gateway.store.shops.stock import FigureRow
from tests.shops.back.shelf import Shelf
from tests.shops.back.world import ACME_SHOP, CORNER, BackWorld, report
from tests.shops.intake.fake import order_fields

ARTICLES = ("TEA-1", "MUG", "CAN")


def order(number: str, skus: tuple[str, ...]) -> ShopOrder:
    """One piece of each."""
    line = order_fields(number)["lines"][0]
    lines = [
        {**line, "key": str(n), "sku": sku, "ean": None, "quantity": "1"}
        for n, sku in enumerate(skus)
    ]
    return ShopOrder.model_validate(order_fields(number, lines=lines))


def test_none_of_many_reservations_is_lost(
    worlds: Callable[..., BackWorld], postgres_ready: str, tmp_path: Path
) -> None:
    world = worlds(shop=Shelf(stock=dict.fromkeys(ARTICLES, 0)), database=postgres_ready)
    world.says(report(dict.fromkeys(ARTICLES, 50)))
    world.run()
    world.later(seconds=5)
    trouble: list[BaseException] = []
    start = threading.Barrier(4)

    def orders(shop: str, first: int, skus: tuple[str, ...]) -> None:
        start.wait()
        try:
            for number in range(first, first + 5):
                with world.house.store.write("reserve") as connection:
                    found = world.house.workspace.shops[shop]
                    one = order(str(number), skus)
                    reserve.reserve(connection, world.house, found, one, world.clock())
        except BaseException as failure:
            trouble.append(failure)

    threads = [
        threading.Thread(target=orders, args=each)
        for each in (
            (ACME_SHOP, 100, ARTICLES),
            (ACME_SHOP, 200, ARTICLES[::-1]),
            (CORNER, 300, ARTICLES),
            (CORNER, 400, ARTICLES[::-1]),
        )
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert trouble == []
    assert {world.seen(sku).wanted for sku in ARTICLES} == {30}
    world.later(seconds=5)
    assert set(world.shop.stock.values()) == {30}


@pytest.mark.parametrize("newest", [1, 2])
def test_of_two_reports_at_once_the_newer_one_stays(
    worlds: Callable[..., BackWorld], postgres_ready: str, newest: int
) -> None:
    world = worlds(database=postgres_ready)
    at = world.clock()
    start = threading.Barrier(2)

    def put(sequence: int) -> None:
        rows = [FigureRow(f"A{n}", "", "available", sequence, at, sequence) for n in range(50)]
        start.wait()
        with world.house.store.write("figures") as connection:
            stock.put_figures(connection, rows, test=False)

    threads = [threading.Thread(target=put, args=(each,)) for each in (newest, 3 - newest)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with world.house.store.read() as connection:
        found = stock.figures(connection, test=False, kinds=["available"], articles=None)
    assert {row.quantity for row in found} == {2}
