"""Checks of orders and order changes: lines, days, totals, parts that add up to their line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from gateway.documents.base import canonical_path, plain
from gateway.documents.checks.lines import (
    before_issue,
    doubled_numbers,
    negative,
    not_positive,
    unnamed_articles,
)
from gateway.documents.checks.sums import NOTHING, differs, line_amounts
from gateway.documents.order import Order, OrderLine, OrderTotals
from gateway.documents.orderchange import ChangedLine, OrderChange
from gateway.problems import Place, Problem, problem


def check_order(order: Order, tolerance: Decimal) -> Iterator[Problem]:
    """All findings of an order."""
    yield from before_issue("delivery", order.delivery, order.issued)
    yield from _lines(order.lines, order, tolerance)
    for index, line in enumerate(order.lines):
        yield from not_positive(canonical_path(("lines", index, "quantity")), line.quantity)
    yield from order_totals(order.totals, order.lines, tolerance)


def check_orderchange(change: OrderChange, tolerance: Decimal) -> Iterator[Problem]:
    """All findings of an order change; it may set a quantity to nothing."""
    yield from before_issue("delivery", change.delivery, change.issued)
    yield from _lines(change.lines, change, tolerance)
    for index, line in enumerate(change.lines):
        yield from negative(canonical_path(("lines", index, "quantity")), line.quantity)
        yield from _difference(index, line)


def _lines(
    lines: Sequence[OrderLine], head: Order | OrderChange, tolerance: Decimal
) -> Iterator[Problem]:
    yield from doubled_numbers(lines)
    yield from unnamed_articles(lines)
    yield from line_amounts(lines, tolerance)
    yield from _schedules(lines)
    for index, line in enumerate(lines):
        path = canonical_path(("lines", index, "delivery"))
        yield from before_issue(path, line.delivery, head.issued)


def order_totals(
    totals: OrderTotals | None, lines: Sequence[object], tolerance: Decimal
) -> Iterator[Problem]:
    """V540: the sum of the lines, and the whole where all of it is told."""
    if totals is None:
        return
    amounts = [getattr(line, "amount", None) for line in lines]
    if lines and all(amount is not None for amount in amounts):
        computed = sum((amount or NOTHING for amount in amounts), NOTHING)
        yield from differs("totals.lines", totals.lines, computed, "sum of lines.amount", tolerance)
    if totals.lines is not None and totals.tax is not None:
        whole = totals.lines - (totals.allowances or 0) + (totals.charges or 0) + totals.tax
        whole += totals.rounding or 0
        formula = "lines − allowances + charges + tax + rounding"
        yield from differs("totals.amount", totals.amount, whole, formula, tolerance)


def _difference(index: int, line: ChangedLine) -> Iterator[Problem]:
    """V585: the quantity before, what is added or taken, and the quantity from now on."""
    if line.quantity_before is None or line.quantity_difference is None:
        return
    computed = line.quantity_before + line.quantity_difference
    path = canonical_path(("lines", index, "quantity"))
    formula = "quantity_before + quantity_difference"
    yield from differs(path, line.quantity, computed, formula, NOTHING, "V585")


def _schedules(lines: Iterable[OrderLine]) -> Iterator[Problem]:
    """The parts of a line's quantity must add up to it."""
    for index, line in enumerate(lines):
        for name, parts in (("schedule", line.schedule), ("splits", line.splits)):
            total = sum((part.quantity for part in parts), NOTHING)
            if parts and total != line.quantity:
                path = canonical_path(("lines", index, name))
                yield problem(
                    "V543", Place(path=path), field=path, value=plain(total),
                    quantity=plain(line.quantity),
                )  # fmt: skip
