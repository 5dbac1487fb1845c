"""Orders of BigCommerce → canonical: amounts to the cent, nothing lost."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.shops.bigcommerce.read import read_order, read_refund
from gateway.channels.shops.bigcommerce.refunds import shares
from gateway.channels.shops.connector import Reading
from gateway.documents.shop import ShopOrder
from gateway.documents.shop.checks import identities, refund_identities
from gateway.problems import has_errors
from tests.shops.bigcommerce.storing import HERE, ORDERS, shop

RATES = {"rates": {"DE": ["7", "19"]}}


def _raw(name: str) -> bytes:
    return (HERE / "orders" / f"{name}.json").read_bytes()


def _record(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(_raw(name), parse_float=str)
    return loaded


def _read(record: dict[str, Any], **rules: Any) -> Reading:
    return read_order(json.dumps(record).encode(), shop(**rules))


def _order(name: str) -> ShopOrder:
    reading = read_order(_raw(name), shop(tax=RATES))
    assert reading.order is not None and not has_errors(list(reading.problems))
    return reading.order


@pytest.mark.parametrize("path", ORDERS, ids=lambda path: path.stem)
def test_every_order_satisfies_the_sums(path: Path) -> None:
    reading = read_order(path.read_bytes(), shop(tax=RATES))
    assert reading.order is not None
    assert not has_errors([*reading.problems, *identities(reading.order)])
    for refund in reading.refunds:
        assert refund_identities(refund) == []
    assert ShopOrder.from_json(reading.order.to_json()) == reading.order


def test_prices_without_tax() -> None:
    order = _order("simple")
    (line,), (shipping,) = order.lines, order.charges
    assert (order.external_id, order.number, order.currency) == ("100", "100", "USD")
    assert order.prices_include_tax is False and order.status == "processing"
    assert (line.amounts.net, line.amounts.gross) == (Decimal("40.00"), Decimal("43.41"))
    assert (line.ean, line.product, line.attributes) == (
        "4006381333931", "1500/500", {"Colour": "blue"},
    )  # fmt: skip
    assert line.taxes[0].rate == Decimal("8.53")
    assert (shipping.method, shipping.amounts.net) == ("Standard", Decimal("5.00"))
    assert shipping.taxes[0].rate == Decimal("8.53")
    assert order.created.isoformat() == "2026-10-05T08:30:00+00:00"


def test_what_is_no_article_is_a_charge_of_its_kind() -> None:
    kinds = [(one.kind, str(one.amounts.gross), one.name) for one in _order("inclusive").charges]
    assert kinds == [
        ("shipping", "4.90", "Standard"),
        ("fee", "2.00", "Handling"),
        ("gift_wrap", "3.00", "Gift wrapping"),
        ("fee", "2.90", "Packaging"),
    ]


def test_the_rate_of_a_fee_is_a_legal_one_or_nobodys_guess() -> None:
    fee = _order("inclusive").charges[-1].taxes[0]
    assert (fee.rate, fee.supposed) == (19, True)
    reading = read_order(_raw("inclusive"), shop())
    assert [one.code for one in reading.problems] == ["W233"] and reading.order is None


def test_lines_are_what_is_left_after_coupons_and_manual_discounts() -> None:
    pot, cups = _order("discounts").lines
    assert (pot.amounts.gross, cups.amounts.gross) == (Decimal("25.56"), Decimal("19.04"))
    assert [(one.code, one.kind, str(one.gross)) for one in pot.discounts] == [
        ("TENOFF", "voucher", "3.17"), (None, "manual", "1.17"),
    ]  # fmt: skip


def test_older_stores_tell_totals_before_discounts() -> None:
    (line,) = _order("guest").lines
    assert line.amounts.gross == Decimal("19.60")


def test_a_refund_is_shared_out_among_what_it_is_for() -> None:
    reading = read_order(_raw("refunded"), shop())
    (refund,) = reading.refunds
    assert (refund.external_id, refund.order, refund.total) == ("55", "103", Decimal("14.80"))
    (line,), (shipping,) = refund.lines, refund.charges
    assert (line.line, line.sku, line.quantity) == ("1", "TEA-100", 1)
    assert (line.amounts.gross, line.amounts.tax) == (Decimal("9.90"), Decimal("0.65"))
    assert (shipping.kind, shipping.amounts.tax) == ("shipping", Decimal("0.78"))
    assert line.taxes[0].rate == 7 and shipping.taxes[0].rate == 19
    assert refund.payment == "braintree" and refund.reason == "did not like it"


def test_a_refund_that_was_declined_is_none() -> None:
    assert [one.external_id for one in read_order(_raw("refunded"), shop()).refunds] == ["55"]


@pytest.mark.parametrize(
    ("kind", "tax", "charge"), [("ORDER", "0", "other"), ("HANDLING", "0", "fee")]
)
def test_an_amount_off_the_order(kind: str, tax: str, charge: str) -> None:
    record = _record("refunded")
    record["refunds"] = record["refunds"][:1]
    record["refunds"][0] |= {
        "total_amount": "3.00",
        "total_tax": tax,
        "items": [{"item_type": kind, "item_id": 103, "requested_amount": "3.00"}],
    }
    (refund,) = _read(record).refunds
    assert [(one.kind, str(one.amounts.gross)) for one in refund.charges] == [(charge, "3.00")]
    assert refund_identities(refund) == []


@given(
    total=st.decimals("-500", "500", places=2),
    weights=st.lists(st.decimals("0", "100", places=2), min_size=1, max_size=6),
)
@settings(max_examples=20, deadline=None)
def test_shares_are_whole_coins_and_together_the_sum(
    total: Decimal, weights: list[Decimal]
) -> None:
    found = shares(total, weights, Decimal("0.01"))
    assert sum(found) == total and len(found) == len(weights)
    assert all(part == part.quantize(Decimal("0.01")) for part in found)
    assert shares(sum(weights, Decimal(0)), weights, Decimal("0.01")) == weights or not any(weights)


def test_gift_certificates_and_store_credit_are_payments() -> None:
    order = _order("giftcertificate")
    assert [(one.kind, one.amount) for one in order.payments] == [
        ("gift_card", Decimal("20.00")), ("store_credit", Decimal("10.00")), ("gateway", None),
    ]  # fmt: skip
    assert [line.kind for line in order.lines] == ["gift_card", "goods"]
    assert order.totals.grand == Decimal("62.40")
    assert order.ship_to is None and order.charges == ()


def test_amounts_are_in_what_the_buyer_paid_in() -> None:
    order = _order("currencies")
    assert (order.currency, order.shop_currency) == ("CHF", "EUR")
    assert order.fx_rate == Decimal("0.9497645212")
    assert order.extra["bigcommerce:shown_in"] == "USD"


def test_a_guest_a_company_and_the_test_gateway() -> None:
    order = _order("guest")
    assert order.buyer is not None
    assert (order.buyer.id, order.buyer.kind, order.buyer.vat_id) == (None, "b2b", "DE123456789")
    assert order.test and order.status == "pending"


def test_parts_know_their_parent() -> None:
    assert [line.parent for line in _order("parts").lines] == [None, "1"]


def test_pieces_are_shipped_line_by_line() -> None:
    order = _order("refunded")
    assert [(line.shipped, line.refunded) for line in order.lines] == [(4, 1), (1, None)]
    assert order.status == "part_shipped"
    assert _order("digital").status == "shipped"


@pytest.mark.parametrize(
    ("number", "status", "codes"),
    [
        (0, "draft", []), (1, "pending", []), (5, "cancelled", []), (6, "cancelled", []),
        (9, "processing", []), (12, "on_hold", []), (4, "refunded", []), (99, "on_hold", ["W236"]),
    ],
)  # fmt: skip
def test_states(number: int, status: str, codes: list[str]) -> None:
    record = _record("parts")
    record["order"]["status_id"] = number
    reading = _read(record)
    assert reading.order is not None and reading.order.status == status
    assert [one.code for one in reading.problems] == codes


def test_goods_for_two_addresses_do_not_all_go_to_the_first() -> None:
    record = _record("parts")
    record["addresses"] *= 2
    reading = _read(record)
    assert reading.order is None
    assert [one.code for one in reading.problems] == ["W232"]


def test_our_own_orders_are_known_by_their_source() -> None:
    record = _record("parts")
    record["order"]["external_source"] = "EDI-Gateway"
    reading = _read(record)
    assert reading.order is not None and reading.order.ours


@pytest.mark.parametrize(
    ("part", "field"),
    [("order", "id"), ("order", "total_inc_tax"), ("order", "date_created"), ("products", "id"),
     ("products", "quantity")],
)  # fmt: skip
def test_what_is_missing_is_named(part: str, field: str) -> None:
    record = _record("parts")
    owner = record[part] if part == "order" else record[part][0]
    del owner[field]
    reading = _read(record)
    assert reading.order is None
    assert [one.code for one in reading.problems] == ["W231"]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@given(
    part=st.sampled_from(("order", "products", "taxes", "addresses", "refunds")),
    data=st.data(),
    value=_JSON,
)
@settings(max_examples=20, deadline=None)
def test_nothing_that_bigcommerce_may_send_makes_it_fail(
    part: str, data: st.DataObject, value: object
) -> None:
    record = _record("refunded")
    owner = record[part] if part == "order" else record[part][0]
    owner[data.draw(st.sampled_from(sorted(owner)))] = value
    reading = _read(record)
    assert reading.order is not None or has_errors(list(reading.problems))


@pytest.mark.parametrize("raw", [b"", b"\xff", b"[]", b"{}", b'{"order": []}', b'{"order": 5}'])
def test_what_is_no_order_is_a_problem(raw: bytes) -> None:
    reading = read_order(raw, shop())
    assert reading.order is None and has_errors(list(reading.problems))


def test_refunds_never_come_alone() -> None:
    assert [one.code for one in read_refund(b'{"id": 1}', shop()).problems] == ["W230"]
