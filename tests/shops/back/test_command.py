"""``gateway shop stock``: what a person sees, and how it is released."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner

from gateway.cli.main import main
from gateway.store import audit
from tests.shops.back.world import BackWorld, despatch, item, report


def run(world: BackWorld, *args: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["-w", str(world.root), *args])
    return result.exit_code, result.output


@pytest.fixture
def sold(world: BackWorld) -> BackWorld:
    """Seven are there, two of them sold."""
    world.says(report({"TEA-1": 7, "GHOST": 1}))
    world.run()
    world.later(seconds=5)
    world.shop.sell("TEA-1", 2, "1001")
    world.taken("1001")
    world.later(seconds=5)
    return world


def test_it_shows_how_a_quantity_came_about(sold: BackWorld) -> None:
    code, text = run(sold, "shop", "stock", "acme-shop", "TEA-1")
    assert code == 0
    assert "7 of the ERP" in text and "− 2 in 1 orders" in text

    code, text = run(sold, "shop", "stock", "acme-shop", "--json")
    found = json.loads(text)
    assert code == 0
    (tea,) = [one for one in found["articles"] if one["sku"] == "TEA-1"]
    assert (tea["wanted"], tea["available"], tea["confirmed"]) == (5, 7, 5)
    assert [one["order"] for one in tea["orders"]] == ["1001"]
    assert found["states"] == {"known": 1, "unknown": 1}

    code, text = run(sold, "shop", "stock", "acme-shop", "--unknown", "--json")
    assert [one["sku"] for one in json.loads(text)["articles"]] == ["GHOST"]


def test_stopped_stock_is_released_with_a_reason(sold: BackWorld) -> None:
    sold.says(report({"TEA-1": 0, "GHOST": 0}, number="R2"))
    sold.run()
    assert run(sold, "shop", "stock", "acme-shop")[0] == 1

    code, text = run(sold, "shop", "stock", "release", "acme-shop", "--reason", "sold out")
    assert code == 0 and "sent again" in text
    with sold.house.store.read() as connection:
        (entry,) = audit.of(connection)
    assert (entry.action, entry.subject) == ("release stock", "shop acme-shop")
    assert run(sold, "shop", "stock", "acme-shop")[0] == 0
    code, text = run(sold, "shop", "stock", "release", "acme-shop", "--reason", "x", "--json")
    assert json.loads(text) == {"shop": "acme-shop", "released": False}


def test_a_shop_that_gets_no_stock_cannot_be_shown(worlds: Callable[..., BackWorld]) -> None:
    world = worlds(more="send: {shipments: {}}\n")
    assert run(world, "shop", "stock", "acme-shop")[0] == 2
    assert run(world, "shop", "stock", "no-shop")[0] == 2


def test_a_file_is_tried_with_the_orders_that_are_known(sold: BackWorld) -> None:
    path = sold.root / "despatch-1.json"
    path.write_bytes(sold.written(despatch("DN-1", [{"tracking": "A", "items": [item("1001")]}])))
    code, text = run(sold, "try", str(path), "--json")
    (tried,) = json.loads(text)["messages"]
    assert (code, tried["format"], tried["state"]) == (0, "shop/despatch", "mapped")
