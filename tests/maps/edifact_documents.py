"""What EDIFACT messages have less room for than the documents: the laws adjust documents to it.

A map that is given more says so (V505, or the grammar of what it wrote); these are the places.
"""

from __future__ import annotations

from typing import Any

_NUMBERS = ("buyer_number", "supplier_number")


def _one_number(party: dict[str, Any]) -> None:
    """Without references a party has room for one identifier."""
    if "gln" in party:
        for name in _NUMBERS:
            party.pop(name, None)


def _parties(fields: dict[str, Any], *names: str) -> None:
    for name in names:
        _one_number(fields.get(name, {}))
    for party in fields.get("parties", ()):
        _one_number(party)


def order(fields: dict[str, Any]) -> dict[str, Any]:
    """ORDERS, ORDCHG: five RFF for a party of a line, four of which may be its numbers."""
    for line in fields.get("lines", ()):
        for party in line.get("parties", ()):
            party["references"] = party.get("references", [])[:1]
    return fields


def response(fields: dict[str, Any]) -> dict[str, Any]:
    """ORDRSP: one QVR in a line."""
    for line in fields.get("lines", ()):
        line["differences"] = line.get("differences", [])[:1]
    return fields


def sales(fields: dict[str, Any]) -> dict[str, Any]:
    """SLSRPT: parties without references."""
    _parties(fields, "buyer", "supplier")
    return fields


def catalogue(fields: dict[str, Any]) -> dict[str, Any]:
    """PRICAT: one RFF in a line, five identifiers in a PIA."""
    for group in fields.get("groups", ()):
        for item in group.get("items", ()):
            item["references"] = item.get("references", [])[:1]
            if "classification" in item:
                item.pop("variant", None)
    return fields


def remittance(fields: dict[str, Any]) -> dict[str, Any]:
    """REMADV: parties without references."""
    _parties(fields, "payer", "payee")
    for document in fields.get("documents", ()):
        _parties(document)
    return fields


def parties(fields: dict[str, Any]) -> dict[str, Any]:
    """PARTIN: two parties besides those it is about, without references."""
    for name in ("buyer", "supplier"):
        fields.pop(name, None)
    for name in ("sender", "receiver"):
        _one_number(fields.get(name, {}))
    return fields


ADJUST = {
    "edifact/orders.map": order,
    "edifact/ordchg.map": order,
    "edifact/ordrsp.map": response,
    "edifact/slsrpt.map": sales,
    "edifact/pricat.map": catalogue,
    "edifact/remadv.map": remittance,
    "edifact/partin.map": parties,
}
