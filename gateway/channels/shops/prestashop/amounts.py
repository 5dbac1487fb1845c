"""Amounts of PrestaShop, and discounts of whole orders spread over their lines.

The webservice tells six digits behind the mark; line amounts are before vouchers, which the order
tells in one sum without and with tax. Spreading it in proportion, cent by cent, both sums stay
what the shop says, and no rate is made up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from typing import Literal

from gateway.channels.shops.fields import Fields
from gateway.documents.shop import Amounts, Discount

CENT = Decimal("0.01")
FINEST = Decimal("0.000001")
NOTHING = Decimal(0)


def plain(value: Decimal) -> Decimal:
    """The same amount without the zeros that say nothing: ``16.670000`` is ``16.67``."""
    cents = value.quantize(CENT)
    return cents if cents == value else value.normalize()


def needed(entry: Fields, name: str) -> Decimal:
    """An amount that has to be there (W231); zero where it is not."""
    before = len(entry.found)
    amount = entry.number(name)
    if amount is None and len(entry.found) == before:
        entry.say("W231", name, expected="an amount")
    return plain(NOTHING if amount is None else amount)


def pair(net: Decimal, gross: Decimal) -> Amounts:
    """What the shop tells without and with tax; the tax is the difference."""
    return Amounts(net=plain(net), tax=plain(gross - net), gross=plain(gross))


def amounts_of(entry: Fields, net: str, gross: str) -> Amounts:
    """The same of two fields."""
    return pair(needed(entry, net), needed(entry, gross))


@dataclass(slots=True)
class Share:
    """A line or charge, and what vouchers take off it."""

    amounts: Amounts
    """Before."""
    kind: Literal["line", "shipping", "wrapping"] = "line"
    product: str = ""
    attribute: str = ""
    off: list[Discount] = field(default_factory=list)

    @property
    def after(self) -> Amounts:
        """What the shop charges for it."""
        net = sum((one.net or NOTHING for one in self.off), NOTHING)
        gross = sum((one.gross or NOTHING for one in self.off), NOTHING)
        return pair(self.amounts.net - net, self.amounts.gross - gross)

    def take(self, discount: Discount, net: Decimal, gross: Decimal) -> None:
        """A part of a discount."""
        if net or gross:
            part = discount.model_copy(update={"net": plain(net), "gross": plain(gross)})
            self.off.append(part)


def spread(value: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """A sum in proportion to weights, by largest remainder; the parts are the sum exactly."""
    whole = sum(weights, NOTHING)
    if not whole:
        return [value, *[NOTHING] * (len(weights) - 1)] if weights else []
    unit = CENT if value == value.quantize(CENT) else FINEST
    exact = [value * weight / whole for weight in weights]
    parts = [one.quantize(unit, ROUND_DOWN) for one in exact]
    left = int(((value - sum(parts, NOTHING)) / unit).to_integral_value())
    step = unit if left >= 0 else -unit
    order = sorted(range(len(parts)), key=lambda at: abs(exact[at] - parts[at]), reverse=True)
    for at in (order * (abs(left) // len(order) + 1))[: abs(left)]:
        parts[at] += step
    rest = value - sum(parts, NOTHING)
    parts[order[0]] += rest
    return parts


def take_off(discount: Discount, shares: Sequence[Share]) -> None:
    """Spread a discount over some lines and charges."""
    if not shares:
        return
    nets = spread(discount.net or NOTHING, [one.amounts.net for one in shares])
    grosses = spread(discount.gross or NOTHING, [one.amounts.gross for one in shares])
    for share, net, gross in zip(shares, nets, grosses, strict=True):
        share.take(discount, net, gross)
