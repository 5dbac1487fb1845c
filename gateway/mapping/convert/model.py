"""What converters are made of: the place they serve, the pair itself, and how a value is refused.

Inside, a value that does not fit raises :class:`Unfit`; the runtime turns that into a problem, so
it never leaves ``read`` or ``write`` of a map.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

_CACHE = 4096
_SEPARATORS = re.compile("[\x1c-\x1f]")


class Unfit(ValueError):  # noqa: N818 (says what fits; it never leaves the floor)
    """A value that a converter cannot take. ``code`` is the problem's; ``expected`` what fits."""

    def __init__(self, code: str, expected: str) -> None:
        super().__init__(expected)
        self.code = code
        self.expected = expected


class Shortened(Unfit):
    """A value that is taken in part (``value``): what is left out is told, not refused (V507)."""

    def __init__(self, value: object, kept: str) -> None:
        super().__init__("V507", kept)
        self.value = value


@dataclass(frozen=True, slots=True)
class Target:
    """What a converter must know of the place on the wire."""

    standard: str
    kind: str = "an"
    decimals: int = 0
    max: int = 0
    format: str = ""
    """``strftime`` format of a date field in a record; empty: ISO 8601."""
    mark: str = "."
    """Decimal mark."""
    dated: bool = False
    """A composite with data element 2379 beside the value."""
    pieces: int = 0
    """Number of cells of a ``#*`` path; 0 for a single cell."""


@dataclass(frozen=True, slots=True)
class Converter:
    """A pair. ``read`` and ``write`` raise :class:`Unfit`."""

    name: str
    type: str
    """``text`` ``decimal`` ``integer`` ``date`` ``datetime`` ``time`` ``flag``."""
    read: Callable[[Any], Any]
    write: Callable[[Any], Any]


class Cached(dict[Any, Any]):
    """Values by text; a miss computes, a full cache starts anew."""

    def __init__(self, compute: Callable[[Any], Any]) -> None:
        super().__init__()
        self._compute = compute

    def __missing__(self, key: Any) -> Any:
        value = self._compute(key)
        if len(self) >= _CACHE:
            self.clear()
        self[key] = value
        return value


def plain(value: object) -> str:
    """A text for the wire: no separator of the normal form inside."""
    if not isinstance(value, str):
        raise Unfit("V502", "a text")
    if not value.isprintable() and _SEPARATORS.search(value):
        raise Unfit("V504", "a text without the control characters 1C to 1F")
    return value


def decimal_text(value: Decimal | int) -> str:
    """A number as plain digits: no exponent, no ``-0``."""
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise Unfit("V502", "a finite number")
        text = format(value, "f")
        return text[1:] if text.startswith("-") and not value else text
    return str(value)


def is_number(value: object) -> bool:
    """Whether a value of a document is a number (``True`` is none)."""
    return isinstance(value, Decimal | int) and not isinstance(value, bool)
