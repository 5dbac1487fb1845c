"""Orders of Amazon in their canonical form."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.shops.amazon.read import read_order, read_refund
from gateway.documents.shop import ShopOrder
from gateway.documents.shop.checks import identities
from gateway.problems import has_errors
from gateway.syntax.jsonparts import dumps
from tests.shops.amazon.kit import SCHEMA, shop
from tests.shops.cases import cases, loaded, missing
from tests.shops.contract import keeps

CASES = cases(Path(__file__).parent / "orders")
AMOUNT = st.decimals("0.00", "9999.99", places=2)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_orders_become_what_the_case_says(path: Path) -> None:
    case = loaded(path)
    reading = read_order(dumps(case["record"]), shop(**case.get("settings", {})))
    assert sorted(one.code for one in reading.problems) == sorted(case["problems"])
    if "order" not in case:
        assert reading.order is None
        return
    assert reading.order is not None
    assert missing(case["order"], json.loads(reading.order.to_json())) == []
    assert not has_errors(identities(reading.order))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_our_records_have_the_structure_that_amazon_publishes(path: Path) -> None:
    case = json.loads(path.read_text("utf-8"))
    if case.get("valid") is False:
        pytest.skip("it is the case that it has not")
    told = json.loads((SCHEMA / "orders_2026-01-01.json").read_text("utf-8"))
    schema = {"$ref": "#/definitions/Order", "definitions": told["definitions"]}
    keeps(case["record"], schema)


@settings(max_examples=20)
@given(
    item=AMOUNT, shipping=AMOUNT, off=AMOUNT, tax=AMOUNT, quantity=st.integers(1, 99),
    with_tax=st.booleans(),
)  # fmt: skip
def test_lines_and_charges_are_always_the_sum_that_amazon_tells(
    item: Decimal, shipping: Decimal, off: Decimal, tax: Decimal, quantity: int, with_tax: bool
) -> None:
    def money(amount: Decimal) -> dict[str, str]:
        return {"amount": str(amount), "currencyCode": "USD"}

    total = item + shipping - off + (Decimal(0) if with_tax else tax)
    record: dict[str, Any] = {
        "orderId": "1",
        "createdTime": "2026-03-02T09:14:00Z",
        "salesChannel": {"marketplaceId": "ATVPDKIKX0DER"},
        "fulfillment": {"fulfillmentStatus": "UNSHIPPED"},
        "proceeds": {"grandTotal": money(total)},
        "orderItems": [
            {
                "orderItemId": "1",
                "quantityOrdered": quantity,
                "product": {},
                "proceeds": {
                    "proceedsTotal": money(total),
                    "breakdowns": [
                        {"type": "ITEM", "subtotal": money(item)},
                        {"type": "SHIPPING", "subtotal": money(shipping)},
                        {"type": "DISCOUNT", "subtotal": money(-off)},
                        {"type": "TAX", "subtotal": money(tax)},
                    ],
                },
            }
        ],
    }
    order = read_order(dumps(record), shop()).order
    assert order is not None
    assert sum(one.amounts.gross for one in (*order.lines, *order.charges)) == total
    assert ShopOrder.from_json(order.to_json()) == order


@settings(max_examples=20)
@given(
    st.one_of(
        st.binary(max_size=60),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=8),
            lambda inner: st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["orderId", "orderItems", "proceeds", "breakdowns", "tax", "buyer",
                     "createdTime", "AmazonOrderId", "OrderItems", "quantityOrdered"]
                ),
                inner,
                max_size=5,
            ),
            max_leaves=20,
        ).map(lambda value: json.dumps(value).encode()),
    )
)  # fmt: skip
def test_nothing_that_comes_raises(raw: bytes) -> None:
    reading = read_order(raw, shop())
    assert reading.order is not None or has_errors(reading.problems)


@pytest.mark.parametrize(
    "raw",
    [b"", b"[]", b'{"orderId": 1e999999}', b"\xff", b'{"orderId": "1", "orderId": "2"}',
     b"[" * 100_000, b'{"orderId": "\\u0000"}', b'{"orderId": "\\ud800"}',
     b'{"orderId": NaN}', b'{"orderId": ' + b"9" * 5000 + b"}"],
    ids=["empty", "list", "huge number", "no text", "twice", "deep", "nul", "surrogate", "nan",
         "long number"],
)  # fmt: skip
def test_hostile_records_are_refused_with_a_sentence(raw: bytes) -> None:
    reading = read_order(raw, shop())
    assert reading.order is None
    assert all(str(one) for one in reading.problems)


def test_refunds_do_not_come_from_orders() -> None:
    assert [one.code for one in read_refund(b"{}", shop()).problems] == ["W230"]
