"""Checks of whole documents: each finding provoked once, and none where nothing is wrong."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from gateway.documents import build, check, check_digit
from gateway.problems import Severity
from tests.strategies import identifiers

INVOICE: dict[str, Any] = {
    "number": "R-1",
    "issued": "2026-06-02",
    "currency": "EUR",
    "lines": [
        {"number": "1", "quantity": "24", "price": "64.90", "amount": "1557.60"},
        {"number": "2", "quantity": "250", "price": "19.90", "price_basis": "100",
         "amount": "44.78", "allowances": [{"kind": "allowance", "amount": "4.97"}]},
    ],
    "allowances": [{"kind": "charge", "amount": "15"}],
    "taxes": [{"category": "S", "rate": "19", "base": "1617.38", "amount": "307.30"}],
    "totals": {"lines": "1602.38", "charges": "15", "net": "1617.38", "tax": "307.30",
               "gross": "1924.68", "prepaid": "24.68", "payable": "1900"},
}  # fmt: skip


def found(kind: str, fields: dict[str, Any], tolerance: str = "0.02") -> list[tuple[str, str]]:
    document, problems = build(kind, fields)
    assert document is not None, problems
    return [(one.code, one.place.path or "") for one in check(document, Decimal(tolerance))]


def test_a_right_invoice_has_no_findings() -> None:
    assert found("invoice", INVOICE) == []


@pytest.mark.parametrize(
    ("name", "value", "findings"),
    [
        ("lines", "1602.48", [("V540", "totals.lines"), ("V540", "totals.net")]),
        ("charges", "16", [("V540", "totals.charges"), ("V540", "totals.net")]),
        ("allowances", "1", [("V540", "totals.allowances"), ("V540", "totals.net")]),
        ("tax", "308", [("V540", "totals.gross"), ("V542", "totals.tax")]),
        ("gross", "1925", [("V540", "totals.gross"), ("V540", "totals.payable")]),
        ("payable", "1901", [("V540", "totals.payable")]),
        ("payable", "1900.02", []),
    ],
)
def test_sums_are_recomputed(name: str, value: str, findings: list[tuple[str, str]]) -> None:
    assert found("invoice", {**INVOICE, "totals": {**INVOICE["totals"], name: value}}) == findings


def test_line_amounts_are_recomputed() -> None:
    line = {"number": "1", "quantity": "3", "price": "2.50", "amount": "8.50"}
    fields = {"number": "1", "issued": "2026-06-02", "lines": [line]}
    assert found("invoice", fields) == [("V541", "lines[1].amount")]
    assert found("invoice", fields, tolerance="1") == []


def test_tax_is_recomputed_per_row() -> None:
    rows = [{"rate": "19", "base": "100", "amount": "20"}]
    fields = {"number": "1", "issued": "2026-06-02", "taxes": rows}
    assert found("invoice", fields) == [("V542", "taxes[1].amount")]


def test_absent_totals_are_not_wrong() -> None:
    assert found("invoice", {"number": "1", "issued": "2026-06-02", "totals": {"net": "5"}}) == []


def order(**more: Any) -> dict[str, Any]:
    return {
        "number": "1", "issued": "2026-06-02", "buyer": {"name": "Acme Retail"},
        "lines": [{"quantity": "10", "text": "Tea"}], **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "finding"),
    [
        (order(buyer={"gln": "4012345000008"}), ("V530", "buyer.gln")),
        (order(buyer={"gln": "401234500000"}), ("V530", "buyer.gln")),
        (order(lines=[{"gtin": "4012345610018", "quantity": 1}]), ("V531", "lines[1].gtin")),
        (order(currency="Euro"), ("V533", "currency")),
        (order(buyer={"country": "Germany"}), ("V534", "buyer.country")),
        (order(lines=[{"quantity": "10", "text": "Tea", "schedule": [{"quantity": "4"}]}]),
         ("V543", "lines[1].schedule")),
        (order(lines=[{"quantity": 1, "text": "Tea", "amount": 5}], totals={"lines": 6}),
         ("V540", "totals.lines")),
    ],
)  # fmt: skip
def test_orders(fields: dict[str, Any], finding: tuple[str, str]) -> None:
    assert found("order", fields) == [finding]


def test_a_wrong_check_digit_warns_and_says_the_right_one() -> None:
    document, _ = build("order", order(buyer={"gln": "4012345000008"}))
    assert document is not None
    (problem,) = check(document)
    assert problem.severity is Severity.WARNING
    assert "its check digit would be 9" in problem.sentence


def test_packages() -> None:
    inner = {"sscc": "340987650000001018", "items": [{"quantity": "0"}]}
    fields = {
        "number": "1", "issued": "2026-06-02",
        "packages": [{"sscc": "340987650000001018", "packages": [inner]}, {"sscc": "12"}],
    }  # fmt: skip
    assert sorted(found("despatch", fields)) == [
        ("V532", "packages[2].sscc"),
        ("V544", "packages[1].packages[1].sscc"),
        ("V545", "packages[1].packages[1].items[1].quantity"),
    ]


@given(identifiers(13))
def test_another_last_digit_is_wrong(gln: str) -> None:
    assert check_digit(gln)
    assert not any(check_digit(gln[:-1] + last) for last in "0123456789" if last != gln[-1])
