"""Values that every format can hold: short, printable, no blanks at the ends.

Hypothesis prepares a strategy when it is first drawn from, which takes longer than drawing: one
that is made again for each document is prepared again each time. So each is made once.
"""

from __future__ import annotations

import string
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from hypothesis import strategies as st

from gateway.documents import check_digit

_LETTERS = string.ascii_letters + string.digits
_SIGNS = _LETTERS + " .,-/&()?:+'*~<>äöüÄÖÜßéèçñ"
"""Service characters of both syntaxes are among them: they must survive."""


@cache
def words(low: int = 1, high: int = 30, signs: str = _SIGNS) -> st.SearchStrategy[str]:
    """Texts without blanks at the ends and without double blanks."""
    return (
        st.text(signs, min_size=low, max_size=high)
        .map(lambda text: " ".join(text.split()))
        .filter(lambda text: len(text) >= low)
    )


@cache
def codes(high: int = 12) -> st.SearchStrategy[str]:
    """Identifiers of documents and articles."""
    return st.text(string.ascii_uppercase + string.digits + "-", min_size=2, max_size=high).filter(
        lambda text: text.strip("-") == text
    )


@cache
def identifiers(length: int) -> st.SearchStrategy[str]:
    """GS1 identifiers with a right check digit."""

    def complete(body: str) -> str:
        return next(body + digit for digit in string.digits if check_digit(body + digit))

    return st.text(string.digits, min_size=length - 1, max_size=length - 1).map(complete)


@cache
def numbers(high: int = 99_999, places: int = 3) -> st.SearchStrategy[Decimal]:
    """Positive numbers with at most so many decimals."""
    return st.decimals(
        Decimal(1).scaleb(-places), high, places=places, allow_nan=False, allow_infinity=False
    )


amounts = numbers(9_999_999, 2)
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
UNITS = ("piece", "carton", "kilogram", "pallet", "dozen")


def some(required: dict[str, Any], **optional: Any) -> st.SearchStrategy[dict[str, Any]]:
    """An object that has the required fields and some of the others."""
    return st.fixed_dictionaries(required, optional=optional)


def without(data: dict[str, Any], *names: str) -> dict[str, Any]:
    """The object without some of its fields."""
    return {name: value for name, value in data.items() if name not in names}
