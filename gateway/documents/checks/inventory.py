"""Checks of inventory and sales reports."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from gateway.documents.base import canonical_path, plain
from gateway.documents.checks.lines import doubled_numbers, unnamed_articles
from gateway.documents.inventory import InventoryReport
from gateway.documents.sales import SalesReport
from gateway.problems import Place, Problem, problem

_MAY_BE_NEGATIVE = ("adjustment", "planned", "projected", "available")
"""What was counted less, or is to be missing."""


def check_inventory(report: InventoryReport, tolerance: Decimal) -> Iterator[Problem]:
    """All findings of an inventory report."""
    yield from unnamed_articles(report.lines)
    yield from doubled_numbers(report.lines)
    for index, line in enumerate(report.lines):
        for at, stock in enumerate(line.stocks):
            if stock.quantity < 0 and stock.kind not in _MAY_BE_NEGATIVE:
                path = canonical_path(("lines", index, "stocks", at, "quantity"))
                yield problem(
                    "V592", Place(path=path), field=path, value=plain(stock.quantity),
                    kind=stock.kind,
                )  # fmt: skip


def check_sales(report: SalesReport, tolerance: Decimal) -> Iterator[Problem]:
    """All findings of a sales report. Line numbers may start anew at every place."""
    yield from unnamed_articles(report.lines)
    if report.period is not None and report.period.start is not None:
        for index, line in enumerate(report.lines):
            if line.on is not None and line.on < report.period.start:
                path = canonical_path(("lines", index, "on"))
                yield problem(
                    "V581", Place(path=path), field=path, value=line.on.isoformat(),
                    other="period.start", day=report.period.start.isoformat(),
                )  # fmt: skip
