"""What is different between two results: fields of the document, problems, lines of the file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from itertools import islice
from typing import Any

from gateway.config.erpforms import looks
from gateway.grammar import Library
from gateway.grammar.envelope import InterchangeStart, MessageFound, walk
from gateway.pipeline.stamp import without_stamp
from gateway.problems import Problem
from gateway.syntax import detect, read_bytes, spans

LINES = 400
"""Lines of a difference that are kept."""
_CONTEXT = 1
_EDI = ("edifact", "x12")


@dataclass(frozen=True, slots=True)
class Change:
    """A field of the canonical document: ``lines[0].quantity``, ``5`` → ``6``; absent is empty."""

    path: str
    before: str
    after: str


def changes(before: bytes, after: bytes) -> tuple[Change, ...]:
    """Fields that differ between two documents as JSON; an empty text is no document."""
    old, new = (dict(_flat(json.loads(text))) if text else {} for text in (before, after))
    paths = [*old, *(path for path in new if path not in old)]
    return tuple(
        Change(path, old.get(path, ""), new.get(path, ""))
        for path in paths
        if old.get(path) != new.get(path)
    )


def only_in(left: Sequence[Problem], right: Sequence[Problem]) -> tuple[Problem, ...]:
    """Problems of ``left`` that ``right`` has not, as often as it has them."""
    there = Counter(map(_said, right))
    found: list[Problem] = []
    for each in left:
        if there[_said(each)]:
            there[_said(each)] -= 1
        else:
            found.append(each)
    return tuple(found)


def line_changes(before: Sequence[str], after: Sequence[str]) -> tuple[str, ...]:
    """A unified difference without its head."""
    lines = unified_diff(before, after, "before", "after", lineterm="", n=_CONTEXT)
    return tuple(islice(lines, 2, LINES + 2))


def lines_of(data: bytes) -> list[str]:
    """A file as lines: JSON spread out, an IDoc without the numbers of its row."""
    if looks(data) == "idoc" or b"<EDI_DC40" in data[:4096]:
        return list(without_stamp(data))
    if detect(data[:4096]) == "json":
        try:
            return json.dumps(json.loads(data), indent=1, ensure_ascii=False).splitlines()
        except ValueError:
            pass
    return data.decode("utf-8", "replace").splitlines()


def wire_lines(library: Library, data: bytes) -> dict[str, list[str]]:
    """The messages of an interchange by segment, by their references.

    Without what holds control numbers and times: these are others in every interchange.
    """
    found: dict[str, list[str]] = {}
    if detect(data[:4096]) not in _EDI:
        return found
    head = ""
    for item in walk(read_bytes(data), library.service):
        if isinstance(item, InterchangeStart):
            interchange = item.interchange
            kind = "test" if interchange.test else "live"
            head = f"from {interchange.sender} to {interchange.receiver}, {kind}"
        elif isinstance(item, MessageFound):
            header = item.header
            dialect = item.part.dialect
            codec = "latin-1" if dialect is None else dialect.codec
            body = [span.raw.decode(codec, "replace").strip() for span in spans(item.part)[1:-1]]
            found[header.reference] = [head, f"{header.type} {header.directory}", *body]
    return found


def _said(found: Problem) -> tuple[str, str, str]:
    return found.code, found.sentence, found.severity


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _flat(inner, f"{path}[{index}]")
    else:
        yield path, value if isinstance(value, str) else json.dumps(value)
