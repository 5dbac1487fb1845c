"""What an XML document can say: for the laws, documents are adjusted to it.

Each change is a place where UBL asks for more or has less room than the canonical documents; what
does not fit is a problem when it is written (F207, F208), which tests/grammar/xml shows. A document
that has nothing of what it is about is ``None``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_PARTIES = ("buyer", "supplier", "ship_to", "ship_from", "consignee", "invoicee", "carrier",
            "payer", "payee")  # fmt: skip


def _common(fields: dict[str, Any]) -> None:
    """A party with a GLN has it as its electronic address, and one contact; attributes a name."""
    for line in (*fields.get("lines", ()), *fields.get("items", ())):
        for one in line.get("attributes", ()):
            one.setdefault("name", "description")
    for name in _PARTIES:
        party = fields.get(name)
        if party is None:
            continue
        if "gln" in party and "endpoint" not in party:
            party["endpoint"] = {"value": party["gln"], "scheme": "0088"}
        if "contacts" in party:
            party["contacts"] = list(party["contacts"])[:1]


def _function(fields: dict[str, Any], usual: str) -> None:
    """UBL tells copies only; what else a document may do to another has documents of its own."""
    if fields.get("function") != "copy":
        fields["function"] = usual


def _allowances(fields: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from fields.get("allowances", ())
    for line in fields.get("lines", ()):
        yield from line.get("allowances", ())


def lines(fields: dict[str, Any]) -> dict[str, Any]:
    """Amounts have a currency, allowances amounts, totals a sum, units of prices a quantity."""
    _common(fields)
    fields.setdefault("currency", "EUR")
    for one in _allowances(fields):
        one.setdefault("amount", one.get("base", 1))
    totals = fields.get("totals")
    if totals:
        totals.setdefault("amount", totals.get("lines", 0))
    for line in fields.get("lines", ()):
        if "price_basis" not in line:
            line.pop("price_unit", None)
        if "number" in line and "status" in line:
            line.setdefault("order_line", line["number"])
        for one in line.get("splits", ()):
            if "gln" not in one:
                one.setdefault("place", "4711")
    return fields


def order(fields: dict[str, Any]) -> dict[str, Any]:
    """It is new, or a copy."""
    _function(fields, "original")
    return lines(fields)


def change(fields: dict[str, Any]) -> dict[str, Any] | None:
    """An order change is about lines."""
    if not fields.get("lines"):
        return None
    _function(fields, "change")
    fields.setdefault("sequence", "1")
    return lines(fields)


def cancellation(fields: dict[str, Any]) -> dict[str, Any]:
    """It always says why."""
    _common(fields)
    fields["function"] = "cancellation"
    fields.setdefault("note", "cancelled")
    return fields


def despatch(fields: dict[str, Any]) -> dict[str, Any] | None:
    """There are lines; their units are the ones that have an SSCC, none within another."""
    if not fields.get("lines"):
        return None
    _common(fields)
    _function(fields, "original")
    fields["units"] = [one for one in fields.get("units", ()) if "sscc" in one]
    for one in fields["units"]:
        one.pop("parent", None)
    return fields


def receipt(fields: dict[str, Any]) -> dict[str, Any] | None:
    """There are lines, and a quantity where there is a unit."""
    if not fields.get("lines"):
        return None
    _common(fields)
    _function(fields, "original")
    for line in fields["lines"]:
        if "quantity" not in line:
            line.pop("unit", None)
    return fields


def catalogue(fields: dict[str, Any]) -> dict[str, Any] | None:
    """There are articles."""
    if not fields.get("items"):
        return None
    _common(fields)
    for price in (price for item in fields["items"] for price in item.get("prices", ())):
        price.setdefault("currency", "EUR")
        if "basis" not in price:
            price.pop("unit", None)
    return fields


def remittance(fields: dict[str, Any]) -> dict[str, Any] | None:
    """There are documents."""
    if not fields.get("documents"):
        return None
    _common(fields)
    fields.setdefault("currency", "EUR")
    fields.setdefault("means", "credit_transfer")
    return fields


def d365(fields: dict[str, Any]) -> dict[str, Any]:
    """The buyer has an account."""
    fields.setdefault("buyer", {}).setdefault("supplier_number", "K-1")
    return fields


_DOCUMENTS = {
    "order": ("order", order),
    "orderchange": ("orderchange", change),
    "ordercancellation": ("orderchange", cancellation),
    "orderresponse": ("orderresponse", lines),
    "despatch": ("despatch", despatch),
    "receipt": ("receipt", receipt),
    "catalogue": ("catalogue", catalogue),
    "remittance": ("remittance", remittance),
}
MAPS = {f"ubl/{name}.map": document for name, (document, _) in _DOCUMENTS.items()}
MAPS["d365/order.map"] = "order"
ADJUST = {f"ubl/{name}.map": adjust for name, (_, adjust) in _DOCUMENTS.items()}
ADJUST["d365/order.map"] = d365
