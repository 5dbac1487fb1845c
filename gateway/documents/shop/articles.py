"""Articles of a shop as the ERP knows them."""

from __future__ import annotations

from typing import Any

from gateway.documents.checks.identifiers import check_digit
from gateway.documents.shop.order import ShopLine
from gateway.documents.shop.rules import Rules
from gateway.problems import Place, Problem, Severity, problem

Fields = dict[str, Any]
_GTIN = (8, 12, 13, 14)


def article(line: ShopLine, rules: Rules, path: str, found: list[Problem]) -> Fields:
    """The identifiers of the article, as the ERP knows it."""
    sku = line.sku if rules.codes is None else rules.codes.get(line.sku or "")
    gtin = line.ean
    if gtin is not None and not (gtin.isdecimal() and gtin.isascii() and len(gtin) in _GTIN
                                 and check_digit(gtin)):  # fmt: skip
        where = f"{path}.ean"
        found.append(problem("W220", Place(path=where), field=where, value=gtin))
        gtin = None
    item = sku if rules.items_by != "ean" else None
    code = gtin if rules.items_by != "sku" else None
    if item is None and code is None:
        found.append(_unknown(line, rules, path))
    return {
        "supplier_item": item,
        "gtin": code,
        "buyer_item": line.sku if item is not None and line.sku != item else None,
    }


def _unknown(line: ShopLine, rules: Rules, path: str) -> Problem:
    has = [f"{name} {value}" for name, value in (("SKU", line.sku), ("EAN", line.ean)) if value]
    wanted = {"sku": "an SKU", "ean": "an EAN", "both": "an SKU or EAN"}[rules.items_by]
    if rules.codes is not None and line.sku:
        wanted = "an entry in the list of items.codes"
    severity = Severity.ERROR if rules.unknown == "hold" else Severity.WARNING
    return problem(
        "W212", Place(path=path), severity=severity, field=path, name=line.name or line.key,
        found=", ".join(has) or "no SKU and no EAN", expected=wanted,
    )  # fmt: skip
