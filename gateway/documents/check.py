"""Checks of a document that need no partner: check digits, sums, the pack tree.

A check compares only what is there: an absent total is not wrong. Amounts may differ by a
tolerance (in units of the currency); it counts once per sum, and once per line where lines are
rounded one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

from pydantic import BaseModel

from gateway.documents.base import Document, plain
from gateway.documents.build import canonical_path
from gateway.documents.common import AllowanceCharge
from gateway.documents.despatch import DespatchAdvice, Package
from gateway.documents.invoice import Invoice, InvoiceLine
from gateway.documents.order import Order, OrderLine
from gateway.problems import Place, Problem, problem

_IDENTIFIERS = {
    "gln": ("V530", "GLN", (13,)),
    "gtin": ("V531", "GTIN", (8, 12, 13, 14)),
    "sscc": ("V532", "SSCC", (18,)),
}
"""Field → problem, name and lengths of a GS1 identifier."""
_CENT = Decimal("0.01")
_NOTHING = Decimal(0)
_ISO = {"currency": ("V533", 3), "tax_currency": ("V533", 3), "country": ("V534", 2)}


def check_digit(digits: str) -> bool:
    """Whether the last digit is right (GS1 modulo 10: weights 3 and 1 from the right)."""
    weighted = (int(sign) * (3 if at % 2 else 1) for at, sign in enumerate(reversed(digits)))
    return sum(weighted) % 10 == 0


def check(document: Document, tolerance: Decimal = Decimal("0.02")) -> list[Problem]:
    """All findings of a document, V530-V549."""
    found = list(_identifiers(document, ()))
    if isinstance(document, Invoice):
        found += _lines(document.lines, tolerance)
        found += _invoice_totals(document, tolerance)
        found += _tax_breakdown(document, tolerance)
    elif isinstance(document, Order):
        found += _lines(document.lines, tolerance)
        found += _order_totals(document, tolerance)
        found += _schedules(document.lines)
    elif isinstance(document, DespatchAdvice):
        found += _packages(document)
    return found


def _identifiers(model: BaseModel, at: tuple[int | str, ...]) -> Iterator[Problem]:
    for name, value in model:
        here = (*at, name)
        if isinstance(value, BaseModel):
            yield from _identifiers(value, here)
        elif isinstance(value, tuple):
            for index, item in enumerate(value):
                if isinstance(item, BaseModel):
                    yield from _identifiers(item, (*here, index))
        elif isinstance(value, str) and name in _IDENTIFIERS:
            code, title, lengths = _IDENTIFIERS[name]
            digits = value.isascii() and value.isdigit()
            if not (digits and len(value) in lengths and check_digit(value)):
                yield _wrong_identifier(code, title, lengths, value, canonical_path(here))
        elif isinstance(value, str) and name in _ISO:
            code, length = _ISO[name]
            if len(value) != length or not (
                value.isascii() and value.isalpha() and value.isupper()
            ):
                place = Place(path=canonical_path(here))
                yield problem(code, place, field=place.path, value=value)


def _wrong_identifier(
    code: str, title: str, lengths: tuple[int, ...], value: str, path: str
) -> Problem:
    if not (value.isascii() and value.isdigit()) or len(value) not in lengths:
        reason = f"it has not {' or '.join(map(str, lengths))} digits"
    else:
        right = next(one for one in "0123456789" if check_digit(value[:-1] + one))
        reason = f"its check digit would be {right}"
    return problem(code, Place(path=path), field=path, value=value, name=title, reason=reason)


def _differs(
    path: str, stated: Decimal | None, computed: Decimal, formula: str, tolerance: Decimal,
    code: str = "V540",
) -> Iterator[Problem]:  # fmt: skip
    if stated is not None and abs(stated - computed) > tolerance:
        yield problem(
            code, Place(path=path), field=path, value=plain(stated), computed=plain(computed),
            formula=formula, tolerance=plain(tolerance),
        )  # fmt: skip


def _net(allowances: Iterable[AllowanceCharge]) -> Decimal:
    """Charges less allowances."""
    signed = ((one.amount or _NOTHING) * (1 if one.kind == "charge" else -1) for one in allowances)
    return sum(signed, _NOTHING)


def _lines(lines: Iterable[OrderLine | InvoiceLine], tolerance: Decimal) -> Iterator[Problem]:
    for index, line in enumerate(lines):
        if line.price is None or line.amount is None or line.price_basis == 0:
            continue
        value = line.quantity * line.price / (line.price_basis or 1)
        path = canonical_path(("lines", index, "amount"))
        stated = line.amount
        after = value + _net(line.allowances)
        if abs(stated - value) <= tolerance:
            continue  # the price may be the one after allowances
        formula = "quantity × price ÷ price_basis + charges − allowances"
        yield from _differs(path, stated, after.quantize(_CENT), formula, tolerance, "V541")


def _invoice_totals(invoice: Invoice, tolerance: Decimal) -> Iterator[Problem]:
    totals = invoice.totals
    if totals is None:
        return
    if invoice.lines and all(line.amount is not None for line in invoice.lines):
        lines = sum((line.amount or _NOTHING for line in invoice.lines), _NOTHING)
        yield from _differs("totals.lines", totals.lines, lines, "sum of lines.amount", tolerance)
    for kind, stated in (("allowance", totals.allowances), ("charge", totals.charges)):
        amounts = [one.amount for one in invoice.allowances if one.kind == kind]
        if all(amount is not None for amount in amounts):
            total = sum((amount or _NOTHING for amount in amounts), _NOTHING)
            formula = f"sum of the {kind}s"
            yield from _differs(f"totals.{kind}s", stated, total, formula, tolerance)
    if totals.lines is not None:
        net = totals.lines - (totals.allowances or 0) + (totals.charges or 0)
        formula = "lines − allowances + charges"
        yield from _differs("totals.net", totals.net, net, formula, tolerance)
    if totals.net is not None and totals.tax is not None:
        gross = totals.net + totals.tax
        yield from _differs("totals.gross", totals.gross, gross, "net + tax", tolerance)
    if totals.gross is not None:
        payable = totals.gross - (totals.prepaid or 0) + (totals.rounding or 0)
        formula = "gross − prepaid + rounding"
        yield from _differs("totals.payable", totals.payable, payable, formula, tolerance)


def _tax_breakdown(invoice: Invoice, tolerance: Decimal) -> Iterator[Problem]:
    amounts: list[Decimal] = []
    for index, tax in enumerate(invoice.taxes):
        if tax.amount is not None:
            amounts.append(tax.amount)
        if tax.base is not None and tax.rate is not None:
            computed = (tax.base * tax.rate / 100).quantize(_CENT)
            path = canonical_path(("taxes", index, "amount"))
            yield from _differs(path, tax.amount, computed, "base × rate ÷ 100", tolerance, "V542")
    if invoice.totals is not None and amounts and len(amounts) == len(invoice.taxes):
        total = sum(amounts, _NOTHING)
        yield from _differs(
            "totals.tax", invoice.totals.tax, total, "sum of taxes.amount", tolerance, "V542"
        )


def _order_totals(order: Order, tolerance: Decimal) -> Iterator[Problem]:
    if order.totals is None or any(line.amount is None for line in order.lines):
        return
    lines = sum((line.amount or _NOTHING for line in order.lines), _NOTHING)
    formula = "sum of lines.amount"
    yield from _differs("totals.lines", order.totals.lines, lines, formula, tolerance)


def _schedules(lines: Iterable[OrderLine]) -> Iterator[Problem]:
    """The parts of a line's quantity must add up to it."""
    for index, line in enumerate(lines):
        for name, parts in (("schedule", line.schedule), ("splits", line.splits)):
            total = sum((part.quantity for part in parts), _NOTHING)
            if parts and total != line.quantity:
                path = canonical_path(("lines", index, name))
                yield problem(
                    "V543", Place(path=path), field=path, value=plain(total),
                    quantity=plain(line.quantity),
                )  # fmt: skip


def _packages(advice: DespatchAdvice) -> Iterator[Problem]:
    seen: defaultdict[str, list[str]] = defaultdict(list)
    for at, package in _walk(advice.packages, ("packages",)):
        if package.sscc:
            seen[package.sscc].append(canonical_path((*at, "sscc")))
        for index, item in enumerate(package.items):
            if item.quantity <= 0:
                path = canonical_path((*at, "items", index, "quantity"))
                yield problem("V545", Place(path=path), field=path, value=plain(item.quantity))
    for sscc, paths in seen.items():
        for path in paths[1:]:
            yield problem("V544", Place(path=path), field=path, value=sscc, first=paths[0])


def _walk(
    packages: tuple[Package, ...], at: tuple[int | str, ...]
) -> Iterator[tuple[tuple[int | str, ...], Package]]:
    for index, package in enumerate(packages):
        here = (*at, index)
        yield here, package
        yield from _walk(package.packages, (*here, "packages"))
