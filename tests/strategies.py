"""Hypothesis strategies for canonical documents, shared by the tests.

``documents("order")`` draws full documents: every field of the model may be present. What one
format cannot carry is taken away by the test (see ``tests/maps/fields.py``), not here. Texts are
such that every format can hold them: short, printable, no blanks at the ends.
"""

from __future__ import annotations

import string
from datetime import date, time
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from gateway.documents import DOCUMENTS, Document, check_digit

_LETTERS = string.ascii_letters + string.digits
_SIGNS = _LETTERS + " .,-/&()?:+'*~<>äöüÄÖÜßéèçñ"
"""Service characters of both syntaxes are among them: they must survive."""


def words(low: int = 1, high: int = 30, signs: str = _SIGNS) -> st.SearchStrategy[str]:
    """Texts without blanks at the ends and without double blanks."""
    return (
        st.text(signs, min_size=low, max_size=high)
        .map(lambda text: " ".join(text.split()))
        .filter(lambda text: len(text) >= low)
    )


def codes(high: int = 12) -> st.SearchStrategy[str]:
    """Identifiers of documents and articles."""
    return st.text(string.ascii_uppercase + string.digits + "-", min_size=2, max_size=high).filter(
        lambda text: text.strip("-") == text
    )


def identifiers(length: int) -> st.SearchStrategy[str]:
    """GS1 identifiers with a right check digit."""

    def complete(body: str) -> str:
        return next(body + digit for digit in string.digits if check_digit(body + digit))

    return st.text(string.digits, min_size=length - 1, max_size=length - 1).map(complete)


def numbers(high: int = 99_999, places: int = 3) -> st.SearchStrategy[Decimal]:
    """Positive numbers with at most so many decimals."""
    return st.decimals(
        Decimal(1).scaleb(-places), high, places=places, allow_nan=False, allow_infinity=False
    )


amounts = numbers(9_999_999, 2)
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
UNITS = ("piece", "carton", "kilogram", "pallet", "dozen")


def _some(required: dict[str, Any], **optional: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(required, optional=optional)


def _window() -> st.SearchStrategy[dict[str, Any]]:
    return _some({}, on=days, earliest=days, latest=days)


_contacts = st.lists(
    _some(
        {"kind": st.sampled_from(("order", "information")), "name": words(1, 30)},
        phone=codes(), email=st.just("edi@acme-retail.example"), fax=codes(),
    ),
    max_size=2,
)  # fmt: skip


@st.composite
def parties(draw: st.DrawFn) -> dict[str, Any]:
    """A party with a name, and identified by a GLN or by one number."""
    party: dict[str, Any] = draw(
        _some(
            {"name": words(1, 30)},
            name2=words(1, 30), street=words(1, 30), street2=words(1, 30), city=words(2, 25),
            postcode=codes(9).filter(lambda text: len(text) >= 3),
            subdivision=st.sampled_from(("IL", "NY", "BY")), country=st.sampled_from(("DE", "US")),
            vat_id=codes(), tax_id=codes(), contacts=_contacts,
        )
    )  # fmt: skip
    if "street" not in party:
        party.pop("street2", None)  # the first line of an address is mandatory where there is one
    known = draw(st.sampled_from(("gln", "buyer_number", "supplier_number", "duns", "")))
    if known:
        party[known] = draw(identifiers(13) if known in ("gln", "duns") else codes())
    if known == "gln":
        party |= draw(_some({}, buyer_number=codes(), supplier_number=codes()))
    return party


def _other_parties() -> st.SearchStrategy[list[dict[str, Any]]]:
    roles = st.sampled_from(("manufacturer", "warehouse", "forwarder"))
    return st.lists(st.tuples(parties(), roles).map(lambda two: {**two[0], "role": two[1]}),
                    max_size=2)  # fmt: skip


_texts = st.lists(
    _some(
        {"kind": st.sampled_from(("delivery", "order", "other")), "text": words(1, 60)},
        language=st.sampled_from(("EN", "DE")),
    ),
    max_size=2,
)
_references = st.lists(
    _some(
        {"kind": st.sampled_from(("project", "account")), "number": codes()},
        date=days, line=st.sampled_from(("1", "20")),
    ),
    max_size=2,
)  # fmt: skip
_number = codes()
_document = _some({"number": _number}, date=days, line=st.sampled_from(("1", "20")))
_tax = _some(
    {"kind": st.just("vat"), "rate": numbers(99, 2), "category": st.sampled_from("SEZ")},
    amount=amounts,
)
_allowances = st.lists(
    _some(
        {
            "kind": st.sampled_from(("allowance", "charge")),
            "reason_code": st.sampled_from(("freight", "discount", "handling")),
            "amount": amounts,
        },
        reason=words(1, 30), percent=numbers(99, 2), base=amounts, tax=_tax,
    ),
    max_size=2,
)  # fmt: skip
_terms: dict[str, Any] = {
    "text": words(1, 60), "due": days, "days": st.integers(1, 120),
}  # fmt: skip


@st.composite
def _payment(draw: st.DrawFn, **more: Any) -> dict[str, Any]:
    terms: dict[str, Any] = draw(_some({}, **_terms, **more))
    if draw(st.booleans()):
        terms["discount_percent"] = draw(numbers(20, 2))
        terms["discount_until"] = draw(days)
        terms |= draw(_some({}, discount_days=st.integers(1, 60)))
    return terms


_item = {
    "gtin": identifiers(13), "buyer_item": codes(), "supplier_item": codes(), "text": words(1, 60),
}  # fmt: skip


def _line(required: dict[str, Any], **optional: Any) -> st.SearchStrategy[dict[str, Any]]:
    """A line; every format needs an identifier of the article."""
    return _some(
        {"gtin": _item["gtin"], **required},
        **{name: one for name, one in _item.items() if name != "gtin"},
        **optional,
    )


def _numbered(lines: st.SearchStrategy[Any], low: int = 1) -> st.SearchStrategy[Any]:
    def number(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**one, "number": str(at)} for at, one in enumerate(found, start=1)]

    return st.lists(lines, min_size=low, max_size=3).map(number)


_unit = st.sampled_from(UNITS)
_priced = {"price": numbers(), "price_basis": st.sampled_from((Decimal(1), Decimal(100)))}

_order = _some(
    {
        "number": _number, "issued": days, "currency": st.sampled_from(("EUR", "USD")),
        "kind": st.sampled_from(("order", "blanket", "rush")),
        "function": st.sampled_from(("original", "change", "cancellation")),
        "buyer": parties(),
        "lines": _numbered(
            _line(
                {"quantity": numbers(), "unit": _unit, **_priced},
                free_quantity=numbers(), per_pack=numbers(999, 0), price_unit=_unit,
                price_kind=st.sampled_from(("contract", "promotional")), gross_price=numbers(),
                retail_price=numbers(), amount=amounts, tax=_tax, delivery=_window(),
                promotion=_number, note=words(1, 60), texts=_texts, references=_references,
                allowances=_allowances,
                schedule=st.lists(
                    _some({"quantity": numbers(), "unit": _unit, "on": days},
                          earliest=days, latest=days), max_size=2,
                ),
                splits=st.lists(
                    _some({"quantity": numbers(), "unit": _unit, "gln": identifiers(13)}),
                    max_size=2,
                ),
            )
        ),
    },
    delivery=_window(), note=words(1, 60), texts=_texts, contract=_number, promotion=_number,
    department=_number, supplier_reference=_number, references=_references, supplier=parties(),
    ship_to=parties(), consignee=parties(), invoicee=parties(), parties=_other_parties(),
    payment=_payment(), allowances=_allowances,
    delivery_terms=_some({"code": st.sampled_from(("EXW", "DDP"))}, place=words(1, 30)),
    totals=_some({}, lines=amounts, allowances=amounts, charges=amounts, tax=amounts,
                 amount=amounts),
)  # fmt: skip

_orderresponse = _some(
    {
        "number": _number, "issued": days, "function": st.just("original"),
        "status": st.sampled_from(("accepted", "changed", "rejected")),
        "order": _some({"number": _number, "date": days}),
    },
    contract=_number, supplier_reference=_number, currency=st.sampled_from(("EUR", "USD")),
    delivery=_window(), note=words(1, 60), texts=_texts, references=_references, buyer=parties(),
    supplier=parties(), ship_to=parties(), invoicee=parties(), parties=_other_parties(),
    lines=_numbered(
        _line(
            {
                "status": st.sampled_from(("accepted", "changed", "rejected")),
                "quantity": numbers(), "unit": _unit,
            },
            order_line=st.sampled_from(("1", "20")), quantity_ordered=numbers(), price=numbers(),
            price_basis=st.just(Decimal(1)), amount=amounts, reason=words(1, 60),
            note=words(1, 60), references=_references, delivery=_window(),
        ).map(lambda line: line if "price" in line else _without(line, "price_basis")),
        low=0,
    ),
)  # fmt: skip


def _without(data: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in names}


def _package(depth: int) -> st.SearchStrategy[dict[str, Any]]:
    inside: dict[str, Any] = {
        "items": st.lists(
            _line(
                {"quantity": numbers(), "unit": _unit, "line": st.sampled_from(("1", "20"))},
                quantity_ordered=numbers(), order=_document, batch=codes(), expiry=days,
                best_before=days,
            ),
            max_size=2,
        )
    }  # fmt: skip
    if depth:
        inside["packages"] = st.lists(_package(depth - 1), max_size=2)
    return _some(
        {"sscc": identifiers(18), "kind": st.sampled_from(("pallet", "carton"))},
        quantity=st.integers(1, 99),
        gross_weight=numbers(),
        tracking=codes(),
        **inside,
    )


_despatch = _some(
    {
        "number": _number, "issued": days, "function": st.just("original"),
        "issued_at": st.times(max_value=time(23, 59)).map(
            lambda when: when.replace(second=0, microsecond=0)
        ),
        "packages": st.lists(_package(2), min_size=1, max_size=2),
    },
    despatched=days, delivery=_window(), order=_some({"number": _number}, date=days),
    delivery_note=_number, contract=_number, note=words(1, 60), texts=_texts,
    references=_references, buyer=parties(), supplier=parties(), ship_from=parties(),
    ship_to=parties(), consignee=parties(), carrier=parties(), parties=_other_parties(),
    transport=_some(
        {}, mode=st.sampled_from(("road", "sea")), reference=codes(10),
        carrier_code=st.just("ABCD"), carrier_name=words(1, 30), tracking=codes(),
        bill_of_lading=codes(),
    ),
    totals=_some({}, packages=st.integers(1, 999), gross_weight=numbers(), net_weight=numbers(),
                 volume=numbers()),
)  # fmt: skip

_invoice = _some(
    {
        "number": _number, "issued": days, "function": st.just("original"),
        "kind": st.sampled_from(("invoice", "credit_note", "debit_note")),
        "currency": st.sampled_from(("EUR", "USD")),
        "lines": _numbered(
            _line(
                {"quantity": numbers(), "unit": _unit, **_priced},
                amount=amounts, gross_price=numbers(), price_unit=_unit, tax=_tax,
                allowances=_allowances, order=_document, despatch=_document,
                origin=st.sampled_from(("DE", "CN")), delivered=days, note=words(1, 60),
                texts=_texts, references=_references,
            )
        ),
        "taxes": st.lists(
            _some(
                {"kind": st.just("vat"), "rate": numbers(99, 2),
                 "category": st.sampled_from("SEZ"), "base": amounts, "amount": amounts},
                exemption=words(1, 30),
            ),
            max_size=2,
        ),
        "totals": _some(
            {"payable": amounts}, lines=amounts, allowances=amounts, charges=amounts, net=amounts,
            tax=amounts, gross=amounts, prepaid=amounts, rounding=amounts,
        ),
    },
    tax_currency=st.just("EUR"), tax_point=days, buyer_reference=_number, contract=_number,
    order=_document, supplier_reference=_number, receipt=_document, despatch=_document,
    preceding_invoice=_document, note=words(1, 60), texts=_texts, references=_references,
    seller=parties(), buyer=parties(), payee=parties(), invoicee=parties(), ship_to=parties(),
    parties=_other_parties(), delivery=_window(), allowances=_allowances,
    delivery_terms=_some({"code": st.sampled_from(("EXW", "DDP"))}, place=words(1, 30)),
    period=_some({}, start=days, end=days),
    payment=_payment(
        means=st.sampled_from(("credit_transfer", "bank_account")), reference=_number,
        account=_some({"iban": st.just("DE02120300000000202051")}, name=words(1, 30),
                      bic=st.just("BYLADEM1001")),
    ),
)  # fmt: skip

_DATA = {
    "order": _order, "orderresponse": _orderresponse, "despatch": _despatch, "invoice": _invoice,
}  # fmt: skip


def data(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """Fields of a document of this kind."""
    return _DATA[kind]


def documents(kind: str) -> st.SearchStrategy[Document]:
    """Documents of this kind."""
    return data(kind).map(DOCUMENTS[kind].model_validate)
