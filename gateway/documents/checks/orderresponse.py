"""Checks of order responses: lines, days, totals, and whether a status fits its quantity."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from gateway.documents.base import canonical_path, plain
from gateway.documents.checks.lines import (
    before_issue,
    doubled_numbers,
    negative,
    unnamed_articles,
)
from gateway.documents.checks.order import order_totals
from gateway.documents.checks.sums import line_amounts
from gateway.documents.orderresponse import OrderResponse, OrderResponseLine
from gateway.problems import Place, Problem, problem


def check_orderresponse(response: OrderResponse, tolerance: Decimal) -> Iterator[Problem]:
    """All findings of an order response."""
    yield from before_issue("delivery", response.delivery, response.issued)
    yield from doubled_numbers(response.lines)
    yield from unnamed_articles(response.lines)
    yield from line_amounts(response.lines, tolerance)
    yield from order_totals(response.totals, response.lines, tolerance)
    for index, line in enumerate(response.lines):
        yield from negative(canonical_path(("lines", index, "quantity")), line.quantity)
        yield from _status(index, line)


def _status(index: int, line: OrderResponseLine) -> Iterator[Problem]:
    """V598: rejected with a quantity, or accepted with another one than ordered."""
    confirmed, ordered = line.quantity, line.quantity_ordered
    rejected = line.status == "rejected" and bool(confirmed)
    accepted = line.status == "accepted" and None not in (confirmed, ordered)
    if rejected or (accepted and confirmed != ordered):
        path = canonical_path(("lines", index, "status"))
        yield problem(
            "V598", Place(path=path), field=path, value=line.status,
            quantity="" if confirmed is None else plain(confirmed),
            ordered="of an unknown quantity" if ordered is None else plain(ordered),
        )  # fmt: skip
