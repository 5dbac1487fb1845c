"""A refund is a document of its own: exactly one credit note of the ERP follows from it."""

from __future__ import annotations

from decimal import Decimal

from gateway.documents import Refund, check
from gateway.documents.shop import ShopRefund
from gateway.documents.shop.convert import to_refund
from gateway.documents.shop.rules import Rules
from gateway.problems import errors
from tests.shops.canonical.orders import (
    CHARGES,
    RULES,
    charge,
    codes,
    line,
    order,
    refund,
    refunded,
)

ORDER = order([line("1", "24.99", "5.00", quantity="3"), line("2", "10.00", "0.55", rate="5.5")],
              [charge("4.16", "0.83")], channel="web")  # fmt: skip


def made(given_back: ShopRefund, rules: Rules = CHARGES, *told: str) -> Refund:
    found, problems = to_refund(given_back, ORDER, rules)
    assert found is not None, problems
    assert codes(problems) == list(told)
    assert errors(check(found)) == []
    return found


def test_a_line_goes_back_with_its_amounts_and_its_tax() -> None:
    found = made(refund([refunded("1", "8.33", "1.67", restock=True, reason="too small")]))
    (one,) = found.lines
    assert one.tax is not None and found.totals is not None
    assert (one.order_line, one.supplier_item, one.quantity, one.stock) == (
        "1", "SKU-1", 1, "returned",
    )  # fmt: skip
    assert (one.amount, one.gross_amount, one.tax.amount) == (
        Decimal("8.33"), Decimal("10.00"), Decimal("1.67"),
    )  # fmt: skip
    assert (found.totals.amount, found.totals.tax) == (Decimal("10.00"), Decimal("1.67"))
    assert (found.order.number, found.channel, one.reason) == ("1001", "web", "too small")


def test_every_refund_has_a_number_of_its_own() -> None:
    numbers = {made(refund([refunded("1", "8.33", "1.67")], external_id=each)).number
               for each in ("77", "78")}  # fmt: skip
    assert numbers == {"1001-R77", "1001-R78"}
    assert made(refund([refunded("1", "8.33", "1.67")], number="CN-4")).number == "1001-RCN-4"


def test_money_alone_can_go_back_for_a_line() -> None:
    found = made(refund([refunded("1", "1.00", "0.20", quantity=None)]))
    assert (found.lines[0].quantity, found.lines[0].unit) == (None, None)


def test_shipping_goes_back_as_a_charge() -> None:
    found = made(refund([], [charge("4.16", "0.83")]))
    (one,) = found.allowances
    assert (one.kind, one.reason_code, one.amount) == ("charge", "freight", Decimal("4.16"))
    assert found.lines == ()


def test_an_amount_of_no_line_has_no_guessed_tax() -> None:
    found = made(refund([], total="5.00", rounding="5.00"), CHARGES, "W219")
    (one,) = found.allowances
    assert (one.reason, one.amount, one.tax) == ("adjustment", Decimal("5.00"), None)
    assert found.totals is not None
    assert (found.totals.amount, found.totals.rounding) == (Decimal("5.00"), None)


def test_what_is_kept_back_is_an_allowance() -> None:
    given_back = refund([refunded("1", "8.33", "1.67")], total="8.00", rounding="-2.00")
    found = made(given_back, CHARGES, "W219")
    assert [one.kind for one in found.allowances] == ["allowance"]
    assert found.totals is not None and found.totals.amount == Decimal("8.00")


def test_a_cent_is_explicit_rounding() -> None:
    totals = made(refund([refunded("1", "8.33", "1.67")], total="10.01")).totals
    assert totals is not None
    assert (totals.amount, totals.rounding) == (Decimal("10.01"), Decimal("0.01"))


def test_taxes_stand_by_rate_as_the_shop_has_them() -> None:
    found = made(refund([refunded("1", "8.33", "1.67"), refunded("2", "10.00", "0.55", rate="5.5")],
                        [charge("4.16", "0.83")]))  # fmt: skip
    assert [(one.rate, one.base, one.amount) for one in found.taxes] == [
        (Decimal("20"), Decimal("12.49"), Decimal("2.50")),
        (Decimal("5.5"), Decimal("10.00"), Decimal("0.55")),
    ]


def test_a_refund_of_another_order_or_currency_is_told() -> None:
    for more in ({"order": "9002"}, {"currency": "SEK"}):
        found, problems = to_refund(refund([refunded("1", "1", "0.2")], **more), ORDER, RULES)
        assert (found, codes(problems)) == (None, ["W222"])


def test_a_refund_of_tax_that_a_marketplace_collected() -> None:
    theirs = ORDER.model_copy(update={"tax_collector": "marketplace"})
    found, _ = to_refund(refund([refunded("1", "8.33", "1.67")]), theirs, RULES)
    assert found is not None and found.totals is not None
    assert (found.totals.tax, found.totals.collected_tax, found.totals.amount) == (
        0, Decimal("1.67"), Decimal("8.33"),
    )  # fmt: skip


def test_an_article_that_nobody_knows_holds_the_refund() -> None:
    found, problems = to_refund(refund([refunded("?", "8.33", "1.67")]), ORDER, RULES)
    assert (found, codes(problems)) == (None, ["W212"])


def test_the_way_back_has_the_erps_code() -> None:
    rules = Rules(shop="main", payment_codes={"paypal": "PP"})
    assert made(refund([refunded("1", "8.33", "1.67")], payment="paypal"), rules).method == "PP"
