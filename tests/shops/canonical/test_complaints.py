"""What went wrong with shop orders elsewhere, by its number in the collected complaints."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from gateway.documents.shop.checks import identities
from gateway.documents.shop.convert import to_change, to_order, to_refund
from gateway.problems import errors
from tests.shops.canonical.orders import (
    CHARGES,
    RULES,
    address,
    charge,
    codes,
    line,
    order,
    refund,
    refunded,
)


def converted(made: Any) -> Any:
    found, problems = to_order(made, CHARGES)
    assert found is not None, problems
    return found


def test_1_tax_is_not_added_twice_to_prices_that_include_it() -> None:
    """9.99 with 20 % in it is 8.32 + 1.67 …"""
    found = converted(order([line("1", "8.32", "1.67")], prices_include_tax=True))
    assert (found.totals.amount, found.prices) == (Decimal("9.99"), "gross")
    twice = order([line("1", "9.99", "2.00")], totals={"grand": "9.99"}, prices_include_tax=True)
    assert codes(errors(identities(twice))) == ["W200"]


def test_2_a_net_price_is_not_taken_for_gross() -> None:
    swapped = order([line("1", "9.99", "0", rate=None)], totals={"grand": "11.99"})
    assert codes(errors(identities(swapped))) == ["W200"]
    found = converted(order([line("1", "9.99", "2.00")], prices_include_tax=False))
    assert (found.lines[0].amount, found.lines[0].gross_amount) == (
        Decimal("9.99"), Decimal("11.99"),
    )  # fmt: skip


def test_3_a_voucher_of_a_fixed_amount_is_taken_as_the_shop_took_it() -> None:
    """5.00 with tax off 29.99: 24.99 are left, whatever 5.00 without tax would leave."""
    voucher = [{"code": "FIVE", "kind": "voucher", "gross": "5.00"}]
    found = converted(order([line("1", "20.83", "4.16", discounts=voucher)]))
    assert found.totals.amount == Decimal("24.99")
    assert found.allowances == (), "the line contains it: taking it off again would be twice"
    assert [one.text for one in found.texts] == ["FIVE, 5.00 EUR with tax"]


def test_3_a_voucher_is_told_once_however_it_is_spread_over_lines() -> None:
    share = [{"code": "FIVE", "kind": "voucher", "gross": "2.50"}]
    whole = [{"code": "FIVE", "kind": "voucher", "gross": "5.00"}]
    lines = [line(key, "10.00", "2.00", discounts=share) for key in ("1", "2")]
    found = converted(order(lines, discounts=whole))
    assert [one.text for one in found.texts] == ["FIVE, 5.00 EUR with tax"]


def test_4_taxes_are_the_shops_and_not_those_of_the_article() -> None:
    for rate, tax in (("5.5", "0.55"), ("0", "0")):
        found = converted(order([line("1", "10.00", tax, rate=rate)]))
        assert (found.lines[0].tax.rate, found.lines[0].tax.amount) == (Decimal(rate), Decimal(tax))


def test_5_a_rate_is_never_the_quotient_of_amounts() -> None:
    """2.10 of 10.01 is 20.98 %; the shop says 21."""
    found = converted(order([line("1", "10.01", "2.10", rate="21")]))
    assert found.lines[0].tax.rate == Decimal("21")
    without = converted(order([line("1", "10.01", "2.10", rate=None)]))
    assert (without.lines[0].tax.rate, without.lines[0].tax.amount) == (None, Decimal("2.10"))


@pytest.mark.parametrize("off", ["-0.01", "0.01"])
def test_6_a_cent_of_the_rounding_mode_is_explicit(off: str) -> None:
    grand = str(Decimal("12.00") + Decimal(off))
    made = order([line("1", "10.00", "2.00")], totals={"grand": grand}, rounding_mode="total")
    assert codes(identities(made)) == ["W206"]
    found = converted(made)
    assert (found.totals.amount, found.totals.rounding) == (Decimal(grand), Decimal(off))


def test_7_lines_that_do_not_make_the_total_hold_the_order() -> None:
    made = order([line("1", "10.00", "2.00")], totals={"grand": "20.00"})
    (found,) = errors(identities(made))
    assert "20.00" in found.sentence and "12.00" in found.sentence


def test_20_refunds_and_coupons_reach_the_erp() -> None:
    coupon = [{"code": "TEN", "kind": "voucher", "net": "1.00"}]
    made = order([line("1", "9.00", "1.80", discounts=coupon)])
    assert converted(made).totals.amount == Decimal("10.80")
    found, _ = to_refund(refund([refunded("1", "4.50", "0.90")]), made, CHARGES)
    assert found is not None and found.totals is not None
    assert found.totals.amount == Decimal("5.40")


def test_21_an_order_has_one_currency_and_the_other_beside_it() -> None:
    made = order([line("1", "100", "25", rate="25")], currency="SEK", shop_currency="EUR",
                 shop_grand="11.10", fx_rate="0.0888",
                 payments=[{"kind": "gateway", "amount": "11.10", "currency": "EUR"}])  # fmt: skip
    found = converted(made)
    assert (found.currency, found.totals.amount) == ("SEK", Decimal("125"))
    assert found.converted is not None
    assert (found.converted.currency, found.converted.amount) == ("EUR", Decimal("11.10"))
    assert found.payments[0].currency == "EUR"


def test_22_one_refund_is_one_document_and_no_change_of_the_order() -> None:
    made = order([line("1", "10.00", "2.00")])
    after = made.model_copy(
        update={
            "status": "refunded",
            "totals": made.totals.model_copy(update={"refunded": Decimal("12.00")}),
            "lines": tuple(one.model_copy(update={"refunded": Decimal(1)}) for one in made.lines),
        }
    )
    assert to_change(made, after, RULES, 1) == (None, [])
    given_back = refund([refunded("1", "10.00", "2.00")])
    first, _ = to_refund(given_back, after, RULES)
    again, _ = to_refund(given_back, after, RULES)
    assert first == again and first is not None
    assert first.business_key() == "refund 1001-R77"


def test_28_email_address_state_and_vat_number_arrive() -> None:
    made = order([line("1", "10.00", "2.00")], bill_to=address(vat_id="123456789", country="GR"),
                 ship_to=address(phone="+33 6 00 00 00 00"))  # fmt: skip
    found = converted(made)
    assert (found.buyer.email, found.buyer.phone) == ("alex@example.com", "+33 1 23 45 67 89")
    assert (found.buyer.vat_id, found.buyer.subdivision) == ("EL123456789", "Île-de-France")
    assert (found.ship_to.street, found.ship_to.street2) == ("1 rue Exemple", "bâtiment B")
    assert found.ship_to.phone == "+33 6 00 00 00 00"


def test_31_the_erp_is_not_led_to_price_the_order_anew() -> None:
    """A unit price that times the quantity is another amount would be one invitation to it."""
    made = order([line("1", "24.98", "5.00", quantity="3", unit_price="9.99")],
                 [charge("4.16", "0.83")])  # fmt: skip
    (one,) = converted(made).lines
    assert (one.price, one.price_basis, one.amount) == (
        Decimal("24.98"), Decimal(3), Decimal("24.98"),
    )  # fmt: skip


def test_a_gift_card_is_a_payment_and_no_discount() -> None:
    made = order([line("1", "10.00", "2.00")], totals={"gift_cards": "5.00", "paid": "12.00"})
    found = converted(made)
    assert found.totals.amount == Decimal("12.00")
    assert [(one.kind, one.amount) for one in found.payments] == [("gift_card", Decimal("5.00"))]
