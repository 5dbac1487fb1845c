"""Normal form of invoices: where formats tell one thing in several places, the document has one.

:func:`one_home` is for data on its way into a document, :func:`spread` for a document on its way
into a format that has a thing elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from gateway.documents.base import Model
from gateway.documents.common import inherited, taken
from gateway.documents.invoiceparty import is_ubl, with_party_facts, without_party_facts

_NUMBERS = (
    ("seller", "buyer_number"),
    ("payee", "buyer_number"),
    ("ship_to", "buyer_number"),
    ("buyer", "supplier_number"),
)
"""Party → the field of an identifier that has no scheme."""


def _numbered(party: Any, number: str) -> Any:
    data = party.to_data() if isinstance(party, Model) else party
    if not isinstance(data, Mapping) or data.get(number):
        return party
    if not isinstance(known := data.get("identifiers"), list | tuple):
        return party
    first, rest = taken(known, lambda one: not one.get("scheme"))
    return {**data, number: first.get("value"), "identifiers": rest} if first else party


def _first_invoice(data: Mapping[str, Any]) -> Mapping[str, Any]:
    further = data.get("further_invoices")
    if data.get("preceding_invoice") or not isinstance(further, list | tuple) or not further:
        return data
    return {**data, "preceding_invoice": further[0], "further_invoices": further[1:]}


def _orders_of_lines(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """BT-132 is the line alone; a line that names one belongs to the order of the head."""
    if not isinstance(data.get("lines"), list | tuple):
        return data
    head = data.get("order")
    lines = [inherited(one, head) if _names_line(one) else one for one in data["lines"]]
    return {**data, "lines": lines}


def _names_line(line: Any) -> bool:
    line = line.to_data() if isinstance(line, Model) else line
    order = line.get("order") if isinstance(line, Mapping) else None
    order = order.to_data() if isinstance(order, Model) else order
    return isinstance(order, Mapping) and bool(order.get("line"))


def one_home(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The data in normal form; what is no data of an invoice stays as it is."""
    whole = _tax_amounts(_tax_point(_orders_of_lines(_first_invoice(data))))
    whole = without_party_facts(_exemption(whole))
    known = {name: _numbered(whole[name], number) for name, number in _NUMBERS if name in whole}
    return {**whole, **known}


_POINTS = ("tax_point", "tax_point_code")


def _entries(entries: Any) -> list[dict[str, Any]] | None:
    """A list of objects as data; ``None`` where it is none."""
    if not isinstance(entries, list | tuple):
        return None
    found = [one.to_data() if isinstance(one, Model) else one for one in entries]
    return [dict(one) for one in found] if all(isinstance(one, Mapping) for one in found) else None


def _tax_point(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The one tax point that rows of the breakdown have is that of the invoice."""
    rows = _entries(data.get("taxes"))
    if not rows or not any(one.get(name) for one in rows for name in _POINTS):
        return data
    whole = dict(data)
    for name in _POINTS:
        said = {str(one[name]): one[name] for one in rows if one.get(name)}
        if len(said) == 1 and not whole.get(name):
            whole[name] = next(iter(said.values()))
            for one in rows:
                one.pop(name, None)
    return {**whole, "taxes": rows}


_UNTAXED = ("E", "AE", "K", "G", "O")


def _exemption(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The one reason of the head is that of the rows without tax that have none (ISO 20625)."""
    rows = _entries(data.get("taxes"))
    said = {name: data[name] for name in ("exemption", "exemption_code") if data.get(name)}
    bare = [one for one in rows or () if one.get("category") in _UNTAXED]
    bare = [one for one in bare if not one.get("exemption") and not one.get("exemption_code")]
    if not said or not bare:
        return data
    for one in bare:
        one.update(said)
    return {**{name: one for name, one in data.items() if name not in said}, "taxes": rows}


def _tax_amounts(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The tax in the currency of the invoice, and in the one of the tax office, are totals."""
    amounts = _entries(data.get("tax_amounts"))
    totals = data.get("totals") or {}
    totals = totals.to_data() if isinstance(totals, Model) else totals
    if not amounts or not isinstance(totals, Mapping):
        return data
    known = dict(totals)
    for name, own in (
        ("tax", (None, "", data.get("currency"))),
        ("accounting_tax", (data.get("tax_currency") or "?",)),
    ):
        first = next((one for one in amounts if one.get("currency") in own), None)
        if first is not None and not known.get(name):
            amounts.remove(first)
            known[name] = first.get("amount")
    return {**data, "totals": known, "tax_amounts": amounts}


def _reason_in_head(data: dict[str, Any]) -> None:
    """The reasons of the breakdown, where there is only one."""
    names = ("exemption", "exemption_code")
    rows = [dict(one) for one in data.get("taxes", ())]
    said = {tuple(one.get(name) for name in names) for one in rows if one.keys() & set(names)}
    untaxed = [one for one in rows if one.get("category") in _UNTAXED]
    if len(said) != 1 or any(not one.keys() & set(names) for one in untaxed):
        return
    for one in rows:
        data |= {name: one.pop(name) for name in names if name in one}
    data["taxes"] = rows


def _discounts_as_allowances(data: dict[str, Any]) -> None:
    lines = [dict(one) for one in data.get("lines", ())]
    for one in lines:
        if "price_discount" in one:
            discount = {"kind": "allowance", "rate": one.pop("price_discount")}
            one["allowances"] = [*one.get("allowances", ()), discount]
    if lines:
        data["lines"] = lines


def _tax_total(data: dict[str, Any]) -> None:
    """UBL wants the sum of the tax beside its rows (BT-110 = Σ BT-117)."""
    totals, rows = data.get("totals") or {}, data.get("taxes") or ()
    amounts = [one["amount"] for one in rows if one.get("amount") is not None]
    if totals.get("tax") is None and rows and len(amounts) == len(rows):
        data["totals"] = {**totals, "tax": sum(amounts, Decimal(0))}


def spread(data: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    """A document for a map that has rows for these fields."""
    data = with_party_facts(data, names)
    if is_ubl(names):
        _tax_total(data)
    if data.get("taxes") and "taxes" in names:
        points = {name: data.pop(name) for name in _POINTS if name in data and name not in names}
        if points:
            first, *others = data["taxes"]  # said once, as EN 16931-3-3 wants it
            data["taxes"] = [{**first, **points}, *others]
    if "exemption" in names:
        _reason_in_head(data)
        _discounts_as_allowances(data)
    totals = data.get("totals")
    if totals and "tax_amounts" in names:
        amounts = [
            {"amount": totals[name], "currency": data.get(currency)}
            for name, currency in (("tax", "currency"), ("accounting_tax", "tax_currency"))
            if name in totals
        ]
        data["totals"] = {
            name: one for name, one in totals.items() if name not in ("tax", "accounting_tax")
        }
        data["tax_amounts"] = [*amounts, *data.get("tax_amounts", ())]
    return data
