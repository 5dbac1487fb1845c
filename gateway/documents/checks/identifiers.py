"""Single fields, at any depth: check digits, codes of ISO and of units, days of a period."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pydantic import BaseModel

from gateway.documents.base import canonical_path
from gateway.documents.checks.iso import COUNTRIES, CURRENCIES
from gateway.documents.checks.units import known_unit
from gateway.documents.common import Delivery, Period
from gateway.problems import Place, Problem, problem

_IDENTIFIERS = {
    "gln": ("V530", "GLN", (13,)),
    "gtin": ("V531", "GTIN", (8, 12, 13, 14)),
    "sscc": ("V532", "SSCC", (18,)),
}
"""Field → problem, name and lengths of a GS1 identifier."""
_CODES: dict[str, tuple[str, Callable[[str], bool]]] = {
    "currency": ("V533", CURRENCIES.__contains__),
    "tax_currency": ("V533", CURRENCIES.__contains__),
    "country": ("V534", COUNTRIES.__contains__),
    "origin": ("V534", COUNTRIES.__contains__),
    "unit": ("V584", known_unit),
    "price_unit": ("V584", known_unit),
    "range_unit": ("V584", known_unit),
}
"""Field → problem, and whether a value is known."""


def check_digit(digits: str) -> bool:
    """Whether the last digit is right (GS1 modulo 10: weights 3 and 1 from the right)."""
    weighted = (int(sign) * (3 if at % 2 else 1) for at, sign in enumerate(reversed(digits)))
    return sum(weighted) % 10 == 0


def identifiers(model: BaseModel, at: tuple[int | str, ...] = ()) -> Iterator[Problem]:
    """Wrong GLN, GTIN, SSCC, currency, country, unit and period, at any depth."""
    if isinstance(model, Period | Delivery):
        yield from _backwards(model, at)
    for name, value in model:
        here = (*at, name)
        if isinstance(value, BaseModel):
            yield from identifiers(value, here)
        elif isinstance(value, tuple):
            for index, item in enumerate(value):
                if isinstance(item, BaseModel):
                    yield from identifiers(item, (*here, index))
        elif isinstance(value, str) and name in _IDENTIFIERS:
            code, title, lengths = _IDENTIFIERS[name]
            digits = value.isascii() and value.isdigit()
            if not (digits and len(value) in lengths and check_digit(value)):
                yield _wrong_identifier(code, title, lengths, value, canonical_path(here))
        elif isinstance(value, str) and name in _CODES:
            code, known = _CODES[name]
            if not known(value):
                place = Place(path=canonical_path(here))
                yield problem(code, place, field=place.path, value=value)


def _backwards(model: Period | Delivery, at: tuple[int | str, ...]) -> Iterator[Problem]:
    """V580: a period that ends before it starts."""
    period = isinstance(model, Period)
    names = ("start", "end") if period else ("earliest", "latest")
    first, last = (getattr(model, name) for name in names)
    if first is not None and last is not None and last < first:
        path = canonical_path((*at, names[1]))
        yield problem(
            "V580", Place(path=path), field=path, value=last.isoformat(),
            other=canonical_path((*at, names[0])), day=first.isoformat(),
        )  # fmt: skip


def _wrong_identifier(
    code: str, title: str, lengths: tuple[int, ...], value: str, path: str
) -> Problem:
    if not (value.isascii() and value.isdigit()) or len(value) not in lengths:
        reason = f"it has not {' or '.join(map(str, lengths))} digits"
    else:
        right = next(one for one in "0123456789" if check_digit(value[:-1] + one))
        reason = f"its check digit would be {right}"
    return problem(code, Place(path=path), field=path, value=value, name=title, reason=reason)
