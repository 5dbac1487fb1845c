"""Checks of receiving advices: lines, days, and what was received of what was sent."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from gateway.documents.base import canonical_path
from gateway.documents.checks.lines import negative
from gateway.documents.checks.sums import NOTHING
from gateway.documents.receipt import ReceiptAdvice, ReceivedItem
from gateway.problems import Place, Problem, problem

_MORE = ("over", "not_advised")
_QUANTITIES = ("quantity", "quantity_despatched", "quantity_damaged", "quantity_refused")


def check_receipt(advice: ReceiptAdvice, tolerance: Decimal) -> Iterator[Problem]:
    """All findings of a receiving advice."""
    if advice.received is not None and advice.received > advice.issued:
        yield problem(
            "V581", Place(path="issued"), field="issued", value=advice.issued.isoformat(),
            other="received", day=advice.received.isoformat(),
        )  # fmt: skip
    for index, line in enumerate(advice.lines):
        for name in _QUANTITIES:
            path = canonical_path(("lines", index, name))
            yield from negative(path, getattr(line, name))
        yield from _received(index, line)


def _received(index: int, line: ReceivedItem) -> Iterator[Problem]:
    """V588: more accepted, damaged and refused than was sent and came beside it."""
    if line.quantity_despatched is None or line.quantity is None:
        return
    parts = (line.quantity, line.quantity_damaged, line.quantity_refused)
    received = sum((part or NOTHING for part in parts), NOTHING)
    over = sum((abs(one.quantity) for one in line.differences if one.kind in _MORE), NOTHING)
    if received > line.quantity_despatched + over:
        path = canonical_path(("lines", index, "quantity"))
        yield problem(
            "V588", Place(path=path), field=path, value=format(received, "f"),
            despatched=format(line.quantity_despatched, "f"), over=format(over, "f"),
        )  # fmt: skip
