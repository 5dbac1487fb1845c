"""Checks of remittance advices: what each document asked for, what is paid, and the sum."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from gateway.documents.base import canonical_path
from gateway.documents.checks.sums import NOTHING, differs
from gateway.documents.remittance import RemittanceAdvice, SettledDocument
from gateway.problems import Problem

_TAKEN_OFF = ("credit_note", "credit_note_financial")


def check_remittance(advice: RemittanceAdvice, tolerance: Decimal) -> Iterator[Problem]:
    """All findings of a remittance advice."""
    for index, document in enumerate(advice.documents):
        yield from _document(index, document, tolerance)
    paid = [_signed(document) for document in advice.documents]
    if paid and all(one is not None for one in paid):
        total = sum((one or NOTHING for one in paid), NOTHING)
        formula = "sum of documents.paid, credit notes taken off"
        yield from differs("amount", advice.amount, total, formula, tolerance, "V589")
    if advice.totals is not None:
        for name, computed, formula in _sums(advice):
            stated = getattr(advice.totals, name)
            yield from differs(f"totals.{name}", stated, computed, formula, tolerance, "V589")


def _signed(document: SettledDocument) -> Decimal | None:
    if document.paid is None or document.kind not in _TAKEN_OFF:
        return document.paid
    return -abs(document.paid)


def _adjusted(document: SettledDocument) -> Decimal:
    return sum((one.amount or NOTHING for one in document.adjustments), NOTHING)


def _sums(advice: RemittanceAdvice) -> Iterator[tuple[str, Decimal, str]]:
    """Totals whose parts all documents tell: name, sum and how it was made."""
    if any(one.kind in _TAKEN_OFF for one in advice.documents):
        return  # partners differ in how a total counts them
    for name, parts in (
        ("discount", [one.discount for one in advice.documents]),
        ("invoiced", [one.amount for one in advice.documents]),
    ):
        if parts and all(part is not None for part in parts):
            total = sum((part or NOTHING for part in parts), NOTHING)
            yield name, total, f"sum of documents.{'amount' if name == 'invoiced' else name}"
    if any(one.adjustments for one in advice.documents):
        total = sum((_adjusted(one) for one in advice.documents), NOTHING)
        yield "adjustments", total, "sum of documents.adjustments.amount"


def _document(index: int, document: SettledDocument, tolerance: Decimal) -> Iterator[Problem]:
    """V590: amount − discount − adjustments = paid, where something was taken off at all."""
    asked = document.payable if document.payable is not None else document.amount
    told = document.discount is not None or bool(document.adjustments)
    if asked is None or not told:
        return
    computed = asked - (document.discount or NOTHING) - _adjusted(document)
    formula = f"{'payable' if document.payable is not None else 'amount'} − discount − adjustments"
    path = canonical_path(("documents", index, "paid"))
    yield from differs(path, document.paid, computed, formula, tolerance, "V590")
