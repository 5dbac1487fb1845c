"""What a map did with each value: canonical field ↔ place on the wire ↔ row of the map.

The traced variant of a compiled map is made from the same plan as the plain one, and calls a
:class:`Trace` wherever a row takes or puts a value. A trace is the list of problems of the run and
beside them its :class:`Link` entries, so that the generated functions are called alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from gateway.mapping.cells import spot_of
from gateway.mapping.facts import RowFacts, Where, spot
from gateway.mapping.places import Cell
from gateway.problems import Problem
from gateway.syntax.normal import COMPONENT, ELEMENT, REPETITION
from gateway.syntax.record import Record

V = TypeVar("V")
SERVICE = 1
"""Segments in front of the body of a message: UNH, ST."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One value on the wire: an element of a segment, or a field of a record."""

    text: str
    """In normal form, before any converter."""
    segment: int = 0
    """Position in the message as acknowledgements count it (UNH and ST are 1); 0 in records."""
    tag: str = ""
    element: int = 0
    """From 1."""
    repetition: int = 1
    component: int = 1
    record: str = ""
    """Path of the record: ``order.line[2]``."""
    name: str = ""
    """Field of the record."""
    line: int | None = None
    """Of the file, where the record starts."""

    @property
    def key(self) -> tuple[object, ...]:
        """What tells places apart."""
        place = (self.segment, self.element, self.repetition, self.component)
        return (*place, self.record, self.name)

    def __str__(self) -> str:
        """``QTY at 12, element 1.2``; ``order.line[2].qty``."""
        if not self.segment:
            return f"{self.record}.{self.name}"
        part = f".{self.component}" if self.component > 1 else ""
        again = f", repetition {self.repetition}" if self.repetition > 1 else ""
        return f"{self.tag} at {self.segment}, element {self.element}{part}{again}"


@dataclass(frozen=True, slots=True)
class Link:
    """One row at work: what it took or put, and where."""

    field: str
    """Canonical path ``lines[3].price``; for literals and counts what the row says on its left."""
    row: RowFacts
    way: str
    """``read`` ``written``, ``default`` (nothing was on the wire), ``verified`` (``==``)."""
    spots: tuple[Spot, ...] = ()

    @property
    def constant(self) -> bool:
        """Whether the left side of the row is no field: a literal, a count, the time."""
        return not self.row.named


@dataclass(frozen=True, slots=True)
class Traced(Generic[V]):
    """The outcome of a traced run."""

    value: V
    """What the plain run gives."""
    problems: list[Problem]
    links: tuple[Link, ...]
    """In the order of the map."""


class _Marked(str):
    """A segment that knows which rows wrote it."""

    cells: list[tuple[Cell, str, RowFacts]]


class Trace(list[Problem]):
    """The problems of a run, and what each row did."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[Link] = []
        self._records: dict[int, list[tuple[str, str, RowFacts]]] = {}
        self._paths: dict[int, str] = {}
        self._same: dict[str, list[str]] = {}

    # ------------------------------------------------------------------ reading

    def root(self, record: Record) -> None:
        """Name the records below this one by their paths."""
        self._paths = {id(one): path for path, one in record_paths(record)}

    def took(
        self, where: Where, facts: RowFacts, segments: Sequence[str], *sources: tuple[Any, Any]
    ) -> None:
        """A row read the cells of some occurrences."""
        spots = tuple(self._spots(segments, sources))
        self.links.append(Link(spot(where, facts.field), facts, "read", spots))

    def chose(
        self, where: Where, facts: RowFacts, segments: Sequence[str], *sources: tuple[Any, Any]
    ) -> None:
        """A row took the first of its sources that held something."""
        for source in sources:
            if found := tuple(self._spots(segments, (source,))):
                self.links.append(Link(spot(where, facts.field), facts, "read", found))
                return

    def filled(self, where: Where, facts: RowFacts) -> None:
        """A row gave what stands for an absent value."""
        self.links.append(Link(spot(where, facts.field), facts, "default"))

    def verified(self, facts: RowFacts, segments: Sequence[str], *sources: tuple[Any, Any]) -> None:
        """A row compared what the wire says with the document."""
        spots = tuple(self._spots(segments, sources))
        self.links.append(Link(facts.field, facts, "verified", spots))

    def handed_down(self, links: Iterable[Link], old: Where, new: Where) -> None:
        """Fields of a shared object stand in an entry of a list."""
        before, after = len(spot(old, "")), spot(new, "")
        self.links += [replace(link, field=after + link.field[before:]) for link in links]

    def _spots(
        self, segments: Sequence[str], sources: Iterable[tuple[Any, Sequence[Cell]]]
    ) -> Iterator[Spot]:
        for found, cells in sources:
            for one in found if isinstance(found, list | tuple) else (found,):
                if isinstance(one, Record):
                    yield from self._fields(one, cells)
                elif one is not None:
                    yield from segment_spots(segments[one], one + 1, cells)

    def _fields(self, record: Record, cells: Sequence[Cell]) -> Iterator[Spot]:
        path = self._paths.get(id(record), record.name)
        for cell in cells:
            if text := record.fields.get(cell.name, ""):
                yield Spot(text, record=path, name=cell.name, line=record.line)

    # ------------------------------------------------------------------ writing

    def wrote(
        self,
        out: list[str],
        where: Where,
        cells: Sequence[tuple[Cell, Sequence[tuple[RowFacts, str]]]],
    ) -> None:
        """The last segment was put together from these texts; the first of a cell counts."""
        marked = _Marked(out[-1])
        marked.cells = [
            (cell, spot(where, facts.field) if facts.named else facts.field, facts)
            for cell, sources in cells
            for facts, text in [next((one for one in sources if one[1]), (None, ""))]
            if facts is not None
        ]
        out[-1] = marked

    def put(
        self, record: Record, name: str, where: Where, sources: Sequence[tuple[RowFacts, str]]
    ) -> None:
        """A field of a record was filled; the first text counts."""
        facts = next((facts for facts, text in sources if text), None)
        if facts is None:
            return  # the number of an entry of a tree: no row gave it
        field = spot(where, facts.field) if facts.named else facts.field
        self._records.setdefault(id(record), []).append((name, field, facts))

    def same(self, where: Where, others: Iterable[Where]) -> None:
        """The object at ``where`` was written for the others, too."""
        self._same.setdefault(spot(where, ""), []).extend(spot(one, "") for one in others)

    def finish_segments(self, out: Sequence[str]) -> list[str]:
        """The body as plain segments; its links are known from then on."""
        for index, segment in enumerate(out):
            if isinstance(segment, _Marked):
                for cell, field, facts in segment.cells:
                    found = tuple(segment_spots(segment, index + SERVICE + 1, (cell,)))
                    self._written(field, facts, found)
        return [str(one) for one in out]

    def finish_record(self, record: Record) -> Record:
        """The record; its links are known from then on."""
        for path, one in record_paths(record):
            for name, field, facts in self._records.get(id(one), ()):
                found = Spot(one.fields[name], record=path, name=name, line=one.line)
                self._written(field, facts, (found,))
        return record

    def _written(self, field: str, facts: RowFacts, spots: tuple[Spot, ...]) -> None:
        self.links.append(Link(field, facts, "written", spots))
        for front in _fronts(field) if self._same else ():
            for other in self._same.get(front, ()):
                beside = other + field[len(front) :]
                self.links.append(Link(beside, facts, "written", spots))


def _fronts(field: str) -> Iterator[str]:
    """The objects that a field stands in, inner ones first."""
    while "." in field:
        field = field.rpartition(".")[0]
        yield field


def segment_spots(segment: str, position: int, cells: Iterable[Cell]) -> Iterator[Spot]:
    """Where the cells of a segment stand, as far as they hold something."""
    tag, *_ = elements = segment.split(ELEMENT)
    for cell in cells:
        if (found := spot_of(cell, elements)) is not None:
            element, repetition, component = found
            text = elements[element].split(REPETITION)[repetition].split(COMPONENT)[component]
            yield Spot(text, position, tag, element, repetition + 1, component + 1)


def record_paths(record: Record, path: str = "") -> Iterator[tuple[str, Record]]:
    """The record and all below, each with its path: ``order.line[2]``."""
    path = path or record.name
    yield path, record
    for name, kids in record.kids.items():
        for index, kid in enumerate(kids, 1):
            yield from record_paths(kid, f"{path}.{name}[{index}]")
