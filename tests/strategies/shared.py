"""What several documents share: parties, texts, references, allowances, lines."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st

from tests.strategies.values import (
    UNITS,
    amounts,
    codes,
    days,
    identifiers,
    numbers,
    some,
    without,
    words,
)


@cache
def window() -> st.SearchStrategy[dict[str, Any]]:
    """When goods are wanted or promised."""
    return some({}, on=days, earliest=days, latest=days)


references = st.lists(
    some(
        {"kind": st.sampled_from(("project", "account")), "number": codes()},
        date=days, line=st.sampled_from(("1", "20")),
    ),
    max_size=2,
)  # fmt: skip
contacts = st.lists(
    some(
        {"kind": st.sampled_from(("order", "information")), "name": words(1, 30)},
        phone=codes(), email=st.just("edi@acme-retail.example"), fax=codes(), number=codes(),
    ),
    max_size=2,
)  # fmt: skip


_party = some(
    {"name": words(1, 30)},
    name2=words(1, 30), street=words(1, 30), street2=words(1, 30), city=words(2, 25),
    postcode=codes(9).filter(lambda text: len(text) >= 3),
    subdivision=st.sampled_from(("IL", "NY", "BY")), country=st.sampled_from(("DE", "US")),
    street3=words(1, 30), vat_id=codes(), tax_id=codes(), contacts=contacts,
    address_text=words(1, 60), references=references,
)  # fmt: skip
_known_by = st.sampled_from(("gln", "buyer_number", "supplier_number", "duns", ""))
_numbers_beside = some({}, buyer_number=codes(), supplier_number=codes())


@st.composite
def _parties(draw: st.DrawFn) -> dict[str, Any]:
    party: dict[str, Any] = draw(_party)
    if "street" not in party:
        # the first line of an address is mandatory where there is one
        party = without(party, "street2", "street3")
    known = draw(_known_by)
    if known:
        party[known] = draw(identifiers(13) if known in ("gln", "duns") else codes())
    if known == "gln":
        party |= draw(_numbers_beside)
    return party


@cache
def parties() -> st.SearchStrategy[dict[str, Any]]:
    """A party with a name, and identified by a GLN or by one number."""
    return _parties()


@cache
def other_parties(*names: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Parties in roles that have no field of their own."""
    roles = st.sampled_from(names or ("manufacturer", "warehouse", "forwarder"))
    return st.lists(st.tuples(parties(), roles).map(lambda two: {**two[0], "role": two[1]}),
                    max_size=2)  # fmt: skip


texts = st.lists(
    some(
        {"kind": st.sampled_from(("delivery", "order", "other")), "text": words(1, 60)},
        language=st.sampled_from(("EN", "DE")), code=st.sampled_from(("001", "9E")),
        use=st.just("1"),
    ),
    max_size=2,
)  # fmt: skip
number = codes()
document_reference = some({"number": number}, date=days, line=st.sampled_from(("1", "20")))
tax = some(
    {"kind": st.just("vat"), "rate": numbers(99, 2), "category": st.sampled_from("SEZ")},
    amount=amounts,
)
allowances = st.lists(
    some(
        {
            "kind": st.sampled_from(("allowance", "charge")),
            "reason_code": st.sampled_from(("freight", "discount", "handling")),
            "amount": amounts,
        },
        reason=words(1, 30), percent=numbers(99, 2), base=amounts, tax=tax,
        sequence=st.integers(1, 9), quantity=numbers(), unit=st.sampled_from(UNITS),
        rate=numbers(),
    ).map(lambda one: one if "quantity" in one else without(one, "unit")),
    max_size=2,
)  # fmt: skip
_terms: dict[str, Any] = {
    "text": words(1, 60), "due": days, "days": st.integers(1, 120),
    "means": st.sampled_from(("credit_transfer", "bank_account")),
    "basis": st.sampled_from(("invoice_date", "receipt_of_goods")),
}  # fmt: skip


_discount_days = some({}, discount_days=st.integers(1, 60))


@st.composite
def _payment(draw: st.DrawFn, said: st.SearchStrategy[dict[str, Any]]) -> dict[str, Any]:
    terms = draw(said)
    terms = {"basis": "invoice_date", **terms} if "days" in terms else without(terms, "basis")
    if draw(st.booleans()):
        terms["discount_percent"] = draw(numbers(20, 2))
        terms["discount_until"] = draw(days)
        terms |= draw(_discount_days)
    return terms


def payment(**more: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Terms of payment; a discount has a day."""
    return _payment(some({}, **{**_terms, **more}))


attributes = st.lists(
    some(
        {"form": st.sampled_from(("long", "code"))},
        name=st.sampled_from(("colour", "brand")), value=words(1, 60), code=codes(),
    ).map(lambda one: {**one, "agency": "91"} if "code" in one else one),
    max_size=2,
)  # fmt: skip
_item = {
    "gtin": identifiers(13), "buyer_item": codes(), "supplier_item": codes(), "text": words(1, 60),
    "manufacturer_item": codes(), "variant": codes(), "attributes": attributes,
}  # fmt: skip
other_item = some({"gtin": identifiers(13)}, buyer_item=codes(), supplier_item=codes())
dates = st.lists(
    some({"kind": st.sampled_from(("installation", "cleared")), "on": days}), max_size=2
)
serials = st.lists(codes(), max_size=3)
measures = st.lists(
    some(
        {"kind": st.sampled_from(("height", "width", "net_weight")), "value": numbers(),
         "unit": st.sampled_from(("kilogram", "millimetre")),
         "purpose": st.sampled_from(("dimensions", "measurement"))},
        significance=st.just("4"),
    ),
    max_size=2,
)  # fmt: skip
transport = some(
    {}, mode=st.sampled_from(("road", "sea")), reference=codes(10),
    means=st.sampled_from(("lorry", "road_tanker")),
    vehicle=words(1, 30), carrier_code=st.just("ABCD"), carrier_name=words(1, 30),
    service=st.sampled_from(("ground", "next_day")), tracking=codes(), bill_of_lading=codes(),
)  # fmt: skip
differences = st.lists(
    some(
        {"quantity": numbers(), "of": st.sampled_from(("ordered", "despatched")),
         "kind": st.sampled_from(("over", "damaged"))},
        unit=st.sampled_from(UNITS), reason_code=st.sampled_from(("AV", "PC")),
        reason=words(1, 30),
    ),
    max_size=2,
)  # fmt: skip
lots = st.lists(
    some(
        {"marking": st.sampled_from(("batch", "supplier")), "batch": codes()},
        quantity=numbers(), unit=st.sampled_from(UNITS), produced=days, expiry=days,
        best_before=days, serials=serials,
    ).map(lambda one: one if "quantity" in one else without(one, "unit")),
    max_size=2,
)  # fmt: skip
packing = st.lists(
    some(
        {"quantity": st.integers(1, 99), "kind": st.sampled_from(("pallet", "carton"))},
        packing_level=st.sampled_from(("inner", "outer")),
        marking=st.sampled_from(("buyer", "supplier")), marks=serials,
    ),
    max_size=2,
)  # fmt: skip
splits = st.lists(
    some({"quantity": numbers(), "unit": st.sampled_from(UNITS), "gln": identifiers(13)}, on=days),
    max_size=2,
)


def line(required: dict[str, Any], **optional: Any) -> st.SearchStrategy[dict[str, Any]]:
    """A line; every format needs an identifier of the article."""
    others = {name: one for name, one in _item.items() if name != "gtin"}
    return some({"gtin": _item["gtin"], **required}, **{**others, **optional})


def numbered(lines: st.SearchStrategy[Any], low: int = 1) -> st.SearchStrategy[Any]:
    """Up to three lines, numbered from 1."""

    def count(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**one, "number": str(at)} for at, one in enumerate(found, start=1)]

    return st.lists(lines, min_size=low, max_size=3).map(count)


unit = st.sampled_from(UNITS)
currency = st.sampled_from(("EUR", "USD"))
period = some({}, start=days, end=days)
account = some(
    {"iban": st.just("DE02120300000000202051")}, name=words(1, 30), bic=st.just("BYLADEM1001")
)
delivery_terms = some(
    {"code": st.sampled_from(("EXW", "DDP"))}, place=words(1, 30),
    freight=st.sampled_from(("prepaid", "collect")),
)  # fmt: skip
priced = {"price": numbers(), "price_basis": st.sampled_from((Decimal(1), Decimal(100)))}


def with_price(one: dict[str, Any]) -> dict[str, Any]:
    """A basis, unit or kind without a price says nothing."""
    return (
        one
        if "price" in one
        else without(one, "price_basis", "price_unit", "price_kind", "price_type")
    )
