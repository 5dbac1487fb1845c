"""What a kind of defect is, and the list of all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from tests.mutation.bases import grammar_of
from tests.mutation.model import Doc, Rendered, Seg, layouts
from tests.mutation.oracle import (
    Found,
    aftermath,
    broken_notes,
    in_its_format,
    number_of,
    place,
    warnings,
)

_DATE = 35
"""Longest 2380."""
SUBJECT = 2
"""The message that is mutated."""


@dataclass(frozen=True)
class Mutant:
    """A broken interchange and what must be found in it; ``equal``: as small explanations."""

    where: str
    doc: Doc
    found: tuple[Found, ...] = ()
    equal: tuple[tuple[Found, ...], ...] = ()
    raw: bytes | None = None
    """Its bytes, where they are not those of ``doc``."""
    loose_from: int | None = None
    """Offset from which findings are not compared: the segment that a cut has left in pieces."""

    @property
    def data(self) -> bytes:
        return Rendered(self.doc).data if self.raw is None else self.raw


Lazy = Callable[[], Mutant]
"""A mutant whose explanation takes time."""
Kind = Callable[[Doc], Iterator["Mutant | Lazy"]]
KINDS: dict[str, Kind] = {}


def kind(name: str) -> Callable[[Kind], Kind]:
    """Register a kind under the name that the table shows."""

    def register(made: Kind) -> Kind:
        assert name not in KINDS
        KINDS[name] = made
        return made

    return register


def mutants(made: Kind, doc: Doc, step: int = 1, first: int = 0) -> Iterator[Mutant]:
    """The mutants of a kind, or every so many of them."""
    for one in islice(made(doc), first, None, step):
        yield one if isinstance(one, Mutant) else one()


def in_subject(code: str, segment: int, **more: object) -> Found:
    """A finding in the mutated message."""
    return Found(level="message", nth=SUBJECT, code=code, segment=segment, **more)  # type: ignore[arg-type]


def content(
    doc: Doc, changed: Sequence[Seg], found: Sequence[Found], where: str, *, notes_of: int = 0
) -> Mutant:
    """A mutant whose order of segments is right: findings, and what follows from the change.

    ``notes_of`` is the number of the segment whose relational notes may be broken now.
    """
    mutated = doc.with_subject(changed)
    return Mutant(where, mutated, finished(mutated, [*found, *consequences(mutated, notes_of)]))


def consequences(mutated: Doc, notes_of: int = 0, *, sound: bool = True) -> Iterator[Found]:
    """Findings that come with a change: notes, totals, hierarchies."""
    grammar = grammar_of(mutated)
    segments = mutated.subject
    if notes_of and segments[notes_of - 1].tag in grammar.segments:
        own = segments[notes_of - 1]
        definition = grammar.segments[own.tag]
        if own.tag == "DTM" and mutated.standard == "edifact":
            yield from _dated(own, notes_of)
        for code, element, trigger in broken_notes(own, definition):
            number = number_of(definition, element, None)
            yield in_subject(code, notes_of, element=element, number=number, trigger=trigger)
    for code, number, element, component, value, data_element in aftermath(
        segments, grammar, sound=sound
    ):
        yield in_subject(
            code, number, element=element, component=component, value=value, number=data_element
        )
    if sound:
        for code, number, element in warnings(segments, grammar):
            yield in_subject(code, number, element=element, severity="warning")


def _dated(segment: Seg, number: int) -> Iterator[Found]:
    """DTM: each value in the format behind it, where nothing else is wrong with it."""
    for nth, components in enumerate(segment.elements[0] if segment.elements else (), 1):
        _, value, form = (*components, "", "", "")[:3]
        if 0 < len(value) <= _DATE and not in_its_format(value, form):
            yield in_subject(
                "G219" if form == "401" else "G218", number, element=1, component=2,
                repetition=nth if len(segment.elements[0]) > 1 else None, value=value,
                number="2380",
            )  # fmt: skip


def finished(doc: Doc, found: Sequence[Found]) -> tuple[Found, ...]:
    """Findings with their tags and offsets."""
    rendered = Rendered(doc)
    return tuple(place(doc, rendered, one) for one in found)


def of_header(
    doc: Doc, level: str, nth: int, code: str, index: int, element: int | None = None,
    component: int | None = None, interchange: int = 1, **more: object,
) -> Found:  # fmt: skip
    """A finding at the service segment with an index; messages number it, other levels do not."""
    rendered = Rendered(doc)
    segment = None
    if level == "message":
        layout = list(layouts(doc))[interchange - 1]
        segment = index - layout.messages[nth - 1].first + 1
    return Found(
        level=level, nth=nth, code=code, segment=segment, tag=doc.segments[index].tag,
        element=element, component=component, offset=rendered.offset(index, element, component),
        interchange=interchange, **more,  # type: ignore[arg-type]
    )  # fmt: skip
