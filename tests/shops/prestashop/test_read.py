"""Orders and credit slips of PrestaShop become what they are, to the cent."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.shops.prestashop.amounts import spread
from gateway.channels.shops.prestashop.read import read_order, read_refund
from gateway.documents.shop.checks import identities, refund_identities
from gateway.problems import errors
from gateway.syntax.jsonparts import dumps, member
from tests.shops.cases import missing
from tests.shops.prestashop.kit import connector, shop
from tests.shops.prestashop.webservice import HERE, Webservice, loaded

SHOPS = sorted(path.stem for path in (HERE / "shops").glob("*.json"))


def record(name: str, *, one_as_object: bool = False) -> bytes:
    """The record of the first order of a shop."""
    tables = loaded(name)["tables"]
    service = Webservice(tables, one_as_object=one_as_object)
    found = connector(service, **loaded(name).get("settings", {})).order(
        str(tables["orders"][0]["id"])
    )
    assert found is not None
    return found.raw


@pytest.mark.parametrize("name", SHOPS)
@pytest.mark.parametrize("one_as_object", [False, True], ids=["lists", "one as object"])
def test_shops(name: str, one_as_object: bool) -> None:
    """The same order, however the webservice writes a list of one."""
    case = loaded(name)
    reading = read_order(
        record(name, one_as_object=one_as_object), shop(**case.get("settings", {}))
    )
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


def test_one_credit_slip_is_read_alone() -> None:
    raw = json.loads(record("refunded_in_parts"))
    raw["slips"] = raw["slips"][:1]
    reading = read_refund(json.dumps(raw).encode(), shop())
    assert reading.refund is not None
    assert reading.refund.total == Decimal("24.89")
    assert [one.code for one in read_refund(record("simple"), shop()).problems] == ["W231"]


def test_nothing_of_cards_or_accounts_is_archived() -> None:
    raw = record("simple")
    assert b"card_number" not in raw
    assert member(raw, "customer", "passwd") is None


@pytest.mark.parametrize(
    ("name", "change", "codes"),
    [
        ("order", {"total_paid_tax_incl": "a lot"}, ["W232 order.total_paid_tax_incl"]),
        ("order", {"date_add": "02/03/2026"}, ["W232 order.date_add"]),
        ("order", {"date_add": "0000-00-00 00:00:00"}, ["W231 order.date_add"]),
        ("currency", {"iso_code": ""}, ["W231 currency.iso_code"]),
    ],
)
def test_what_is_needed_and_wrong_holds_the_order(
    name: str, change: dict[str, str], codes: list[str]
) -> None:
    raw = json.loads(record("simple"))
    raw[name] |= change
    reading = read_order(json.dumps(raw).encode(), shop())
    assert reading.order is None
    assert [f"{one.code} {one.place.path}" for one in errors(reading.problems)] == codes


@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b"null", b"\xff"])
def test_what_is_no_record_is_told(raw: bytes) -> None:
    assert [one.code for one in read_order(raw, shop()).problems] == ["W230"]


def test_an_object_without_anything_is_no_order() -> None:
    reading = read_order(b"{}", shop())
    assert reading.order is None
    assert "W231" in [one.code for one in errors(reading.problems)]


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6)
    | st.sampled_from(["1E999", "-0", "NaN", "0000-00-00 00:00:00", "9" * 40]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["id", "value", "taxes", "rate"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
_PLACES = ["order", "details", "slips", "discounts", "cart_rules", "taxes", "countries", "customer",
           "state", "carrier", "payments", "parts", "read", "invoice_address"]  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(st.dictionaries(st.sampled_from(_PLACES), _VALUES, max_size=4))
def test_reading_never_raises(change: dict[str, Any]) -> None:
    raw = {**json.loads(_FULL), **change}
    reading = read_order(dumps(raw), shop())
    assert reading.order is not None or errors(reading.problems)


_FULL = record("free_shipping_and_gift")


@settings(max_examples=20)
@given(
    st.decimals(0, 10_000, places=2) | st.decimals(0, 100, places=6),
    st.lists(st.decimals(0, 1000, places=2), min_size=1, max_size=8),
)
def test_parts_of_a_discount_are_the_discount(value: Decimal, weights: list[Decimal]) -> None:
    parts = spread(value, weights)
    assert sum(parts) == value
    assert len(parts) == len(weights)
    whole = sum(weights)
    unit = Decimal("0.01") if value == round(value, 2) else Decimal("0.000001")
    if whole:
        off = (
            abs(part - value * weight / whole) for part, weight in zip(parts, weights, strict=True)
        )
        assert max(off) <= unit
