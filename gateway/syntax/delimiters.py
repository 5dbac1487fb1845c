"""The service characters of an interchange."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delimiters:
    """Service characters, one character each; an empty string where the syntax has none.

    EDIFACT takes them from UNA (ISO 9735-1 §7), X12 from fixed positions of ISA (X12.5).
    """

    component: str
    element: str
    decimal: str
    release: str
    repetition: str
    terminator: str


EDIFACT_3 = Delimiters(":", "+", ".", "?", "", "'")
"""Default of syntax versions 1 to 3."""
EDIFACT_4 = Delimiters(":", "+", ".", "?", "*", "'")
"""Default of syntax version 4."""
X12_00401 = Delimiters(">", "*", ".", "", "", "~")
X12_00501 = Delimiters(">", "*", ".", "", "^", "~")
