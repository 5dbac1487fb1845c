"""Sums of a shop's order: what does not agree is told with both figures, and nothing is mended."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from gateway.documents.shop import ShopOrder
from gateway.documents.shop.checks import identities, refund_identities
from gateway.documents.shop.money import allowed, digits, smallest
from gateway.problems import errors
from tests.shops.canonical.orders import (
    amounts,
    charge,
    codes,
    line,
    order,
    orders,
    refund,
    refunded,
)


def test_an_order_whose_sums_agree_has_no_findings() -> None:
    made = order(
        [line("1", "10.00", "2.00"), line("2", "5.00", "1.00")],
        [charge("4.00", "0.80")],
        totals={
            "tax": "3.80", "goods": amounts("15.00", "3.00"), "shipping": amounts("4.00", "0.80"),
            "fees": amounts("0", "0"), "paid": "22.80", "outstanding": "0",
        },
    )  # fmt: skip
    assert identities(made) == []


def test_a_total_that_lines_do_not_make_names_both_and_the_difference() -> None:
    (found,) = identities(order([line("1", "10.00", "2.00")], totals={"grand": "15.00"}))
    assert found.code == "W200"
    text = found.sentence
    for figure in ("15.00", "12.00", "10.00", "2.00", "+3.00", "0.02"):
        assert figure in text


@pytest.mark.parametrize(("off", "code"), [("0.02", "W206"), ("-0.02", "W206"),
                                           ("0.03", "W200"), ("-0.03", "W200")])  # fmt: skip
def test_a_cent_for_each_line_and_rate_is_rounding(off: str, code: str) -> None:
    grand = str(Decimal("12.00") + Decimal(off))
    found = identities(order([line("1", "10.00", "2.00")], totals={"grand": grand}))
    assert codes(found) == [code]


def test_more_may_be_rounding_where_the_settings_say_so() -> None:
    made = order([line("1", "10.00", "2.00")], totals={"grand": "12.09"})
    assert codes(identities(made, Decimal("0.05"))) == ["W206"]
    assert codes(identities(made, Decimal("0"))) == ["W200"]


def test_what_the_shop_itself_rounded_is_part_of_the_total() -> None:
    made = order([line("1", "10.00", "2.01")], rounding="-0.01", totals={"grand": "12.00"})
    assert codes(identities(made)) == ["W208"]


def test_more_than_usual_rounding_of_the_shop_is_told() -> None:
    made = order([line("1", "10.00", "2.00")], rounding="0.50", totals={"grand": "12.50"})
    assert codes(identities(made)) == ["W211"]


def test_net_tax_and_gross_of_a_line_agree_exactly() -> None:
    wrong = line("1", "10.00", "2.00")
    wrong["amounts"]["gross"] = "12.01"
    (found,) = errors(identities(order([wrong])))
    assert found.code == "W201"
    assert str(found.place.path) == "lines[1].amounts"
    assert "+0.01" in found.sentence


@pytest.mark.parametrize(("tax", "code"), [("2.01", "W207"), ("2.02", "W207"), ("2.03", "W202")])
def test_taxes_of_a_line_are_its_tax(tax: str, code: str) -> None:
    one = line("1", "10.00", "2.00")
    one["taxes"] = [{"rate": "20", "amount": tax, "base": "10.00"}]
    assert code in codes(identities(order([one])))


def test_taxes_of_all_lines_are_the_tax_of_the_order() -> None:
    made = order([line("1", "10.00", "2.00")], totals={"tax": "3.00"})
    assert codes(identities(made)) == ["W203"]


@pytest.mark.parametrize(("name", "kind"), [("goods", "net"), ("shipping", "net"), ("fees", "net")])
def test_a_subtotal_is_what_its_lines_come_to(name: str, kind: str) -> None:
    made = order(
        [line("1", "10.00", "2.00")],
        [charge("4.00", "0.80"), charge("1.00", "0.20", kind="fee")],
        totals={name: amounts("99.00", "19.80")},
    )
    found = identities(made)
    assert codes(found) == ["W204", "W204"]
    assert str(found[0].place.path) == f"totals.{name}.{kind}"


def test_goods_may_be_told_before_the_discounts_that_lines_contain() -> None:
    made = order(
        [line("1", "8.00", "1.60")],
        totals={"goods": amounts("10.00", "2.00"), "discount": amounts("2.00", "0.40")},
    )
    assert identities(made) == []


def test_base_and_rate_of_a_line_by_line_rounding_are_only_told() -> None:
    made = order([line(str(n), "0.02", "0.00") for n in range(1, 6)])
    (found,) = identities(made)
    assert (found.code, errors([found])) == ("W208", [])
    assert "-0.02" in found.sentence


def test_paid_and_outstanding_are_only_told() -> None:
    totals = {"paid": "5.00", "outstanding": "5.00"}
    assert codes(identities(order([line("1", "10.00", "2.00")], totals=totals))) == ["W209"]
    cards = {**totals, "gift_cards": "2.00"}
    assert identities(order([line("1", "10.00", "2.00")], totals=cards)) == []


def test_tax_without_a_rate_is_told() -> None:
    assert codes(identities(order([line("1", "10.00", "2.00", rate=None)]))) == ["W210"]


def test_a_bundle_and_its_parts_are_not_counted_twice() -> None:
    parts = [{**line("2", "4.00", "0.80"), "parent": "1"}, {**line("3", "6.00", "1.20"),
                                                            "parent": "1"}]  # fmt: skip
    made = order([line("1", "10.00", "2.00"), *parts], totals={"grand": "12.00"})
    (found,) = errors(identities(made))
    assert (found.code, found.facts["line"]) == ("W205", "1")


def test_negative_lines_and_charges_count_as_they_are() -> None:
    made = order([line("1", "10.00", "2.00"), line("2", "-3.00", "-0.60")],
                 [charge("-1.00", "-0.20", kind="fee")])  # fmt: skip
    assert identities(made) == []
    assert made.totals.grand == Decimal("7.20")


@pytest.mark.parametrize(("currency", "unit"), [("JPY", "1"), ("EUR", "0.01"), ("KWD", "0.001"),
                                                ("CLF", "0.0001")])  # fmt: skip
def test_rounding_is_said_in_hundredths_and_counts_smallest_units(currency: str, unit: str) -> None:
    assert smallest(currency) == Decimal(unit)
    assert allowed(Decimal("0.01"), currency, 3) == 3 * Decimal(unit)
    assert digits("jpy") == 0


def test_a_yen_is_rounding_and_three_are_not() -> None:
    lines = [line("1", "1000", "100", rate="10")]
    near = order(lines, currency="JPY", totals={"grand": "1102"})
    far = order(lines, currency="JPY", totals={"grand": "1103"})
    assert codes(identities(near)) == ["W206"]
    assert codes(identities(far)) == ["W200"]


def test_fils_are_exact() -> None:
    made = order([line("1", "1.005", "0.050", rate="5")], currency="KWD")
    assert identities(made) == []
    off = made.model_copy(update={"totals": made.totals.model_copy(
        update={"grand": Decimal("1.065")})})  # fmt: skip
    assert codes(identities(off)) == ["W200"]


def test_a_refund_is_what_is_given_back() -> None:
    given_back = [refunded("1", "8.33", "1.67")]
    assert refund_identities(refund(given_back)) == []
    assert codes(refund_identities(refund(given_back, total="20.00"))) == ["W200"]
    assert refund_identities(refund([], total="5.00", rounding="5.00")) == []


def test_no_finding_changes_the_order() -> None:
    made = order([line("1", "10.00", "2.00")], totals={"grand": "15.00"})
    before = made.to_json()
    identities(made)
    assert made.to_json() == before


@settings(max_examples=20, deadline=None)
@given(orders())
def test_what_rounding_explains_is_no_error(drawn: ShopOrder) -> None:
    assert errors(identities(drawn)) == []


@settings(max_examples=20, deadline=None)
@given(orders())
def test_a_line_more_or_less_is_always_found(drawn: ShopOrder) -> None:
    lost: Any = drawn.model_copy(update={"lines": drawn.lines[1:]})
    gross = drawn.lines[0].amounts.gross
    if abs(gross) > allowed(Decimal("0.01"), drawn.currency, 40):
        assert "W200" in codes(identities(lost))
