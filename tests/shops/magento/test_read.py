"""Orders of Magento in their canonical form."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.shops.magento.read import read_order, read_refund
from gateway.documents.shop import ShopOrder
from gateway.documents.shop.checks import identities, refund_identities
from gateway.problems import has_errors
from gateway.syntax.jsonparts import dumps
from tests.shops.cases import cases, loaded, missing
from tests.shops.contract import keeps
from tests.shops.magento.kit import SCHEMA, shop

CASES = cases(Path(__file__).parent / "orders")
CENTS = st.integers(0, 999_999).map(lambda cents: Decimal(cents).scaleb(-2))


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
    found = [json.loads(one.to_json()) for one in reading.refunds]
    assert missing(case.get("refunds", []), found) == []
    assert not any(has_errors(refund_identities(one)) for one in reading.refunds)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_our_records_have_the_structure_that_is_published(path: Path) -> None:
    case = json.loads(path.read_text("utf-8"))
    if case.get("valid") is False:
        pytest.skip("it is the case that it has not")
    definitions = json.loads((SCHEMA / "admin.json").read_text("utf-8"))["definitions"]
    record = case["record"]
    parts = {"order": [record.get("order", record)], "creditmemo": record.get("creditmemos", [])}
    for name, entries in parts.items():
        schema = {"$ref": f"#/definitions/sales-data-{name}-interface", "definitions": definitions}
        for one in entries:
            keeps(_published(one), schema)


def _published(value: Any) -> Any:
    """A record without what is ``null``: Magento writes it everywhere, and publishes it nowhere."""
    if isinstance(value, dict):
        return {name: _published(one) for name, one in value.items() if one is not None}
    return [_published(one) for one in value] if isinstance(value, list) else value


@settings(max_examples=20)
@given(
    rows=st.lists(st.tuples(CENTS, CENTS, CENTS, CENTS), min_size=1, max_size=4),
    shipping=CENTS,
    shipping_tax=CENTS,
    card=CENTS,
)
def test_lines_and_charges_are_always_the_total_and_what_was_prepaid(
    rows: list[tuple[Decimal, Decimal, Decimal, Decimal]],
    shipping: Decimal,
    shipping_tax: Decimal,
    card: Decimal,
) -> None:
    items = [
        {
            "item_id": number,
            "sku": "A",
            "qty_ordered": 1,
            "row_total": row,
            "tax_amount": tax,
            "tax_percent": 20,
            "discount_amount": discount,
            "discount_tax_compensation_amount": hidden,
        }
        for number, (row, tax, discount, hidden) in enumerate(rows)
    ]
    total = sum((row + tax - off + hidden for row, tax, off, hidden in rows), Decimal(0))
    total += shipping + shipping_tax
    record = {
        "entity_id": 1,
        "increment_id": "1",
        "created_at": "2026-03-02 09:14:00",
        "state": "processing",
        "order_currency_code": "EUR",
        "grand_total": total - card,
        "shipping_amount": shipping,
        "shipping_tax_amount": shipping_tax,
        "items": items,
        "extension_attributes": {
            "gift_cards_amount": card,
            "item_applied_taxes": [
                {"type": "shipping", "applied_taxes": [{"percent": 20, "amount": shipping_tax}]}
            ],
        },
    }
    order = read_order(dumps(record), shop()).order
    assert order is not None
    assert sum(one.amounts.gross for one in (*order.lines, *order.charges)) == order.totals.grand
    assert ShopOrder.from_json(order.to_json()) == order


@settings(max_examples=20)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["order", "creditmemos", "items", "item_id", "parent_item_id", "sku", "entity_id",
                 "extension_attributes", "item_applied_taxes", "weee_tax_applied", "created_at"]
            ),
            inner,
            max_size=5,
        ),
        max_leaves=20,
    )
)  # fmt: skip
def test_nothing_that_comes_raises(value: Any) -> None:
    reading = read_order(json.dumps(value).encode(), shop())
    assert reading.order is not None or has_errors(reading.problems)


@pytest.mark.parametrize(
    "change",
    [
        {"item_id": 11, "parent_item_id": 11},
        {"weee_tax_applied": "[[", "weee_tax_applied_row_amount": 1},
        {"weee_tax_applied": "7", "weee_tax_applied_row_amount": 1},
    ],
    ids=["its own parent", "broken contribution", "no contribution"],
)
def test_items_that_make_no_sense_do_not_stop_the_reader(change: dict[str, Any]) -> None:
    record = loaded(CASES[[path.stem for path in CASES].index("simple")])["record"]
    record["items"][0].update(change)
    reading = read_order(dumps(record), shop())
    assert reading.order is not None or has_errors(reading.problems)


def test_credit_memos_do_not_come_alone() -> None:
    assert [one.code for one in read_refund(b"{}", shop()).problems] == ["W230"]
