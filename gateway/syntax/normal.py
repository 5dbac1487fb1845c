"""The normal form of a segment: one spelling for EDIFACT and X12, whatever the delimiters.

A segment in normal form is a ``str``: tag and elements joined by :data:`ELEMENT`, components by
:data:`COMPONENT`, repetitions by :data:`REPETITION`; no terminator, no release characters, so
that ``split`` is exact and a value needs no unescaping. The signs are those of ISO 9735 level B
(IS1 … IS4); raw control characters in the data of an interchange are refused before (S1xx), so
they cannot be confused with data.

    "NAD\\x1dBY\\x1d4012345000009\\x1f\\x1f9"  is  NAD+BY+4012345000009::9'
"""

from __future__ import annotations

COMPONENT = "\x1f"
REPETITION = "\x1e"
ELEMENT = "\x1d"
TERMINATOR = "\x1c"
