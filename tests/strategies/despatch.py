"""Goods on their way, received and in stock."""

from __future__ import annotations

from datetime import time
from typing import Any

from hypothesis import strategies as st

from tests.strategies.shared import (
    currency,
    dates,
    delivery_terms,
    differences,
    document_reference,
    line,
    lots,
    measures,
    number,
    numbered,
    other_parties,
    parties,
    period,
    references,
    serials,
    splits,
    texts,
    transport,
    unit,
    window,
    with_price,
)
from tests.strategies.values import codes, days, identifiers, numbers, some, words


def package(depth: int) -> st.SearchStrategy[dict[str, Any]]:
    """A package with goods and, to this depth, packages in it."""
    inside: dict[str, Any] = {
        "items": st.lists(
            line(
                {"quantity": numbers(), "unit": unit, "line": st.sampled_from(("1", "20"))},
                quantity_ordered=numbers(), order=document_reference, batch=codes(), expiry=days,
                best_before=days, lots=lots, serials=serials, quantity_free=numbers(),
                per_pack=numbers(999, 0), parent_line=st.sampled_from(("1", "20")),
                measures=measures, splits=splits, differences=differences, dates=dates,
                note=words(1, 60), texts=texts, references=references,
            ),
            max_size=2,
        )
    }  # fmt: skip
    if depth:
        inside["packages"] = st.lists(package(depth - 1), max_size=2)
    return some(
        {"sscc": identifiers(18), "kind": st.sampled_from(("pallet", "carton"))},
        quantity=st.integers(1, 99),
        gross_weight=numbers(),
        net_weight=numbers(),
        height=numbers(),
        width=numbers(),
        length=numbers(),
        labelling=st.just("52"),
        terms=st.just("3"),
        packing_level=st.sampled_from(("inner", "outer")),
        returnable=st.just("returnable"),
        handling=st.sampled_from(("HWC", "BIG")),
        measures=measures,
        marks=serials,
        tracking=codes(),
        **inside,
    )


despatch = some(
    {
        "number": number, "issued": days, "function": st.just("original"),
        "kind": st.sampled_from(("despatch", "ready_for_despatch")),
        "issued_at": st.times(max_value=time(23, 59)).map(
            lambda when: when.replace(second=0, microsecond=0)
        ),
        "packages": st.lists(package(2), min_size=1, max_size=2),
    },
    despatched=days, delivery=window(), order=some({"number": number}, date=days),
    delivery_note=number, contract=number, contract_date=days, note=words(1, 60), texts=texts,
    references=references, buyer=parties(), supplier=parties(), ship_from=parties(),
    ship_to=parties(), consignee=parties(), carrier=parties(), parties=other_parties(),
    transport=transport, delivery_terms=delivery_terms, dates=dates, invoicee=parties(),
    equipment=st.lists(
        some({"kind": st.sampled_from(("CN", "PA"))}, number=codes(), size=st.just("21"),
             seals=st.lists(codes(), max_size=1)),
        max_size=2,
    ),
    totals=some({}, packages=st.integers(1, 999), gross_weight=numbers(), net_weight=numbers(),
                 volume=numbers()),
)  # fmt: skip

receipt = some(
    {
        "number": number, "issued": days, "function": st.just("original"),
        "kind": st.just("complete"), "supplier": parties(),
        "lines": numbered(
            line(
                {"quantity": numbers(), "unit": unit},
                quantity_despatched=numbers(), quantity_ordered=numbers(),
                quantity_damaged=numbers(), quantity_refused=numbers(),
                differences=differences, order=document_reference,
                despatch=document_reference, sscc=identifiers(18),
                package_kind=st.sampled_from(("pallet", "carton")),
                package_quantity=st.integers(1, 9), batch=codes(), expiry=days,
                best_before=days, lots=lots, serials=serials, dates=dates,
                note=words(1, 60), references=references,
            )
        ),
    },
    received=days, order=document_reference, despatch=document_reference, delivery_note=number,
    note=words(1, 60), texts=texts, references=references, buyer=parties(),
    ship_from=parties(), ship_to=parties(), carrier=parties(), parties=other_parties(),
    dates=dates, transport=transport,
)  # fmt: skip

inventory = some(
    {
        "number": number, "issued": days, "function": st.just("original"),
        "kind": st.just("inventory"),
        "lines": numbered(
            line(
                {
                    "stocks": st.lists(
                        some(
                            {"kind": st.sampled_from(("on_hand", "reserved", "on_order")),
                             "quantity": numbers(), "unit": unit},
                            on=days, batch=codes(), expiry=days, location=identifiers(13),
                            state=st.sampled_from(("damaged", "bonded")),
                            movement=st.sampled_from(("in", "out")), price=numbers(),
                            price_basis=numbers(100, 0), serials=serials, dates=dates,
                            references=references, reason=st.sampled_from(("1", "2")),
                        ).map(with_price),
                        min_size=1, max_size=3,
                    )
                },
                location=identifiers(13), status=st.sampled_from(("active", "discontinued")),
                price=numbers(), dates=dates,
                price_basis=numbers(100, 0), delivery=window(), note=words(1, 60),
                references=references,
            ).map(with_price)
        ),
    },
    period=period, dates=dates, currency=currency,
    note=words(1, 60), texts=texts, references=references, buyer=parties(),
    supplier=parties(), warehouse=parties(),
    parties=other_parties("manufacturer", "forwarder"),
)  # fmt: skip
