"""Smallest units of currencies (ISO 4217), and exact sums of amounts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal, localcontext
from functools import wraps
from typing import ParamSpec, TypeVar

from gateway.documents.shop.common import Amounts

NOTHING = Decimal(0)
_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")
_PRECISION = 100
"""Digits of a computation: a product of two numbers of a document has 72 at most."""
_DIGITS = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0,
    "RWF": 0, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
    "CLF": 4, "UYW": 4,
}  # fmt: skip


def digits(currency: str) -> int:
    """Digits behind the mark: 2 for most, 0 for JPY, 3 for KWD."""
    return _DIGITS.get(currency.upper(), 2)


def smallest(currency: str) -> Decimal:
    """The smallest amount: 0.01 for EUR, 1 for JPY."""
    return Decimal(1).scaleb(-digits(currency))


def allowed(tolerance: Decimal, currency: str, count: int) -> Decimal:
    """How far a sum of so many rounded amounts may be from another one.

    ``tolerance`` is said in hundredths of a currency that has them.
    """
    return tolerance.scaleb(2 - digits(currency)) * count


def total(amounts: Iterable[Amounts]) -> Amounts:
    """All of them together."""
    net, tax, gross = NOTHING, NOTHING, NOTHING
    for one in amounts:
        net, tax, gross = net + one.net, tax + one.tax, gross + one.gross
    # not checked again: a sum may have a digit more than what it is of, and is only compared
    return Amounts.model_construct(net=net, tax=tax, gross=gross)


def exact(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Compute in the function with so many digits that no sum or product is ever rounded."""

    @wraps(function)
    def computed(*arguments: _Arguments.args, **more: _Arguments.kwargs) -> _Result:
        with localcontext() as context:
            context.prec = _PRECISION
            return function(*arguments, **more)

    return computed
