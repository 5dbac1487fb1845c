"""Canonical documents: normal form, exact numbers, JSON, and problems instead of exceptions."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from gateway.documents import DOCUMENTS, Invoice, Order, Party, build
from tests.strategies import documents

ORDER: dict[str, Any] = {
    "number": "PO-1",
    "issued": date(2026, 5, 17),
    "buyer": {"gln": "4012345000009"},
    "lines": [{"number": "1", "gtin": "4012345610017", "quantity": Decimal("2.50")}],
}


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_json_gives_the_document_back(kind: str) -> None:
    @settings(max_examples=50, deadline=None)
    @given(documents(kind))
    def law(document: Any) -> None:
        assert type(document).from_json(document.to_json()) == document
        assert build(kind, document.to_data()) == (document, [])

    law()


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**17), max_value=10**17,
                   places=6))  # fmt: skip
def test_a_number_keeps_every_digit(amount: Decimal) -> None:
    text = Order.model_validate({**ORDER, "totals": {"amount": amount}}).to_json()
    written = json.loads(text)["totals"]["amount"]
    assert Decimal(written) == amount
    assert "E" not in written


def test_what_has_no_content_is_absent() -> None:
    plain = Order.model_validate(ORDER)
    padded = Order.model_validate(
        {
            **ORDER,
            "note": "",
            "contract": None,
            "delivery": {"on": None},
            "supplier": {"contacts": [{}]},
            "references": [],
            "ship_to": Party(),
        }
    )
    assert padded == plain
    assert "delivery" not in plain.to_json()


def test_documents_do_not_change() -> None:
    with pytest.raises(ValidationError):
        Order.model_validate(ORDER).number = "PO-2"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"number": None}, "E401", "number"),
        ({"lines": []}, "E401", "lines"),
        ({"curency": "EUR"}, "E402", "curency"),
        ({"note": 7}, "E403", "note"),
        ({"lines": [{"quantity": 1.5}]}, "E404", "lines[1].quantity"),
        ({"lines": [{"quantity": 1}, {"quantity": "1O"}]}, "E405", "lines[2].quantity"),
        ({"lines": [{"quantity": Decimal("1E999999")}]}, "E405", "lines[1].quantity"),
        ({"lines": [{"quantity": "NaN"}]}, "E405", "lines[1].quantity"),
        ({"issued": "2026-02-30"}, "E406", "issued"),
        ({"issued": datetime(2026, 5, 17, 12, tzinfo=UTC)}, "E406", "issued"),
        ({"issued": 20260517}, "E406", "issued"),
        ({"function": "orignal"}, "E407", "function"),
    ],
)
def test_a_refusal_names_the_field(change: dict[str, Any], code: str, path: str) -> None:
    document, problems = build("order", {**ORDER, **change})
    assert document is None
    assert [(one.code, one.place.path) for one in problems] == [(code, path)]
    assert "{" not in problems[0].sentence
    assert "?" not in problems[0].sentence


def test_all_refusals_are_told_at_once() -> None:
    _, problems = build("order", {"number": "1", "lines": [{"quantity": "x"}]})
    assert sorted(one.code for one in problems) == ["E401", "E405"]


def test_a_misspelt_field_is_guessed() -> None:
    _, problems = build("order", {**ORDER, "lines": [{"quantity": 1, "buyer_itm": "2"}]})
    assert "did you mean buyer_item?" in problems[0].remedy


def test_an_unknown_kind_of_document() -> None:
    document, problems = build("ordre", {})
    assert document is None
    assert [one.code for one in problems] == ["E409"]


def test_times_are_of_the_day() -> None:
    fields = {"number": "1", "issued": "2026-05-17", "issued_at": "17:05"}
    document, problems = build("despatch", fields)
    assert problems == []
    assert document is not None
    assert document.to_data()["issued_at"] == time(17, 5)
    _, problems = build("despatch", {**fields, "issued_at": "25:00"})
    assert [one.code for one in problems] == ["E403"]


def test_extra_needs_a_namespace() -> None:
    assert build("order", {**ORDER, "extra": {"edifact:ALI": "x"}})[1] == []
    assert [one.code for one in build("order", {**ORDER, "extra": {"ALI": "x"}})[1]] == ["E403"]


@pytest.mark.parametrize(
    ("kind", "fields", "key"),
    [
        ("order", ORDER, "order PO-1 original"),
        ("order", {**ORDER, "function": "change"}, "order PO-1 change"),
        ("orderresponse", {"number": "A", "issued": "2026-05-17", "order": {"number": "PO-1"}},
         "orderresponse A of order PO-1"),
        ("despatch", {"number": "LS", "issued": "2026-05-17"}, "despatch LS original"),
        ("invoice", {"number": "R", "issued": "2026-05-17", "kind": "credit_note"},
         "credit_note R of 2026"),
    ],
)  # fmt: skip
def test_business_keys(kind: str, fields: dict[str, Any], key: str) -> None:
    document, _ = build(kind, fields)
    assert document is not None
    assert document.business_key() == key


def test_invoice_fields_name_their_business_terms() -> None:
    extra = Invoice.model_fields["number"].json_schema_extra
    assert extra == {"bt": "BT-1"}
    named = [one for one in Invoice.model_fields.values() if one.json_schema_extra]
    assert len(named) > 20
    assert issubclass(Invoice, BaseModel)


def test_a_line_of_an_order_belongs_to_the_order_of_the_head() -> None:
    head = {
        "number": "1",
        "issued": "2026-05-17",
        "order": {"number": "PO-1", "date": "2026-05-01"},
    }
    lines = [{"quantity": 1, "order": {"line": "2"}}, {"quantity": 1}]
    invoice, _ = build("invoice", {**head, "lines": lines})
    assert invoice is not None
    first, second = invoice.to_data()["lines"]
    assert first["order"] == {"number": "PO-1", "date": date(2026, 5, 1), "line": "2"}
    assert "order" not in second


def test_every_packed_item_names_its_order() -> None:
    inner = {"items": [{"quantity": 1}, {"quantity": 1, "order": {"number": "PO-2"}}]}
    fields = {"number": "1", "issued": "2026-05-17", "packages": [{"packages": [inner]}]}
    advice, _ = build("despatch", {**fields, "order": {"number": "PO-1"}})
    assert advice is not None
    items = advice.to_data()["packages"][0]["packages"][0]["items"]
    assert [one["order"]["number"] for one in items] == ["PO-1", "PO-2"]
    alone, _ = build("despatch", fields)
    assert alone is not None
    assert "order" not in alone.to_data()["packages"][0]["packages"][0]["items"][0]
