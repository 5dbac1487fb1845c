"""The same on PostgreSQL, beside polls that take over the same orders at the same moment."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.shops.intake.fake import FakeShop, install
from tests.shops.reconcile.night import Night


@pytest.fixture
def night(tmp_path: Path, postgres_ready: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Night]:
    shop = FakeShop(page_size=50)
    install(monkeypatch, acme_shop=shop)
    made = Night(tmp_path, shop, database=postgres_ready)
    made.trade("1", "2", "3")
    yield made
    made.gateway.close()


def test_what_is_missing_hidden_changed_and_gone(night: Night) -> None:
    night.shop.put("1", at=night.clock(), status="cancelled", shop_status="off")
    del night.shop.orders["2"]
    night.shop.orders["3"].hidden = True
    night.shop.put("4")
    night.shop.spoil("5")
    night.clock.forward(days=1)

    night.compare()
    assert set(night.told()) == {("1", "W332"), ("2", "W334"), ("4", "W330"), ("5", "W330")}
    night.run()
    night.clock.forward(days=1)
    night.compare()
    assert set(night.told()) == {("2", "W335"), ("5", "W340")}
    assert night.day() == {
        "shop": 4, "hidden": 1, "counted": 3, "gateway": 5, "erp": 3, "gone": 1,
    }  # fmt: skip


def test_beside_a_poll_of_the_same_orders(night: Night) -> None:
    ids = [str(number) for number in range(10, 40)]
    for id_ in ids:
        night.shop.put(id_)
    night.clock.forward(days=1)

    with ThreadPoolExecutor(2) as pool:
        polled = pool.submit(night.accept, *ids)
        night.compare()
        taken = sum(each.outcome == "taken" for each in polled.result())

    told = [code for _, code in night.told()].count("W330")
    assert taken + told == len(ids), "each was taken over once, by one of both"
    assert {night.order(id_).revision for id_ in ids} == {1}
