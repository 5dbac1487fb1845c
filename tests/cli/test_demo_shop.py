"""The demo of a web shop: an order's whole way, and that it would tell if anything went wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path

import httpx
import pytest
from click.testing import Result

from gateway.channels.shops.woocommerce.read import read_order
from gateway.cli.demoshop import keeping, story, till
from gateway.cli.demoshop.goods import assortment
from gateway.cli.demoshop.scene import Scene, StuckError
from gateway.cli.demoshop.shop import DemoShop, SoldOutError
from gateway.cli.demoshop.site import GUEST
from gateway.config.shops import Shop
from gateway.documents.shop.checks import identities
from gateway.problems import errors
from tests.postgres import free_port

Run = Callable[..., Result]


def test_the_demo_tells_the_way_of_an_order_twice_in_a_row(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    told = run("demo", "shop", "--folder", folder)
    assert told.exit_code == 0, told.output
    for said in (
        "38 in stock",
        "order 1041: 71.48 EUR",
        "H;W-1041;",
        "35 = 40 of the ERP",
        "The order is still processing.",
        "Now it is completed.",
        "H;W-1041-R10421;",
        "answered 401",
        "order_corner-shop_C-208.csv",
    ):
        assert said in told.stdout, said
    assert "DIFFERENT" not in told.stdout
    assert "\x1b" not in told.stdout

    again = run("demo", "shop", "--folder", folder, "--json")
    assert again.exit_code == 0, again.output
    found = json.loads(again.stdout)
    assert found["unexpected"] == []
    assert all(one["same"] for one in found["proofs"])
    assert [one["status"] for one in found["webhooks"]].count(401) == 1
    sent = [(one["method"], one["path"]) for one in found["calls"] if one["method"] != "GET"]
    assert sent.count(("POST", "webhooks")) == 4
    assert sent.count(("POST", "orders/1041/notes")) == 2
    assert _told(found["calls"]) == ["status", "_invoice_url"]
    for secret in (folder / "secrets").iterdir():
        assert secret.read_text("utf-8") not in told.output + again.output


def _told(calls: list[dict[str, object]]) -> list[str]:
    """What changed of the order, besides the keys of its shipments."""
    bodies = [one["body"] for one in calls if one["method"] == "PUT"]
    found = []
    for body in bodies:
        assert isinstance(body, dict)
        keys = [one["key"] for one in body["meta_data"]]
        found += [name for name in (*body, *keys) if name in ("status", "_invoice_url")]
    return found


def test_what_does_not_happen_is_told(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def stuck(_folder: Path) -> Iterator[Scene]:
        raise StuckError("the shops are asked for the first time")
        yield

    monkeypatch.setattr(story, "scene", stuck)
    result = run("demo", "shop", "--folder", tmp_path / "demo")
    assert result.exit_code == 1
    assert "expected: the shops are asked for the first time" in result.stdout


def test_options_before_the_name_are_not_passed_over(run: Run, tmp_path: Path) -> None:
    result = run("demo", "--folder", tmp_path / "demo", "shop")
    assert result.exit_code == 2
    assert not (tmp_path / "demo").exists()


def test_the_shop_alone_stays_open_until_it_is_ended(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, seen = free_port(), []

    def look() -> None:
        seen.append(httpx.get(f"http://127.0.0.1:{port}/", trust_env=False).text)
        seen.append(run("demo", "shop", "--open", port).exit_code)

    monkeypatch.setattr(keeping, "until_ended", look)
    result = run("demo", "shop", "--open", port, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["url"] == f"http://127.0.0.1:{port}"
    assert "T-shirt, red, M: 19.99 EUR, 20 in stock" in seen[0]
    assert seen[1] == 2  # the port is taken


@pytest.mark.parametrize("coupon", ["", till.COUPON])
def test_whatever_is_bought_adds_up(coupon: str) -> None:
    settings = {"url": "http://127.0.0.1:1", "key": "${env:A}", "secret": "${env:B}"}
    shop = Shop.model_validate(
        {"shop": "s", "name": "S", "kind": "woocommerce", "woocommerce": settings}
    )
    goods = assortment()
    off = till.PERCENT_OFF if coupon else 0
    for first in range(1, 14):
        lines = [till.sold(goods[0], first, off), till.sold(goods[1], 14 - first, off)]
        at, ids = datetime(2026, 3, 2, 9, tzinfo=UTC), count(1)
        made = till.order_of(7, lines, GUEST, at, lambda ids=ids: next(ids), coupon)
        reading = read_order(json.dumps(made).encode(), shop)
        assert reading.order is not None and not reading.problems
        assert errors(identities(reading.order, Decimal("0"))) == []


def test_the_shop_sells_no_more_than_it_has() -> None:
    shop = DemoShop("s", 1)
    shop.products["MUG-BLUE"].stock = 1
    with pytest.raises(SoldOutError):
        shop.buy({"MUG-BLUE": 2}, GUEST)
    assert shop.products["MUG-BLUE"].stock == 1
    assert shop.orders == {}
