"""Invoices and credit notes."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.strategies.shared import (
    account,
    allowances,
    currency,
    delivery_terms,
    document_reference,
    line,
    number,
    numbered,
    other_parties,
    parties,
    payment,
    period,
    priced,
    references,
    tax,
    texts,
    unit,
    window,
)
from tests.strategies.values import amounts, codes, days, numbers, some, words

_identifier = some({"value": codes()}, scheme=st.sampled_from(("0002", "0060")))
_scheme = some({"value": codes(), "scheme": st.sampled_from(("0002", "EM", "9930"))})
_more = some(
    {}, trading_name=words(1, 30), legal_id=_identifier, legal_information=words(1, 30),
    endpoint=_scheme, identifiers=st.lists(_scheme, max_size=2),
)  # fmt: skip


def _parties() -> st.SearchStrategy[dict[str, Any]]:
    """Parties with what electronic invoices say of them."""
    return st.tuples(parties(), _more).map(lambda two: {**two[0], **two[1]})


_means = some(
    {"means": st.sampled_from(("credit_transfer", "bank_account"))},
    means_text=words(1, 30), account=account,
)  # fmt: skip
_attachment = some(
    {"number": codes()}, description=words(1, 30), url=st.just("https://acme-retail.example/1"),
    content=st.just("SnVzdCBhIHRlc3Q="), mime=st.just("text/plain"), filename=st.just("a.txt"),
)  # fmt: skip
_classification = some(
    {"code": codes(), "scheme": st.sampled_from(("TST", "HS"))}, version=st.just("19")
)
_duty = some({"kind": st.just("excise")}, rate=numbers(99, 2), amount=amounts)
_lines = numbered(
    line(
        {"quantity": numbers(), "unit": unit, **priced},
        amount=amounts, gross_price=numbers(), price_discount=numbers(9, 2), price_unit=unit,
        tax=tax, allowances=allowances, order=document_reference, despatch=document_reference,
        origin=st.sampled_from(("DE", "CN")), delivered=days, note=words(1, 60), texts=texts,
        references=references, description=words(1, 60), period=period,
        invoiced_object=_identifier, accounting_reference=codes(), promotion=codes(),
        classifications=st.lists(_classification, max_size=2), batch=codes(), expiry=days,
        delivered_quantity=numbers(), free_quantity=numbers(), per_pack=numbers(999, 0),
        retail_price=numbers(), duties=st.lists(_duty, max_size=1),
    )
)  # fmt: skip

invoice = some(
    {
        "number": number, "issued": days, "function": st.just("original"),
        "kind": st.sampled_from(("invoice", "credit_note", "debit_note")),
        "currency": currency,
        "lines": _lines,
        "taxes": st.lists(
            some(
                {"kind": st.just("vat"), "rate": numbers(99, 2),
                 "category": st.sampled_from("SEZ"), "base": amounts, "amount": amounts},
                exemption=words(1, 30), exemption_code=st.just("VATEX-EU-IC"),
            ),
            max_size=2,
        ),
        "totals": some(
            {"payable": amounts}, lines=amounts, allowances=amounts, charges=amounts, net=amounts,
            tax=amounts, gross=amounts, prepaid=amounts, rounding=amounts, accounting_tax=amounts,
            discountable=amounts,
        ),
    },
    tax_currency=st.just("EUR"), tax_point=days, buyer_reference=number, contract=number,
    order=document_reference, supplier_reference=number, receipt=document_reference,
    despatch=document_reference, preceding_invoice=document_reference, note=words(1, 60),
    texts=texts, references=references,
    seller=_parties(), buyer=_parties(), payee=_parties(), tax_representative=_parties(),
    invoicee=parties(), ship_to=parties(),
    parties=other_parties(), delivery=window(), allowances=allowances,
    delivery_terms=delivery_terms, period=period,
    payment=payment(
        means=st.sampled_from(("credit_transfer", "bank_account")), reference=number,
        account=account, means_text=words(1, 30), further=st.lists(_means, max_size=2),
        card=some({"number": codes()}, holder=words(1, 30)),
        debit=some({}, mandate=codes(), creditor=codes(), account=codes()),
    ),
    process=codes(), specification=st.just("urn:cen.eu:en16931:2017"),
    tax_point_code=st.sampled_from(("invoice_date", "delivery_date")), project=codes(),
    tender=codes(), invoiced_object=_identifier, accounting_reference=codes(),
    further_invoices=st.lists(document_reference, max_size=2),
    attachments=st.lists(_attachment, max_size=2),
)  # fmt: skip
