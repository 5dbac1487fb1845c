"""Tax of an order or refund rate by rate, as an invoice tells it (EN 16931 BG-23).

Shops compute tax line by line; an invoice computes it once for each category and rate: BT-117 =
round(BT-116 × BT-119 ÷ 100). What that adds or takes is explicit rounding (BT-114), so that the
payable amount is what was paid.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from gateway.documents.common import AllowanceCharge, Tax
from gateway.documents.invoice import TaxSubtotal
from gateway.documents.order import Order, OrderLine
from gateway.documents.refund import Refund, RefundedLine
from gateway.documents.shop.money import NOTHING, exact, smallest

_Key = tuple[str, Decimal | None, str, str]


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The rows of BG-23, and what is left over."""

    rows: tuple[TaxSubtotal, ...]
    """``amount``: BT-117, computed."""
    stated: tuple[TaxSubtotal, ...]
    """The same rows; ``amount``: what the shop's lines say."""
    rounding: Decimal
    """BT-114: the total less bases and computed taxes."""


@exact
def breakdown(document: Order | Refund) -> Breakdown:
    """Tax by category, rate and country. A rate that nobody told keeps the stated tax."""
    bases: dict[_Key, Decimal] = {}
    taxes: dict[_Key, Decimal] = {}
    for tax, net in _parts(document.lines, document.allowances):
        key = (tax.category or "", tax.rate, tax.country or "", tax.scheme or "")
        bases[key] = bases.get(key, NOTHING) + net
        taxes[key] = taxes.get(key, NOTHING) + (tax.amount or NOTHING)
    unit = smallest(document.currency or "EUR")
    stated = tuple(_row(key, base, taxes[key]) for key, base in bases.items())
    rows = tuple(_row(key, base, _tax(key[1], base, taxes[key], unit))
                 for key, base in bases.items())  # fmt: skip
    whole = document.totals.amount if document.totals is not None else None
    computed = sum((one.amount or NOTHING for one in rows), sum(bases.values(), NOTHING))
    return Breakdown(rows, stated, NOTHING if whole is None else whole - computed)


def _parts(
    lines: Sequence[OrderLine] | Sequence[RefundedLine], charges: Sequence[AllowanceCharge]
) -> Iterator[tuple[Tax, Decimal]]:
    """Each tax with the net amount it is of; several taxes of one line are one, as in ``tax``."""
    for line in lines:
        if line.amount is not None:
            yield line.tax or Tax(), line.amount
    for charge in charges:
        if charge.amount is None:
            continue
        sign = 1 if charge.kind == "charge" else -1
        tax = charge.tax or Tax()
        signed = None if tax.amount is None else tax.amount * sign
        yield tax.model_copy(update={"amount": signed}), charge.amount * sign


def _tax(rate: Decimal | None, base: Decimal, stated: Decimal, unit: Decimal) -> Decimal:
    if rate is None:
        return stated
    return (base * rate / 100).quantize(unit, ROUND_HALF_UP)


def _row(key: _Key, base: Decimal, amount: Decimal) -> TaxSubtotal:
    category, rate, country, scheme = key
    named = {"category": category, "rate": rate, "country": country, "scheme": scheme}
    told: dict[str, Any] = {name: value or None for name, value in named.items()} | {"rate": rate}
    # not checked again: a sum may have a digit more than what it is of
    return TaxSubtotal.model_construct(**told, base=base, amount=amount)
