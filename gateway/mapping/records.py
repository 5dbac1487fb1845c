"""Paths into records: ``field``, ``kid.field`` or ``kid/field``, ``parties[role=BY].name``.

Names are those of the layout (:mod:`gateway.grammar.layout`): fields of a record and the records
below it.
"""

from __future__ import annotations

import re
from difflib import get_close_matches

from gateway.grammar.layoutmodel import RecordLayout
from gateway.grammar.model import Element
from gateway.mapping.paths import Wrong
from gateway.mapping.places import Access, Cell, Selector, Tested
from gateway.mapping.statements import Path
from gateway.problems import Problem, problem

_STEP = re.compile(r"(?P<name>[A-Za-z_][\w-]*)(?:\[(?P<filter>[^\]]*)\])?")


def record_path(path: Path, scope: RecordLayout) -> Access:
    """Where a field of a record stands. Raises :class:`Wrong`."""
    head, dot, last = path.text.rpartition(".") if "[" not in path.text else _cut(path.text)
    names = [*(head.split("/") if dot else []), last]
    if not dot and "/" in last:
        names = last.split("/")
    steps: list[Selector] = []
    here = scope
    for name in names[:-1]:
        selector, here = _kid(path, name, here)
        steps.append(selector)
    shape = here.fields.get(names[-1])
    if shape is None:
        raise Wrong(_no_field(path, names[-1], here))
    element = Element(shape.name, shape.kind, 0, shape.max)
    return Access(
        tuple(steps),
        (Cell(name=shape.name),),
        (element,),
        format=shape.format,
        mark=shape.mark,
    )


def kid_path(path: Path, scope: RecordLayout) -> tuple[Selector, RecordLayout]:
    """The record that a block repeats over. Raises :class:`Wrong`."""
    return _kid(path, path.text, scope)


def _cut(text: str) -> tuple[str, str, str]:
    closed = text.rfind("]")
    head, dot, last = text[closed + 1 :].rpartition(".")
    if not dot:
        head, dot, last = text[closed + 1 :].rpartition("/")
    return text[: closed + 1] + head, dot, last


def _kid(path: Path, text: str, here: RecordLayout) -> tuple[Selector, RecordLayout]:
    match = _STEP.fullmatch(text)
    if not match:
        raise Wrong(problem("M201", path.span.place(), path=path.text, wanted="record.field"))
    shape = here.kids.get(match["name"])
    if shape is None:
        near = get_close_matches(match["name"], list(here.kids), 1)
        raise Wrong(
            problem(
                "M202",
                path.span.place(),
                tag=match["name"],
                group=here.name,
                hint=f"did you mean {near[0]}? " if near else "",
                members=" ".join(here.kids) or "no records",
            )
        )
    tests = []
    for piece in filter(None, (match["filter"] or "").split(",")):
        key, _, value = piece.partition("=")
        if key not in shape.fields:
            raise Wrong(_no_field(path, key, shape))
        tests.append(Tested(0, 0, value, key))
    return Selector((), tuple(tests), group=True, record=match["name"]), shape


def _no_field(path: Path, name: str, here: RecordLayout) -> Problem:
    near = get_close_matches(name, list(here.fields), 1)
    has = " ".join(here.fields) + (f"; did you mean {near[0]}?" if near else "")
    start = path.text.rfind(name)
    spot = path.span.part(start, len(name))
    return problem("M204", spot.place(), tag=here.name, element=name, has=has)
