"""What is wrong in an XML file, with its line and path, while it is read."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from gateway.grammar.layoutmodel import FileLimits
from gateway.grammar.xml.model import Vocabulary
from gateway.grammar.xml.shape import Shape, Slot
from gateway.problems import Place, Problem, problem
from gateway.syntax.record import Record
from gateway.syntax.xmlevents import Position, Stop

_SHORT = 60


class Frame:
    """An open element that became a record."""

    __slots__ = ("children", "empty", "name", "pieces", "rank", "record", "shape")

    def __init__(self, record: Record, shape: Shape, name: str) -> None:
        self.record = record
        self.shape = shape
        self.name = name
        self.children = shape.children
        self.rank = -1
        self.empty: frozenset[str] = frozenset()
        """Elements that were there without content: nothing is kept of them, none is missing."""
        self.pieces: list[str] | None = [] if shape.type.kind else None


class Findings:
    """Takes down problems of the document that is open, or of the file."""

    def __init__(self, vocabulary: Vocabulary, limits: FileLimits, position: Position) -> None:
        self.vocabulary, self.limits, self.position = vocabulary, limits, position
        self.stack: list[Frame] = []
        self.outside = 0
        """Elements around a document that are open."""
        self.skipped = 0
        """How many open elements are read over."""
        self.problems: list[Problem] = []
        self.file_problems: list[Problem] = []
        self.told = 0
        self.read_over: set[tuple[str, str]] = set()
        """Elements of this document that are told to be read over: each once."""

    def choices(self, frame: Frame) -> None:
        """F208: of a choice there are two."""
        record = frame.record
        there: dict[int, str] = {}
        for name in (*record.fields, *record.kids):
            slot = frame.shape.names.get(name)
            if slot is None or slot.group <= 0 or slot.most != 1:
                continue
            first = there.setdefault(slot.group, name)
            if first != name:
                self.report("F208", f"/{name}", value=f"{first} and {name}", most="one of them")

    def lacking(self, frame: Frame, slot: Slot) -> None:
        """F207: a required element is missing."""
        wanted = slot.name
        if slot.group > 0:
            chosen = frame.shape.chosen(slot.group)
            if any(one.name in frame.record.fields or one.name in frame.record.kids
                   for one in chosen):  # fmt: skip
                return
            wanted = " or ".join(one.name for one in chosen)
        place = Place(line=frame.record.line, path=self.path(f"/{slot.name}"))
        self.take(problem("F207", place, line=place.line, where=self.path(""), missing=wanted))

    def too_many(self, slot: Slot, count: int) -> None:
        """F208: an element more than there may be."""
        path = f"/{slot.name}" if slot.leaf else f"/{slot.name}[{count}]"
        value = f"{slot.name} for the {count}. time"
        self.report("F208", path, value=value, most=slot.most)

    def misplaced(self, frame: Frame, slot: Slot) -> None:
        """F212: an element that should have come before."""
        after = [one.name for one in frame.shape.names.values() if one.rank > slot.rank]
        present = [one for one in after if one in frame.record.fields or one in frame.record.kids]
        before = present[0] if present else after[0]
        self.report("F212", f"/{slot.name}", value=slot.name, before=before)

    def unknown(self, frame: Frame, name: str) -> None:
        """F205, F215: an element that the grammar does not have; it is read over."""
        self.skipped = 1
        known = local(name)
        if frame.shape.type.open:
            self.report("F215", f"/{known}", value=known)
            return
        if frame.shape.type.leaf:
            self.report("F205", f"/{known}", value=known, hint="only text may stand here")
            return
        names = list(frame.shape.names)
        near = get_close_matches(known, names, 1)
        hint = f"did you mean {near[0]}?" if near else f"known here: {' '.join(names[:12])}"
        if known in names:
            slot = frame.shape.names[known]
            uri = self.vocabulary.namespaces.get(slot.prefix, "no namespace")
            hint = f"{known} is of the namespace {uri}"
        if self.vocabulary.unknown == "refuse":
            self.report("F205", f"/{known}", value=known, hint=hint)
        elif (frame.name, known) not in self.read_over:
            self.read_over.add((frame.name, known))
            self.report("F215", f"/{known}", value=known)

    def place(self, below: str) -> Place:
        """Where the parser is, and the path to what is ``below`` the open record."""
        return Place(
            line=self.position.line, column=self.position.column, path=self.path(below) or None
        )

    def path(self, below: str) -> str:
        """``/Order/OrderLine[2]/LineItem`` and what is below."""
        parts = [f"/{one.name}" for one in self.vocabulary.wrappers[: self.outside]]
        above: Record | None = None
        for frame in self.stack:
            kids = above.kids.get(frame.name, ()) if above is not None else ()
            parts.append(f"/{frame.name}" + (f"[{len(kids)}]" if len(kids) > 1 else ""))
            above = frame.record
        return "".join(parts) + below

    def report(self, code: str, below: str, **facts: Any) -> None:
        """A problem at the place where the parser is."""
        place = self.place(below)
        self.take(problem(code, place, line=place.line, where=place.path or "/", **facts))

    def take(self, found: Problem) -> None:
        """Take down a problem. Raises :class:`Stop` when there are too many."""
        self.told += 1
        if self.told <= self.limits.problems:
            (self.problems if self.stack else self.file_problems).append(found)
        else:
            raise Stop(problem("F203", found.place, what="problems", most=self.limits.problems,
                               line=found.place.line))  # fmt: skip


def local(name: str) -> str:
    """The name of an element without its namespace."""
    return name.rpartition(" ")[2]


def shown(value: str) -> str:
    """A value, cut if it is long."""
    return value if len(value) <= _SHORT else f"{value[:_SHORT]}…"
