"""Converters of numbers: ``integer``, ``decimal(places)``, ``money(places)``."""

from __future__ import annotations

import re
from decimal import Context, Decimal

from gateway.mapping.convert.model import Cached, Converter, Target, Unfit, decimal_text, is_number

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)\Z", re.ASCII)
_REAL = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(E-?\d{1,2})?\Z", re.ASCII)
"""Type R of X12, which may have an exponent."""
_CENTS = 2
"""Decimals of ``money`` that names none."""


def decimal(target: Target, arguments: tuple[str, ...]) -> Converter:
    """``decimal``, ``decimal(3)``: a number, written with so many decimals."""
    places = int(arguments[0]) if arguments else None
    implied = target.decimals if target.kind.startswith("N") else 0
    common = places is None and target.mark == "." and not target.kind.startswith("N")
    form = _REAL if target.kind == "R" else _NUMBER

    def read(text: str) -> Decimal:
        if not form.match(text):
            raise Unfit("V501", "a number")
        value = Decimal(text.replace(",", ".") if "," in text else text)
        return value.scaleb(-implied) if implied else value

    def write(value: object) -> str:
        if common and value.__class__ is Decimal:  # most numbers, without a further look
            text = str(value)
            if text.replace(".", "", 1).isdigit():
                return text
        if not is_number(value):
            raise Unfit("V502", "a number")
        number = Decimal(value)  # type: ignore[arg-type]
        if target.kind.startswith("N") and target.standard == "x12":
            return decimal_text(_whole(number.scaleb(implied), f"at most {implied} decimals"))
        if places is not None:
            number = _places(number, places)
        return decimal_text(number).replace(".", target.mark)

    return Converter("decimal", "decimal", Cached(read).__getitem__, write)


def _places(number: Decimal, places: int) -> Decimal:
    """Pad to so many decimals; cutting would alter the value."""
    if not number.is_finite():
        raise Unfit("V502", "a finite number")
    _, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    # the usual 28 digits are not enough for whatever a partner sends
    exact = Context(prec=len(digits) + abs(exponent) + places + 1)
    padded = number.quantize(Decimal(1).scaleb(-places), context=exact)
    if padded != number:
        raise Unfit("V502", f"at most {places} decimals")
    return padded


def _whole(number: Decimal, expected: str) -> Decimal:
    if not number.is_finite() or number != number.to_integral_value():
        raise Unfit("V502", expected)
    return number.to_integral_value()


def integer(target: Target, arguments: tuple[str, ...]) -> Converter:
    """``integer``: a number without decimals."""

    def read(text: str) -> int:
        if not _NUMBER.match(text):
            raise Unfit("V501", "a whole number")
        value = Decimal(text.replace(",", "."))
        if value != value.to_integral_value():
            raise Unfit("V501", "a whole number")
        return int(value)

    def write(value: object) -> str:
        if not is_number(value):
            raise Unfit("V502", "a whole number")
        return decimal_text(_whole(Decimal(value), "a whole number"))  # type: ignore[arg-type]

    return Converter("integer", "integer", Cached(read).__getitem__, write)


def negated(target: Target, arguments: tuple[str, ...]) -> Converter:
    """``negated``: a number whose sign is the other one on the wire (X12 ADX01)."""
    inner = decimal(target, arguments)

    def write(value: object) -> str:
        return inner.write(-value if is_number(value) else value)  # type: ignore[operator,no-any-return]

    return Converter("negated", "decimal", lambda text: -inner.read(text), write)


def money(target: Target, arguments: tuple[str, ...]) -> Converter:
    """``money``, ``money(3)``: an amount with so many decimals (2 if it does not say) both ways.

    An amount with more decimals is refused, never rounded.
    """
    places = int(arguments[0]) if arguments else _CENTS
    inner = decimal(target, (str(places),))

    def read(text: str) -> Decimal:
        amount: Decimal = inner.read(text)
        try:
            _places(amount, places)
        except Unfit as much:
            raise Unfit("V501", f"an amount with {much.expected}") from None
        return amount

    return Converter("money", "decimal", read, inner.write)
