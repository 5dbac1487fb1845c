"""Converters: pairs of functions between the text on the wire and the value in the document.

A converter is made for one place (:class:`Target`): its element may imply decimals (X12 ``Nn``),
its record field may have a date format. Reading goes through bounded caches (:class:`Cached`)
where it costs, because the same dates, quantities and prices come again and again in a message.
"""

from __future__ import annotations

from collections.abc import Callable

from gateway.mapping.convert.model import (
    Cached,
    Converter,
    Shortened,
    Target,
    Unfit,
    decimal_text,
    plain,
)
from gateway.mapping.convert.moments import DATE_FORMATS, clock, day, moment
from gateway.mapping.convert.numbers import decimal, integer, money, negated
from gateway.mapping.convert.periods import period
from gateway.mapping.convert.texts import flag, gs1, listed, sscc, text, wrapped

__all__ = [
    "CONVERTERS",
    "DATED",
    "DATE_FORMATS",
    "NUMERIC_ARGUMENTS",
    "PIECED",
    "Cached",
    "Converter",
    "Shortened",
    "Target",
    "Unfit",
    "decimal_text",
    "fixed_literal",
    "plain",
]

CONVERTERS: dict[str, Callable[[Target, tuple[str, ...]], Converter]] = {
    "text": text,
    "integer": integer,
    "decimal": decimal,
    "money": money,
    "negated": negated,
    "date": day,
    "datetime": moment,
    "time": clock,
    "period": period,
    "flag": flag,
    "gtin": gs1("gtin", (8, 12, 13, 14)),
    "gln": gs1("gln", (13,)),
    "sscc": sscc,
    "wrapped": wrapped,
    "list": listed,
}
"""Converters by name. Arguments: ``text(35)`` ``decimal(2)`` ``flag(Y,N)`` ``wrapped(70)``."""
NUMERIC_ARGUMENTS = {"text": 1, "decimal": 1, "money": 1, "negated": 1, "sscc": 1, "wrapped": 1}
"""Converters whose argument is a number, with the most arguments."""
PIECED = ("wrapped", "list")
"""Converters that take all cells of a ``#*`` path."""
DATED = ("date", "datetime", "time", "period")
"""Converters that take a whole date composite (``DTM+137``)."""


def fixed_literal(text: str, kind: str) -> object | None:
    """A literal of the map as a value of the row's type; ``None`` if it is no such value."""
    if kind == "text":
        return text
    if kind == "flag":
        return {"true": True, "false": False}.get(text)
    target = Target("record", "an")
    maker = CONVERTERS.get(kind)
    if maker is None:
        return None
    try:
        value: object = maker(target, ()).read(text)
    except Unfit:
        return None
    return value
