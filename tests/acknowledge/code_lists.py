"""Which codes an answer carries, by the code list they are of."""

from __future__ import annotations

from collections.abc import Iterator

_CAUSES = {"UCI": 5, "UCF": 5, "UCM": 4, "UCS": 2, "UCD": 1}
"""Element with 0085."""
_LISTS = {
    "AK3": ("AK304", 4, 4),
    "AK4": ("AK403", 3, 3),
    "AK5": ("AK502", 2, 6),
    "IK3": ("IK304", 4, 4),
    "IK4": ("IK403", 3, 3),
    "IK5": ("IK502", 2, 6),
    "AK9": ("AK905", 5, 9),
    "TA1": ("TA105", 5, 5),
}
"""List, first and last element with a code of it."""


def codes_in(answer: str) -> Iterator[tuple[str, str]]:
    """List and code: ``0085/3 12``, ``AK403 7``; the answer has a segment on each line."""
    version = "4" if "UNH+1+CONTRL:4:1" in answer else "3"
    for line in answer.splitlines():
        tag = line[:3]
        if tag in _CAUSES:
            found = [*line.rstrip("'").split("+"), "", "", ""][_CAUSES[tag]]
            if found:
                yield f"0085/{version}", found
        elif tag in _LISTS:
            name, first, last = _LISTS[tag]
            elements = line.rstrip("~").split("*")
            yield from ((name, code) for code in elements[first : last + 1] if code)
