"""Maps of layouts of ERPs that the laws test, and how documents are bent to what they can hold."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tests.maps.recordfiles import CSV, JSON

Fields = dict[str, Any]
TEMPLATES = {
    "x3/order.map": "order",
    "x3/despatch.map": "despatch",
    "x3/invoice.map": "invoice",
    "simple/order.map": "order",
    "simple/invoice.map": "invoice",
    "hlf/order.map": "order",
    "hlf/despatch.map": "despatch",
    "hlf/invoice.map": "invoice",
    "flat/order.map": "order",
    "flat/invoice.map": "invoice",
    "xlsx/order.map": "order",
    "businesscentral/order.map": "order",
    "odoo/order.map": "order",
}
"""Map → document, of layouts that tell a part of a document only."""
MAPS = {f"json/{name}.map": name for name in JSON} | {f"csv/{name}.map": name for name in CSV}
"""Map → document, of layouts that follow the models."""
_ENCODED = {"hlf": "cp1252", "flat": "iso-8859-1"}


def _bent(fields: Fields, name: str) -> Fields:
    """Texts as long, and of the signs, that the layouts hold; numbers that ERPs give everybody."""
    folder = name.partition("/")[0]
    bent: Fields = _cut(fields, folder)
    for party in _PARTIES.get(name, ()):
        bent[party] = {**bent.get(party, {}), "supplier_number": "C100"}
    if name == "x3/invoice.map" and bent.get("kind") not in ("invoice", "credit_note"):
        bent["kind"] = "invoice"
    if name == "simple/invoice.map" and bent.get("kind") != "credit_note":
        bent["kind"] = "invoice"
    if name in _PARTIES:
        for line in _items(bent):
            line["supplier_item"] = line.get("supplier_item", "A1")
    return bent


def _items(fields: Fields) -> list[Fields]:
    """Lines, or what is in packages of any depth."""
    found = [*fields.get("lines", ()), *fields.get("items", ())]
    for package in fields.get("packages", ()):
        found += _items(package)
    return found


_PARTIES = {
    "x3/order.map": ("buyer", "supplier"),
    "x3/despatch.map": ("buyer",),
    "x3/invoice.map": ("invoicee",),
    "businesscentral/order.map": ("buyer",),
    "odoo/order.map": ("buyer",),
}
"""Parties that have a number of the ERP there always; articles have one too."""
_UNITS = ("x3", "businesscentral")
_LENGTHS = {
    "x3": {"number": 20, "text": 30, "supplier_item": 20, "note": 250, "batch": 15,
           "line": 6, "supplier_number": 5},
    "flat": {"text": 70, "unit": 10, "supplier_item": 25, "buyer_item": 25, "name": 35,
             "street": 35, "supplier_number": 15, "vat_id": 20, "postcode": 9, "kind": 35},
    "businesscentral": {"supplier_item": 20, "city": 30, "street2": 50, "text": 100,
                        "number": 35, "supplier_number": 20},
}  # fmt: skip
_DECIMALS = {"x3": {"gross_price": 4, "*": 2}, "flat": {"quantity": 3, "price": 4, "*": 2}}


def _cut(value: Any, folder: str, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _cut(one, folder, key) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_cut(one, folder, name) for one in value]
    if isinstance(value, Decimal) and folder in _DECIMALS:
        places = _DECIMALS[folder].get(name, _DECIMALS[folder]["*"])
        return round(value % 1_000_000_000, places)
    if name == "unit" and folder in _UNITS:
        return "kilogram" if len(value) % 2 else "piece"
    if isinstance(value, str) and len(value):
        codec = _ENCODED.get(folder, "utf-8")
        value = value.encode(codec, "replace").decode(codec).replace("|", "/")
        if folder == "flat":
            value = value.strip() or "x"
        return value[: _LENGTHS.get(folder, {}).get(name, 10_000)]
    return value


def _adjuster(name: str) -> Callable[[Fields], Fields]:
    return lambda fields: _bent(fields, name)


ADJUST = {name: _adjuster(name) for name in TEMPLATES}
"""Map → what makes a document one that the format can hold."""
