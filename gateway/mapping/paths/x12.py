"""The cells of a path into an X12 segment: positions, and pairs by data element numbers."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.grammar.model import Composite, Segment
from gateway.mapping.paths.edifact import MOST_REPETITIONS
from gateway.mapping.paths.follow import no_element
from gateway.mapping.paths.syntax import Parsed, Wrong
from gateway.mapping.places import Access, Cell, Selector
from gateway.mapping.statements import Path
from gateway.problems import Problem, problem


def x12_access(
    parsed: Parsed, steps: tuple[Selector, ...], segment: Segment, path: Path, foreign: bool
) -> Access:
    """Where the value of a path stands in its segment. Raises :class:`Wrong`."""
    final = parsed.steps[-1]
    pairs = [(key, value) for key, value in final.filters if not key.startswith(".")]
    number = parsed.element
    if not number:
        wanted = f"a position: {path.text}.02"
        raise Wrong(problem("M201", path.span.place(), path=path.text, wanted=wanted))
    if pairs:
        return _pair(pairs, steps, segment, parsed, path)
    at, _, part = number.partition("-")
    position, component = int(at), int(part or 1) - 1
    if len(at) != 2 or not 0 < position <= len(segment.elements):
        raise Wrong(_no_position(segment, number, parsed, path))
    slot = segment.elements[position - 1]
    if component >= len(slot.components):
        raise Wrong(_no_position(segment, number, parsed, path))
    # an element that a later release makes a composite is its first component from then on
    if isinstance(slot.definition, Composite) and not part and not foreign:
        text = f"{segment.tag}{at} is a composite; say {at}-01 for its first component"
        raise Wrong(problem("M207", path.span.place(), path=path.text, value=text))
    nth = int(parsed.nth) - 1 if parsed.nth.isdigit() else 0
    if parsed.nth == "*":
        cells = tuple(
            Cell((position,), component, repetition=one, repeats=slot.repeat > 1)
            for one in range(min(slot.repeat, MOST_REPETITIONS))
        )
    else:
        cells = (Cell((position,), component, repetition=nth, repeats=slot.repeat > 1),)
    element = slot.components[component].element
    return Access(steps, cells, (element,) * len(cells), every=parsed.nth == "*")


def _no_position(segment: Segment, number: str, parsed: Parsed, path: Path) -> Problem:
    span = parsed.element_span or path.span
    has = f"{segment.tag}01 to {segment.tag}{len(segment.elements):02}"
    return problem("M204", span.place(), tag=segment.tag, element=number, has=has)


def _pair(
    pairs: Sequence[tuple[str, str]],
    steps: tuple[Selector, ...],
    segment: Segment,
    parsed: Parsed,
    path: Path,
) -> Access:
    key, value = pairs[0]
    numbers = [slot.number for slot in segment.elements]
    for wanted in (key, parsed.element):
        if wanted not in numbers:
            raise Wrong(no_element(parsed.steps[-1], segment, wanted, parsed.element_span))
    positions = [at for at, number in enumerate(numbers, start=1) if number == key]
    offsets = {
        numbers.index(parsed.element, at) + 1 - at
        for at in positions
        if parsed.element in numbers[at:]
    }
    if len(pairs) > 1 or len(offsets) != 1:
        text = f"{key} and {parsed.element} are no pairs in {segment.tag}"
        raise Wrong(problem("M207", path.span.place(), path=path.text, value=text))
    offset = offsets.pop()
    usable = tuple(at for at in positions if at + offset <= len(numbers))
    element = segment.elements[usable[0] + offset - 1].components[0].element
    return Access(steps, (Cell(usable, 0, ((0, value),), offset=offset),), (element,))
