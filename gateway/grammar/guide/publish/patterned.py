"""Values that match a pattern of a guide (:mod:`gateway.grammar.guide.patterns`)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.grammar.guide.patterns import _PIECE

_TRIED = "01A23456789BCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz -./+:_#"
_MORE = 2
"""How many signs an open count adds for the second value."""


def matching(pattern: str) -> Iterator[str]:
    """Some values: of each alternative the shortest, and one that is longer where counts are open.

    Signs run through those that an atom takes, so that ``[0-9]{13}`` is not thirteen zeros; the
    last digits may be chosen by the caller's own check.
    """
    for alternative in _alternatives(pattern):
        pieces = list(_PIECE.finditer(alternative))
        for more in (0, _MORE, 8):
            yield "".join(_signs(one[1], _count(one[2] or "", more)) for one in pieces)


def _alternatives(pattern: str) -> Iterator[str]:
    start = at = 0
    while at < len(pattern):
        if pattern[at] == "|":
            yield pattern[start:at]
            start = at = at + 1
            continue
        piece = _PIECE.match(pattern, at)
        at = piece.end() if piece else at + 1
    yield pattern[start:]


def _count(count: str, more: int) -> int:
    if not count:
        return 1
    if count in "?*":
        return min(more, 1) if count == "?" else more
    if count == "+":
        return 1 + more
    low, _, high = count.strip("{}").partition(",")
    return min(int(low) + more, int(high or low))


def _signs(atom: str, count: int) -> str:
    taken = [sign for sign in _TRIED if re.fullmatch(atom, sign)]
    if not taken:
        taken = [atom.removeprefix("\\")]
    return "".join(taken[(at + 1) % len(taken)] for at in range(count))
