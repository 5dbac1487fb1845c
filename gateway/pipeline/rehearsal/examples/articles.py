"""A small assortment of an invented maker, and numbers with right check digits."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from gateway.documents import check_digit

_PREFIX = "4012345"
"""The GS1 company prefix that examples use."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article as both sides name it."""

    reference: int
    """Five digits of its GTIN."""
    text: str
    price: Decimal

    @property
    def gtin(self) -> str:
        """GTIN-13."""
        return with_digit(f"{_PREFIX}{self.reference:05}")

    @property
    def supplier_item(self) -> str:
        """The supplier's article number."""
        return f"S{self.reference:05}"

    @property
    def buyer_item(self) -> str:
        """The buyer's article number."""
        return f"B{self.reference:05}"


ASSORTMENT = tuple(
    Article(reference, text, Decimal(price))
    for reference, text, price in (
        (61001, "Cordless drill 18 V", "89.90"),
        (61018, "Claw hammer 450 g", "12.50"),
        (61025, "Work gloves size 9", "3.20"),
        (61032, "Tape measure 5 m", "6.75"),
        (61049, "LED torch", "14.40"),
        (61056, "Wood screws 4x40, 200", "5.60"),
        (61063, "Paint roller 25 cm", "4.15"),
        (61070, "Masking tape 50 m", "2.35"),
    )
)
UNKNOWN = Article(99999, "Article of nobody", Decimal("9.99"))
"""One that the supplier does not have."""


def with_digit(digits: str) -> str:
    """Digits of a GTIN, GLN or SSCC with their check digit behind them."""
    return next(number for last in "0123456789" if check_digit(number := digits + last))


def sscc(serial: int) -> str:
    """The number of a pallet, 18 digits."""
    return with_digit(f"3{_PREFIX}{serial % 10**9:09}")


def place_of(gln: str) -> str:
    """The GLN of a place that belongs to a company: another one, with a right check digit."""
    return with_digit(f"{gln[:10]}{(int(gln[10:12]) + 1) % 100:02}")
