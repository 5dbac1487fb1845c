"""Comparing stated with computed amounts: what the checks of all documents share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from gateway.documents.base import canonical_path, plain
from gateway.documents.common import AllowanceCharge
from gateway.problems import Place, Problem, problem

if TYPE_CHECKING:
    from gateway.documents.invoice import InvoiceLine
    from gateway.documents.order import OrderLine
    from gateway.documents.orderresponse import OrderResponseLine

CENT = Decimal("0.01")
NOTHING = Decimal(0)


def differs(
    path: str, stated: Decimal | None, computed: Decimal, formula: str, tolerance: Decimal,
    code: str = "V540",
) -> Iterator[Problem]:  # fmt: skip
    """V540 (or ``code``) where the stated amount is further from the computed one than allowed."""
    if stated is not None and abs(stated - computed) > tolerance:
        yield problem(
            code, Place(path=path), field=path, value=plain(stated), computed=plain(computed),
            formula=formula, tolerance=plain(tolerance),
        )  # fmt: skip


def net(allowances: Iterable[AllowanceCharge]) -> Decimal:
    """Charges less allowances."""
    signed = ((one.amount or NOTHING) * (1 if one.kind == "charge" else -1) for one in allowances)
    return sum(signed, NOTHING)


def line_amounts(
    lines: Iterable[OrderLine | OrderResponseLine | InvoiceLine], tolerance: Decimal
) -> Iterator[Problem]:
    """V541: amounts of lines that are not quantity × price."""
    for index, line in enumerate(lines):
        if line.price is None or line.amount is None or line.price_basis == 0:
            continue
        if line.quantity is None:
            continue
        value = line.quantity * line.price / (line.price_basis or 1)
        path = canonical_path(("lines", index, "amount"))
        stated = line.amount
        after = value + net(line.allowances)
        if abs(stated - value) <= tolerance:
            continue  # the price may be the one after allowances
        formula = "quantity × price ÷ price_basis + charges − allowances"
        yield from differs(path, stated, after.quantize(CENT), formula, tolerance, "V541")
