"""Checks of single service segments: contents, trailers, and where syntax problems stand."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from gateway.grammar.envelope.model import Fields, date_of, time_of
from gateway.grammar.explain import faults
from gateway.grammar.model import Segment
from gateway.problems import Place, Problem, Severity, problem
from gateway.syntax import Kind, Part, locate, spans
from gateway.syntax.normal import COMPONENT, ELEMENT, REPETITION

_ISA_WIDTHS = {2: 10, 4: 10, 6: 15, 8: 15}
_ISA_CONTROL = 13
_ISA_SIGNS = {11: "U", 16: ">"}
"""ISA elements that hold service characters, and a value that stands for them in the check."""
_CHECKED_CODES = frozenset({"x12"})
"""Standards whose lists for service segments are closed; UNB is full of agreed codes."""


@dataclass(frozen=True, slots=True)
class TrailerCodes:
    """The codes of one level: trailer missing, reference differs, count differs."""

    missing: str
    reference: str
    count: str


INTERCHANGE = TrailerCodes("S201", "S202", "S203")
GROUP = TrailerCodes("S211", "S212", "S213")
MESSAGE = TrailerCodes("S221", "S222", "S223")
PACKAGE = TrailerCodes("S231", "S232", "S233")


def tag_of(segment: str) -> str:
    """The tag of a segment in normal form."""
    return segment.partition(ELEMENT)[0]


def place(
    part: Part, segment: int, element: int | None = None, message: str | None = None
) -> Place:
    """A place in a part, with bytes. Segments are numbered in messages only."""
    offset, width = locate(part, segment, element)
    return Place(
        offset=offset,
        width=width,
        message=message or None,
        segment=segment if part.kind is Kind.MESSAGE else None,
        tag=tag_of(part.segments[segment - 1]) if segment <= len(part.segments) else None,
        element=element,
    )


def contents(part: Part, service: Mapping[str, Segment]) -> Iterator[Problem]:
    """What is wrong inside the single service segment of a part (G2xx, S207)."""
    segment, dialect = part.segments[0], part.dialect
    tag = tag_of(segment)
    definition = service.get(tag)
    if dialect is None or definition is None:
        return
    text = _isa(segment) if tag == "ISA" else segment
    for fault in faults(text, definition, dialect.standard, dialect.standard in _CHECKED_CODES):
        facts: dict[str, Any] = dict(fault.facts)
        spot = {name: facts.pop(name, None) for name in ("element", "component", "repetition")}
        offset, width = locate(part, 1, **spot)
        at = Place(offset=offset, width=width, tag=tag, **spot)
        severity = Severity.WARNING if _harmless(fault.code, at, facts) else None
        facts = {"tag": tag, "directory": "the syntax", **facts}
        yield problem(fault.code, at, severity=severity, **facts)
    if tag in ("UNB", "UNG"):
        yield from _prepared(part, tag)


def _harmless(code: str, at: Place, facts: Mapping[str, Any]) -> bool:
    """What is wrong but leaves no doubt.

    A date of six digits in syntax 4, of eight in syntax 3. The date and time in TA1: they are
    copies of what an interchange said that may be refused for just that.
    """
    if at.tag == "TA1":
        return code in ("G213", "G214")
    if at.tag not in ("UNB", "UNG") or (at.element, at.component) != (4, 1):
        return False
    return code in ("G206", "G207") and date_of(str(facts.get("value", ""))) is not None


def _prepared(part: Part, tag: str) -> Iterator[Problem]:
    """S004; digits of the right number are the grammar's finding, a calendar is ours."""
    at = Fields(part.segments[0])
    for component, text, value, what in (
        (1, at[4, 1], date_of(at[4, 1]), "date"),
        (2, at[4, 2], time_of(at[4, 2]), "time"),
    ):
        if value is None and text.isdigit() and len(text) in (4, 6, 8):
            offset, width = locate(part, 1, 4, component)
            spot = Place(offset=offset, width=width, tag=tag, element=4, component=component)
            expected = "a day of the calendar" if component == 1 else "a time up to 2359"
            yield problem("S207", spot, tag=tag, value=text, what=what, expected=expected)


def _isa(segment: str) -> str:
    """ISA as it should be padded: wrong padding is the syntax's finding (S131), not refused."""
    texts = segment.split(ELEMENT)
    for position, width in _ISA_WIDTHS.items():
        if position < len(texts):
            texts[position] = texts[position].rstrip().ljust(width)
    if len(texts) > _ISA_CONTROL and texts[_ISA_CONTROL].strip():
        texts[_ISA_CONTROL] = texts[_ISA_CONTROL].strip().rjust(9, "0")
    for position, sign in _ISA_SIGNS.items():
        if position < len(texts):
            texts[position] = sign
    return ELEMENT.join(texts)


def number(text: str) -> int | None:
    """A count as sent; leading zeros are allowed."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def same_reference(one: str, other: str, *, numeric: bool = False) -> bool:
    """References compare as text; those of ISA and IEA as numbers, blanks aside."""
    if numeric and number(one.strip()) is not None:
        return number(one.strip()) == number(other.strip())
    return one == other


def in_message(part: Part, reference: str) -> Iterator[Problem]:
    """The syntax problems of a message with the segment and element that their byte is in."""
    if not part.problems:
        return
    cut = spans(part)
    starts = [span.offset for span in cut]
    for found in part.problems:
        known = _simple(part, found.at(message=reference or None))
        offset = found.place.offset
        if offset is None or not cut or found.place.segment is not None:
            yield known
            continue
        index = max(bisect_right(starts, offset) - 1, 0)
        span = cut[index]
        piece = replace(part, offset=span.offset, raw=span.raw, segments=(span.text,))
        yield known.at(
            segment=index + 1, tag=tag_of(span.text)[:3] or None, element=_element(piece, offset)
        )


def _simple(part: Part, found: Problem) -> Problem:
    """Without component and repetition where the element has one only, as answers count it."""
    place = found.place
    if place.element is None or not place.segment or place.segment > len(part.segments):
        return found
    elements = part.segments[place.segment - 1].split(ELEMENT)
    element = elements[place.element] if place.element < len(elements) else ""
    component = place.component if COMPONENT in element or place.component != 1 else None
    repetition = place.repetition if REPETITION in element or place.repetition != 1 else None
    return replace(found, place=replace(place, component=component, repetition=repetition))


def _element(piece: Part, offset: int) -> int | None:
    """The element of a single segment that holds a byte; ``None`` in its tag or after its end."""
    if offset >= piece.offset + len(piece.raw):
        return None
    for element in range(1, piece.segments[0].count(ELEMENT) + 1):
        start, width = locate(piece, 1, element)
        if start <= offset < start + width:
            return element
    return None


def of_level(problems: Iterable[Problem], tag: str) -> tuple[Problem, ...]:
    """Problems of a part that is one service segment, with its tag."""
    return tuple(found.at(tag=tag) for found in problems)
