"""The text form of grammars: one line per thing, so that a change reads as a diff.

A directory is a folder (``grammars/edifact/D96A``) of

``ORDERS.txt``      the tree: ``SG2: C 99`` opens a group, ``NAD M 1`` is a segment, two blanks per
                    level; the first line ``# edifact D96A ORDERS`` names it (X12: functional group
                    as a fourth word). ``*`` as maximum means that the directory sets none.
``segments.txt``    ``NAD 3035! C082 C819*5 | P0304``: elements by position, ``!`` mandatory, ``*n``
                    repetitions, relational notes after ``|``.
``composites.txt``  ``C082 3039! 1131 3055``
``elements.txt``    ``3039 an..17`` (EDIFACT) or ``380 R 1/15``, ``610 N2 1/15`` (X12).
``codes.txt``       ``3035 BY DP SU``; long lists go on in indented lines. No line: not checked.

An element that a segment uses in another form than the directory's has it behind the number:
``380=R/1/10``. An element without a known number is written ``?=AN/1/4``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from gateway.grammar.model import (
    UNBOUNDED,
    Component,
    Composite,
    Element,
    ElementSlot,
    Group,
    Segment,
    SegmentSlot,
)

_PART = re.compile(r"(?P<number>[^=!*]+)(?:=(?P<form>[^!*]+))?(?P<must>!)?(?:\*(?P<repeat>\d+))?")
_EDIFACT_FORM = re.compile(r"(an|a|n)(\.\.)?(\d+)")
_X12_FORM = re.compile(r"([A-Z]+)(\d?)[ /](\d+)/(\d+)")


def records(path: Path) -> dict[str, str]:
    """Lines by their first word; indented lines continue the one before; ``#`` is a comment."""
    if not path.is_file():
        return {}
    text = path.read_text(encoding="utf-8").replace("\n ", " ")
    found: dict[str, str] = {}
    for line in text.split("\n"):
        if line and line[0] != "#":
            name, _, rest = line.partition(" ")
            found[name] = rest
    return found


def element(number: str, form: str, codes: frozenset[str] | None = None) -> Element:
    """An element from its form: ``an..17``, ``n6``, ``R 1/15``, ``N2/1/9``.

    Raises ``ValueError`` for a form that is neither EDIFACT's nor X12's.
    """
    if known := _EDIFACT_FORM.fullmatch(form):
        kind, variable, longest = known.groups()
        return Element(number, kind, 1 if variable else int(longest), int(longest), codes=codes)
    if known := _X12_FORM.fullmatch(form):
        kind, decimals, least, longest = known.groups()
        return Element(number, kind, int(least), int(longest), int(decimals or 0), codes)
    raise ValueError(f"element {number}: {form!r} is no element form")


class Definitions:
    """The definitions of one directory, made when they are asked for.

    ``read(name)`` yields the records of ``segments``, ``composites``, ``elements`` or ``codes``;
    ``fallback`` has the service segments.
    """

    def __init__(
        self, read: Callable[[str], Mapping[str, str]], fallback: Definitions | None = None
    ) -> None:
        self._read = read
        self._fallback = fallback
        self._elements: dict[tuple[str, str | None], Element] = {}
        self._composites: dict[str, Composite] = {}
        self._segments: dict[str, Segment] = {}

    def tags(self) -> list[str]:
        """Tags of all segments of this directory."""
        return list(self._read("segments"))

    def segment(self, tag: str) -> Segment:
        """A segment by tag; raises ``KeyError`` where neither the directory nor service has it."""
        made = self._segments.get(tag)
        if made is None:
            line = self._read("segments").get(tag)
            if line is None:
                if self._fallback is None:
                    raise KeyError(tag)
                return self._fallback.segment(tag)
            parts, _, notes = line.partition("|")
            slots = tuple(self._slot(part) for part in parts.split())
            made = self._segments[tag] = Segment(tag, slots, tuple(notes.split()))
        return made

    def _slot(self, part: str) -> ElementSlot:
        number, form, must, repeat = self._parts(part)
        definition: Element | Composite
        if form is None and number in self._read("composites"):
            definition = self._composite(number)
        else:
            definition = self._element(number, form)
        return ElementSlot(definition, must, repeat)

    def _composite(self, number: str) -> Composite:
        made = self._composites.get(number)
        if made is None:
            components = []
            for part in self._read("composites")[number].split():
                inner, form, must, _ = self._parts(part)
                components.append(Component(self._element(inner, form), must))
            made = self._composites[number] = Composite(number, tuple(components))
        return made

    def _element(self, number: str, form: str | None) -> Element:
        made = self._elements.get((number, form))
        if made is None:
            codes = self._read("codes").get(number)
            made = self._elements[number, form] = element(
                "" if number == "?" else number,
                form or self._read("elements")[number],
                frozenset(codes.split()) if codes else None,
            )
        return made

    @staticmethod
    def _parts(part: str) -> tuple[str, str | None, bool, int]:
        known = _PART.fullmatch(part)
        if known is None:
            raise ValueError(f"{part!r} is no element of a segment")
        number, form, must, repeat = known.groups()
        return number, form, bool(must), int(repeat or 1)


def message(name: str, lines: Iterable[str], definitions: Definitions) -> Group:
    """The tree of a message file (without its comments) as a group.

    Raises ``ValueError`` for a line that is not ``TAG M|C|O max``.
    """
    rows = [_row(line) for line in lines if line.strip() and line[0] != "#"]
    members, end = _members(rows, 0, 0, definitions)
    if end != len(rows):
        raise ValueError(f"{name}: line {end + 1} is indented too deep")
    return Group(name, 1, 1, members)


def _row(line: str) -> tuple[int, str, int, int]:
    words = line.split()
    if len(words) != 3 or words[1] not in "MCO":
        raise ValueError(f"{line!r} is not TAG M|C|O max")
    limit = UNBOUNDED if words[2] == "*" else int(words[2])
    depth = (len(line) - len(line.lstrip())) // 2
    return depth, words[0], int(words[1] == "M"), limit


def _members(
    rows: list[tuple[int, str, int, int]], at: int, depth: int, definitions: Definitions
) -> tuple[tuple[SegmentSlot | Group, ...], int]:
    found: list[SegmentSlot | Group] = []
    while at < len(rows) and rows[at][0] == depth:
        _, name, least, most = rows[at]
        at += 1
        if name.endswith(":"):
            inner, at = _members(rows, at, depth + 1, definitions)
            found.append(Group(name[:-1], least, most, inner))
        else:
            found.append(SegmentSlot(definitions.segment(name), least, most))
    return tuple(found), at
