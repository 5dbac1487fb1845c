"""Orders of a marketplace on Mirakl as canonical ones. The fixtures are our own."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.shops import platforms
from gateway.channels.shops.connector import Reading
from gateway.config.shops import Shop
from gateway.documents.shop.checks import identities
from gateway.problems import has_errors

HERE = Path(__file__).parent
TAX = {"rates": {"FR": ["20", "10", "5.5", "2.1"]}, "country": "FR"}
FIXTURES = sorted(each.stem for each in HERE.glob("*.json"))


@pytest.fixture(scope="module")
def shop() -> Shop:
    return a_shop()


def a_shop(**more: Any) -> Shop:
    data = {
        "shop": "market",
        "name": "Marketplace",
        "kind": "mirakl",
        "mirakl": {"url": "https://market.example.com", "key": "${env:MARKET_KEY}"},
        **more,
    }
    return Shop.model_validate(data)


def read(name: str, shop: Shop) -> Reading:
    return platforms.read_order(shop, (HERE / f"{name}.json").read_bytes())


@pytest.mark.parametrize("name", FIXTURES)
def test_every_sum_of_an_order_holds(name: str) -> None:
    reading = read(name, a_shop(tax=TAX))
    assert reading.order is not None, [each.sentence for each in reading.problems]
    assert not has_errors(identities(reading.order, Decimal("0.01")))


def test_prices_that_hold_the_tax(shop: Shop) -> None:
    order = read("tax_included", shop).order
    assert order is not None
    chair, table = order.lines
    assert (chair.amounts.net, chair.amounts.tax, chair.amounts.gross) == (
        Decimal("49.98"), Decimal("10.0"), Decimal("59.98"),
    )  # fmt: skip
    assert [(each.rate, each.amount) for each in table.taxes] == [(Decimal("5.5"), Decimal("5.5"))]
    assert chair.discounts[0].code == "AUTUMN"
    assert chair.extra["mirakl:eco_contribution_1"] == "EEE FR000001_00ABCD 0.2"
    assert order.totals.grand == Decimal("170.38")
    assert (order.ship_to.country, order.ship_to.pickup_point) == ("FR", "PR-7788")  # type: ignore[union-attr]
    assert (order.status, order.split_of) == ("paid", "MK-2026-000101")


def test_prices_without_the_tax_and_a_company(shop: Shop) -> None:
    reading = read("tax_excluded_b2b", shop)
    order = reading.order
    assert order is not None
    assert order.buyer is not None
    assert order.lines[0].amounts.gross == Decimal("299.88")
    assert order.totals.grand == Decimal("440.88")
    assert (order.buyer.kind, order.buyer.vat_id, order.buyer.po_number) == (
        "b2b", "FR32123456789", "PO-5501",
    )  # fmt: skip
    assert [each.kind for each in order.charges] == ["shipping", "fee"]
    assert order.status == "part_shipped"


def test_a_refund_is_a_document_of_its_own(shop: Shop) -> None:
    order, (refund,) = read("tax_excluded_b2b", shop).order, read("tax_excluded_b2b", shop).refunds
    assert order is not None
    countries = {each.country for line in refund.lines for each in line.taxes}
    assert countries == {order.tax_country}  # two letters, whatever the marketplace writes
    assert (refund.external_id, refund.total) == ("OR-9", Decimal("31.49"))
    assert refund.lines[0].amounts.gross == Decimal("29.99")
    assert refund.charges[0].amounts.gross == Decimal("1.50")


def test_an_order_to_be_accepted_has_no_address_yet(shop: Shop) -> None:
    reading = read("waiting_acceptance", a_shop(tax=TAX))
    assert reading.order is not None
    assert reading.order.awaits_acceptance
    assert reading.order.ship_to is None
    assert [each.code for each in reading.problems] == ["W234"]
    assert reading.order.lines[0].taxes[0].rate == 20
    assert reading.order.lines[0].taxes[0].supposed
    untold = read("waiting_acceptance", shop)  # whose rate it is, nobody says
    assert (untold.order, [each.code for each in untold.problems]) == (None, ["W233"])


def test_the_state_follows_from_the_lines(shop: Shop) -> None:
    order = read("part_shipped", shop).order
    assert order is not None
    assert order.status == "part_shipped"
    assert [each.cancelled for each in order.lines] == [None, None, 1]


@given(st.data())
def test_whatever_is_missing_or_wrong_is_told_and_never_raised(data: st.DataObject) -> None:
    value = json.loads(
        (HERE / data.draw(st.sampled_from(FIXTURES))).with_suffix(".json").read_text()
    )
    for _ in range(data.draw(st.integers(1, 3))):
        here: Any = value
        for _ in range(data.draw(st.integers(0, 4))):
            keys = list(here) if isinstance(here, dict) else list(range(len(here)))
            key = data.draw(st.sampled_from(keys))
            if not isinstance(here[key], dict | list) or not here[key]:
                break
            here = here[key]
        keys = list(here) if isinstance(here, dict) else list(range(len(here)))
        if keys:
            odd = st.sampled_from([None, "", "x", -1, [], {}, [[]], "NaN", 10**30, "\x00", True])
            here[data.draw(st.sampled_from(keys))] = data.draw(odd)
    reading = platforms.read_order(a_shop(), json.dumps(value).encode())
    assert (reading.order is None) == has_errors(reading.problems)


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{}", b"\xff", b'{"order_id": ', b"null", b"[" * 9999]
)
def test_what_is_no_order_is_told(raw: bytes, shop: Shop) -> None:
    reading = platforms.read_order(shop, raw)
    assert reading.order is None
    assert has_errors(reading.problems)
