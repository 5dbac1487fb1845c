"""Sales reports, catalogues, remittance advices and party information."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.strategies.shared import (
    account,
    allowances,
    currency,
    dates,
    delivery_terms,
    document_reference,
    line,
    measures,
    number,
    numbered,
    other_item,
    other_parties,
    packing,
    parties,
    payment,
    period,
    references,
    tax,
    texts,
    unit,
    window,
    with_price,
)
from tests.strategies.values import (
    amounts,
    codes,
    days,
    identifiers,
    numbers,
    some,
    without,
    words,
)


def _with_reference(adjustment: dict[str, Any]) -> dict[str, Any]:
    """A reference has a kind, and a kind a reference."""
    if "reference" in adjustment:
        return {"reference_kind": "account", **adjustment}
    return without(adjustment, "reference_kind")


def _with_range(price: dict[str, Any]) -> dict[str, Any]:
    """A range of quantities has a unit, and a unit a range."""
    if "from_quantity" in price:
        return {"range_unit": "piece", **price}
    return without(price, "to_quantity", "range_unit")


sales = some(
    {
        "number": number, "issued": days, "function": st.just("original"),
        "kind": st.just("sales"), "buyer": parties(),
        "lines": numbered(
            line(
                {"quantity": numbers(), "unit": unit, "gln": identifiers(13)},
                place_name=words(1, 30), period=period, on=days, quantity_returned=numbers(),
                quantity_on_hand=numbers(), price=numbers(), price_basis=numbers(100, 0),
                retail_price=numbers(), amount=amounts, promotion=number, tax=tax,
                note=words(1, 60), references=references,
            ).map(with_price)
        ),
    },
    period=period, dates=dates, currency=currency, note=words(1, 60), texts=texts,
    references=references, supplier=parties(), parties=other_parties(),
)  # fmt: skip

_price = some(
    {"amount": numbers(), "kind": st.sampled_from(("net", "gross", "retail")),
     "calculation": st.sampled_from(("net", "gross"))},
    basis=numbers(100, 0), unit=unit, currency=currency, from_quantity=numbers(),
    to_quantity=numbers(), range_unit=unit, valid=period, class_of_trade=st.just("WH"),
    type=st.sampled_from(("catalogue", "contract")),
).map(_with_range)  # fmt: skip
catalogue = some(
    {
        "number": number, "issued": days, "function": st.just("original"),
        "kind": st.just("catalogue"),
        "items": numbered(
            line(
                {"action": st.sampled_from(("added", "changed", "deleted"))},
                level=st.sampled_from(("each", "case")), replaces=identifiers(13),
                brand=words(1, 30), classification=codes(), origin=st.sampled_from(("DE", "US")),
                commodity=codes(8), unit=unit, per_pack=numbers(999, 0), minimum_order=numbers(),
                maximum_order=numbers(), order_multiple=numbers(), lead_days=st.integers(1, 99),
                available=period, prices=st.lists(_price, max_size=2), tax=tax,
                allowances=allowances, measures=measures, group=codes(3),
                group_name=words(1, 30), group_agency=st.just("91"),
                group_kind=st.sampled_from(("product_group", "price_group")),
                replaced_by=other_item, dates=dates, handling=st.just("HWC"), packing=packing,
                contents=st.lists(
                    some({"gtin": identifiers(13), "quantity": numbers()}, unit=unit,
                         supplier_item=codes()),
                    max_size=2,
                ),
                note=words(1, 60), texts=texts, references=references,
            )
        ),
    },
    valid=period, dates=dates, currency=currency, delivery=window(),
    contract=number, contract_date=days, note=words(1, 60), texts=texts,
    references=references, buyer=parties(), supplier=parties(), parties=other_parties(),
    payment=payment(), delivery_terms=delivery_terms, allowances=allowances,
)  # fmt: skip

_adjustment = some(
    {"amount": amounts, "reason_code": st.sampled_from(("damaged", "pricing"))},
    reason=words(1, 30), reference=number, date=days,
    reference_kind=st.sampled_from(("project", "account")),
).map(_with_reference)  # fmt: skip
remittance = some(
    {
        "number": number, "issued": days, "currency": currency, "amount": amounts,
        "kind": st.just("remittance"),
        "documents": st.lists(
            some(
                {"number": number, "kind": st.sampled_from(("invoice", "credit_note")),
                 "paid": amounts},
                date=days, due=days, amount=amounts, discount=amounts, tax=amounts,
                order=document_reference, adjustments=st.lists(_adjustment, max_size=2),
                note=words(1, 60), references=references, payable=amounts, dates=dates,
                parties=other_parties(),
            ),
            min_size=1, max_size=3,
        ),
    },
    function=st.just("original"), paid_on=days, dates=dates,
    means=st.sampled_from(("credit_transfer", "cheque")), payment_reference=number,
    payer=parties(), payee=parties(), payer_account=account, payee_account=account,
    parties=other_parties(), note=words(1, 60), texts=texts, references=references,
    totals=some({}, invoiced=amounts, discount=amounts, adjustments=amounts, paid=amounts),
)  # fmt: skip

_described = st.tuples(
    parties(),
    some(
        {"role": st.sampled_from(("buyer", "supplier", "store")),
         "action": st.sampled_from(("added", "changed"))},
        valid=period, gln_before=identifiers(13), parent=identifiers(13), account=account,
        currency=currency, opening_hours=words(1, 30), note=words(1, 60), texts=texts,
        dates=dates,
    ),
).map(lambda two: {**two[0], **two[1]})  # fmt: skip
partyinformation = some(
    {
        "number": number, "issued": days, "function": st.just("original"),
        "kind": st.just("parties"),
        "parties": st.lists(_described, min_size=1, max_size=2),
    },
    valid=period, dates=dates, note=words(1, 60), texts=texts,
    sender=parties(), receiver=parties(), buyer=parties(), supplier=parties(),
    references=references,
)  # fmt: skip
