"""Quantities by unit, and prices for one unit. Nothing is ever converted."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from gateway.documents.base import plain

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Quantity:
    """So much of a unit; ``unit`` is ``None`` where nobody named one."""

    value: Decimal
    unit: str | None = None

    def __str__(self) -> str:
        """``10 piece``."""
        return f"{figure(self.value)} {self.unit or ''}".rstrip()


Quantities = tuple[Quantity, ...]
"""One per unit, sorted by unit. Empty: nothing was said, which is not nothing."""


@dataclass(frozen=True, slots=True)
class Price:
    """A net price for one unit."""

    value: Decimal
    currency: str | None = None
    unit: str | None = None
    """Only where the price is for another unit than the quantity."""

    def __str__(self) -> str:
        """``2.5 EUR``, ``2.5 EUR per kilogram``."""
        per = f"per {self.unit}" if self.unit else ""
        return " ".join(filter(None, (figure(self.value), self.currency, per)))

    def same_terms(self, other: Price) -> bool:
        """Whether two prices can be compared: one currency (or not said), one unit."""
        same = not self.currency or not other.currency or self.currency == other.currency
        return same and self.unit == other.unit


def figure(value: Decimal) -> str:
    """Plain digits without zeros that say nothing: ``10``, ``2.5``."""
    text = plain(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def written(quantities: Quantities) -> str:
    """``10 piece``, ``10 piece + 2 carton``; ``""`` where nothing was said."""
    said = [one for one in quantities if one.value] or quantities[:1]
    return " + ".join(str(one) for one in said)


def comparable(one: Quantities, other: Quantities) -> bool:
    """Whether both use the same units; what is nothing of a unit does not count."""
    mine, theirs = ({each.unit for each in side if each.value} for side in (one, other))
    return mine <= theirs or theirs <= mine


def more(one: Quantities, other: Quantities) -> bool:
    """Whether one is more than the other in any unit."""
    limits = {each.unit: each.value for each in other}
    return any(each.value > max(limits.get(each.unit, ZERO), ZERO) for each in one)


def less(one: Quantities, other: Quantities) -> Quantities:
    """One without the other, unit by unit."""
    taken = {each.unit: each.value for each in other}
    return tuple(Quantity(each.value - taken.get(each.unit, ZERO), each.unit) for each in one)


def some(one: Quantities) -> bool:
    """Whether it is more than nothing."""
    return any(each.value > 0 for each in one)
