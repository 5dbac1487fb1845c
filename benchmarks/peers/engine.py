"""What this engine says of a file, with places that count from the start of the interchange."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from gateway import syntax
from gateway.config.data import data_roots
from gateway.grammar import Library, MessageGrammar, read
from gateway.grammar.envelope import InterchangeEnd, InterchangeStart, MessageFound, Stray, walk
from gateway.grammar.envelope.model import MessageHeader
from gateway.problems import Problem, Severity

ROOT = Path(__file__).parents[2]
Find = Callable[[MessageFound], MessageGrammar | None]


@dataclass(frozen=True, slots=True)
class Said:
    """A finding: code, place, and the tag it is about."""

    code: str
    tag: str
    segment: int
    """From 1, of the interchange: ISA, UNB is 1."""
    element: int | None
    repetition: int | None
    component: int | None
    error: bool
    sentence: str

    def __str__(self) -> str:
        place = f"{self.segment} {self.tag}"
        if self.element:
            place += f" {self.element}"
            place += f".{self.component}" if self.component else ""
            place += f" repetition {self.repetition}" if (self.repetition or 1) > 1 else ""
        return f"{self.code} at {place}"


@cache
def library() -> Library:
    """The grammars of this program."""
    return Library(*data_roots(ROOT, "grammars"))


def directory(found: MessageFound, known: Library | None = None) -> MessageGrammar | None:
    """The grammar that a message asks for."""
    header: MessageHeader = found.header
    standard = found.part.dialect.standard if found.part.dialect else ""
    return (known or library()).message(standard, header.directory, header.type, lists=header.lists)


def say(data: bytes, find: Find = directory) -> list[Said]:
    """All findings of a file, in the order of their places."""
    starts = [span.offset for part in syntax.read_bytes(data) for span in syntax.spans(part)]
    found = [_said(one, starts) for one in problems(data, find)]
    return sorted(found, key=lambda one: one.segment)


def problems(data: bytes, find: Find = directory) -> Iterator[Problem]:
    """All problems of a file: syntax, envelope, and contents where a grammar is known."""
    for event in walk(syntax.read([data]), library().service):
        if isinstance(event, InterchangeStart):
            continue
        yield from event.part.problems if isinstance(event, Stray) else event.problems
        if isinstance(event, InterchangeEnd):
            for group in event.groups:
                yield from group.problems
        if isinstance(event, MessageFound):
            grammar = find(event)
            if grammar is not None:
                yield from read(event.part, grammar).problems


def _said(found: Problem, starts: list[int]) -> Said:
    place = found.place
    segment = place.segment or 0
    if place.offset is not None:
        segment = bisect_right(starts, place.offset)
    return Said(
        found.code,
        place.tag or "",
        segment,
        place.element,
        place.repetition,
        place.component,
        found.severity is Severity.ERROR,
        found.sentence,
    )
