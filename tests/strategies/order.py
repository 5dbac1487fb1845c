"""Orders, their changes and the answers to them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.strategies.shared import (
    allowances,
    contacts,
    currency,
    dates,
    delivery_terms,
    differences,
    line,
    measures,
    number,
    numbered,
    other_item,
    other_parties,
    packing,
    parties,
    payment,
    priced,
    references,
    serials,
    splits,
    tax,
    texts,
    transport,
    unit,
    window,
    with_price,
)
from tests.strategies.values import amounts, days, numbers, some, words

_quantity: dict[str, Any] = {"quantity": numbers(), "unit": unit}
_schedule = st.lists(some({**_quantity, "on": days}, earliest=days, latest=days), max_size=2)
_order_line: dict[str, Any] = {
    "free_quantity": numbers(), "per_pack": numbers(999, 0), "price_unit": unit,
    "price_kind": st.sampled_from(("contract", "promotional")), "gross_price": numbers(),
    "price_type": st.sampled_from(("contract", "catalogue")),
    "retail_price": numbers(), "amount": amounts, "tax": tax, "delivery": window(),
    "promotion": number, "note": words(1, 60), "texts": texts, "references": references,
    "allowances": allowances, "shipment": window(), "dates": dates,
    "parent_line": st.sampled_from(("1", "20")), "substitute": other_item,
    "parties": other_parties(), "measures": measures, "packing": packing, "serials": serials,
    "schedule": _schedule, "splits": splits,
    "kind": st.sampled_from(("service", "shipping")), "gross_amount": amounts,
    "taxes": st.lists(tax, max_size=2),
}  # fmt: skip
_totals = some(
    {}, lines=amounts, allowances=amounts, charges=amounts, tax=amounts, amount=amounts,
    rounding=st.sampled_from((Decimal("0.01"), Decimal("-0.02"))), collected_tax=amounts,
    paid=amounts, payable=amounts,
)  # fmt: skip
_payments = st.lists(
    some(
        {"kind": st.sampled_from(("gateway", "gift_card"))}, method=words(1, 20),
        reference=number, amount=amounts, currency=currency, on=days,
        state=st.sampled_from(("pending", "paid")),
    ),
    max_size=2,
)  # fmt: skip
_shop: dict[str, Any] = {
    "channel": words(1, 20), "buyer_kind": st.sampled_from(("consumer", "company")),
    "prices": st.sampled_from(("net", "gross")),
}  # fmt: skip
_head: dict[str, Any] = {
    "delivery": window(), "note": words(1, 60), "texts": texts, "contract": number,
    "contract_date": days, "promotion": number, "department": number, "supplier_reference": number,
    "references": references, "supplier": parties(), "ship_to": parties(),
    "consignee": parties(), "invoicee": parties(), "parties": other_parties(),
    "payment": payment(), "allowances": allowances, "delivery_terms": delivery_terms,
    "shipment": window(), "cancel_after": days, "dates": dates, "contacts": contacts,
    "transport": transport, "tax": tax, "totals": _totals, "payments": _payments, **_shop,
    "converted": some({"currency": currency}, amount=amounts, rate=numbers(99, 4)),
}  # fmt: skip

order = some(
    {
        "number": number, "issued": days, "currency": currency,
        "kind": st.sampled_from(("order", "blanket", "rush")),
        "function": st.sampled_from(("original", "change", "cancellation")),
        "buyer": parties(),
        "lines": numbered(line({**_quantity, **priced}, **_order_line)),
    },
    **_head,
)  # fmt: skip

orderchange = some(
    {
        "number": number, "issued": days, "currency": currency,
        "function": st.sampled_from(("change", "cancellation")),
        "kind": st.sampled_from(("change", "blanket")),
        "order": some({"number": number, "date": days}), "buyer": parties(),
        "lines": numbered(
            line(
                {
                    **_quantity, **priced,
                    "action": st.sampled_from(("added", "changed", "deleted", "unchanged")),
                },
                quantity_before=numbers(), quantity_difference=numbers(),
                quantity_open=numbers(), **_order_line,
            )
        ),
    },
    sequence=st.sampled_from(("1", "2")), **_head,
)  # fmt: skip

orderresponse = some(
    {
        "number": number, "issued": days, "function": st.just("original"),
        "kind": st.sampled_from(("response", "acknowledgement")),
        "status": st.sampled_from(("accepted", "changed", "rejected")),
        "order": some({"number": number, "date": days}),
    },
    contract=number, contract_date=days, supplier_reference=number, currency=currency,
    delivery=window(), note=words(1, 60), texts=texts, references=references, buyer=parties(),
    supplier=parties(), ship_to=parties(), invoicee=parties(), parties=other_parties(),
    consignee=parties(), payment=payment(), delivery_terms=delivery_terms, transport=transport,
    tax=tax, allowances=allowances, shipment=window(), dates=dates, promotion=number,
    totals=_totals,
    lines=numbered(
        line(
            {
                "status": st.sampled_from(("accepted", "changed", "rejected")),
                "quantity": numbers(), "unit": unit,
            },
            order_line=st.sampled_from(("1", "20")), quantity_ordered=numbers(), price=numbers(),
            price_basis=st.just(Decimal(1)), amount=amounts, reason=words(1, 60),
            note=words(1, 60), references=references, delivery=window(), price_unit=unit,
            price_kind=st.sampled_from(("contract", "promotional")), gross_price=numbers(),
            price_type=st.sampled_from(("contract", "catalogue")),
            tax=tax, free_quantity=numbers(), per_pack=numbers(999, 0), promotion=number,
            differences=differences, substitute=other_item, substituted=other_item,
            shipment=window(), dates=dates, texts=texts, allowances=allowances,
            schedule=_schedule, splits=splits,
        ).map(with_price),
        low=0,
    ),
)  # fmt: skip

refund = some(
    {
        "number": number, "issued": days, "currency": currency, "buyer": parties(),
        "order": some({"number": number, "date": days}),
    },
    reason=words(1, 60), references=references, supplier=parties(), method=words(1, 20),
    allowances=allowances, totals=_totals,
    taxes=st.lists(
        some({"kind": st.just("vat"), "rate": numbers(99, 2)}, base=amounts, amount=amounts),
        max_size=2,
    ),
    lines=numbered(
        line(
            {}, order_line=st.sampled_from(("1", "20")), quantity=numbers(), unit=unit,
            amount=amounts, gross_amount=amounts, tax=tax, taxes=st.lists(tax, max_size=2),
            stock=st.sampled_from(("returned", "lost")), reason=words(1, 60),
        ),
        low=0,
    ),
    **{name: one for name, one in _shop.items() if name != "prices"},
)  # fmt: skip
