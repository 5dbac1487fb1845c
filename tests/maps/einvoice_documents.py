"""What electronic invoices can say: for the laws, documents are adjusted to it.

Each change is a place where UBL, CII or the INVOIC of EN 16931 asks for more or has less room than
the canonical invoice; what does not fit is a problem when it is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

MAPS = {"ubl/invoice.map": "invoice", "ubl/creditnote.map": "invoice", "cii/invoice.map": "invoice"}
MESSAGES = {"edifact/en16931/invoic.map": "invoice"}
_PARTIES = ("seller", "buyer", "payee", "tax_representative", "ship_to", "invoicee")


def _allowances(fields: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from fields.get("allowances", ())
    for line in fields.get("lines", ()):
        yield from line.get("allowances", ())


def _common(fields: dict[str, Any]) -> None:
    for name in _PARTIES:
        party = fields.get(name)
        if party and "contacts" in party:
            party["contacts"] = list(party["contacts"])[:1]
    for one in _allowances(fields):
        one.setdefault("amount", one.get("base", 1))
    for line in fields.get("lines", ()):
        for one in line.get("attributes", ()):
            one.setdefault("name", "colour")


def x12(fields: dict[str, Any]) -> dict[str, Any]:
    """A quantity has a unit; FOB01 says who pays the freight, if only ``agreed``."""
    if terms := fields.get("delivery_terms"):
        terms.setdefault("freight", "agreed")
    for one in _allowances(fields):
        if "quantity" in one or "rate" in one or "unit" in one:
            one |= {"quantity": 1, "unit": "piece", "rate": 2}
    return fields


def ubl(fields: dict[str, Any]) -> dict[str, Any]:
    """Lines, tax and totals have amounts, in a currency; what is attached says its type."""
    _common(fields)
    fields.setdefault("currency", "EUR")
    if fields["currency"] == fields.get("tax_currency"):
        fields["tax_currency"] = "NOK"
    for line in fields["lines"]:
        line.setdefault("amount", 1)
    if "supplier_reference" in fields:
        fields["order"] = {"number": "4711", **fields.get("order", {})}
    if fields.get("taxes") or "tax" in fields["totals"]:
        fields["totals"].setdefault("tax", 0)
    if "tax_currency" not in fields:
        fields["totals"].pop("accounting_tax", None)
    for one in fields.get("taxes", ()):
        one.setdefault("amount", 1)
    for one in fields.get("attachments", ()):
        if "content" in one:
            one |= {"mime": "text/plain"}
        else:
            one.pop("mime", None)
            one.pop("filename", None)
    _payment(fields)
    ship_to = fields.get("ship_to", {})
    if "gln" in ship_to:
        ship_to.pop("buyer_number", None)
    return fields


def _payment(fields: dict[str, Any]) -> None:
    """Every way to pay says its means, and a card its network."""
    payment = fields.get("payment")
    if payment is None:
        return
    payment.setdefault("means", "credit_transfer")
    for one in (payment, *payment.get("further", ())):
        if "card" in one:
            one["card"] = {"number": "4711", "network": "VISA", **one["card"]}


def cii(fields: dict[str, Any]) -> dict[str, Any]:
    """One preceding invoice (D16B); the reference of a payment stands once."""
    _common(fields)
    if "preceding_invoice" in fields:
        fields.pop("further_invoices", None)
    elif "further_invoices" in fields:
        fields["further_invoices"] = list(fields["further_invoices"])[:1]
    return fields


def en16931(fields: dict[str, Any]) -> dict[str, Any]:
    """Electronic addresses are e-mail; codes are those of the directory; a kind stands once."""
    _common(fields)
    for name in (*_PARTIES, "parties"):
        found = fields.get(name, ())
        for party in [found] if isinstance(found, dict) else found:
            party.pop("references", None)
            if "endpoint" in party:
                party["endpoint"] = {**party["endpoint"], "scheme": "EM"}
    for one in _allowances(fields):
        one.pop("rate", None)
        one["reason_code"] = "discount" if one["kind"] == "allowance" else "freight"
    for one in fields.get("attachments", ()):
        one.setdefault("filename", "a.txt")
    for line in fields["lines"]:
        for one in line.get("classifications", ()):
            one["scheme"] = "HS"
    for one in (fields, *fields["lines"]):
        known = [each for each in one.get("references", ()) if each["kind"] != "project"]
        if "references" in one:
            one["references"] = known
    return fields


ADJUST = {
    "x12/810.map": x12,
    "ubl/invoice.map": ubl,
    "ubl/creditnote.map": ubl,
    "cii/invoice.map": cii,
    "edifact/en16931/invoic.map": en16931,
}
