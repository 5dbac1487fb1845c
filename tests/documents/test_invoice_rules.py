"""Rules of invoices: a right one has no findings, and each rule is broken once."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest

from gateway.documents import build, check
from gateway.documents.checks.iban import iban_check

RIGHT: dict[str, Any] = {
    "number": "R-1",
    "issued": "2026-06-02",
    "kind": "invoice",
    "specification": "urn:cen.eu:en16931:2017",
    "currency": "EUR",
    "seller": {"name": "Contoso Foods", "country": "DE", "vat_id": "DE123456789"},
    "buyer": {"name": "Acme Retail", "country": "FR", "vat_id": "FR12345678901",
              "endpoint": {"value": "4012345000009", "scheme": "0088"}},
    "ship_to": {"country": "FR"},
    "delivery": {"on": "2026-06-01"},
    "payment": {"means": "credit_transfer", "due": "2026-07-02",
                "account": {"iban": "DE02 1203 0000 0000 2020 51"}},
    "allowances": [
        {"kind": "charge", "amount": "15", "reason_code": "freight",
         "tax": {"category": "S", "rate": "19"}},
        {"kind": "allowance", "amount": "5.00", "reason": "Loyalty",
         "tax": {"category": "S", "rate": "19"}},
    ],
    "lines": [
        {"number": "1", "text": "Jam", "quantity": "24", "unit": "piece", "price": "2.50",
         "gross_price": "3", "price_discount": "0.5", "amount": "60.00",
         "tax": {"category": "S", "rate": "19.00"}},
    ],
    "taxes": [{"category": "S", "rate": "19", "base": "70", "amount": "13.30"}],
    "totals": {"lines": "60", "charges": "15", "allowances": "5", "net": "70", "tax": "13.30",
               "gross": "83.30", "payable": "83.30"},
}  # fmt: skip


def changed(path: str, value: Any) -> dict[str, Any]:
    """The right invoice with another value; ``None`` takes the field away."""
    whole = copy.deepcopy(RIGHT)
    *steps, last = path.split(".")
    here: Any = whole
    for step in steps:
        here = here[int(step)] if step.isdigit() else here[step]
    if value is None:
        del here[last]
    else:
        here[last] = value
    return whole


def found(fields: dict[str, Any], profile: str = "en16931") -> list[tuple[str, str]]:
    document, problems = build("invoice", fields)
    assert document is not None, problems
    findings = check(document, Decimal("0.02"), profile)
    assert all("{" not in one.sentence + one.remedy for one in findings)
    return [(one.code, one.place.path or "") for one in findings]


def test_a_right_invoice_has_no_findings() -> None:
    assert found(RIGHT) == []


@pytest.mark.parametrize(
    ("path", "value", "finding"),
    [
        ("taxes.0.base", "80", ("V550", "taxes[1].base")),
        ("payment.account.iban", "DE03120300000000202051", ("V551", "payment.account.iban")),
        ("payment.debit", {"account": "DE03120300000000202051"},
         ("V551", "payment.debit.account")),
        ("payment.further", [{"account": {"iban": "DE03120300000000202051"}}],
         ("V551", "payment.further[1].account.iban")),
        ("period", {"start": "2026-06-02", "end": "2026-06-01"}, ("V552", "period")),
        ("lines.0.period", {"start": "2026-06-02", "end": "2026-06-01"},
         ("V552", "lines[1].period")),
        ("payment.due", "2026-05-02", ("V553", "payment.due")),
        ("kind", "credit_note", ("V554", "preceding_invoice")),
        ("attachments", [{"number": "1", "content": "no base64!"}],
         ("V555", "attachments[1].content")),
        ("lines.0.tax.scheme", "oss", ("V556", "lines[1].tax.country")),
    ],
)  # fmt: skip
def test_rules_of_every_invoice(path: str, value: Any, finding: tuple[str, str]) -> None:
    assert finding in found(changed(path, value), profile="")


@pytest.mark.parametrize(
    ("path", "value", "finding"),
    [
        ("specification", None, ("V560", "specification")),
        ("seller.country", None, ("V560", "seller.country")),
        ("lines.0.unit", None, ("V560", "lines[1].unit")),
        ("allowances.1.reason", None, ("V560", "allowances[2].reason")),
        ("payment.means", None, ("V560", "payment.means")),
        ("payee", {"city": "Lyon"}, ("V560", "payee.name")),
        ("buyer.endpoint", {"value": "1"}, ("V560", "buyer.endpoint.scheme")),
        ("attachments", [{"url": "https://acme-retail.example/a"}],
         ("V560", "attachments[1].number")),
        ("taxes", None, ("V560", "taxes")),
        ("payment.account", None, ("V562", "payment.account.iban")),
        ("taxes.0.exemption", "why not", ("V563", "taxes[1].exemption")),
        ("lines.0.tax.rate", "0", ("V564", "lines[1].tax.rate")),
        ("seller.vat_id", None, ("V565", "seller.vat_id")),
        ("seller.vat_id", "123456789", ("V568", "seller.vat_id")),
        ("allowances.0.amount", "15.001", ("V570", "allowances[1].amount")),
        ("tax_currency", "NOK", ("V571", "totals.accounting_tax")),
        ("totals.accounting_tax", "9", ("V571", "tax_currency")),
        ("lines.0.price", "-2.50", ("V572", "lines[1].price")),
        ("lines.0.gross_price", "4", ("V573", "lines[1].price")),
        ("payment.due", None, ("V574", "payment.due")),
        ("lines.0.tax.category", "XX", ("V575", "lines[1].tax.category")),
    ],
)  # fmt: skip
def test_rules_of_the_standard(path: str, value: Any, finding: tuple[str, str]) -> None:
    fields = changed(path, value)
    assert finding in found(fields)
    assert finding not in found(fields, profile="")


def test_the_tax_point_is_given_once() -> None:
    fields = {**RIGHT, "tax_point": "2026-06-01", "tax_point_code": "delivery_date"}
    assert found(fields) == [("V561", "tax_point_code")]


def taxed(category: str, rate: str | None, **row: Any) -> dict[str, Any]:
    """The right invoice with all tax of one category."""
    whole = copy.deepcopy(RIGHT)
    tax = {"category": category} if rate is None else {"category": category, "rate": rate}
    for one in (*whole["lines"], *whole["allowances"]):
        one["tax"] = tax
    whole["taxes"] = [{**tax, "base": "70", "amount": "0", **row}]
    whole["totals"] |= {"tax": "0", "gross": "70", "payable": "70"}
    return whole


@pytest.mark.parametrize(
    ("category", "rate"), [("AE", "0"), ("K", "0"), ("G", "0"), ("E", "0"), ("L", "0"), ("M", "0")]
)
def test_categories_without_tax(category: str, rate: str) -> None:
    reason = {} if category in "LM" else {"exemption_code": "VATEX-EU-IC"}
    assert found(taxed(category, rate, **reason)) == []
    without = found(taxed(category, rate))
    assert without == ([("V563", "taxes[1].exemption")] if reason else [])


def test_outside_the_scope_of_tax() -> None:
    fields = taxed("O", None, exemption="Outside the scope")
    assert found(fields) == [("V565", "seller.vat_id"), ("V565", "buyer.vat_id")]
    for name in ("seller", "buyer"):
        del fields[name]["vat_id"]
    assert found(fields) == []
    fields["taxes"].append({"category": "Z", "rate": "0", "base": "0", "amount": "0"})
    assert found(fields) == [("V567", "taxes")]


def test_a_delivery_within_the_union_says_where_and_when() -> None:
    fields = taxed("K", "0", exemption="Intra-community supply")
    del fields["ship_to"], fields["delivery"], fields["buyer"]["vat_id"]
    assert found(fields) == [
        ("V565", "buyer.vat_id"), ("V566", "ship_to.country"), ("V566", "delivery.on"),
    ]  # fmt: skip


def test_every_rate_has_one_row_in_the_breakdown() -> None:
    row = RIGHT["taxes"][0]
    assert ("V567", "taxes") in found(changed("taxes.0.rate", "7"))
    assert ("V567", "taxes") in found({**RIGHT, "taxes": [row, row]})


def test_duties_belong_to_no_rate() -> None:
    fields = changed("taxes.0.base", "80")
    fields["lines"][0]["duties"] = [{"kind": "excise", "amount": "10"}]
    assert "V550" not in [code for code, _ in found(fields, profile="")]


@pytest.mark.parametrize(
    ("iban", "right"),
    [("DE02120300000000202051", True), ("GB82 WEST 1234 5698 7654 32", True),
     ("no9386011117947", True), ("NO9386011117948", False)],
)  # fmt: skip
def test_check_digits_of_accounts(iban: str, right: bool) -> None:
    assert iban_check(iban) is right
