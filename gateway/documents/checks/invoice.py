"""Checks of every invoice: sums, the VAT breakdown, accounts, days, attached files.

What EN 16931 asks beyond this is in :mod:`gateway.documents.checks.en16931`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from gateway.documents.account import is_iban_shaped
from gateway.documents.base import canonical_path
from gateway.documents.checks.iban import iban_problem
from gateway.documents.checks.sums import CENT, NOTHING, differs, line_amounts
from gateway.documents.common import Tax
from gateway.documents.invoice import Invoice, TaxSubtotal
from gateway.problems import Place, Problem, problem

_CREDITS = ("credit_note", "corrected")


def check_invoice(invoice: Invoice, tolerance: Decimal) -> Iterator[Problem]:
    """All findings of an invoice."""
    yield from line_amounts(invoice.lines, tolerance)
    yield from _invoice_totals(invoice, tolerance)
    yield from _tax_breakdown(invoice, tolerance)
    yield from _taxable_amounts(invoice, tolerance)
    yield from _schemes(invoice)
    yield from _accounts(invoice)
    yield from _days(invoice)
    yield from _attachments(invoice)
    if invoice.kind in _CREDITS and invoice.preceding_invoice is None:
        path = "preceding_invoice"
        yield problem("V554", Place(path=path), field=path, kind=invoice.kind)


def _invoice_totals(invoice: Invoice, tolerance: Decimal) -> Iterator[Problem]:
    totals = invoice.totals
    if totals is None:
        return
    if invoice.lines and all(line.amount is not None for line in invoice.lines):
        lines = sum((line.amount or NOTHING for line in invoice.lines), NOTHING)
        yield from differs("totals.lines", totals.lines, lines, "sum of lines.amount", tolerance)
    for kind, stated in (("allowance", totals.allowances), ("charge", totals.charges)):
        amounts = [one.amount for one in invoice.allowances if one.kind == kind]
        if all(amount is not None for amount in amounts):
            total = sum((amount or NOTHING for amount in amounts), NOTHING)
            formula = f"sum of the {kind}s"
            yield from differs(f"totals.{kind}s", stated, total, formula, tolerance)
    if totals.lines is not None:
        allowances = _stated(totals.allowances, invoice, "allowance")
        net = totals.lines - allowances + _stated(totals.charges, invoice, "charge")
        formula = "lines − allowances + charges"
        yield from differs("totals.net", totals.net, net, formula, tolerance)
    if totals.net is not None and totals.tax is not None:
        gross = totals.net + totals.tax
        yield from differs("totals.gross", totals.gross, gross, "net + tax", tolerance)
    if totals.gross is not None:
        payable = totals.gross - (totals.prepaid or 0) + (totals.rounding or 0)
        formula = "gross − prepaid + rounding"
        yield from differs("totals.payable", totals.payable, payable, formula, tolerance)


def _stated(total: Decimal | None, invoice: Invoice, kind: str) -> Decimal:
    """The total of the allowances or charges; X12 has none, there it is their sum."""
    if total is not None:
        return total
    return sum((one.amount or NOTHING for one in invoice.allowances if one.kind == kind), NOTHING)


def _tax_breakdown(invoice: Invoice, tolerance: Decimal) -> Iterator[Problem]:
    amounts: list[Decimal] = []
    for index, tax in enumerate(invoice.taxes):
        if tax.amount is not None:
            amounts.append(tax.amount)
        if tax.base is not None and tax.rate is not None:
            computed = (tax.base * tax.rate / 100).quantize(CENT, ROUND_HALF_UP)
            path = canonical_path(("taxes", index, "amount"))
            yield from differs(path, tax.amount, computed, "base × rate ÷ 100", tolerance, "V542")
    if invoice.totals is not None and amounts and len(amounts) == len(invoice.taxes):
        total = sum(amounts, NOTHING)
        yield from differs(
            "totals.tax", invoice.totals.tax, total, "sum of taxes.amount", tolerance, "V542"
        )


def _taxable_amounts(invoice: Invoice, tolerance: Decimal) -> Iterator[Problem]:
    """BT-116 = Σ BT-131 + Σ BT-99 − Σ BT-92, for each category and rate.

    Only where each line, allowance and charge says its amount and its tax (what is not said could
    belong to any row), and where no duty is part of what is taxed.
    """
    if any(line.duties for line in invoice.lines):
        return
    parts: list[tuple[Tax | None, Decimal | None]] = [
        (one.tax, one.amount) for one in invoice.lines
    ]
    parts += [
        (one.tax, one.amount if one.amount is None or one.kind == "charge" else -one.amount)
        for one in invoice.allowances
    ]
    sums: defaultdict[tuple[str, Decimal], Decimal] = defaultdict(Decimal)
    for tax, amount in parts:
        if tax is None or tax.kind != "vat" or amount is None:
            return
        sums[_rate(tax)] += amount
    rows = [(at, one) for at, one in enumerate(invoice.taxes) if one.kind == "vat"]
    if {_rate(one) for _, one in rows} != set(sums) or len(rows) != len(sums):
        return
    for index, row in rows:
        path = canonical_path(("taxes", index, "base"))
        formula = "the sum of the lines and charges less the allowances of this rate"
        yield from differs(path, row.base, sums[_rate(row)], formula, tolerance, "V550")


def _rate(tax: Tax | TaxSubtotal) -> tuple[str, Decimal]:
    return tax.category or "", tax.rate or NOTHING


def _schemes(invoice: Invoice) -> Iterator[Problem]:
    taxes: list[tuple[tuple[int | str, ...], Tax | TaxSubtotal | None]] = [
        *((("lines", at, "tax"), one.tax) for at, one in enumerate(invoice.lines)),
        *((("allowances", at, "tax"), one.tax) for at, one in enumerate(invoice.allowances)),
        *((("taxes", at), one) for at, one in enumerate(invoice.taxes)),
    ]
    for at, tax in taxes:
        if tax is not None and tax.scheme is not None and tax.country is None:
            path = canonical_path((*at, "country"))
            yield problem("V556", Place(path=path), field=path, scheme=tax.scheme)


def _accounts(invoice: Invoice) -> Iterator[Problem]:
    payment = invoice.payment
    if payment is None:
        return
    means = [("payment", payment.account, payment.debit)]
    for index, one in enumerate(payment.further):
        means.append((canonical_path(("payment", "further", index)), one.account, one.debit))
    for path, account, debit in means:
        if account is not None and account.iban is not None:
            yield from iban_problem(f"{path}.account.iban", account.iban)
        if debit is not None and debit.account is not None and is_iban_shaped(debit.account):
            yield from iban_problem(f"{path}.debit.account", debit.account)


def _days(invoice: Invoice) -> Iterator[Problem]:
    periods = [("period", invoice.period)]
    periods += [
        (canonical_path(("lines", index, "period")), line.period)
        for index, line in enumerate(invoice.lines)
    ]
    for path, period in periods:
        if period is not None and period.start and period.end and period.end < period.start:
            start, end = period.start.isoformat(), period.end.isoformat()
            yield problem("V552", Place(path=path), field=path, start=start, end=end)
    due = invoice.payment.due if invoice.payment is not None else None
    if due is not None and due < invoice.issued:
        path, issued = "payment.due", invoice.issued.isoformat()
        yield problem("V553", Place(path=path), field=path, value=due.isoformat(), issued=issued)


def _attachments(invoice: Invoice) -> Iterator[Problem]:
    for index, one in enumerate(invoice.attachments):
        if one.content is not None and one.data() is None:
            path = canonical_path(("attachments", index, "content"))
            name = one.filename or one.number or ""
            yield problem("V555", Place(path=path), field=path, name=name)
