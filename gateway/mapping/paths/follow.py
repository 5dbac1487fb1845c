"""From the group of a body to the segment that a path names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches

from gateway.grammar.model import Composite, Group, Segment, SegmentSlot
from gateway.mapping.paths.section import has_sections, section, section_of
from gateway.mapping.paths.syntax import Parsed, Step, Wrong
from gateway.mapping.places import Selector, Tested
from gateway.mapping.statements import Path, Span
from gateway.problems import Problem, problem

_QUALIFIER_AT = {"COM": "3155"}
"""Segments whose qualifier does not stand first (COM: the number does)."""


def follow(
    parsed: Parsed, scope: Group | SegmentSlot, standard: str, path: Path
) -> tuple[tuple[Selector, ...], Segment, Step]:
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
                value = f"{step.tag} is the trigger of this group: its qualifier belongs into the "
                raise _misfit(step, path, f"{value}group's line")
            if tests:
                steps[-1] = replace(steps[-1], tests=steps[-1].tests + tests)
            if not last:
                raise Wrong(problem("M201", step.span.place(), path=path.text, wanted="a group"))
            break
        selector, found = _member(step, here, path, "" if steps else parsed.section)
        here = found
        below = found.members[0] if isinstance(found, Group) else found
        segment = below.segment if isinstance(below, SegmentSlot) else None
        if segment is not None and step.tag == segment.tag:
            if step.qualifier or step.filters:
                selector = replace(selector, tests=_tests(step, segment, standard, path, last))
        elif step.qualifier or step.filters:
            value = f"{step.tag} is a group name; the qualifier belongs to its trigger"
            raise _misfit(step, path, value)
        steps.append(selector)
    if segment is None:
        raise Wrong(problem("M201", path.span.place(), path=path.text, wanted="a segment"))
    return tuple(steps), segment, parsed.steps[-1]


def _misfit(step: Step, path: Path, value: str) -> Wrong:
    return Wrong(problem("M207", step.span.place(), path=path.text, value=value))


def _member(
    step: Step, here: Group | SegmentSlot, path: Path, section_name: str
) -> tuple[Selector, Group | SegmentSlot]:
    """The member of a group that a step names; in a section only those of the section."""
    members = here.members if isinstance(here, Group) else ()
    within = _section(here, section_name, path) if section_name else range(len(members))
    tag = step.tag
    own: list[int] = []
    started: list[tuple[int, Group]] = []
    for at in within:
        one = members[at]
        if one.tag == tag:
            if isinstance(one, Group):
                started.append((at, one))
            else:
                own.append(at)
    if own:
        return Selector(tuple(own)), members[own[0]]
    named = [
        (at, one) for at in within if isinstance(one := members[at], Group) and one.name == tag
    ]
    started = named or started
    if len(started) > 1 and len({one.name for _, one in started}) > 1:
        raise Wrong(_ambiguous(step, here, started, path))
    if started:
        return Selector((started[0][0],), group=True), started[0][1]
    raise Wrong(_absent(step, here, [members[at] for at in within]))


def _section(here: Group | SegmentSlot, name: str, path: Path) -> range:
    if isinstance(here, Group) and has_sections(here):
        return section(here, name)
    spot = path.span.part(0, len(name))
    wanted = f"no {name}/ inside a group: sections are those of the whole message"
    raise Wrong(problem("M201", spot.place(), path=path.text, wanted=wanted))


def _ambiguous(
    step: Step, here: Group | SegmentSlot, found: Sequence[tuple[int, Group]], path: Path
) -> Problem:
    """M203; sections tell groups apart in every directory, names only in this one."""
    names = [one.name for _, one in found]
    fronts = names
    if isinstance(here, Group) and has_sections(here):
        sections = [section_of(here, at) for at, _ in found]
        fronts = sections if len(set(sections)) == len(sections) else names
    hint = " or ".join(f"{front}/{path.text}" for front in fronts)
    return problem("M203", step.span.place(), tag=step.tag, groups=" and ".join(names), hint=hint)


def _absent(
    step: Step, here: Group | SegmentSlot, members: Sequence[SegmentSlot | Group]
) -> Problem:
    groups = [one for one in members if isinstance(one, Group)]
    slots = [one for one in members if not isinstance(one, Group)]
    names = [here.tag, *(one.tag for one in slots), *(one.tag for one in groups)]
    here_name = here.name if isinstance(here, Group) else here.tag
    near = get_close_matches(step.tag, names, 1)
    deeper = [
        f"{one.name}/{step.tag}"
        for one in groups
        if any(member.tag == step.tag for member in one.members)
    ]
    hint = f"did you mean {(deeper or near)[0]}? " if deeper or near else ""
    within = " ".join(dict.fromkeys(names))
    return problem(
        "M202", step.span.place(), tag=step.tag, group=here_name, hint=hint, members=within
    )


def _tests(
    step: Step, segment: Segment, standard: str, path: Path, last: bool
) -> tuple[Tested, ...]:
    found: list[Tested] = []
    if step.qualifier:
        number = _QUALIFIER_AT.get(step.tag) if standard == "edifact" else None
        spot = find_number(segment, number) if number else (1, 0)
        if spot is None or not segment.elements:
            raise Wrong(no_element(step, segment, number or "1"))
        found.append(Tested(*spot, step.qualifier))
    for key, value in step.filters:
        if standard == "x12" and not key.startswith("."):
            if last:
                continue  # numbers are pairs inside the segment, see x12_access
            value_ = f"[{key}={value}] does not select a group; use *Q or [.02={value}]"
            raise Wrong(problem("M207", step.span.place(), path=path.text, value=value_))
        spot = (int(key[1:]), 0) if key.startswith(".") else find_number(segment, key)
        if spot is None or spot[0] > len(segment.elements):
            raise Wrong(no_element(step, segment, key))
        found.append(Tested(*spot, value))
    return tuple(found)


def qualifier_codes(segment: Segment, test: Tested) -> frozenset[str] | None:
    """Codes the directory allows where a qualifier stands (M206)."""
    slot = segment.elements[test.position - 1]
    components = slot.components
    return components[test.component].element.codes if test.component < len(components) else None


def find_number(segment: Segment, number: str) -> tuple[int, int] | None:
    """(position, component) of a data element; a stand-alone one comes first."""
    for position, slot in enumerate(segment.elements, start=1):
        if not isinstance(slot.definition, Composite) and slot.number == number:
            return position, 0
    for position, slot in enumerate(segment.elements, start=1):
        for component, one in enumerate(slot.components):
            if one.element.number == number:
                return position, component
    return None


def no_element(step: Step, segment: Segment, number: str, span: Span | None = None) -> Problem:
    """M204: the segment has no such data element."""
    has = []
    for slot in segment.elements:
        inside = ""
        if isinstance(slot.definition, Composite):
            inside = f"({' '.join(one.element.number for one in slot.components)})"
        has.append(slot.number + inside)
    place = (span or step.span).place()
    return problem("M204", place, tag=segment.tag, element=number, has=" ".join(has))
