"""Defects inside service segments: UNB, UNH, ISA, GS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gateway.grammar.model import Element
from tests.mutation.bases import library
from tests.mutation.kind import Mutant, kind, of_header
from tests.mutation.kinds_envelope import above, is_x12, layout_of
from tests.mutation.model import Doc
from tests.mutation.oracle import Found


@kind("element of a header missing")
def header_element(doc: Doc) -> Iterator[Mutant]:
    """UNB, UNG: mandatory elements; the level is refused at that element."""
    if is_x12(doc):
        return
    for element in (2, 3, 4, 5):
        mutated = doc.with_segment(0, doc.segments[0].put("", element).put("", element, 2))
        mutated = mutated.with_segment(0, mutated.segments[0].trimmed())
        found = [of_header(mutated, "interchange", 1, "G201", 0, element)]
        if element == 5:
            last = len(mutated.segments) - 1
            found.append(of_header(mutated, "interchange", 1, "S202", last, 2))
        yield Mutant(f"UNB {element}", mutated, tuple(found))


@kind("reference of a message missing")
def no_reference(doc: Doc) -> Iterator[Mutant]:
    for one in layout_of(doc).messages:
        at = 2 if is_x12(doc) else 1
        mutated = doc.with_segment(one.first, doc.segments[one.first].put("", at))
        found = [
            of_header(mutated, "message", one.index, "S227", one.first, at),
            of_header(mutated, "message", one.index, "S222", one.last, 2),
        ]
        number = "329" if is_x12(doc) else "0062"
        found.append(of_header(mutated, "message", one.index, "G201", one.first, at, number=number))
        if not is_x12(doc):
            level, nth = above(doc, one.group)
            unnamed = of_header(mutated, "interchange", 1, "S206", one.first, 1)
            found.append(replace(unnamed, level=level, nth=nth, segment=1))
        yield Mutant(f"message {one.index}", mutated, tuple(found))


@kind("date of the interchange")
def header_date(doc: Doc) -> Iterator[Mutant]:
    if is_x12(doc):
        for value in ("261301", "260230"):
            mutated = doc.with_segment(0, doc.segments[0].put(value, 9))
            yield Mutant(value, mutated, (of_header(mutated, "interchange", 1, "G213", 0, 9),))
        mutated = doc.with_segment(0, doc.segments[0].put("2400", 10))
        yield Mutant("2400", mutated, (of_header(mutated, "interchange", 1, "G214", 0, 10),))
        return
    long = "20" if doc.segments[0].get(1, 2) == "4" else ""
    for component, value in ((1, f"{long}261301"), (1, f"{long}260230"), (2, "2400")):
        mutated = doc.with_segment(0, doc.segments[0].put(value, 4, component))
        found = of_header(mutated, "interchange", 1, "S207", 0, 4, component)
        yield Mutant(value, mutated, (found,))


@kind("padding of ISA")
def padding(doc: Doc) -> Iterator[Mutant]:
    """Read by its separators, told, not refused."""
    if not is_x12(doc):
        return
    for element in (2, 4, 6, 8):
        for by in (-1, 2):
            text = doc.segments[0].get(element)
            value = text[:by] if by < 0 else text + " " * by
            if value.strip() == text.strip():
                mutated = doc.with_segment(0, doc.segments[0].put(value, element))
                found = Found(
                    level="interchange", nth=1, code="S131", severity="warning", tag="ISA", offset=0
                )
                yield Mutant(f"ISA{element:02} {by:+}", mutated, (found,))


@kind("elements of ISA")
def isa(doc: Doc) -> Iterator[Mutant]:
    """Each has its own TA105."""
    if not is_x12(doc):
        return
    values = {1: "99", 3: "99", 5: "QQ", 7: "QQ", 14: "9", 15: "Q"}
    for element, value in values.items():
        mutated = doc.with_segment(0, doc.segments[0].put(value, element))
        found = of_header(mutated, "interchange", 1, "G212", 0, element)
        yield Mutant(f"ISA{element:02}", mutated, (found,) * _listed(doc, "ISA", element))


def _listed(doc: Doc, tag: str, element: int) -> bool:
    """Whether the directory of the envelope has a code list there."""
    definition = library().service(doc.segments[0].get(12))[tag].elements[element - 1].definition
    return isinstance(definition, Element) and definition.codes is not None


@kind("elements of GS")
def gs(doc: Doc) -> Iterator[Mutant]:
    if not is_x12(doc):
        return
    group = layout_of(doc).groups[0]
    for element, value, code in ((4, "20260230", "G213"), (5, "2400", "G214"), (7, "Q", "G212")):
        mutated = doc.with_segment(group.first, doc.segments[group.first].put(value, element))
        found = of_header(mutated, "group", 1, code, group.first, element)
        there = code != "G212" or _listed(doc, "GS", element)
        yield Mutant(f"GS{element:02}", mutated, (found,) * there)


@kind("acknowledgement asked for")
def asked(doc: Doc) -> Iterator[Mutant]:
    """Not a defect: the answer has a TA1 that accepts."""
    if is_x12(doc):
        yield Mutant("ISA14", doc.with_segment(0, doc.segments[0].put("1", 14)))
