"""Orders of Shopify → canonical: amounts to the cent, nothing lost."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.shops.connector import Reading
from gateway.channels.shops.shopify.documents import ORDER
from gateway.channels.shops.shopify.read import read_order, read_refund
from gateway.documents.shop import ShopOrder
from gateway.documents.shop.checks import identities, refund_identities
from gateway.problems import has_errors
from tests.shops.shopify.checking import HERE, ORDERS, misshapen, shop

_CASES = [pytest.param(path, id=path.stem) for path in ORDERS]


def _raw(name: str) -> bytes:
    return (HERE / "orders" / f"{name}.json").read_bytes()


def _changed(name: str, **fields: Any) -> bytes:
    record = json.loads(_raw(name), parse_float=Decimal)
    record["order"].update(fields)
    return json.dumps(record, default=str).encode()


def _read(name: str, **settings: Any) -> Reading:
    return read_order(_raw(name), shop(**settings))


def _order(name: str, **settings: Any) -> ShopOrder:
    reading = _read(name, **settings)
    assert reading.order is not None and not reading.problems, reading.problems
    return reading.order


@pytest.mark.parametrize("path", _CASES)
def test_every_order_satisfies_the_sums(path: Path) -> None:
    for money in ("shop", "presentment"):
        reading = read_order(path.read_bytes(), shop(money=money))
        assert reading.order is not None and not reading.problems
        assert not has_errors(identities(reading.order))
        for refund in reading.refunds:
            assert refund_identities(refund) == []


@pytest.mark.parametrize("path", _CASES)
def test_the_fixtures_have_the_shape_of_what_is_asked_for(path: Path) -> None:
    order = json.loads(path.read_bytes())["order"]
    assert misshapen(ORDER, "order", order) == []


@pytest.mark.parametrize("path", _CASES)
def test_the_same_bytes_give_the_same_order(path: Path) -> None:
    first, second = (read_order(path.read_bytes(), shop()).order for _ in range(2))
    assert first == second
    assert first is not None and ShopOrder.from_json(first.to_json()) == first


def test_prices_with_tax_and_two_discounts() -> None:
    order = _order("included")
    tea, pot = order.lines
    assert (order.number, order.external_id) == ("#1001", "450781001")
    assert order.prices_include_tax is True
    assert [str(part) for part in (tea.amounts.net, tea.amounts.tax, tea.amounts.gross)] == [
        "24.98", "1.75", "26.73",
    ]  # fmt: skip
    assert (tea.ean, tea.quantity, tea.unit_price) == ("4006381333931", 3, Decimal("9.90"))
    assert tea.taxes[0].rate == 7
    assert (tea.discounts[0].code, tea.discounts[0].kind) == ("TENOFF", "voucher")
    assert tea.discounts[0].gross == Decimal("2.97") and tea.discounts[0].net is None
    assert pot.attributes == {"Colour": "blue", "Size": "L"}
    assert pot.extra == {"shopify:Engraving": "For Kim"}
    shipping = order.charges[0]
    assert shipping.amounts.gross == Decimal("4.76")
    assert (shipping.discounts[0].name, shipping.discounts[0].kind) == ("Members", "promotion")
    assert order.note == "Please ring twice"


def test_a_promise_that_was_kept_is_one_payment() -> None:
    payment, *others = _order("included").payments
    assert not others
    assert (payment.id, payment.state, payment.amount) == ("302", "paid", Decimal("58.40"))


def test_prices_without_tax_and_two_taxes_on_a_line() -> None:
    order = _order("excluded")
    line = order.lines[0]
    assert (line.amounts.net, line.amounts.gross) == (Decimal("40.00"), Decimal("43.40"))
    assert [tax.rate for tax in line.taxes] == [Decimal("4.0"), Decimal("4.5")]
    assert order.status == "processing" and order.payments[0].state == "authorised"


def test_tax_that_the_marketplace_owes_is_marked() -> None:
    order = _order("marketplace")
    assert order.tax_collector == "marketplace"
    assert order.lines[0].taxes[0].collected_by == "marketplace"
    assert order.channel == "580111" and order.extra["shopify:app"] == "Sample Marketplace"
    assert order.buyer is not None and order.buyer.id is None


@pytest.mark.parametrize(
    ("money", "currency", "grand", "shop_grand"),
    [("presentment", "CHF", "30.25", "31.85"), ("shop", "EUR", "31.85", "31.85")],
)
def test_one_currency_per_order_and_the_other_one_beside_it(
    money: str, currency: str, grand: str, shop_grand: str
) -> None:
    order = _order("currencies", money=money)
    assert (order.currency, str(order.totals.grand)) == (currency, grand)
    assert (order.shop_currency, str(order.shop_grand)) == ("EUR", shop_grand)
    other = order.extra.get("shopify:presentment_total")
    assert other == ("30.25" if money == "shop" else None)


def test_currencies_are_never_mixed() -> None:
    record = json.loads(_raw("currencies"), parse_float=str)
    money = record["order"]["lineItems"]["nodes"][0]["originalTotalSet"]["presentmentMoney"]
    money["currencyCode"] = "USD"
    reading = read_order(json.dumps(record).encode(), shop())
    assert reading.order is None
    assert [one.code for one in reading.problems] == ["W235"]


def test_a_refund_is_a_document_of_its_own() -> None:
    reading = _read("refunded")
    order, (refund,) = reading.order, reading.refunds
    assert order is not None
    assert (refund.external_id, refund.order, refund.order_number) == ("541", "450781005", "#1005")
    assert refund.total == Decimal("14.79") and refund.rounding == Decimal("-0.01")
    line, shipping = refund.lines[0], refund.charges[0]
    assert (line.line, line.sku, line.quantity, line.restock) == ("141", "TEA-100", 1, True)
    assert (line.amounts.net, line.taxes[0].rate) == (Decimal("9.25"), 7)
    assert (shipping.kind, shipping.amounts.gross) == ("shipping", Decimal("4.90"))
    assert refund.reason == "did not like it" and refund.payment == "shopify_payments"
    assert refund.extra == {"shopify:return": "#1005-R1"}


def test_pieces_are_shipped_and_refunded_line_by_line() -> None:
    order = _order("refunded")
    tea, cups = order.lines
    assert (tea.quantity, tea.refunded, tea.shipped, tea.cancelled) == (4, 1, 4, None)
    assert (cups.quantity, cups.shipped) == (2, 1)
    assert order.status == "part_shipped"


def test_what_was_taken_out_of_an_order_is_cancelled_and_no_refund() -> None:
    reading = _read("edited")
    assert reading.order is not None and reading.refunds == ()
    assert [line.cancelled for line in reading.order.lines] == [None, 1, None]
    assert reading.order.status == "pending"
    assert reading.order.payments[0].kind == "cash_on_delivery"


def test_a_refund_whose_payment_is_under_way_waits() -> None:
    record = json.loads(_raw("refunded"), parse_float=str)
    record["order"]["refunds"][0]["transactions"]["nodes"][0]["status"] = "PENDING"
    assert read_order(json.dumps(record).encode(), shop()).refunds == ()


def test_a_gift_card_is_an_article_and_a_payment() -> None:
    order = _order("giftcards")
    assert [line.kind for line in order.lines] == ["gift_card", "goods"]
    assert [(one.kind, str(one.amount)) for one in order.payments] == [
        ("gift_card", "20.00"), ("gateway", "42.40"),
    ]  # fmt: skip
    assert order.totals.gift_cards == Decimal("20.00")
    assert order.totals.grand == Decimal("62.40")


def test_a_company_buys_with_its_vat_number_and_order_number() -> None:
    buyer = _order("company").buyer
    assert buyer is not None
    assert (buyer.kind, buyer.company, buyer.vat_id) == (
        "b2b", "Acme Retail SAS", "FR40303265045",
    )  # fmt: skip
    assert buyer.po_number == "PO-778"
    assert _order("company").extra["shopify:company_id"] == "C-100"


def test_tax_numbers_of_checkout_and_apps() -> None:
    order = _order("taxnumbers")
    assert order.buyer is not None
    assert (order.buyer.vat_id, order.buyer.tax_id) == ("IT12345670017", "SMPLXA80A01H501X")
    assert order.extra["shopify:tax_email_it"] == "alex@pec.example.com"
    assert order.extra["shopify:gift_message"] == "Auguri"


def test_cash_is_rounded_and_the_tip_is_a_line() -> None:
    order = _order("cash")
    assert order.rounding == Decimal("-0.02")
    assert (order.totals.grand, order.totals.paid) == (Decimal("17.10"), Decimal("17.10"))
    assert [line.kind for line in order.lines] == ["goods", "fee"]
    assert order.bill_to is None


def test_a_tip_that_is_no_line_is_a_charge() -> None:
    record = json.loads(_raw("cash"), parse_float=str)
    record["order"]["lineItems"]["nodes"].pop()
    reading = read_order(json.dumps(record).encode(), shop())
    assert reading.order is not None
    assert [one.name for one in reading.order.charges] == ["Tip"]
    assert not has_errors(identities(reading.order))


def test_duties_and_fees_are_charges_unless_prices_contain_them() -> None:
    kinds = [(one.kind, str(one.amounts.gross)) for one in _order("duties").charges]
    assert kinds == [("shipping", "7.70"), ("fee", "2.00"), ("duty", "5.50")]
    within = read_order(_changed("duties", dutiesIncluded=True), shop()).order
    assert within is not None and [one.kind for one in within.charges] == ["shipping", "fee"]


def test_a_cancelled_test_order_of_a_guest() -> None:
    order = _order("cancelled")
    assert (order.status, order.shop_status, order.test) == ("cancelled", "CANCELLED", True)
    assert order.buyer is not None and order.buyer.id is None
    assert order.payments == () and order.lines[0].cancelled == 1


def test_an_article_that_is_gone_still_has_its_name() -> None:
    _, gone = _order("bundle").lines
    assert (gone.product, gone.ean, gone.sku) == (None, None, "TEA-100")
    assert gone.attributes == {"variant": "250 g"}
    assert gone.extra["shopify:bundle"] == "Breakfast set"


def test_an_order_that_costs_nothing_is_paid() -> None:
    assert _order("free").status == "paid"


def test_lines_that_came_in_several_parts_are_one_list() -> None:
    order = _order("long")
    assert [line.sku for line in order.lines] == [f"SKU-{index:03d}" for index in range(7)]


def test_a_list_whose_rest_is_missing_is_no_order() -> None:
    record = json.loads(_raw("long"), parse_float=str)
    record["more"].pop()
    reading = read_order(json.dumps(record).encode(), shop())
    assert reading.order is None
    (cut,) = [one for one in reading.problems if one.code == "W239"]
    assert cut.sentence == (
        "order.lineItems goes on after entry 6, and the rest is not in the record"
    )


def test_a_state_that_is_not_known_is_told() -> None:
    reading = read_order(_changed("free", displayFinancialStatus="DISPUTED"), shop())
    assert reading.order is not None and reading.order.status == "pending"
    assert [one.code for one in reading.problems] == ["W236"]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"displayFulfillmentStatus": "ON_HOLD"}, "on_hold"),
        ({"displayFulfillmentStatus": "FULFILLED"}, "shipped"),
        ({"displayFinancialStatus": "REFUNDED"}, "refunded"),
        ({"displayFinancialStatus": "EXPIRED"}, "pending"),
        ({"displayFinancialStatus": "EXPIRED", "displayFulfillmentStatus": "ON_HOLD"}, "pending"),
    ],
)
def test_states(fields: dict[str, str], status: str) -> None:
    order = read_order(_changed("bundle", **fields), shop()).order
    assert order is not None and order.status == status


def test_our_own_orders_are_known_by_their_tag() -> None:
    order = read_order(_changed("bundle", tags=["vip", "edi-gateway"]), shop()).order
    assert order is not None and order.ours
    assert not _order("bundle").ours


def test_a_missing_total_is_named() -> None:
    reading = read_order(_changed("bundle", totalPriceSet=None), shop())
    assert reading.order is None
    assert [one.code for one in reading.problems] == ["W231"]


def test_refunds_never_come_alone() -> None:
    reading = read_refund(b'{"id": 1}', shop())
    assert reading.refund is None
    assert [one.code for one in reading.problems] == ["W230"]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@settings(max_examples=20, deadline=None)
@given(field=st.sampled_from(sorted(json.loads(_raw("refunded"))["order"])), value=_JSON)
def test_nothing_that_shopify_may_send_makes_it_fail(field: str, value: object) -> None:
    reading = read_order(_changed("refunded", **{field: value}), shop())
    assert reading.order is not None or has_errors(list(reading.problems))


@pytest.mark.parametrize("raw", [b"", b"\xff", b"[]", b"{}", b'{"order": []}', b'{"order": 5}'])
def test_what_is_no_order_is_a_problem(raw: bytes) -> None:
    reading = read_order(raw, shop())
    assert reading.order is None and has_errors(list(reading.problems))


REST = {
    "order.json": "an order of the REST API, which Shopify calls legacy",
    "orders.json": "a list of orders of the REST API",
    "refund.json": "a refund of the REST API",
    "draft_order.json": "no order yet",
    "fulfillment.json": "a shipment; those of an order come with it",
    **dict.fromkeys(
        (
            "currencies.json", "customer.json", "discount_codes.json", "gift_card.json",
            "gift_cards.json", "inventory_items.json", "inventory_level.json",
            "location_inventory_levels.json", "price_rule.json", "product.json", "products.json",
            "shipping_zones.json", "shop.json", "tender_transactions.json",
        ),
        "no order",
    ),
}  # fmt: skip
"""Samples of others, and why they are not read: the connector speaks GraphQL only."""


def test_samples_of_the_rest_api_are_refused_with_a_problem(shop_samples: Path) -> None:
    paths = sorted((shop_samples / "shopify" / "rest").glob("*.json"))
    assert {path.name for path in paths} == set(REST)
    for path in paths:
        reading = read_order(path.read_bytes(), shop())
        assert reading.order is None and has_errors(list(reading.problems)), path.name
