"""The cells of a path into an EDIFACT segment: data elements by number, composites by filter."""

from __future__ import annotations

from gateway.grammar.model import Composite, Segment
from gateway.mapping.paths.follow import no_element
from gateway.mapping.paths.syntax import Parsed, Step, Wrong
from gateway.mapping.places import Access, Cell, Selector
from gateway.mapping.statements import Path
from gateway.problems import Problem, problem

_FORMATTED = "2379"
_DATED = "2380"
MOST_REPETITIONS = 99
"""Repetitions that ``#*`` looks at."""


def edifact_access(
    parsed: Parsed,
    steps: tuple[Selector, ...],
    segment: Segment,
    final: Step,
    path: Path,
    dated: bool,
) -> Access:
    """Where the value of a path stands in its segment. Raises :class:`Wrong`."""
    number = parsed.element
    if not number:
        if not dated:
            wanted = f"a data element: {path.text}.{_first_value(segment)}"
            raise Wrong(problem("M201", path.span.place(), path=path.text, wanted=wanted))
        number = _DATED
    spots = _candidates(segment, number, parsed.composite)
    spots = _bound(spots, steps, segment, final)
    if not spots:
        raise Wrong(no_element(final, segment, number, parsed.element_span))
    if parsed.composite_filters:
        return _filtered(parsed, steps, segment, spots, path)
    position, component, _ = spots[0]
    element = segment.elements[position - 1].components[component].element
    if dated and number == _DATED and len(spots) == 1:
        both = _with_format(steps, segment, position, component)
        if both is not None:
            return both
    if parsed.nth == "*":
        cells = tuple(
            Cell((at,), part, repetition=nth, repeats=_repeats(segment, at))
            for at, part, nth in spots
        )
        return Access(steps, cells, (element,) * len(cells), every=True)
    if parsed.nth and int(parsed.nth) > len(spots):
        raise Wrong(_several(path, final, number, len(spots)))
    if len(spots) > 1 and not parsed.nth:
        raise Wrong(_several(path, final, number, len(spots)))
    at, part, nth = spots[int(parsed.nth or 1) - 1]
    return Access(
        steps, (Cell((at,), part, repetition=nth, repeats=_repeats(segment, at)),), (element,)
    )


def _with_format(
    steps: tuple[Selector, ...], segment: Segment, position: int, component: int
) -> Access | None:
    """A date and its format (2379) in one composite; ``None`` where there is no format beside."""
    inside = [one.element for one in segment.elements[position - 1].components]
    numbers = [one.number for one in inside]
    if _FORMATTED not in numbers:
        return None
    at = numbers.index(_FORMATTED)
    cells = (Cell((position,), component), Cell((position,), at))
    return Access(steps, cells, (inside[component], inside[at]), dated=True)


def _repeats(segment: Segment, position: int) -> bool:
    return segment.elements[position - 1].repeat > 1


def _first_value(segment: Segment) -> str:
    numbers = [one.element.number for slot in segment.elements for one in slot.components]
    return numbers[1] if len(numbers) > 1 else (numbers or ["0000"])[0]


def _several(path: Path, step: Step, number: str, count: int) -> Problem:
    return problem(
        "M205", path.span.place(), path=path.text, tag=step.tag, element=number, count=count
    )


def _candidates(segment: Segment, number: str, composite: str) -> list[tuple[int, int, int]]:
    """(position, component, repetition) of every place of the number; stand-alone first.

    Of a composite that is named and occurs several times only the first of equal components
    counts: in ``GIN.C208.7402`` the second is the end of a range that begins with the first.
    """
    several = sum(1 for slot in segment.elements if slot.number == composite) > 1
    alone: list[tuple[int, int, int]] = []
    inside: list[tuple[int, int, int]] = []
    for position, slot in enumerate(segment.elements, start=1):
        repeat = range(min(slot.repeat, MOST_REPETITIONS))
        if not isinstance(slot.definition, Composite):
            if slot.number == number and not composite:
                alone.extend((position, 0, nth) for nth in repeat)
        elif not composite or slot.number == composite:
            parts = [at for at, one in enumerate(slot.components) if one.element.number == number]
            if several:
                parts = parts[:1]
            inside.extend((position, at, nth) for nth in repeat for at in parts)
    return alone or inside


def _bound(
    spots: list[tuple[int, int, int]], steps: tuple[Selector, ...], segment: Segment, final: Step
) -> list[tuple[int, int, int]]:
    """``+Q`` binds the composite that carries Q: other repetitions of it are out of reach."""
    if not steps or not final.qualifier or not steps[-1].tests:
        return spots
    carrier = steps[-1].tests[0].position
    definition = segment.elements[carrier - 1].definition
    if not isinstance(definition, Composite):
        return spots
    same = definition.number
    return [
        (position, component, repetition)
        for position, component, repetition in spots
        if (position == carrier and not repetition)
        or (position != carrier and segment.elements[position - 1].number != same)
    ]


def _filtered(
    parsed: Parsed,
    steps: tuple[Selector, ...],
    segment: Segment,
    spots: list[tuple[int, int, int]],
    path: Path,
) -> Access:
    position, component, _ = spots[0]
    slot = segment.elements[position - 1]
    numbers = [one.element.number for one in slot.components]
    filters = []
    for key, value in parsed.composite_filters:
        if key not in numbers:
            text = f"{parsed.composite} has no component {key}; it has {' '.join(numbers)}"
            raise Wrong(problem("M207", path.span.place(), path=path.text, value=text))
        filters.append((numbers.index(key), value))
    if parsed.nth == "*" or (parsed.nth and int(parsed.nth) > numbers.count(parsed.element)):
        text = "a filter picks one composite; #n counts inside it"
        raise Wrong(problem("M207", path.span.place(), path=path.text, value=text))
    if parsed.nth:
        component = [at for at, one in enumerate(numbers) if one == parsed.element][
            int(parsed.nth) - 1
        ]
    elif numbers.count(parsed.element) > 1:
        raise Wrong(_several(path, parsed.steps[-1], parsed.element, numbers.count(parsed.element)))
    positions = tuple(sorted({spot[0] for spot in spots}))
    repeats = any(_repeats(segment, at) for at in positions)
    cell = Cell(positions, component, tuple(filters), repeats=repeats)
    return Access(steps, (cell,), (slot.components[component].element,))
