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
EDIFACT_B = Delimiters("\x1f", "\x1d", ".", "", "", "\x1c")
"""Level B of syntax versions 1 to 3: IS1, IS3, IS4; no release character (ISO 9735:1988 §5)."""
X12_00401 = Delimiters(">", "*", ".", "", "", "~")
X12_00501 = Delimiters(">", "*", ".", "", "^", "~")


def service_string_advice(delimiters: Delimiters) -> bytes:
    """UNA for these delimiters: nine bytes, a blank where a character is not used (ISO 9735-1 §7).

    Raises ``UnicodeEncodeError`` for a service character that is not one byte in ISO 8859-1.
    """
    signs = (
        delimiters.component,
        delimiters.element,
        delimiters.decimal,
        delimiters.release,
        delimiters.repetition,
        delimiters.terminator,
    )
    return b"UNA" + "".join(sign or " " for sign in signs).encode("latin-1")
