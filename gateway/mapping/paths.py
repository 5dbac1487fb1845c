"""Paths into EDIFACT and X12 messages: text → :class:`Access`, checked against the grammar.

``TAG+Q.C212[7143=EN].7140#1`` (EDIFACT, data elements by number) and ``TAG*Q.02``,
``PO1[235=EN].234`` (X12, positions; numbers inside and right after brackets).

* A stand-alone element wins over a component of the same number and never falls back to it.
* ``+Q`` binds the composite that carries Q, or an element that does not repeat.
* More than one occurrence left is M205 unless ``#n`` or ``#*``.
* A segment slot of the group wins over a group below that starts with the same tag; two groups
  are M203 until a step names one (``SG28/PRI+AAA.5118``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from gateway.grammar.model import Composite, Group, Segment, SegmentSlot
from gateway.mapping.places import Access, Cell, Selector, Tested
from gateway.mapping.statements import Path, Span
from gateway.problems import Problem, problem

_SELECT = re.compile(r"(?P<tag>[A-Z][A-Z0-9_]*)(?:(?P<sign>[+*])(?P<q>[^.\[\]/#]+))?")
_FILTER = re.compile(r"\[(?P<filter>[^\]]*)\]")
_COMPOSITE = re.compile(r"\.(?P<comp>[CSE]\d{3})(?=[.\[#]|$)")
_ELEMENT = re.compile(r"\.(?P<el>\d{1,4}(?:-\d{2})?)")
_NTH = re.compile(r"#(?P<n>\d+|\*)")
_QUALIFIER_AT = {"COM": "3155"}
"""Segments whose qualifier does not stand first (COM: the number does)."""
_FORMATTED = "2379"
_DATED = "2380"
_MOST_REPETITIONS = 99


class Wrong(Exception):  # noqa: N818 (carries a problem)
    """A path that does not fit; carries the problem. Never leaves this floor."""

    def __init__(self, found: Problem) -> None:
        super().__init__(str(found))
        self.problem = found


@dataclass(frozen=True, slots=True)
class _Step:
    tag: str
    qualifier: str
    filters: tuple[tuple[str, str], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class _Parsed:
    steps: tuple[_Step, ...]
    composite: str = ""
    composite_filters: tuple[tuple[str, str], ...] = ()
    element: str = ""
    element_span: Span | None = None
    nth: str = ""


def group_path(path: Path, scope: Group, standard: str) -> Selector:
    """The member a block or tree repeats over. Raises :class:`Wrong`."""
    parsed = _parse(path, standard)
    if parsed.element or parsed.composite or parsed.nth:
        raise Wrong(
            problem("M201", path.span.place(), path=path.text, wanted="a group, no element")
        )
    steps, _, _ = _follow(parsed, scope, standard, path)
    if len(steps) != 1:
        wanted = "a group directly below this one"
        raise Wrong(problem("M201", path.span.place(), path=path.text, wanted=wanted))
    return steps[0]


def element_path(path: Path, scope: Group | SegmentSlot, standard: str, dated: bool) -> Access:
    """Where the value of a row stands. ``dated``: the row has a converter for date composites.

    Raises :class:`Wrong`.
    """
    parsed = _parse(path, standard)
    steps, segment, final = _follow(parsed, scope, standard, path)
    if standard == "x12":
        return _x12_access(parsed, steps, segment, path)
    return _edifact_access(parsed, steps, segment, final, path, dated)


def _parse(path: Path, standard: str) -> _Parsed:
    """Syntax of a path. Raises M201."""
    steps: list[_Step] = []
    pieces = re.split(r"/(?![^\[]*\])", path.text)
    at = 0
    rest = ""
    for number, piece in enumerate(pieces):
        match = _SELECT.match(piece)
        sign = match["sign"] if match else None
        if (
            not match
            or (sign == "*" and standard == "edifact")
            or (sign == "+" and standard == "x12")
        ):
            wanted = "TAG+Q.1234" if standard == "edifact" else "TAG*Q.02"
            spot = path.span.part(at, len(piece))
            raise Wrong(problem("M201", spot.place(), path=path.text, wanted=wanted))
        end = match.end()
        filters: tuple[tuple[str, str], ...] = ()
        if found := _FILTER.match(piece, end):
            filters, end = _filters(found["filter"], path, at + end), found.end()
        span = path.span.part(at, match.end())
        steps.append(_Step(match["tag"], match["q"] or "", filters, span))
        rest = piece[end:]
        if rest and number < len(pieces) - 1:
            spot = path.span.part(at + end, len(rest))
            raise Wrong(problem("M201", spot.place(), path=path.text, wanted="/ after a step"))
        at += len(piece) + 1
    return _tail(path, tuple(steps), rest)


def _tail(path: Path, steps: tuple[_Step, ...], rest: str) -> _Parsed:
    start = len(path.text) - len(rest)
    at = 0
    composite, element, nth = "", "", ""
    filters: tuple[tuple[str, str], ...] = ()
    element_span: Span | None = None
    if found := _COMPOSITE.match(rest, at):
        composite, at = found["comp"], found.end()
        element_span = path.span.part(start + found.start("comp"), len(composite))
        if found := _FILTER.match(rest, at):
            filters, at = _filters(found["filter"], path, start + at), found.end()
    if found := _ELEMENT.match(rest, at):
        element, at = found["el"], found.end()
        element_span = path.span.part(start + found.start("el"), len(element))
    if found := _NTH.match(rest, at):
        nth, at = found["n"], found.end()
    if at != len(rest) or nth == "0":
        spot = path.span.part(start + at, len(rest) - at)
        wanted = "a data element and at most one #n"
        raise Wrong(problem("M201", spot.place(), path=path.text, wanted=wanted))
    return _Parsed(steps, composite, filters, element, element_span, nth)


def _filters(text: str, path: Path, at: int) -> tuple[tuple[str, str], ...]:
    found = []
    for piece in text.split(","):
        key, sign, value = piece.strip().partition("=")
        if not sign or not value or not re.fullmatch(r"\d{1,4}|\.\d{2}", key):
            spot = path.span.part(at, len(text) + 2)
            raise Wrong(problem("M201", spot.place(), path=path.text, wanted="[7143=EN]"))
        found.append((key, value))
    return tuple(found)


def _follow(
    parsed: _Parsed, scope: Group | SegmentSlot, standard: str, path: Path
) -> tuple[tuple[Selector, ...], Segment, _Step]:
    """Selectors from the scope to the segment, and the segment's definition."""
    steps: list[Selector] = []
    here: Group | SegmentSlot = scope
    segment: Segment | None = None
    for number, step in enumerate(parsed.steps):
        last = number == len(parsed.steps) - 1
        trigger = here.members[0] if isinstance(here, Group) else here
        if isinstance(trigger, SegmentSlot) and trigger.tag == step.tag and (last or steps):
            segment = trigger.segment
            tests = _tests(step, segment, standard, path, last)
            if tests and not steps:
                raise Wrong(
                    problem(
                        "M207",
                        step.span.place(),
                        path=path.text,
                        value=f"{step.tag} is the "
                        "trigger of this group: its qualifier belongs into the group's line",
                    )
                )
            if tests:
                steps[-1] = replace(steps[-1], tests=steps[-1].tests + tests)
            if not last:
                raise Wrong(problem("M201", step.span.place(), path=path.text, wanted="a group"))
            break
        selector, found = _member(step, here, path)
        here = found
        below = found.members[0] if isinstance(found, Group) else found
        segment = below.segment if isinstance(below, SegmentSlot) else None
        if segment is not None and step.tag == segment.tag:
            selector = replace(selector, tests=_tests(step, segment, standard, path, last))
        elif step.qualifier or step.filters:
            value = f"{step.tag} is a group name; the qualifier belongs to its trigger"
            raise Wrong(problem("M207", step.span.place(), path=path.text, value=value))
        steps.append(selector)
    if segment is None:
        raise Wrong(problem("M201", path.span.place(), path=path.text, wanted="a segment"))
    return tuple(steps), segment, parsed.steps[-1]


def _member(
    step: _Step, here: Group | SegmentSlot, path: Path
) -> tuple[Selector, Group | SegmentSlot]:
    members = here.members if isinstance(here, Group) else ()
    slots = [(at, one) for at, one in enumerate(members) if isinstance(one, SegmentSlot)]
    groups = [(at, one) for at, one in enumerate(members) if isinstance(one, Group)]
    own = [at for at, one in slots if one.tag == step.tag]
    if own:
        return Selector(tuple(own)), members[own[0]]
    named = [(at, one) for at, one in groups if one.name == step.tag]
    started = named or [(at, one) for at, one in groups if one.tag == step.tag]
    if len(started) > 1 and len({one.name for _, one in started}) > 1:
        names = [one.name for _, one in started]
        hint = f"{names[-1]}/{path.text}"
        raise Wrong(
            problem("M203", step.span.place(), tag=step.tag, groups=" and ".join(names), hint=hint)
        )
    if started:
        return Selector((started[0][0],), group=True), started[0][1]
    raise Wrong(_absent(step, here, slots, groups))


def _absent(
    step: _Step,
    here: Group | SegmentSlot,
    slots: Sequence[tuple[int, SegmentSlot]],
    groups: Sequence[tuple[int, Group]],
) -> Problem:
    names = [here.tag, *(one.tag for _, one in slots), *(one.tag for _, one in groups)]
    here_name = here.name if isinstance(here, Group) else here.tag
    near = get_close_matches(step.tag, names, 1)
    deeper = [
        f"{one.name}/{step.tag}"
        for _, one in groups
        if any(member.tag == step.tag for member in one.members)
    ]
    hint = f"did you mean {(deeper or near)[0]}? " if deeper or near else ""
    within = " ".join(dict.fromkeys(names))
    return problem(
        "M202", step.span.place(), tag=step.tag, group=here_name, hint=hint, members=within
    )


def _tests(
    step: _Step, segment: Segment, standard: str, path: Path, last: bool
) -> tuple[Tested, ...]:
    found: list[Tested] = []
    if step.qualifier:
        number = _QUALIFIER_AT.get(step.tag) if standard == "edifact" else None
        spot = _find_number(segment, number) if number else (1, 0)
        if spot is None or not segment.elements:
            raise Wrong(_no_element(step, segment, number or "1"))
        found.append(Tested(*spot, step.qualifier))
    for key, value in step.filters:
        if standard == "x12" and not key.startswith("."):
            if last:
                continue  # numbers are pairs inside the segment, see _x12_access
            value_ = f"[{key}={value}] does not select a group; use *Q or [.02={value}]"
            raise Wrong(problem("M207", step.span.place(), path=path.text, value=value_))
        spot = (int(key[1:]), 0) if key.startswith(".") else _find_number(segment, key)
        if spot is None or spot[0] > len(segment.elements):
            raise Wrong(_no_element(step, segment, key))
        found.append(Tested(*spot, value))
    return tuple(found)


def qualifier_codes(segment: Segment, test: Tested) -> frozenset[str] | None:
    """Codes the directory allows where a qualifier stands (M206)."""
    slot = segment.elements[test.position - 1]
    components = slot.components
    return components[test.component].element.codes if test.component < len(components) else None


def _find_number(segment: Segment, number: str) -> tuple[int, int] | None:
    for position, slot in enumerate(segment.elements, start=1):
        if not isinstance(slot.definition, Composite) and slot.number == number:
            return position, 0
    for position, slot in enumerate(segment.elements, start=1):
        for component, one in enumerate(slot.components):
            if one.element.number == number:
                return position, component
    return None


def _no_element(step: _Step, segment: Segment, number: str, span: Span | None = None) -> Problem:
    has = []
    for slot in segment.elements:
        inside = ""
        if isinstance(slot.definition, Composite):
            inside = f"({' '.join(one.element.number for one in slot.components)})"
        has.append(slot.number + inside)
    place = (span or step.span).place()
    return problem("M204", place, tag=segment.tag, element=number, has=" ".join(has))


def _edifact_access(
    parsed: _Parsed,
    steps: tuple[Selector, ...],
    segment: Segment,
    final: _Step,
    path: Path,
    dated: bool,
) -> Access:
    number = parsed.element
    if not number:
        if not dated:
            wanted = f"a data element: {path.text}.{_first_value(segment)}"
            raise Wrong(problem("M201", path.span.place(), path=path.text, wanted=wanted))
        number = _DATED
    spots = _candidates(segment, number, parsed.composite)
    spots = _bound(spots, steps, segment, final)
    if not spots:
        raise Wrong(_no_element(final, segment, number, parsed.element_span))
    if parsed.composite_filters:
        return _filtered(parsed, steps, segment, spots, path)
    position, component, _ = spots[0]
    element = segment.elements[position - 1].components[component].element
    if dated and number == _DATED and len(spots) == 1:
        beside = [one.element.number for one in segment.elements[position - 1].components]
        if _FORMATTED in beside:
            at = beside.index(_FORMATTED)
            format_element = segment.elements[position - 1].components[at].element
            both = (Cell((position,), component), Cell((position,), at))
            return Access(steps, both, (element, format_element), dated=True)
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


def _repeats(segment: Segment, position: int) -> bool:
    return segment.elements[position - 1].repeat > 1


def _first_value(segment: Segment) -> str:
    numbers = [one.element.number for slot in segment.elements for one in slot.components]
    return numbers[1] if len(numbers) > 1 else (numbers or ["0000"])[0]


def _several(path: Path, step: _Step, number: str, count: int) -> Problem:
    return problem(
        "M205", path.span.place(), path=path.text, tag=step.tag, element=number, count=count
    )


def _candidates(segment: Segment, number: str, composite: str) -> list[tuple[int, int, int]]:
    """(position, component, repetition) of every place of the number; stand-alone first."""
    alone: list[tuple[int, int, int]] = []
    inside: list[tuple[int, int, int]] = []
    for position, slot in enumerate(segment.elements, start=1):
        repeat = range(min(slot.repeat, _MOST_REPETITIONS))
        if not isinstance(slot.definition, Composite):
            if slot.number == number and not composite:
                alone.extend((position, 0, nth) for nth in repeat)
        elif not composite or slot.number == composite:
            parts = [at for at, one in enumerate(slot.components) if one.element.number == number]
            inside.extend((position, at, nth) for nth in repeat for at in parts)
    return alone or inside


def _bound(
    spots: list[tuple[int, int, int]], steps: tuple[Selector, ...], segment: Segment, final: _Step
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
    parsed: _Parsed,
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


def _x12_access(
    parsed: _Parsed, steps: tuple[Selector, ...], segment: Segment, path: Path
) -> Access:
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
    if isinstance(slot.definition, Composite) and not part:
        text = f"{segment.tag}{at} is a composite; say {at}-01 for its first component"
        raise Wrong(problem("M207", path.span.place(), path=path.text, value=text))
    nth = int(parsed.nth) - 1 if parsed.nth.isdigit() else 0
    if parsed.nth == "*":
        cells = tuple(
            Cell((position,), component, repetition=one, repeats=slot.repeat > 1)
            for one in range(min(slot.repeat, _MOST_REPETITIONS))
        )
    else:
        cells = (Cell((position,), component, repetition=nth, repeats=slot.repeat > 1),)
    element = slot.components[component].element
    return Access(steps, cells, (element,) * len(cells), every=parsed.nth == "*")


def _no_position(segment: Segment, number: str, parsed: _Parsed, path: Path) -> Problem:
    span = parsed.element_span or path.span
    has = f"{segment.tag}01 to {segment.tag}{len(segment.elements):02}"
    return problem("M204", span.place(), tag=segment.tag, element=number, has=has)


def _pair(
    pairs: Sequence[tuple[str, str]],
    steps: tuple[Selector, ...],
    segment: Segment,
    parsed: _Parsed,
    path: Path,
) -> Access:
    key, value = pairs[0]
    numbers = [slot.number for slot in segment.elements]
    for wanted in (key, parsed.element):
        if wanted not in numbers:
            raise Wrong(_no_element(parsed.steps[-1], segment, wanted, parsed.element_span))
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
