"""Paths into records: ``field``, ``kid.field`` or ``kid/field``, ``parties[role=BY].name``.

Names are those of the layout (:mod:`gateway.grammar.layout`): fields of a record and the records
below it. ``E1EDKA1+WE`` is short for a filter on the field that qualifies records of a kind.

Filters look as deep as they must: ``PartyTaxScheme[TaxScheme/ID=VAT]/CompanyID``. ``[X=V]`` selects
on read and is put in on write; ``[X!=V]`` (another value or none), ``[X=]`` (none) and ``[X!=]``
(any) only select. Several stand beside each other: ``[ID=A,Kind!=B]``.

In XML an attribute is ``ID@schemeID`` (or ``ID/@schemeID``), and a repeatable element with text is
a record whose own text is the field ``$``: ``Note`` alone means ``Note/$``. A filter behind a field
looks at its attributes: ``EndpointID[@schemeID=0088]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches

from gateway.grammar.layoutmodel import FieldLayout, RecordLayout
from gateway.grammar.model import Element
from gateway.mapping.paths import Wrong
from gateway.mapping.places import Access, Cell, Selector, Tested
from gateway.mapping.statements import Path
from gateway.problems import Problem, problem

OWN = "$"
"""The field with the own text of a record."""
_STEP = re.compile(r"(?P<name>[^\[\]+/.]+)(?:\+(?P<qualifier>[\w-]+))?(?:\[(?P<filter>[^\]]*)\])?")
_FILTER = re.compile(r"(?P<key>[^=!]+)(?P<sign>!?=)(?P<value>.*)")
_CUT = re.compile(r"[/.](?![^\[]*\])")
"""A slash or dot outside brackets."""
_MOST_NAMES = 40


@dataclass(frozen=True, slots=True)
class _Step:
    name: str
    qualifier: str
    filters: tuple[tuple[str, str, str], ...]
    """Key, ``=`` or ``!=``, value."""


def record_path(path: Path, scope: RecordLayout) -> Access:
    """Where a field of a record stands. Raises :class:`Wrong`."""
    *front, last = _steps(path)
    steps: list[Selector] = []
    here = scope
    for step in front:
        selector, here = _kid(path, step, here)
        steps.append(selector)
    if last.name not in here.fields:
        kid, _, attribute = last.name.partition("@")
        if OWN in last.name or kid not in here.kids:
            raise Wrong(_no_field(path, last.name, here))
        selector, here = _kid(path, replace(last, name=kid), here)
        steps.append(selector)
        last = _Step(f"@{attribute}" if attribute else OWN, "", ())
    shape = here.fields.get(last.name)
    if shape is None:
        raise Wrong(_no_field(path, last.name, here))
    tests = _beside(path, last, here)
    if tests and steps and here.many:
        # of several records the one that holds it, not the first if it happens to hold it
        steps[-1] = replace(steps[-1], tests=steps[-1].tests + tests)
        tests = ()
    return _access(tuple(steps), shape, tests)


def _access(
    steps: tuple[Selector, ...], shape: FieldLayout, tests: tuple[Tested, ...] = ()
) -> Access:
    element = Element(shape.name, shape.kind, 0, shape.max)
    cell = Cell(name=shape.name, when=tests)
    return Access(steps, (cell,), (element,), format=shape.format, mark=shape.mark)


def kid_path(path: Path, scope: RecordLayout) -> tuple[Selector, RecordLayout]:
    """The record that a block repeats over; it may stand deeper. Raises :class:`Wrong`."""
    steps: list[Selector] = []
    here = scope
    for step in _steps(path):
        selector, here = _kid(path, step, here)
        steps.append(selector)
    return replace(steps[-1], via=tuple(steps[:-1])), here


def excepted(
    path: Path, selector: Selector, shape: RecordLayout, codes: tuple[str, ...]
) -> Selector:
    """The selector of ``except Q …``: the qualifier is none of these. Raises :class:`Wrong`."""
    if not codes:
        return selector
    if not shape.qualifier:
        raise Wrong(_no_field(path, f"except {' '.join(codes)}", shape))
    tests = tuple(Tested(0, 0, code, shape.qualifier, "!=") for code in codes)
    return replace(selector, tests=selector.tests + tests)


def _steps(path: Path) -> list[_Step]:
    """The path in steps; ``ID/@schemeID`` is one."""
    texts = _CUT.split(path.text)
    while len(texts) > 1 and texts[-1].startswith("@") and "[" not in texts[-2]:
        attribute = texts.pop()
        texts[-1] += attribute
    return [_step(path, text) for text in texts]


def _step(path: Path, text: str) -> _Step:
    match = _STEP.fullmatch(text)
    if not match:
        raise Wrong(problem("M201", path.span.place(), path=path.text, wanted="record.field"))
    filters = []
    for piece in filter(None, (match["filter"] or "").split(",")):
        known = _FILTER.fullmatch(piece)
        if known is None:
            wanted = "[field=value] or [field!=value]"
            raise Wrong(problem("M201", path.span.place(), path=path.text, wanted=wanted))
        filters.append((known["key"], known["sign"], known["value"]))
    return _Step(match["name"], match["qualifier"] or "", tuple(filters))


def _kid(path: Path, step: _Step, here: RecordLayout) -> tuple[Selector, RecordLayout]:
    shape = here.kids.get(step.name)
    if shape is None:
        raise Wrong(_no_record(path, step.name, here))
    tests = []
    if step.qualifier:
        if not shape.qualifier:
            raise Wrong(_no_field(path, f"+{step.qualifier}", shape))
        tests.append(Tested(0, 0, step.qualifier, shape.qualifier))
    for key, sign, value in step.filters:
        tests.append(Tested(0, 0, value, _deep(path, key, shape), sign))
    return Selector((), tuple(tests), group=True, record=step.name), shape


def _deep(path: Path, key: str, here: RecordLayout) -> str:
    """The place that a filter looks at, below its record: ``TaxScheme/ID``, ``Note/$``."""
    *front, last = key.split("/")
    if last.startswith("@") and front:
        last = front.pop() + last
    for name in front:
        if name not in here.kids:
            raise Wrong(_no_record(path, name, here))
        here = here.kids[name]
    if last not in here.fields:
        kid, _, attribute = last.partition("@")
        if not kid or kid not in here.kids:
            raise Wrong(_no_field(path, last, here))
        front, here, last = [*front, kid], here.kids[kid], f"@{attribute}" if attribute else OWN
        if last not in here.fields:
            raise Wrong(_no_field(path, last, here))
    return "/".join((*front, last))


def _beside(path: Path, last: _Step, here: RecordLayout) -> tuple[Tested, ...]:
    """Tests on the attributes of the field that a path ends in."""
    if last.qualifier:
        raise Wrong(_no_field(path, f"+{last.qualifier}", here))
    tests = []
    for key, sign, value in last.filters:
        name = f"{last.name}{key}"
        if not key.startswith("@") or name not in here.fields:
            raise Wrong(_no_field(path, name if key.startswith("@") else key, here))
        tests.append(Tested(0, 0, value, name, sign))
    return tuple(tests)


def _no_record(path: Path, name: str, here: RecordLayout) -> Problem:
    near = get_close_matches(name, list(here.kids), 1)
    return problem(
        "M202",
        path.span.place(),
        tag=name,
        group=here.name,
        hint=f"did you mean {near[0]}? " if near else "",
        members=_some(here.kids) or "no records",
    )


def _no_field(path: Path, name: str, here: RecordLayout) -> Problem:
    near = get_close_matches(name, list(here.fields), 1)
    has = _some(one for one in here.fields if "@" not in one) or "no fields"
    has += f"; did you mean {near[0]}?" if near else ""
    start = path.text.rfind(name)
    spot = path.span.part(start, len(name)) if start >= 0 else path.span
    return problem("M204", spot.place(), tag=here.name, element=name, has=has)


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    more = f" … ({len(listed)} in all)" if len(listed) > _MOST_NAMES else ""
    return " ".join(listed[:_MOST_NAMES]) + more
