"""What may stand where the cursor is: fields from the document, paths from the grammar, words.

The text need not be right: only the header, the lines above that are indented less, and the line
itself up to the cursor are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from gateway.grammar.layoutmodel import RecordLayout
from gateway.grammar.model import Composite, Group, Segment, SegmentSlot
from gateway.mapping.convert import CONVERTERS
from gateway.mapping.cursor import FUNCTIONS, POLICIES
from gateway.mapping.fields import field_type, fields_of
from gateway.mapping.outline import INDENT
from gateway.mapping.paths import Wrong, group_path
from gateway.mapping.plan import Scope
from gateway.mapping.records import kid_path
from gateway.mapping.statements import Path, Span

_OPERATOR = re.compile(r"\s(<->|<-|->|==)\s")
_BLOCK = re.compile(r"\s*(?:replace\s+|add\s+)?(one|each|nest)\s+(\S+)\s+<->\s+group\s+(\S+)(.*)")
_PART = re.compile(r"\s*part\s+(\S+)")
_LEVEL = re.compile(r"\s*level\s+(.*)")
_LAST = re.compile(r"[^\s(,]*\Z")
_STATEMENTS = ("one", "each", "nest", "part", "level")
_CHANGES = ("replace", "add", "drop", "require", "codes")
_MODIFIERS = ("codes", "default", "implied", "required", "when", "on error", "lookup")
_DEEPEST = 3
"""Objects within objects whose fields are offered."""
MOST = 500
"""Suggestions at most."""


class Suggestion(NamedTuple):
    """One."""

    text: str
    kind: str
    """``field`` ``segment`` ``qualifier`` ``element`` ``record`` ``word`` ``codes``."""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a map is about."""

    model: type[Any] | None
    """Canonical document."""
    scope: Scope | None
    """Root of the grammar or of the layout."""
    standard: str
    """``edifact`` ``x12`` or the kind of records."""
    code_lists: Sequence[str] = ()
    overlay: bool = False


class Completion(NamedTuple):
    """All suggestions for a place."""

    start: int
    """Column (from 1) where the word begins that they replace."""
    suggestions: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """The object and the group that a line stands in."""

    model: type[Any] | None
    scope: Scope | None


def complete(text: str, line: int, column: int, subject: Subject) -> Completion:
    """Suggestions at a place; ``line`` and ``column`` from 1 (column 1: before the first sign)."""
    lines = text.split("\n")
    if not 1 <= line <= len(lines):
        return Completion(column, ())
    before = lines[line - 1][: column - 1]
    place = _place(lines, line, subject)
    match = _LAST.search(before)
    word = match[0] if match else ""
    operator = _OPERATOR.search(f"{before} ")
    found: Iterable[Suggestion]
    if operator is None:
        found = _left(before, word, place, subject)
        start = column - len(word)
    else:
        found, start = _right(before[operator.end() - 1 :], word, place, subject, column)
    begun = before[start - 1 :]
    fitting = [one for one in found if one.text.lower().startswith(begun.lower())]
    unique = dict.fromkeys(fitting)
    return Completion(start, tuple(unique)[:MOST])


# ---------------------------------------------------------------------- where we are


def _place(lines: Sequence[str], line: int, subject: Subject) -> _Place:
    """Follow the lines above that are indented less, from the outermost inwards."""
    place = _Place(subject.model, subject.scope)
    for above in _above(lines, line):
        if part := _PART.fullmatch(above.rstrip()):
            return _part_place(lines, part[1], place, subject)
        place = _inside(above, place, subject)
    return place


def _above(lines: Sequence[str], line: int) -> list[str]:
    here = lines[line - 1]
    depth = _depth(here)
    found = []
    for above in reversed(lines[: line - 1]):
        if above.strip() and not above.lstrip().startswith("#") and _depth(above) < depth:
            found.append(above)
            depth = _depth(above)
        if not depth:
            break
    return found[::-1]


def _depth(line: str) -> int:
    return (len(line) - len(line.lstrip())) // INDENT


def _inside(line: str, place: _Place, subject: Subject) -> _Place:
    """What the body of a line stands in."""
    if level := _LEVEL.fullmatch(line.rstrip()):
        return _level(level[1].split(), place)
    block = _BLOCK.fullmatch(line.rstrip())
    if block is None:
        return _Place(None, None)
    model = None
    if place.model is not None:
        found = field_type(place.model, block[2])
        model = found.model if found is not None else None
    return _Place(model, _scope(block[3], place.scope, subject.standard))


def _level(words: Sequence[str], place: _Place) -> _Place:
    """A level of a tree: an entry of a list or an object of the node, or the node itself."""
    for role in ("each", "shared"):
        if role in words[:-1] and place.model is not None:
            found = field_type(place.model, words[words.index(role) + 1])
            return _Place(found.model if found is not None else None, place.scope)
    return place


def _scope(text: str, scope: Scope | None, standard: str) -> Scope | None:
    path = Path(text, Span("", 1, 1, len(text)))
    try:
        if isinstance(scope, RecordLayout):
            return kid_path(path, scope)[1]
        if isinstance(scope, Group):
            selector = group_path(path, scope, standard)
            for step in (*selector.via, selector):
                assert isinstance(scope, Group)
                scope = scope.members[step.members[0]]
            return scope
    except Wrong:
        return None
    return None


def _part_place(lines: Sequence[str], name: str, top: _Place, subject: Subject) -> _Place:
    """A part stands where the first block that takes it stands."""
    for number, line in enumerate(lines, 1):
        block = _BLOCK.match(line)
        if block and re.search(rf"\bpart\s+{re.escape(name)}\b", block[4]):
            if any(_PART.fullmatch(one.rstrip()) for one in _above(lines, number)):
                continue
            return _inside(line, _place(lines, number, subject), subject)
    return top


# ---------------------------------------------------------------------- left side


def _left(before: str, word: str, place: _Place, subject: Subject) -> Iterator[Suggestion]:
    words = before[: len(before) - len(word)].split()
    if words[:1] and words[0] in _CHANGES:
        words = words[1:]
    elif not words and subject.overlay:
        yield from (Suggestion(one, "word") for one in _CHANGES)
        return
    if not words:
        yield from (Suggestion(one, "word") for one in _STATEMENTS)
        yield from _fields(place.model)
    elif words[-1] in ("one", "each", "nest"):
        wanted = ("object",) if words[-1] == "one" else ("list",)
        yield from (one for one in _fields(place.model, wanted))
    elif words[-1].endswith("("):
        yield from _fields(place.model)


def _fields(
    model: type[Any] | None, kinds: Sequence[str] = (), front: str = "", depth: int = _DEEPEST
) -> Iterator[Suggestion]:
    if model is None:
        return
    for name, found in fields_of(model).items():
        if not kinds or found.kind in kinds:
            needed = ", required" if found.required else ""
            yield Suggestion(f"{front}{name}", "field", f"{found.kind}{needed}")
        if found.kind == "object" and depth > 1:
            yield from _fields(found.model, kinds, f"{front}{name}.", depth - 1)


# ---------------------------------------------------------------------- right side


def _right(
    before: str, word: str, place: _Place, subject: Subject, column: int
) -> tuple[Iterator[Suggestion], int]:
    words = before[: len(before) - len(word)].replace("(", " ( ").split()
    if not words or words[-1] in ("(", "group") or words[-1].endswith(","):
        steps, _, last = word.rpartition("/")
        scope = place.scope
        for step in filter(None, steps.split("/")):
            scope = _scope(step, scope, subject.standard)
        start = column - len(last)
        found = _path(last, scope, subject.standard)
        if not words and not steps:
            return _both(found, (Suggestion(f"{one}(", "word") for one in FUNCTIONS[:4])), start
        return found, start
    return _modifiers(words[-1], place, subject), column - len(word)


def _both(*parts: Iterable[Suggestion]) -> Iterator[Suggestion]:
    for part in parts:
        yield from part


def _path(last: str, scope: Scope | None, standard: str) -> Iterator[Suggestion]:
    if isinstance(scope, RecordLayout):
        yield from (Suggestion(name, "element", one.kind) for name, one in scope.fields.items())
        yield from (Suggestion(f"{name}/", "record") for name in scope.kids)
        return
    segments = dict(_segments(scope))
    sign = "+" if standard == "edifact" else "*"
    tag = re.split(r"[+*.\[]", last, maxsplit=1)[0]
    segment = segments.get(tag)
    if segment is None or tag == last:
        yield from (Suggestion(name, "segment") for name in segments)
    if segment is not None:
        front, dot, _ = last.rpartition(".")
        if not dot and "[" not in last:
            codes = _qualifiers(segment)
            yield from (Suggestion(f"{tag}{sign}{code}", "qualifier") for code in codes)
        yield from _elements(segment, front if dot else last, standard)


def _segments(scope: Scope | None) -> Iterator[tuple[str, Segment]]:
    """Tags that a path may start with."""
    if isinstance(scope, SegmentSlot):
        yield scope.tag, scope.segment
    elif isinstance(scope, Group):
        for member in scope.members:
            trigger = member if isinstance(member, SegmentSlot) else member.members[0]
            if isinstance(trigger, SegmentSlot):
                yield trigger.tag, trigger.segment


def _qualifiers(segment: Segment) -> Iterable[str]:
    first = segment.elements[0].components[0].element if segment.elements else None
    return sorted(first.codes or ()) if first is not None else ()


def _elements(segment: Segment, front: str, standard: str) -> Iterator[Suggestion]:
    for position, slot in enumerate(segment.elements, 1):
        composite = isinstance(slot.definition, Composite)
        if standard == "x12" and not composite:
            yield Suggestion(f"{front}.{position:02}", "element", slot.number)
            continue
        for at, component in enumerate(slot.components, 1):
            element = component.element
            form = f"{element.kind}..{element.max}"
            if standard == "x12":
                yield Suggestion(f"{front}.{position:02}-{at:02}", "element", element.number)
            else:
                inside = f" in {slot.number}" if composite else ""
                yield Suggestion(f"{front}.{element.number}", "element", f"{form}{inside}")
        if composite and standard == "edifact" and "." not in front:
            yield Suggestion(f"{front}.{slot.number}", "element", "composite")


_AFTER: Mapping[str, Sequence[str]] = {"on": ("error",), "error": POLICIES}


def _modifiers(previous: str, place: _Place, subject: Subject) -> Iterator[Suggestion]:
    if previous == "codes":
        yield from (Suggestion(name, "codes") for name in subject.code_lists)
    elif previous in _AFTER:
        yield from (Suggestion(name, "word") for name in _AFTER[previous])
    elif previous in ("when", "and", "or"):
        yield from _fields(place.model)
    elif previous not in ("default", "implied", "lookup"):
        yield from (Suggestion(name, "word", "converter") for name in CONVERTERS)
        yield from (Suggestion(name, "word") for name in _MODIFIERS)
