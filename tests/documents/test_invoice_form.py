"""Normal form of invoices: one thing has one home, whichever way a format told it."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.documents import Invoice

HEAD: dict[str, Any] = {"number": "R-1", "issued": "2026-06-02"}
IBAN = "DE02120300000000202051"


def built(**fields: Any) -> dict[str, Any]:
    data = Invoice.model_validate({**HEAD, **fields}).to_data()
    return {name: one for name, one in data.items() if name not in HEAD}


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ({"texts": [{"text": "a"}, {"text": "b"}]}, {"note": "a", "texts": [{"text": "b"}]}),
        ({"further_invoices": [{"number": "1"}, {"number": "2"}]},
         {"preceding_invoice": {"number": "1"}, "further_invoices": [{"number": "2"}]}),
        ({"seller": {"identifiers": [{"value": "4", "scheme": "0088"}, {"value": "5"},
                                     {"value": "6"}]}},
         {"seller": {"gln": "4", "buyer_number": "5", "identifiers": [{"value": "6"}]}}),
        ({"buyer": {"identifiers": [{"value": "5"}]}}, {"buyer": {"supplier_number": "5"}}),
        ({"seller": {"name": "C", "identifiers": [{"value": "DE98", "scheme": "SEPA"}]}},
         {"seller": {"name": "C"}, "payment": {"debit": {"creditor": "DE98"}}}),
        ({"seller": {"name": "C", "accounts": [{"iban": IBAN}]},
          "payment": {"further": [{"means": "credit_transfer"}, {"due": "2026-07-02"}]}},
         {"seller": {"name": "C"},
          "payment": {"means": "credit_transfer", "account": {"iban": IBAN},
                      "due": "2026-07-02"}}),
        ({"buyer": {"name": "A", "references": [{"kind": "mandate", "number": "M"}]}},
         {"buyer": {"name": "A"}, "payment": {"debit": {"mandate": "M"}}}),
        ({"payment": {"account": {"iban": "4711"}}}, {"payment": {"account": {"number": "4711"}}}),
        ({"currency": "EUR", "tax_currency": "DKK",
          "tax_amounts": [{"amount": "9", "currency": "DKK"}, {"amount": "1"}]},
         {"currency": "EUR", "tax_currency": "DKK",
          "totals": {"tax": 1, "accounting_tax": 9}}),
        ({"exemption": "Export", "taxes": [{"category": "S"}, {"category": "G"}]},
         {"taxes": [{"kind": "vat", "category": "S"},
                    {"kind": "vat", "category": "G", "exemption": "Export"}]}),
        ({"taxes": [{"category": "S", "tax_point_code": "payment_date"}, {"category": "Z"}]},
         {"tax_point_code": "payment_date",
          "taxes": [{"kind": "vat", "category": "S"}, {"kind": "vat", "category": "Z"}]}),
    ],
)  # fmt: skip
def test_what_is_told_in_another_place(told: dict[str, Any], kept: dict[str, Any]) -> None:
    found = built(**told)
    if "due" in found.get("payment", {}):
        found["payment"]["due"] = found["payment"]["due"].isoformat()
    assert found == kept


def line(**fields: Any) -> dict[str, Any]:
    (found,) = built(lines=[{"quantity": "1", **fields}])["lines"]
    del found["quantity"]
    return dict(found)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ({"standard_item": {"value": "4", "scheme": "0160"}}, {"gtin": "4"}),
        ({"price": 2, "price_discount": 1}, {"price": 2, "price_discount": 1, "gross_price": 3}),
        ({"gross_price": 2, "price_discount": 0}, {"gross_price": 2}),
        ({"price_basis": 1, "gross_price": 2, "gross_basis": 1},
         {"price_basis": 1, "gross_price": 2}),
        ({"allowances": [{"kind": "allowance", "rate": 1}], "gross_price": 2},
         {"price_discount": 1, "gross_price": 2}),
        ({"texts": [{"text": "a"}]}, {"note": "a"}),
    ],
)  # fmt: skip
def test_what_lines_tell_in_another_place(told: dict[str, Any], kept: dict[str, Any]) -> None:
    assert line(**told) == kept


@pytest.mark.parametrize(
    "payment",
    [
        {"means": "card", "further": [{"means": "cash"}, {"means": "card"}]},
        {"means": "card", "further": [{"means": "card"}, {"account": {"bic": "A"}}]},
        {"further": [{"means": "cash", "account": {"bic": "A"}}, {"means": "card"}]},
    ],
)
def test_the_normal_form_stays_as_it_is(payment: dict[str, Any]) -> None:
    invoice = Invoice.model_validate({**HEAD, "payment": payment})
    assert Invoice.model_validate(invoice.to_data()) == invoice


def test_the_first_way_to_pay_keeps_its_means() -> None:
    ways = [{"means": "cash", "account": {"bic": "A"}}, {"means": "card"}]
    assert built(payment={"further": ways})["payment"]["means"] == "cash"
