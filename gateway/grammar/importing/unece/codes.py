"""Code lists of a directory: ``UNCL``.

An element starts as in EDED; its values follow, the name of each in one column: the 11th where
values stand at the right (``      10 Party information``), the 12th where they stand at the left
(``     10    Party information``). What starts further right is text. A value marked ``-``
was deleted in this issue, one marked ``X`` is still valid.
"""

from __future__ import annotations

import re
from collections import Counter

from gateway.grammar.importing.result import Source

_ELEMENT = re.compile(r"[ +*#|X-]{1,9}?\s*(?P<number>\d{4})\s++\S.*")
_VALUE = re.compile(
    r"(?P<marks>(?:[+*#|X-]{1,2}(?= ))?) *(?P<code>[A-Z0-9/]{1,17})(?P<gap> +)(?=\S)"
)
_RULE = re.compile(r"\s*[-─═━Ä�]{20,}+\s*")
_WIDEST = 200


def code_lists(source: Source) -> dict[str, list[str]]:
    """Values by element, sorted."""
    column = _column(source)
    found: dict[str, set[str]] = {}
    current: set[str] | None = None
    expecting = False
    for whole in source.lines:
        text = whole[:_WIDEST].rstrip().replace("\t", "")  # a stray sign before some names
        if _RULE.fullmatch(text):
            current, expecting = None, True
        elif expecting and text:
            known = _ELEMENT.fullmatch(text)
            expecting = known is None
            current = None if known is None else found.setdefault(known["number"], set())
        elif current is not None and (value := _value(text, column)):
            current.add(value)
    return {number: sorted(values) for number, values in found.items() if values}


def _value(text: str, column: int) -> str | None:
    known = _VALUE.match(text)
    if known is None or "-" in known["marks"]:
        return None
    start, end = known.start("code"), known.end()
    if start > column - 2 or (end != column and not (end > column and len(known["gap"]) == 1)):
        return None
    return None if end > column and known.end("code") < column else known["code"]


def _column(source: Source) -> int:
    """Where names start: the more frequent of both columns."""
    seen: Counter[int] = Counter()
    for text in source.lines:
        known = _VALUE.match(text[:_WIDEST])
        if known is not None and known.end() in (10, 11):
            seen[known.end()] += 1
    return seen.most_common(1)[0][0] if seen else 11
