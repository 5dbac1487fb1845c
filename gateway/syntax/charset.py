"""Which codec an interchange is written in, and which characters its level may hold.

EDIFACT names it in UNB S001: 0001 the level (UNOA … UNOY), 0133 the encoding (version 4). X12 names
none. The default for X12 is strict UTF-8: ASCII reads the same, and a byte of another charset is
an error with its position. ISO 8859-1 as a default would read every file, and turn UTF-8 names
into other letters without a word.

Only codecs are usable in which no byte of a longer character looks like ASCII: one byte per
character, or UTF-8. Others (EBCDIC, UTF-16, Shift JIS) would hide delimiters in characters.
"""

from __future__ import annotations

import codecs
from functools import cache

LEVELS: dict[str, str] = {
    "UNOA": "ascii",
    "UNOB": "ascii",
    "UNOC": "iso8859-1",
    "UNOD": "iso8859-2",
    "UNOE": "iso8859-5",
    "UNOF": "iso8859-7",
    "UNOG": "iso8859-3",
    "UNOH": "iso8859-4",
    "UNOI": "iso8859-6",
    "UNOJ": "iso8859-8",
    "UNOK": "iso8859-9",
    "UNOL": "iso8859-15",
    "UNOW": "utf-8",
    "UNOY": "utf-8",
}
"""Codec by syntax identifier 0001; UNOX (ISO 2022) switches charsets inside the data."""
ENCODINGS: dict[str, str] = {"1": "ascii", "2": "iso8859-1", "4": "cp850", "7": "utf-8"}
"""Codec by 0133, for UNOY; 3 EBCDIC, 5 UCS-2, 6 UCS-4 and 8 UTF-16 are not usable (above)."""
X12_CODEC = "utf-8"
X12_BASIC, X12_EXTENDED = "X12 basic", "X12 extended"
"""Sets of X12.6 that a partner may keep to; what names none is limited by its codec alone."""

_DIGITS_AND_SIGNS = " 0123456789.,-()/=!\"%&*;<>'+:?"
_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
REPERTOIRES: dict[str, frozenset[str]] = {
    "UNOA": frozenset(_UPPER + _DIGITS_AND_SIGNS),
    "UNOB": frozenset(_UPPER + _UPPER.lower() + _DIGITS_AND_SIGNS),
    X12_BASIC: frozenset(_UPPER + "0123456789 !\"&'()*+,-./:;?="),
    X12_EXTENDED: frozenset(map(chr, range(0x20, 0x7F))),
}
"""The characters of levels that are less than their codec: ISO 9735:1988 §5, X12.6 §3.3."""


def repertoire(level: str, codec: str) -> frozenset[str] | None:
    """The characters that ``level`` may hold, or ``None`` if the codec is the only limit.

    An agreement that reads UNOA with another codec has thereby widened the level.
    """
    return REPERTOIRES.get(level) if codec == "ascii" else None


def canonical(codec: str) -> str:
    """The codec's own name; raises ``LookupError`` if unknown, ``ValueError`` if not usable."""
    name = codecs.lookup(codec).name
    if not _usable(name):
        raise ValueError(f"codec {codec} is not usable for EDI: it hides delimiters in characters")
    return name


@cache
def _usable(name: str) -> bool:
    if name == "utf-8":
        return True
    low = bytes(range(0x20, 0x7F))
    try:
        if low.decode(name) != low.decode("ascii"):
            return False
        high = range(0x80, 0x100)
        pairs = [bytes([first, second]) for first in high for second in (0x41, 0xA1, 0xFE)]
        return all(len(pair.decode(name, "replace")) == 2 for pair in pairs)
    except (LookupError, UnicodeError):
        return False


@cache
def control_bytes(codec: str) -> bytes:
    """The bytes that are control characters in ``codec`` (in UTF-8 only those below 0x80)."""
    high = range(0x80, 0x100) if codec not in ("utf-8", "ascii") else range(0)
    return bytes([*range(0x20), 0x7F, *(byte for byte in high if _is_control(byte, codec))])


def _is_control(byte: int, codec: str) -> bool:
    try:
        return 0x80 <= ord(bytes([byte]).decode(codec)) < 0xA0
    except UnicodeDecodeError:
        return False
