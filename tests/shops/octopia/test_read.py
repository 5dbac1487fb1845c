"""Orders of Octopia as canonical ones. The fixtures are our own; names are provisional."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gateway.channels.shops import platforms
from gateway.channels.shops.connector import Reading
from gateway.config.shops import Shop
from gateway.documents.shop.checks import identities
from gateway.problems import has_errors

HERE = Path(__file__).parent
FIXTURES = sorted(each.stem for each in HERE.glob("*.json"))
RATES = {"FR": ["20", "10", "5.5", "2.1"]}


def a_shop(**more: Any) -> Shop:
    data = {
        "shop": "cdiscount",
        "name": "Marketplace",
        "kind": "octopia",
        "octopia": {
            "client_id": "client-1",
            "client_secret": "${env:OCTOPIA_SECRET}",
            "seller": "4711",
        },
        "tax": {"rates": RATES, "default": "20"},
        **more,
    }
    return Shop.model_validate(data)


def read(name: str, shop: Shop | None = None) -> Reading:
    return platforms.read_order(shop or a_shop(), (HERE / f"{name}.json").read_bytes())


@pytest.mark.parametrize("name", FIXTURES)
def test_every_sum_of_an_order_holds(name: str) -> None:
    reading = read(name)
    assert reading.order is not None, [each.sentence for each in reading.problems]
    assert not has_errors(identities(reading.order, Decimal("0.01")))


def test_prices_are_parted_by_the_rate_of_the_settings_and_that_is_said() -> None:
    reading = read("prices_only")
    order = reading.order
    assert order is not None
    amounts = order.lines[0].amounts
    assert (amounts.net, amounts.tax, amounts.gross) == (
        Decimal("49.98"), Decimal("10.00"), Decimal("59.98"),
    )  # fmt: skip
    assert order.lines[0].taxes[0].supposed
    assert [each.code for each in reading.problems] == ["W234", "W234"]
    assert (order.lines[0].sku, order.lines[0].ean) == ("CH-01", "4000001000005")
    assert order.ship_to is not None
    assert order.ship_to.pickup_point == "RELAY-12"


def test_without_a_rate_nothing_is_guessed() -> None:
    reading = read("prices_only", a_shop(tax={"rates": RATES}))
    assert reading.order is None
    assert {each.code for each in reading.problems} == {"W240"}
    assert "59.98 holds tax" in reading.problems[0].sentence


def test_taxes_that_are_told_count() -> None:
    order = read("taxes_told").order
    assert order is not None
    assert order.buyer is not None
    assert [each.taxes[0].rate for each in order.lines] == [20, Decimal("5.5")]
    assert [each.taxes[0].supposed for each in order.lines] == [False, True]
    assert (order.buyer.kind, order.buyer.company) == ("b2b", "Acme Retail SAS")
    assert order.status == "part_shipped"


def test_states_that_wait_or_are_new() -> None:
    waiting = read("waiting_acceptance").order
    assert waiting is not None
    assert waiting.awaits_acceptance
    assert waiting.accept_by is not None
    assert waiting.accept_by.isoformat() == "2026-11-03T08:00:00+00:00"
    new = read("some_new_state")
    assert new.order is not None
    assert new.order.status == "pending"
    assert "W236" in [each.code for each in new.problems]


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b"\xff", b'{"lines": [1]}', b'{"lines": 5}'])
def test_what_is_no_order_is_told(raw: bytes) -> None:
    reading = platforms.read_order(a_shop(), raw)
    assert reading.order is None
    assert has_errors(reading.problems)
