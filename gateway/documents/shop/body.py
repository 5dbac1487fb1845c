"""What lines and charges of a shop come to: amounts are carried, never made."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from gateway.documents.shop.common import Amounts, LineTax
from gateway.documents.shop.money import NOTHING, smallest
from gateway.documents.shop.taxes import Taxation
from gateway.problems import Problem

Fields = dict[str, Any]
_REASONS = {
    "shipping": "freight", "gift_wrap": "packing", "fee": "service", "duty": "customs",
    "deposit": "deposit", "eco_contribution": "eco_contribution",
}  # fmt: skip
"""Kind of a charge of a shop → word of the list ``allowance_reason``."""
_FINEST_PRICE = Decimal("0.0001")
_EACH = (Decimal("0.01"), Decimal("0.001"), Decimal("0.0001"), Decimal("0.00001"))


@dataclass
class Body:
    """Lines and charges, and what they come to."""

    currency: str
    lines: list[Fields] = field(default_factory=list)
    charges: list[Fields] = field(default_factory=list)
    net: Decimal = NOTHING
    tax: Decimal = NOTHING
    collected: Decimal = NOTHING
    """Tax that a marketplace collects."""
    cancelled: Decimal = NOTHING
    """What is cancelled of the lines, with tax."""
    found: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a line: not cancelled."""

    quantity: Decimal
    amounts: Amounts
    taxes: tuple[LineTax, ...]


def priced(left: Left, taxation: Taxation, path: str, made: Body) -> Fields:
    """Net, tax and gross of a line, and a price that says the same."""
    net, tax = left.amounts.net, left.amounts.tax
    theirs = taxation.collected(left.amounts, left.taxes)
    made.net += net
    made.tax += tax - theirs
    made.collected += theirs
    return {
        "amount": net,
        "gross_amount": net + tax - theirs,
        **price(net, left.quantity, made.currency),
        **taxation.fields(left.amounts, left.taxes, path, made.found),
    }


def add_charge(
    kind: str, name: str | None, left: Left, taxation: Taxation, path: str, made: Body
) -> None:
    """A charge, or an allowance where its amount is below 0; nothing for one of 0."""
    if not left.amounts.net and not left.amounts.tax:
        return
    theirs = taxation.collected(left.amounts, left.taxes)
    taxes = taxation.fields(left.amounts, left.taxes, path, made.found)
    sign = -1 if left.amounts.net < 0 else 1
    made.tax += left.amounts.tax - theirs
    made.collected += theirs
    made.charges.append(
        {
            "kind": "charge" if sign > 0 else "allowance",
            "reason_code": _REASONS.get(kind, "other"),
            "reason": name or kind.replace("_", " "),
            "amount": left.amounts.net * sign,
            "tax": _signed(taxes.get("tax", {}), sign),
        }
    )


def price(amount: Decimal, quantity: Decimal, currency: str) -> Fields:
    """A price that times the quantity is exactly the amount.

    With at most four decimals, else that of all units together; then ``price_each`` is that of
    one, whose product with the quantity rounds to the amount, where there is one.
    """
    if quantity <= 0:
        return {}
    each = (amount / quantity).quantize(_FINEST_PRICE)
    if each * quantity == amount:
        return {"price": _short(each)}
    return {"price": amount, "price_basis": quantity, **_each(amount, quantity, currency)}


def _each(amount: Decimal, quantity: Decimal, currency: str) -> Fields:
    for step in _EACH:
        rounded = (amount / quantity).quantize(step, ROUND_HALF_UP)
        if (rounded * quantity).quantize(smallest(currency), ROUND_HALF_UP) == amount:
            return {"price_each": rounded}
    return {}


def _short(value: Decimal) -> Decimal:
    """Without the last zeros behind the second decimal: 8.3300 → 8.33, 8.0000 → 8.00."""
    cent = value.quantize(Decimal("0.01"))
    return cent if cent == value else value.normalize()


def _signed(tax: Fields, sign: int) -> Fields:
    """The tax of an allowance is told like its amount: positive."""
    return {
        name: value * sign if name in ("amount", "base") else value for name, value in tax.items()
    }
