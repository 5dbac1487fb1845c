"""A shop's order as the ERP's: amounts carried, names translated, nothing guessed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from gateway.documents import Order, check
from gateway.documents.shop import ShopOrder
from gateway.documents.shop.body import price
from gateway.documents.shop.checks import identities
from gateway.documents.shop.convert import number_of, to_order, to_parties
from gateway.documents.shop.orderlines import line_number, numbers_of
from gateway.documents.shop.rounding import breakdown
from gateway.documents.shop.rules import Rules
from gateway.documents.shop.vat import vat_number
from gateway.problems import errors
from tests.shops.canonical.orders import (
    CHARGES,
    RULES,
    address,
    amounts,
    charge,
    codes,
    line,
    order,
    orders,
)


def made(shop_order: ShopOrder, rules: Rules = RULES, *told: str) -> Order:
    """The order for the ERP; ``told``: codes of what is found on the way."""
    found, problems = to_order(shop_order, rules)
    assert found is not None, problems
    assert codes(problems) == list(told)
    return found


def rules(**more: Any) -> Rules:
    return Rules(shop="main", customer="C100", **more)


# ---- amounts


@settings(max_examples=20, deadline=None)
@given(orders())
def test_amounts_are_conserved(drawn: ShopOrder) -> None:
    """What the buyer owes is lines, charges, our tax, that of a marketplace, and rounding."""
    for one in (RULES, CHARGES):
        found, problems = to_order(drawn, one)
        assert found is not None, problems
        totals = found.totals
        assert totals is not None and totals.amount is not None
        signed = sum(
            (one.amount or 0) * (1 if one.kind == "charge" else -1) for one in found.allowances
        )
        lines = sum(one.amount or 0 for one in found.lines)
        rounding, theirs = totals.rounding or 0, totals.collected_tax or 0
        assert lines + signed + (totals.tax or 0) + rounding == totals.amount
        assert totals.amount + theirs == drawn.totals.grand
        entries = (*drawn.lines, *drawn.charges)
        assert lines + signed == sum(entry.amounts.net for entry in entries)
        assert (totals.tax or 0) + theirs == sum(entry.amounts.tax for entry in entries)
        assert errors(check(found, Decimal(0))) == []


@settings(max_examples=20, deadline=None)
@given(orders())
def test_a_price_never_contradicts_the_amount_of_its_line(drawn: ShopOrder) -> None:
    for one in made(drawn).lines:
        if one.price is not None:
            assert one.price * one.quantity == (one.amount or 0) * (one.price_basis or 1)


@pytest.mark.parametrize(("amount", "quantity", "expected"), [
    ("10.00", "4", {"price": "2.50"}),
    ("24.98", "3", {"price": "24.98", "price_basis": "3", "price_each": "8.327"}),
    ("0.01", "9000", {"price": "0.01", "price_basis": "9000"}),
    ("1.00", "8", {"price": "0.125"}), ("5", "1", {"price": "5.00"}),
    ("-1.00", "2", {"price": "-0.50"}), ("1.00", "0", {}), ("7.5", "2.5", {"price": "3.00"}),
])  # fmt: skip
def test_a_price_is_exact_or_of_all_units_together(
    amount: str, quantity: str, expected: dict[str, str]
) -> None:
    found = price(Decimal(amount), Decimal(quantity), "EUR")
    assert {name: str(value) for name, value in found.items()} == expected


def test_rounding_is_explicit() -> None:
    totals = made(order([line("1", "10.00", "2.00")], totals={"grand": "12.01"})).totals
    assert totals is not None
    assert (totals.amount, totals.rounding) == (Decimal("12.01"), Decimal("0.01"))


@pytest.mark.parametrize(("kind", "reason"), [
    ("shipping", "freight"), ("fee", "service"), ("duty", "customs"), ("gift_wrap", "packing"),
    ("deposit", "deposit"), ("eco_contribution", "eco_contribution"), ("other", "other"),
])  # fmt: skip
def test_a_charge_keeps_kind_amount_and_tax(kind: str, reason: str) -> None:
    found = made(order([line("1", "10.00", "2.00")], [charge("4.16", "0.83", kind=kind)]), CHARGES)
    (one,) = found.allowances
    assert one.tax is not None
    assert (one.kind, one.reason_code, one.amount) == ("charge", reason, Decimal("4.16"))
    assert (one.tax.rate, one.tax.amount, one.tax.base) == (
        Decimal(20), Decimal("0.83"), Decimal("4.16"),
    )  # fmt: skip


def test_a_charge_below_nothing_is_an_allowance() -> None:
    found = made(order([line("1", "10.00", "2.00")], [charge("-1.00", "-0.20", kind="fee")]))
    (one,) = found.allowances
    assert one.tax is not None and found.totals is not None
    assert (one.kind, one.amount, one.tax.amount) == ("allowance", Decimal(1), Decimal("0.20"))
    assert (found.totals.allowances, found.totals.charges) == (Decimal(1), None)


def test_shipping_is_a_line_where_the_erp_has_an_article_for_it() -> None:
    found = made(order([line("1", "10.00", "2.00")], [charge("4.16", "0.83", name="Standard")]))
    last = found.lines[-1]
    assert (last.number, last.kind, last.supplier_item) == ("S1", "shipping", "SHIP")
    assert (last.amount, last.gross_amount, last.text) == (
        Decimal("4.16"), Decimal("4.99"), "Standard",
    )  # fmt: skip
    assert found.allowances == ()


def test_free_shipping_is_nothing_to_book() -> None:
    for one in (RULES, CHARGES):
        found = made(order([line("1", "10.00", "2.00")], [charge("0", "0", rate=None)]), one)
        assert (len(found.lines), found.allowances) == (1, ())
        assert found.transport is not None and found.transport.service == "flat_rate"


def test_a_gift_wrap_among_the_lines_is_a_charge() -> None:
    wrap = {**line("2", "2.00", "0.40"), "kind": "gift_wrap", "sku": None}
    found = made(order([line("1", "10.00", "2.00"), wrap]))
    assert [one.reason_code for one in found.allowances] == ["packing"]
    assert len(found.lines) == 1


def test_a_cancelled_part_is_taken_off_and_told() -> None:
    lines = [line("1", "10.00", "2.00", quantity="3", cancelled="1"),
             line("2", "5.00", "1.00", cancelled="1")]  # fmt: skip
    found = made(order(lines), RULES, "W214")
    (one,) = found.lines
    assert found.totals is not None
    assert (one.quantity, one.amount, one.gross_amount) == (
        Decimal(2), Decimal("6.67"), Decimal("8.00"),
    )  # fmt: skip
    assert (found.totals.amount, found.totals.rounding) == (Decimal("8.00"), None)


def test_finer_amounts_than_the_currency_has_are_told() -> None:
    found = made(order([line("1", "14.9944", "2.9989")]), RULES, "W221")
    assert found.lines[0].amount == Decimal("14.9944"), "nothing is rounded on the way"


# ---- tax


def test_several_taxes_of_one_base_are_one_rate_and_each() -> None:
    two = [{"rate": "5", "amount": "0.50", "country": "CA"},
           {"rate": "9.975", "amount": "1.00", "country": "CA"}]  # fmt: skip
    found = made(order([{**line("1", "10.00", "1.50"), "taxes": two}]))
    one = found.lines[0]
    assert one.tax is not None
    assert (one.tax.rate, one.tax.amount, one.tax.country) == (
        Decimal("14.975"), Decimal("1.50"), "CA",
    )  # fmt: skip
    assert [each.amount for each in one.taxes] == [Decimal("0.50"), Decimal("1.00")]


def test_taxes_of_different_bases_have_no_common_rate() -> None:
    two = [{"rate": "20", "amount": "1.00", "base": "5.00"},
           {"rate": "10", "amount": "0.50", "base": "5.00"}]  # fmt: skip
    found = made(order([{**line("1", "10.00", "1.50"), "taxes": two}]), RULES, "W215")
    assert found.lines[0].tax is not None
    assert (found.lines[0].tax.rate, found.lines[0].tax.amount) == (None, Decimal("1.50"))


def test_a_tax_that_a_marketplace_collects_is_none_of_ours() -> None:
    theirs = [{"rate": "20", "amount": "2.00", "collected_by": "marketplace", "country": "FR"}]
    found = made(order([{**line("1", "10.00", "2.00"), "taxes": theirs}, line("2", "5", "1")]))
    one = found.lines[0]
    assert one.tax is not None and found.totals is not None
    assert (one.tax.rate, one.tax.amount, one.tax.collected_by) == (0, 0, "marketplace")
    assert one.gross_amount == Decimal("10.00")
    assert (found.totals.tax, found.totals.collected_tax, found.totals.amount) == (
        Decimal(1), Decimal("2.00"), Decimal("16.00"),
    )  # fmt: skip


def test_a_marketplace_that_collects_everything() -> None:
    found = made(
        order([line("1", "10.00", "2.00")], [charge("4", "0.8")], tax_collector="marketplace"),
        CHARGES,
    )
    assert found.totals is not None and found.allowances[0].tax is not None
    assert (found.totals.tax, found.totals.collected_tax) == (0, Decimal("2.80"))
    assert found.allowances[0].tax.collected_by == "marketplace"


@pytest.mark.parametrize("scheme", ["oss", "ioss"])
def test_tax_of_another_country_says_which_and_by_what_scheme(scheme: str) -> None:
    found = made(order([line("1", "10.00", "1.90", rate="19")], scheme=scheme,
                       ship_to=address(country="DE")))  # fmt: skip
    tax = found.lines[0].tax
    assert tax is not None
    assert (tax.scheme, tax.country, tax.category) == (scheme, "DE", "S")


def test_a_rate_of_nothing_has_no_category_that_nobody_told() -> None:
    found = made(order([line("1", "10.00", "0", rate="0")]))
    tax = found.lines[0].tax
    assert tax is not None
    assert (tax.rate, tax.category) == (0, None)
    told = {**line("1", "10.00", "0"), "taxes": [{"rate": "0", "amount": "0", "category": "AE"}]}
    tax = made(order([told])).lines[0].tax
    assert tax is not None and tax.category == "AE"


# ---- articles


@pytest.mark.parametrize(
    ("by", "item", "gtin"),
    [("sku", "SKU-1", None), ("ean", None, "4012345000016"), ("both", "SKU-1", "4012345000016")],
)
def test_articles_are_named_as_the_erp_knows_them(
    by: Any, item: str | None, gtin: str | None
) -> None:
    one = made(order([line("1", "10", "2", ean="4012345000016")]), rules(items_by=by)).lines[0]
    assert (one.supplier_item, one.gtin, one.buyer_item) == (item, gtin, None)


def test_a_list_translates_skus_and_the_shops_own_stays_beside() -> None:
    one = made(order([line("1", "10", "2")]), rules(codes={"SKU-1": "4711"})).lines[0]
    assert (one.supplier_item, one.buyer_item) == ("4711", "SKU-1")


@pytest.mark.parametrize(("more", "known", "expected"), [
    ({"sku": None}, None, "an SKU or EAN"), ({"sku": "X"}, {"Y": "1"}, "items.codes"),
])  # fmt: skip
def test_an_unknown_article_holds_the_order_unless_it_may_pass(
    more: dict[str, Any], known: Any, expected: str
) -> None:
    one = order([{**line("1", "10", "2"), **more}])
    found, problems = to_order(one, rules(codes=known))
    assert found is None
    assert codes(problems) == ["W212"] and expected in problems[0].sentence
    assert made(one, rules(codes=known, unknown="send"), "W212").lines[0].text == "Article 1"


def test_a_wrong_ean_is_left_out_and_told() -> None:
    one = made(order([line("1", "10", "2", ean="4012345000017")]), RULES, "W220").lines[0]
    assert (one.gtin, one.supplier_item) == (None, "SKU-1")


def bundle(on_parts: bool = False) -> ShopOrder:
    zero, some = {"net": "0", "tax": "0", "gross": "0"}, amounts("5.00", "1.00")
    part = some if on_parts else zero
    parts = [{**line(key, "5.00", "1.00"), "parent": "1", "amounts": part,
              "taxes": [] if not on_parts else line(key, "5.00", "1.00")["taxes"]}
             for key in ("2", "3")]  # fmt: skip
    head = line("1", "10.00", "2.00")
    if on_parts:
        head |= {"amounts": zero, "taxes": []}
    return order([head, *parts])


def test_parts_of_a_bundle_stand_beside_it_without_amounts() -> None:
    lines = made(bundle()).lines
    assert [(one.number, one.parent_line, one.amount) for one in lines] == [
        ("1", None, Decimal("10.00")), ("2", "1", None), ("3", "1", None),
    ]  # fmt: skip


def test_only_the_bundle_goes_where_the_erp_wants_no_parts() -> None:
    assert len(made(bundle(), rules(bundles="parent")).lines) == 1
    found = made(bundle(on_parts=True), rules(bundles="parent"), "W216", "W216")
    assert found.totals is not None
    assert (len(found.lines), found.totals.amount) == (3, Decimal("12.00"))


@pytest.mark.parametrize(("key", "number"), [
    ("315", "315"), ("866550311766439020", "439020"), ("gid://shopify/LineItem/866550", "866550"),
])  # fmt: skip
def test_a_line_has_the_same_number_in_every_revision(key: str, number: str) -> None:
    assert line_number(key) == number
    before = order([line("9", "1", "0.2"), line(key, "10", "2")])
    after = order([line(key, "10", "2")])
    assert numbers_of(before)[key] == numbers_of(after)[key] == number


def test_two_lines_never_have_one_number() -> None:
    found = made(order([line("1000001", "1", "0.2"), line("2000001", "1", "0.2")]))
    assert [one.number for one in found.lines] == ["000001", "P2"]


def test_a_line_may_be_called_as_shipping_is() -> None:
    found = made(order([line("S1", "1", "0.2"), line("P2", "1", "0.2")], [charge("4", "0.8")]))
    assert [one.number for one in found.lines] == ["S1", "P2", "SS1"]


def test_amounts_of_any_size_are_exact_or_refused() -> None:
    most = "99999999999999999.9999999999"
    huge = line("1", most, "0", quantity="0.000000000000000001", rate=most)
    one = order([huge, line("2", most, "0")], [charge(f"-{most}", "0")])
    assert codes(errors(identities(one))) == []
    found, problems = to_order(one, CHARGES)
    assert found is None and {"E405"} == set(codes(errors(problems)))
    small = order([line("1", "0.000000000000000001", "0", quantity="999999999999999999")])
    assert made(small, RULES, "W221").lines[0].price_basis is not None


def test_an_order_with_nothing_left_is_told() -> None:
    found, problems = to_order(order([line("1", "10", "2", cancelled="1")]), RULES)
    assert (found, codes(problems)) == (None, ["W217"])
    found, problems = to_order(order([], totals={"grand": "0"}), RULES)
    assert (found, codes(problems)) == (None, ["W217"])


# ---- parties, numbers, days


@pytest.mark.parametrize(("value", "country", "expected"), [
    ("FR 40 303 265 045", None, ("FR40303265045", True)),
    ("40303265045", "FR", ("FR40303265045", True)),
    ("123456789", "GR", ("EL123456789", True)),
    ("GR123456789", None, ("EL123456789", True)),
    ("el123456789", "GR", ("EL123456789", True)),
    ("CHE-123.456.789", "CH", ("CHE123456789", True)),
    ("U12345678", "AT", ("ATU12345678", True)),
    ("12-3456789", "US", ("12-3456789", False)),
    ("123456789", None, ("123456789", False)),
])  # fmt: skip
def test_a_vat_number_has_its_country(
    value: str, country: str | None, expected: tuple[str, bool]
) -> None:
    assert vat_number(value, country) == expected


def test_a_vat_number_stays_as_it_is_where_the_settings_say_so() -> None:
    one = order([line("1", "10", "2")], buyer={"kind": "b2b", "company": "Northwind",
                                               "vat_id": "303265045"})  # fmt: skip
    buyer = made(one, rules(vat_prefix=False)).buyer
    assert buyer is not None and buyer.vat_id == "303265045"
    buyer = made(one).buyer
    assert buyer is not None and buyer.vat_id == "FR303265045"


def test_a_vat_number_of_nowhere_is_told() -> None:
    one = order([line("1", "10", "2")], bill_to={"name": "Alex Sample"},
                buyer={"vat_id": "303265045"})  # fmt: skip
    made(one, RULES, "W213")


def test_a_guest_and_a_company() -> None:
    guest = made(order([line("1", "10", "2")], buyer={"email": "alex@example.com"}))
    assert guest.buyer is not None
    assert (guest.buyer.buyer_number, guest.buyer.name) == (None, "Alex Sample")
    assert (guest.buyer.supplier_number, guest.buyer_kind) == ("C100", "consumer")
    firm = made(
        order(
            [line("1", "10", "2")],
            buyer={
                "kind": "b2b",
                "company": "Northwind",
                "name": "Alex Sample",
                "po_number": "PO-7",
            },
        )
    )
    assert firm.buyer is not None
    assert (firm.buyer.name, firm.buyer.name2, firm.buyer_kind) == (
        "Northwind", "Alex Sample", "company",
    )  # fmt: skip
    assert ("customer_reference", "PO-7") in [(one.kind, one.number) for one in firm.references]


def test_a_pickup_point_is_named() -> None:
    found = made(
        order(
            [line("1", "10", "2")],
            ship_to=address(pickup_point="P-123", pickup_network="parcelbox"),
        )
    )
    assert [(one.kind, one.number) for one in found.references[-2:]] == [
        ("pickup_point", "P-123"), ("pickup_network", "parcelbox"),
    ]  # fmt: skip


@pytest.mark.parametrize(("template", "number"), [
    ("{number}", "1001"), ("WEB-{number}", "WEB-1001"), ("{shop}/{channel}/{id}", "main/web/9001"),
])  # fmt: skip
def test_the_erps_number_follows_the_template(template: str, number: str) -> None:
    one = order([line("1", "10", "2")], channel="web")
    found = made(one, Rules(shop="main", customer="C1", number=template))
    assert found.number == number_of(one, Rules(shop="main", number=template)) == number
    kinds = {each.kind: each.number for each in found.references}
    assert kinds.get("shop_order", found.number) == "1001", "the shop's own is never lost"


def test_a_very_long_number_stays_its_own() -> None:
    one, other = (order([line("1", "10", "2")], number="9" * 90 + end) for end in "12")
    assert len(number_of(one, RULES)) == 70
    assert number_of(one, RULES) != number_of(other, RULES)


def test_days_are_those_of_the_shop() -> None:
    found = made(order([line("1", "10", "2")], ship_by="2026-03-04T22:30:00Z",
                       deliver_by="2026-03-06T23:30:00Z"))  # fmt: skip
    assert found.issued == date(2026, 3, 3), "23:30 UTC is the next day in Paris"
    assert found.shipment is not None and found.shipment.latest == date(2026, 3, 4)
    assert found.delivery is not None and found.delivery.latest == date(2026, 3, 7)
    utc = made(order([line("1", "10", "2")], zone="Nowhere/Else"))
    assert utc.issued == date(2026, 3, 2)


def test_shipping_and_payment_have_the_erps_codes() -> None:
    codes_of = {"shipping_codes": {"flat_rate": "DHL1"}, "payment_codes": {"*": "WEB"}}
    one = order([line("1", "10", "2")], [charge("4.16", "0.83", carrier="Parcel Co")],
                payments=[{"kind": "gateway", "method": "paypal", "amount": "16.99", "id": "T1",
                           "state": "paid", "at": "2026-03-02T23:31:00Z"}])  # fmt: skip
    found = made(one, rules(**codes_of))
    assert found.transport is not None and found.payment is not None
    assert (found.transport.service, found.transport.carrier_name) == ("DHL1", "Parcel Co")
    assert found.payment.means == found.payments[0].method == "WEB"
    assert found.payments[0].on == date(2026, 3, 3)


# ---- customers


def test_a_customer_is_told_without_the_collective_account() -> None:
    found, problems = to_parties(order([line("1", "10", "2")]), RULES)
    assert found is not None and problems == []
    (buyer,) = found.parties
    assert (buyer.role, buyer.buyer_number, buyer.supplier_number) == ("buyer", "55", None)
    assert found.number == "main-1001"


def test_another_place_of_delivery_belongs_to_the_customer() -> None:
    found, _ = to_parties(order([line("1", "10", "2")], ship_to=address(city="Lyon")), RULES)
    assert found is not None
    assert [(one.role, one.parent) for one in found.parties] == [("buyer", None), ("ship_to", "55")]


def test_an_order_of_nobody_makes_no_customer() -> None:
    nobody = order([line("1", "10", "2")], buyer=None, bill_to=None, ship_to=None)
    assert to_parties(nobody, RULES) == (None, [])


# ---- what an invoice makes of it


def test_tax_by_rate_as_an_invoice_computes_it() -> None:
    found = made(order([line(str(n), "0.02", "0.00") for n in range(1, 6)],
                       [charge("4.17", "0.83")]), CHARGES)  # fmt: skip
    rates = breakdown(found)
    (row,), (stated,) = rates.rows, rates.stated
    assert (row.base, row.amount, stated.amount) == (
        Decimal("4.27"), Decimal("0.85"), Decimal("0.83"),
    )  # fmt: skip
    assert rates.rounding == Decimal("-0.02"), "what was paid is payable"


@settings(max_examples=20, deadline=None)
@given(orders())
def test_an_invoice_by_rate_and_rounding_is_what_was_paid(drawn: ShopOrder) -> None:
    found = made(drawn)
    rates = breakdown(found)
    assert found.totals is not None
    taxed = sum((row.base or 0) + (row.amount or 0) for row in rates.rows)
    assert taxed + rates.rounding == found.totals.amount
