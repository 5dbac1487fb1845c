"""Checks of refunds: their order, lines and sums."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from gateway.documents.base import canonical_path
from gateway.documents.checks.lines import doubled_numbers, not_positive, unnamed_articles
from gateway.documents.checks.order import order_totals
from gateway.documents.checks.sums import NOTHING, differs
from gateway.documents.refund import Refund
from gateway.problems import Problem


def check_refund(refund: Refund, tolerance: Decimal) -> Iterator[Problem]:
    """All findings of a refund."""
    yield from doubled_numbers(refund.lines)
    yield from unnamed_articles(refund.lines)
    for index, line in enumerate(refund.lines):
        yield from not_positive(canonical_path(("lines", index, "quantity")), line.quantity)
    yield from order_totals(refund.totals, refund.lines, tolerance)
    amounts = [one.amount for one in refund.taxes]
    if refund.totals is not None and amounts and None not in amounts:
        total = sum((one or NOTHING for one in amounts), NOTHING)
        formula = "sum of taxes.amount"
        yield from differs("totals.tax", refund.totals.tax, total, formula, tolerance, "V542")
