"""Generated documents for the maps of this folder: canonical normal form, nothing empty."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

SIGNS = "ABC xyz?+:'*~>019äß-."
TEXT = st.text(SIGNS, min_size=1, max_size=12).filter(lambda one: one == one.strip())
DAYS = st.dates(date(2000, 1, 1), date(2068, 12, 31))
NUMBERS = st.decimals(Decimal("-99999"), Decimal("99999"), places=2)
GLNS = st.sampled_from(["4012345000009", "0078742035260"])


def present(required: Mapping[str, Any], optional: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(dict(required), optional=dict(optional))


def filled(required: Mapping[str, Any], optional: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Like :func:`present`, never empty."""
    return present(required, optional).filter(bool)


PARTY = filled(
    {},
    {
        "gln": GLNS,
        "name": TEXT,
        "street": TEXT,
        "city": TEXT,
        "postcode": st.text("0123456789", min_size=1, max_size=9),
        "country": st.sampled_from(["DE", "FR"]),
        "vat_id": TEXT,
        "contact": filled({"name": TEXT}, {"phone": TEXT}),
    },
)
LINE = present(
    {"number": st.integers(1, 999999).map(str), "quantity": NUMBERS, "unit": st.just("kg")},
    {
        "gtin": TEXT,
        "buyer_item": TEXT,
        "supplier_item": TEXT,
        "text": TEXT,
        "price": NUMBERS,
        "references": st.lists(
            filled({"kind": st.sampled_from(["CR", "PD"])}, {"number": TEXT}),
            min_size=1,
            max_size=3,
        ),
    },
)


def _basis(line: dict[str, Any]) -> dict[str, Any]:
    return {**line, "price_basis": Decimal(1)}


ORDERS = present(
    {
        "number": TEXT,
        "function": st.sampled_from(["original", "change", "cancellation"]),
        "issued": DAYS,
        "currency": st.sampled_from(["EUR", "USD"]),
    },
    {
        "kind": st.sampled_from(["order", "blanket"]),
        "delivery": st.fixed_dictionaries({"on": DAYS}),
        "note": st.text("ab c", min_size=1, max_size=300).filter(lambda one: one == one.strip()),
        "contract": TEXT,
        "buyer": PARTY,
        "supplier": PARTY,
        "ship_to": PARTY,
        "lines": st.lists(LINE.map(_basis), min_size=1, max_size=4),
    },
)
_X12_PARTY = filled({"name": TEXT}, {"gln": GLNS, "street": TEXT})
_X12_LINE = present(
    {"number": st.integers(1, 9999).map(str), "quantity": NUMBERS, "unit": st.just("kg")},
    {"price": NUMBERS, "gtin": TEXT, "buyer_item": TEXT, "supplier_item": TEXT, "text": TEXT},
)
PURCHASE_ORDERS = present(
    {
        "number": TEXT,
        "function": st.sampled_from(["original", "change", "cancellation"]),
        "kind": st.sampled_from(["order", "blanket"]),
        "issued": DAYS,
        "currency": st.sampled_from(["CAD", "USD"]),
        "lines": st.lists(_X12_LINE, min_size=1, max_size=4),
    },
    {
        "delivery": st.fixed_dictionaries({"on": DAYS}),
        "buyer": _X12_PARTY,
        "ship_to": _X12_PARTY,
    },
)
ITEM = present(
    {"quantity": NUMBERS, "gtin": TEXT}, {"order": st.fixed_dictionaries({"number": TEXT})}
)
PACKAGE: st.SearchStrategy[Any] = st.recursive(
    present(
        {"kind": st.sampled_from(["pallet", "carton"])},
        {"sscc": TEXT, "items": st.lists(ITEM, min_size=1, max_size=3)},
    ),
    lambda inner: st.builds(
        lambda package, below: {**package, "packages": below},
        present(
            {"kind": st.sampled_from(["pallet", "carton"])},
            {"sscc": TEXT, "items": st.lists(ITEM, min_size=1, max_size=2)},
        ),
        st.lists(inner, min_size=1, max_size=2),
    ),
    max_leaves=6,
)
DESPATCHES = present(
    {"number": TEXT, "issued": DAYS, "packages": st.lists(PACKAGE, min_size=1, max_size=3)}, {}
)


def _one_order(package: dict[str, Any], number: str) -> dict[str, Any]:
    """The package with all its items from one order, as 856 can say it."""
    result = dict(package)
    if "items" in package:
        result["items"] = [{**item, "order": {"number": number}} for item in package["items"]]
    if "packages" in package:
        result["packages"] = [_one_order(inner, number) for inner in package["packages"]]
    return result


def _per_order(document: dict[str, Any]) -> dict[str, Any]:
    result = dict(document)
    if "packages" in document:
        result["packages"] = [
            _one_order(package, f"PO{index}") for index, package in enumerate(document["packages"])
        ]
    return result


SHIPMENTS = DESPATCHES.map(_per_order)
