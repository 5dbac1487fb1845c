"""What must be the same in all messages of an interchange (``checks.constant``, ``send.same``).

EDEKA asks for one agreement number (``RFF+CT``) in all invoices of a list, for instance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gateway.problems import Place, Problem, problem
from gateway.syntax import COMPONENT, ELEMENT, Part

_SIGNS = str.maketrans({"+": ELEMENT, "*": ELEMENT, ":": COMPONENT, ">": COMPONENT})
_NOTHING = "missing"


@dataclass(slots=True)
class Constancy:
    """What the first message under each agreement of an interchange said."""

    _said: dict[tuple[int, str], tuple[str, str]] = field(default_factory=dict)
    """By agreement and beginning of a segment: what it was, and the reference of the message."""

    def check(
        self, part: Part, reference: str, agreement: int, starts: Sequence[str]
    ) -> Iterator[Problem]:
        """What differs from the first message (P178), which is remembered."""
        for start in starts:
            index, found = _value(part.segments, start)
            expected, first = self._said.setdefault((agreement, start), (found, reference))
            if found != expected:
                tag = start[:3].rstrip("+*")
                place = Place(segment=None if index is None else index + 1, tag=tag)
                yield problem(
                    "P178", place, start=start, found=found, expected=expected, first=first
                )


def said(segments: Sequence[str], starts: Sequence[str]) -> tuple[str, ...]:
    """What a message says behind each of some beginnings of segments."""
    return tuple(_value(segments, start)[1] for start in starts)


def _value(segments: Sequence[str], start: str) -> tuple[int | None, str]:
    """Where such segments begin, and what they say together."""
    begin = start.translate(_SIGNS)
    found = [
        (index, each)
        for index, each in enumerate(segments)
        if each == begin or each.startswith((begin + COMPONENT, begin + ELEMENT))
    ]
    if not found:
        return None, _NOTHING
    return found[0][0], " and ".join(_shown(each, begin) for _, each in found)


def _shown(segment: str, begin: str) -> str:
    """What stands behind the beginning."""
    rest = segment[len(begin) :].strip(COMPONENT + ELEMENT)
    return rest.replace(COMPONENT, ":").replace(ELEMENT, "+") or "empty"
