"""Profile ``en16931``: what the tax categories demand (BR-S, BR-Z, BR-E, BR-AE, BR-IC, BR-G, BR-O).

One table says what each category asks of rate, reason and tax numbers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.documents.base import canonical_path, plain
from gateway.documents.common import Party, Tax
from gateway.documents.invoice import Invoice, TaxSubtotal
from gateway.problems import Place, Problem, problem


@dataclass(frozen=True, slots=True)
class Category:
    """What one category of UNCL 5305 demands."""

    rate: str
    """``positive``, ``zero``, ``absent`` or ``any`` (zero or more)."""
    reason: bool
    """Whether the breakdown says why no tax is charged; else it must not."""
    seller: tuple[str, ...]
    """Numbers of which the seller or its representative has one; empty: none may be given."""
    buyer: tuple[str, ...] = ()
    """Numbers of which the buyer has one."""


_ANY_NUMBER = ("vat_id", "tax_id", "representative")
_VAT_ONLY = ("vat_id", "representative")
CATEGORIES = {
    "S": Category("positive", False, _ANY_NUMBER),
    "Z": Category("zero", False, _ANY_NUMBER),
    "E": Category("zero", True, _ANY_NUMBER),
    "AE": Category("zero", True, _ANY_NUMBER, ("vat_id", "legal_id")),
    "K": Category("zero", True, _VAT_ONLY, ("vat_id",)),
    "G": Category("zero", True, _VAT_ONLY),
    "O": Category("absent", True, ()),
    "L": Category("any", False, _ANY_NUMBER),
    "M": Category("any", False, _ANY_NUMBER),
}
_PREFIXED = re.compile(r"[A-Za-z]{2}\S+")
Spot = tuple[int | str, ...]


def check_taxes(invoice: Invoice) -> Iterator[Problem]:
    """V563 to V568 and V575."""
    used = [*_used(invoice)]
    for at, tax in used:
        yield from _category(at, tax)
    for index, row in enumerate(invoice.taxes):
        yield from _category(("taxes", index), row)
        yield from _reason(("taxes", index), row)
    yield from _breakdown(invoice, [tax for _, tax in used])
    names = dict.fromkeys(tax.category for _, tax in used if tax.category in CATEGORIES)
    for name in names:
        assert name is not None
        yield from _parties(invoice, name, CATEGORIES[name])
    if "K" in names:
        yield from _delivery(invoice)
    yield from _prefixes(invoice)


def _used(invoice: Invoice) -> Iterator[tuple[Spot, Tax]]:
    for index, line in enumerate(invoice.lines):
        if line.tax is not None:
            yield ("lines", index, "tax"), line.tax
    for index, one in enumerate(invoice.allowances):
        if one.tax is not None:
            yield ("allowances", index, "tax"), one.tax


def _category(at: Spot, tax: Tax | TaxSubtotal) -> Iterator[Problem]:
    if tax.category is None:
        return
    known = CATEGORIES.get(tax.category)
    if known is None:
        path = canonical_path((*at, "category"))
        yield problem("V575", Place(path=path), field=path, value=tax.category)
        return
    demand = {
        "positive": (tax.rate is not None and tax.rate > 0, "has a rate above 0"),
        "zero": (tax.rate is not None and tax.rate == 0, "has the rate 0"),
        "absent": (tax.rate is None, "has no rate"),
        "any": (tax.rate is not None and tax.rate >= 0, "has a rate of 0 or more"),
    }
    right, words = demand[known.rate]
    if not right:
        path = canonical_path((*at, "rate"))
        value = "absent" if tax.rate is None else plain(tax.rate)
        yield problem(
            "V564", Place(path=path), field=path, value=value, category=tax.category, demand=words
        )


def _reason(at: Spot, row: TaxSubtotal) -> Iterator[Problem]:
    known = CATEGORIES.get(row.category or "")
    if known is None:
        return
    given = row.exemption is not None or row.exemption_code is not None
    if given != known.reason:
        path = canonical_path((*at, "exemption"))
        yield problem(
            "V563", Place(path=path), field=path, category=row.category,
            wrong="is given" if given else "is absent",
            demand="has a reason" if known.reason else "has none",
        )  # fmt: skip


def _breakdown(invoice: Invoice, used: list[Tax]) -> Iterator[Problem]:
    wanted = {_key(tax) for tax in used if tax.category in CATEGORIES}
    rows = Counter(_key(row) for row in invoice.taxes if row.category in CATEGORIES)
    findings = [("has no row", key) for key in sorted(wanted - set(rows))]
    findings += [("has several rows", key) for key, count in rows.items() if count > 1]
    if any(category == "O" for category, _ in rows) and len(rows) > 1:
        findings += [("has other rows beside", key) for key in rows if key[0] == "O"]
    for wrong, (category, rate) in findings:
        yield problem(
            "V567", Place(path="taxes"), wrong=wrong, category=category, rate=rate or "none"
        )


def _key(tax: Tax | TaxSubtotal) -> tuple[str, str]:
    rate = "" if tax.rate is None else plain(tax.rate.normalize())
    return tax.category or "", rate


def _numbers(party: Party | None, names: tuple[str, ...]) -> bool:
    if party is None:
        return False
    return any(getattr(party, name, None) is not None for name in names)


def _parties(invoice: Invoice, category: str, demand: Category) -> Iterator[Problem]:
    representative = _numbers(invoice.tax_representative, ("vat_id",))
    if not demand.seller:
        for name in ("seller", "buyer"):
            if _numbers(getattr(invoice, name), ("vat_id",)):
                path = f"{name}.vat_id"
                yield problem(
                    "V565", Place(path=path), field=path, category=category, wrong="is given",
                    demand="is for parties outside the scope of VAT",
                )  # fmt: skip
        return
    if not _numbers(invoice.seller, demand.seller) and not representative:
        yield _lacks("seller.vat_id", category, "needs a tax number of the seller")
    if demand.buyer and not _numbers(invoice.buyer, demand.buyer):
        yield _lacks("buyer.vat_id", category, "needs a number of the buyer")


def _lacks(path: str, category: str, demand: str) -> Problem:
    return problem(
        "V565", Place(path=path), field=path, category=category, wrong="is absent", demand=demand
    )


def _delivery(invoice: Invoice) -> Iterator[Problem]:
    if invoice.ship_to is None or invoice.ship_to.country is None:
        path, demand = "ship_to.country", "says which one (BT-80)"
        yield problem("V566", Place(path=path), field=path, demand=demand)
    delivered = invoice.delivery is not None and invoice.delivery.on is not None
    if not delivered and invoice.period is None:
        path, demand = "delivery.on", "says when (BT-72 or BG-14)"
        yield problem("V566", Place(path=path), field=path, demand=demand)


def _prefixes(invoice: Invoice) -> Iterator[Problem]:
    for name in ("seller", "buyer", "tax_representative"):
        party = getattr(invoice, name)
        if party is not None and party.vat_id and not _PREFIXED.fullmatch(party.vat_id):
            path = f"{name}.vat_id"
            yield problem("V568", Place(path=path), field=path, value=party.vat_id)
