"""Orders and refunds of WooCommerce become what they are, to the cent."""

from __future__ import annotations

import json
import lzma
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.shop_totals import IDENTITIES, tallies
from gateway.channels.shops.woocommerce.read import read_order, read_refund
from gateway.documents.shop.checks import identities, refund_identities
from gateway.problems import errors
from gateway.syntax.jsonparts import bundle, dumps, elements, member
from tests.shops.cases import cases, loaded, missing
from tests.shops.woocommerce.kit import HERE, LIVE, shop

ORDERS = LIVE / "orders_266.jsonl.xz"


def live() -> dict[str, Any]:
    return json.loads((LIVE / "order.json").read_text("utf-8"), parse_float=Decimal)


def test_all_live_orders_satisfy_the_sums() -> None:
    """Lines, shipping and fees are the total, up to the rounding the shop did."""
    count = 0
    for line in lzma.decompress(ORDERS.read_bytes()).splitlines():
        raw = member(line, "o")
        assert raw is not None
        reading = read_order(raw, shop())
        assert reading.order is not None
        assert reading.problems == ()
        assert errors(identities(reading.order)) == []
        if json.loads(line)["cfg"][1] == "no":
            assert _sum(reading.order) == reading.order.totals.grand
        count += 1
    assert count == 266


def _sum(order: Any) -> Decimal:
    return sum((one.amounts.gross for one in (*order.lines, *order.charges)), Decimal(0))


def test_the_shop_rounds_as_measured() -> None:
    """Orders of a hundred in which a sum does not hold: what a reader must not rely on."""
    found = tallies(ORDERS).values()
    shares = [[tally.share(name) for tally in found] for name in IDENTITIES]
    # incl. VAT at subtotal, incl. per line, excl. at subtotal, excl. per line
    assert shares == [
        [37, 0, 26, 0],
        [43, 0, 26, 0],
        [18, 0, 14, 0],
        [91, 89, 0, 0],
        [0, 21, 0, 1],
        [25, 42, 12, 30],
    ]


def test_live_order_with_coupon_fee_and_variation() -> None:
    order = read_order((LIVE / "order.json").read_bytes(), shop()).order
    assert order is not None
    assert (order.external_id, order.status, order.currency) == ("16", "processing", "EUR")
    assert order.created.isoformat() == "2026-11-23T09:19:15+00:00"
    shirt, book, pullover = order.lines
    assert (shirt.sku, shirt.product) == ("TSH-1", "10")
    assert (pullover.sku, pullover.product) == ("PULL-S", "12/13")
    assert pullover.attributes == {"Taille": "S"}
    assert [tax.rate for tax in book.taxes] == [Decimal("5.5")]
    assert (book.amounts.net, book.amounts.tax, book.amounts.gross) == tuple(
        map(Decimal, ("9.00", "0.50", "9.50"))
    )
    assert shirt.discounts[0].code == "dix"
    assert [charge.kind for charge in order.charges] == ["shipping", "fee"]
    assert order.buyer is not None
    assert order.buyer.id is None
    assert _sum(order) == order.totals.grand == Decimal("131.36")
    assert order.rounding is None


@pytest.mark.parametrize(
    ("name", "status"),
    [("webhook_0011", "processing"), ("webhook_0014", "processing"), ("webhook_0042", "draft")],
)
def test_live_webhooks_hold_readable_orders(name: str, status: str) -> None:
    reading = read_order((LIVE / f"{name}.body").read_bytes(), shop())
    assert reading.problems == ()
    assert reading.order is not None
    assert reading.order.status == status
    assert identities(reading.order) == []


@pytest.mark.parametrize("path", cases(HERE / "orders"), ids=lambda path: path.stem)
def test_cases(path: Path) -> None:
    case = loaded(path)
    reading = read_order(dumps(case["record"]), shop(**case.get("settings", {})))
    found = {
        "order": reading.order and json.loads(reading.order.to_json()),
        "refunds": [json.loads(one.to_json()) for one in reading.refunds],
        "problems": [f"{one.code} {one.place.path}" for one in reading.problems],
    }
    assert missing(case["found"], found) == []
    if reading.order is not None:
        assert errors(identities(reading.order)) == []
    for refund in reading.refunds:
        assert errors(refund_identities(refund)) == []


def test_what_published_samples_hold_is_read(shop_samples: Path) -> None:
    """The documentation's orders: of 2017, without percents of rates."""
    folder = shop_samples / "woocommerce" / "docs_v3"
    taxed, refunded = elements((folder / "orders_03.json").read_bytes())
    rates = {"rates": {"US": ["7.5"]}}
    reading = read_order(taxed, shop(tax=rates))
    assert [one.code for one in reading.problems] == ["W234", "W234"]
    assert reading.order is not None
    assert errors(identities(reading.order)) == []
    assert [one.code for one in read_order(taxed, shop()).problems] == ["W233", "W233"]
    refunds = (folder / "order-refunds_03.json").read_bytes()
    both = read_order(bundle(order=refunded, refunds=refunds), shop())
    assert both.problems == ()
    assert [refund.total for refund in both.refunds] == [10, 9]
    assert [len(refund.lines) for refund in both.refunds] == [0, 1]
    assert [errors(refund_identities(one)) for one in both.refunds] == [[], []]


def test_a_refund_with_its_order_is_read_alone() -> None:
    case = loaded(HERE / "orders" / "refunded.json")["record"]
    record = {"order": case["order"], "refund": case["refunds"][0]}
    reading = read_refund(dumps(record), shop())
    assert reading.problems == ()
    assert reading.refund is not None
    assert reading.refund.order == "302"


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"total": "12,50"}, ["W232 total"]),
        ({"total": None}, ["W231 total"]),
        ({"id": None}, ["W231 id"]),
        ({"currency": ""}, ["W231 currency"]),
        ({"date_created_gmt": "yesterday"}, ["W232 date_created_gmt"]),
        ({"line_items": [{"id": 1, "quantity": 1, "total": "1.00"}]},
         ["W231 line_items[1].total_tax"]),
        ({"line_items": "none"}, ["W232 line_items"]),
        ({"refunds": [{"id": 9, "total": "-1.00"}]}, ["W239 refunds"]),
        ({"shipping_total": "9" * 18, "shipping_tax": "9" * 18}, ["W230 None"]),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_needed_and_wrong_holds_the_order(change: Any, codes: list[str]) -> None:
    reading = read_order(dumps({**live(), **change}), shop())
    assert reading.order is None
    assert [f"{one.code} {one.place.path}" for one in errors(reading.problems)] == codes


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b"null", b"\xff", b'{"a":1,"a":2}'])
def test_what_is_no_order_is_told(raw: bytes) -> None:
    assert [one.code for one in read_order(raw, shop()).problems] == ["W230"]
    assert [one.code for one in read_refund(raw, shop()).problems] == ["W230"]


def test_an_object_without_anything_is_no_order() -> None:
    for reading in (read_order(b"{}", shop()), read_refund(b"{}", shop())):
        assert (reading.order, reading.refund) == (None, None)
        assert "W231" in [one.code for one in errors(reading.problems)]


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8)
    | st.sampled_from(["1E999", "-0", "1e-30", "NaN", "0000-00-00", "9" * 40]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["id", "total", "taxes", "key", "value"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
_PLACES = ["id", "status", "total", "billing", "line_items", "tax_lines", "shipping_lines",
           "coupon_lines", "meta_data", "refunds", "date_paid_gmt", "currency"]  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(st.dictionaries(st.sampled_from(_PLACES), _VALUES, max_size=4))
def test_reading_never_raises(change: dict[str, Any]) -> None:
    order = {**live(), **change}
    for record in (order, {"order": order, "refunds": [order]}):
        reading = read_order(dumps(record), shop())
        assert reading.order is not None or errors(reading.problems)
