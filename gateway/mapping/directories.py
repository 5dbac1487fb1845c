"""Directories in the order of time: D.93A … D.99B, D.00A … D.21B; 003040 … 006030.

Rows may be for some of them: ``from D01B``, ``until 004010`` (both included).
"""

from __future__ import annotations

import re

from gateway.mapping.statements import Reach

_EDIFACT = re.compile(r"[DS](\d\d)([ABC])")
_X12 = re.compile(r"\d{6}")
_FIRST_YEAR = 88
"""Of EDIFACT directories: years below are of this century."""


def is_directory(text: str) -> bool:
    """Whether a text names a directory of EDIFACT or a release of X12."""
    return bool(_EDIFACT.fullmatch(text) or _X12.fullmatch(text))


def order(directory: str) -> tuple[int, str]:
    """What directories of one standard are sorted by."""
    if match := _EDIFACT.fullmatch(directory):
        year = int(match[1])
        return year + (0 if year >= _FIRST_YEAR else 100), match[2]
    return int(directory) if directory.isdigit() else 0, ""


def holds(reach: Reach, directory: str) -> bool:
    """Whether a row is for a directory. Formats without directories take every row."""
    if not directory or not (reach.since or reach.until):
        return True
    here = order(directory)
    early = bool(reach.since) and here < order(reach.since)
    late = bool(reach.until) and here > order(reach.until)
    return not (early or late)
