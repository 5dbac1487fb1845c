"""VAT numbers as EN 16931 wants them: with the country in front, Greece as EL."""

from __future__ import annotations

import re

_PREFIXES = frozenset(
    """
    AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK XI
    GB CHE NO
    """.split()  # noqa: SIM905 (a table, not a literal list)
)
_OWN = {"GR": "EL", "CH": "CHE"}
"""Countries whose VAT numbers begin with something else than their code."""
_FILLING = re.compile(r"[\s.\-/]+")


def vat_number(value: str, country: str | None) -> tuple[str, bool]:
    """The number without blanks and with its country, and whether it has one.

    ``country``: of the address (ISO 3166-1), for a number that has none. A number of a country
    without VAT numbers of its own stays as it is.
    """
    bare = _FILLING.sub("", value).upper()
    for wrong, right in _OWN.items():
        if bare.startswith(wrong) and not bare.startswith(right) and bare[2:3].isdigit():
            return f"{right}{bare[2:]}", True
    if any(bare.startswith(one) for one in _PREFIXES):
        return bare, True
    prefix = _OWN.get(country or "", country or "")
    if prefix in _PREFIXES:
        return f"{prefix}{bare}", True
    return value.strip(), False
