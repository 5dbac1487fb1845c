r"""Patterns of values: a small, safe part of regular expressions.

``[0-9]{13}``   ``[A-Z]{2}\d{4,10}``   ``AB-.+|XY-.+``

Characters, classes, ``.``, ``\d`` ``\w``, each with ``{n}`` ``{n,m}`` ``?`` ``*`` ``+``, and
alternatives by ``|``. Groups, look-arounds and references are refused, and so are more than two
open counts in one alternative: what is left takes at most quadratic time in a value, which the
directory keeps short.
"""

from __future__ import annotations

import re

LONGEST = 200
OPEN_COUNTS = 2

# a class does not begin with ] or a second ^: what ends it would be a matter of taste
_CLASS = r"\[\^?(?:\\.|[^\]\\^])(?:\\.|[^\]\\])*\]"
_ATOM = rf"(?:\\[dDwWsS.\\\-+*?()\[\]{{}}|/^$ ]|{_CLASS}|[^\\\[\](){{}}|*+?^$])"
_COUNT = r"(?:\{\d{1,3}(?:,\d{1,3})?\}|[?*+])"
_PIECE = re.compile(rf"({_ATOM})({_COUNT})?")
_DOUBTFUL = re.compile(r"(?<!\\)\[|--|&&|~~|\|\|")
"""In a class: what some kinds of expressions read as sets within sets."""


def within(pattern: str) -> str:
    """The pattern for a value that stands in a segment: no part of it matches a separator."""
    return f"(?:{_PIECE.sub(_guarded, pattern)})"


def _guarded(piece: re.Match[str]) -> str:
    return f"(?:(?![\x1c-\x1f]){piece[1]}){piece[2] or ''}"


def refusal(pattern: str) -> str | None:
    """Why a pattern cannot be used, or ``None``."""
    if not pattern or len(pattern) > LONGEST:
        return f"it must have 1 to {LONGEST} characters"
    at, open_counts = 0, 0
    while at < len(pattern):
        if pattern[at] == "|":
            at, open_counts = at + 1, 0
            continue
        piece = _PIECE.match(pattern, at)
        if piece is None:
            return f"{pattern[at : at + 10]!r} is not understood: no groups, no look-arounds"
        if piece[1][0] == "[" and _DOUBTFUL.search(piece[1], 1):
            return f"{piece[1]!r} is doubtful: write [ as \\[, and no -- && || ~~ in a class"
        count = piece[2] or ""
        open_counts += count in ("*", "+") or "," in count
        if open_counts > OPEN_COUNTS:
            return f"an alternative has more than {OPEN_COUNTS} open counts (* + {{n,m}})"
        at = piece.end()
    try:
        re.compile(pattern)
    except re.error as error:
        return str(error)
    return None
