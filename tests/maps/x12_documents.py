"""X12 maps, and what X12 has less room for than the documents: the laws adjust documents to it.

An adjustment changes generated fields to what the transaction set can hold, and says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

Fields = dict[str, Any]

X12 = {
    "850": "order",
    "855": "orderresponse",
    "856": "despatch",
    "860": "orderchange",
    "861": "receipt",
    "846": "inventory",
    "832": "catalogue",
    "852": "sales",
    "820": "remittance",
    "816": "parties",
}
"""Maps that serve every release."""
MESSAGES = {
    f"x12/{name}.map{release}": document
    for name, document in X12.items()
    for release in ("", " 005010")
}
"""Case → document."""


_DATES = ("order", "pick_up", "required_by")
"""Kinds of dates that X12 has codes for."""


def _common(fields: Fields) -> None:
    """What is mandatory beside a value, and dates of which X12 has no code.

    FOB01 says who pays the freight, if only ``agreed``; SAC09 is the unit of SAC10.
    """
    if terms := fields.get("delivery_terms"):
        terms.setdefault("freight", "agreed")
    for one in objects(fields):
        for at, other in enumerate(one.get("dates", ())):
            other["kind"] = _DATES[at % len(_DATES)]
        for allowance in one.get("allowances", ()):
            if "quantity" in allowance:
                allowance.setdefault("unit", "piece")
            else:
                allowance.pop("unit", None)


def objects(data: Any) -> Iterator[Fields]:
    """The objects of some fields, at any depth."""
    if isinstance(data, dict):
        yield data
        for value in data.values():
            yield from objects(value)
    elif isinstance(data, list):
        for value in data:
            yield from objects(value)


def order(fields: Fields) -> Fields:
    _common(fields)
    return fields


def change(fields: Fields) -> Fields:
    """POC04 is mandatory: without a word all of a line is still to be delivered."""
    _common(fields)
    fields["kind"] = "change"
    for line in fields.get("lines", ()):
        line.setdefault("quantity_open", line["quantity"])
    return fields


def response(fields: Fields) -> Fields:
    """PO1 has one line number; the unit stands with each quantity."""
    _common(fields)
    for line in fields.get("lines", ()):
        line["order_line"] = line["number"]
    return fields


def despatch(fields: Fields) -> Fields:
    """Every branch belongs to one order."""
    _common(fields)
    for at, package in enumerate(fields["packages"]):
        _of_one_order(package, f"PO{at}")
    return fields


def _of_one_order(package: Fields, number: str) -> None:
    for item in package.get("items", ()):
        item["order"] = {"number": number}
    for inner in package.get("packages", ()):
        _of_one_order(inner, number)


def receipt(fields: Fields) -> Fields:
    """A day of receipt must be told; X12 knows few kinds of differences, and needs their unit."""
    _common(fields)
    fields.setdefault("received", fields["issued"])
    fields["kind"] = "complete"
    for line in fields.get("lines", ()):
        for at, one in enumerate(line.get("differences", ())):
            one["kind"] = ("short", "damaged", "refused")[at % 3]
            one.setdefault("unit", "piece")
    return fields


def inventory(fields: Fields) -> Fields:
    """BIA02 is mandatory: whose inventory it is. A warehouse has a field of its own."""
    _common(fields)
    fields["kind"] = "seller"
    for party in fields.get("parties", ()):
        party["role"] = "manufacturer"
    return fields


def catalogue(fields: Fields) -> Fields:
    """BCT01 is mandatory: what kind of catalogue."""
    _common(fields)
    fields["kind"] = "catalogue"
    for item in fields.get("items", ()):
        for price in item.get("prices", ()):
            if "from_quantity" in price:
                price.setdefault("unit", "piece")
            else:
                price.pop("unit", None)
    return fields


def sales(fields: Fields) -> Fields:
    """An 852 is as old as the last day that it reports, and tells each article once."""
    _common(fields)
    articles = {
        repr(sorted(item for item in one.items() if item[0] != "splits")): one
        for one in fields.get("articles", ())
    }
    fields["articles"] = list(articles.values())
    end = fields.setdefault("period", {}).setdefault("end", date(2026, 11, 28))
    fields["period"]["start"] = end - timedelta(days=6)
    fields["issued"] = end
    return fields


def remittance(fields: Fields) -> Fields:
    """BPR04 is mandatory: by what means is paid."""
    _common(fields)
    fields.setdefault("means", "credit_transfer")
    return fields


def parties(fields: Fields) -> Fields:
    """816 names its sender. A place below another one belongs to it; here all to the first."""
    _common(fields)
    fields.setdefault("sender", {"name": "Acme Retail Inc"})
    first, *others = fields["tree"]
    fields["tree"] = [{**first, **({"tree": others} if others else {})}]
    return fields


_ADJUST: dict[str, Callable[[Fields], Fields]] = {
    "850": order,
    "855": response,
    "856": despatch,
    "860": change,
    "861": receipt,
    "846": inventory,
    "832": catalogue,
    "852": sales,
    "820": remittance,
    "816": parties,
}
ADJUST = {case: _ADJUST[case[len("x12/") : len("x12/850")]] for case in MESSAGES}
