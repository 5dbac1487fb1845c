"""The JSON of a request: bytes → values, each of which still knows where it stood.

Read from the raw text, strictly: no field twice (two readers could read two things), no NaN, no
half characters, bounded depth; a number is a ``Decimal`` of exactly its digits. What is archived of
an entry is the bytes it came in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice
from typing import Any

from gateway.documents.base import canonical_path
from gateway.documents.build import AnyModel, located
from gateway.problems import Place, Problem, problem
from gateway.problems.render import line_and_column
from gateway.syntax.jsonrecords import Value, read_json

MOST = 100
"""Entries of one request."""
MOST_PROBLEMS = 100
"""That are answered."""
_LONGEST_NUMBER = 60
"""Signs of a number; more is none that a document could hold."""
_EXPONENT = re.compile(r"[^eE]*(?:[eE][+-]?\d{1,3})?", re.ASCII)
_BOM = "\ufeff"
_SHOWN = 60
_NUL = "\x00"

Step = int | str


@dataclass(frozen=True, slots=True)
class Text:
    """A request's JSON."""

    text: str
    root: Value

    @property
    def is_list(self) -> bool:
        """Whether it holds entries, not one object."""
        return self.root.kind == "list"

    def entries(self) -> Sequence[Value]:
        """Its objects: those of the list, or the only one."""
        return self.root.items if self.is_list else (self.root,)

    def raw(self, entry: Value) -> bytes:
        """An entry exactly as it came."""
        return self.text[entry.offset : entry.end].encode("utf-8")

    def located(self, found: Problem, path: Sequence[Step]) -> Problem:
        """A problem with the place of its value in the text: of the nearest one that is there."""
        here = self.root
        for step in path:
            inner = _inside(here, step)
            if inner is None:
                break
            here = inner
        line, column = line_and_column(self.text, here.offset)
        place = replace(found.place, path=canonical_path(tuple(path)) or None)
        return replace(found, place=replace(place, line=line, column=column))


def read(data: bytes) -> tuple[Text | None, list[Problem]]:
    """The JSON of a body, or the first fault in it (F112, F113, F116, W143, W150)."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as failure:
        what = f"is not UTF-8 at byte {failure.start}"
        return None, [problem("W143", what=what, right="JSON in UTF-8")]
    if text.startswith(_BOM):
        return None, [problem("W143", what="begins with a byte order mark", right="JSON alone")]
    root, found = read_json(text)
    if root is None:
        return None, found
    made = Text(text, root)
    unusable = list(islice(_unusable(root, ()), MOST_PROBLEMS))
    return made, [made.located(one, path) for path, one in unusable]


def models(
    text: Text, model: type[AnyModel], *, many: bool = False
) -> tuple[list[tuple[AnyModel, bytes]], list[Problem]]:
    """Objects of a model with the bytes of each; any problem, and nothing is to be taken.

    ``many``: a list of them is taken as well, of :data:`MOST` at most.
    """
    if text.is_list and not many:
        return [], [problem("W143", what="holds a list", right="one object")]
    entries = text.entries()
    if not 1 <= len(entries) <= MOST:
        return [], [problem("W149", count=len(entries), most=MOST)]
    made: list[tuple[AnyModel, bytes]] = []
    problems: list[Problem] = []
    for index, entry in enumerate(entries):
        before: tuple[Step, ...] = (index,) if text.is_list else ()
        if entry.kind != "object":
            found = problem("W143", what=f"holds {_named(entry)}", right="objects ({…})")
            problems.append(text.located(found, before))
            continue
        dropped = islice(_dropped(entry, before), MOST_PROBLEMS)
        problems += [text.located(each, path) for path, each in dropped]
        one, wrong = located(model, plain(entry))
        problems += [text.located(each, (*before, *steps)) for steps, each in wrong[:MOST_PROBLEMS]]
        if one is not None:
            made.append((one, text.raw(entry)))
        if len(problems) >= MOST_PROBLEMS:
            break
    return made, problems[:MOST_PROBLEMS]


def plain(value: Value) -> Any:
    """Values as Python has them; numbers are ``Decimal``."""
    if value.kind == "object":
        return {name: plain(one) for name, one in (value.members or {}).items()}
    if value.kind == "list":
        return [plain(one) for one in value.items]
    if value.kind == "number":
        return Decimal(value.text)
    if value.kind == "flag":
        return value.text == "true"
    return None if value.kind == "null" else value.text


def _unusable(value: Value, path: tuple[Step, ...]) -> Iterator[tuple[tuple[Step, ...], Problem]]:
    """Values that no table, or no document, could hold."""
    if value.kind == "number" and len(value.text) > _LONGEST_NUMBER:
        yield path, _wrong(path, value.text, f"a number of at most {_LONGEST_NUMBER} signs")
    elif value.kind == "number" and not _EXPONENT.fullmatch(value.text):
        yield path, _wrong(path, value.text, "a number of usable size")
    elif value.kind == "text" and _NUL in value.text:
        yield path, _wrong(path, value.text, "a text without the sign U+0000")
    for name, one in (value.members or {}).items():
        if _NUL in name:
            yield path, _wrong(path, name, "names without the sign U+0000")
        yield from _unusable(one, (*path, name))
    for index, one in enumerate(value.items):
        yield from _unusable(one, (*path, index))


def _dropped(value: Value, path: tuple[Step, ...]) -> Iterator[tuple[tuple[Step, ...], Problem]]:
    """Entries of lists that say nothing: a document would be made without them, in silence."""
    for name, one in (value.members or {}).items():
        yield from _dropped(one, (*path, name))
    for index, one in enumerate(value.items):
        here = (*path, index)
        if _is_empty(one):
            yield here, _wrong(here, "empty", "an entry that says something, or none")
        else:
            yield from _dropped(one, here)


def _is_empty(value: Value) -> bool:
    if value.kind in ("object", "list"):
        return all(map(_is_empty, [*(value.members or {}).values(), *value.items]))
    return value.kind == "null" or (value.kind == "text" and not value.text)


def _wrong(path: Sequence[Step], value: str, right: str) -> Problem:
    field = canonical_path(tuple(path)) or "the request"
    return problem("W150", Place(), field=field, value=ascii(value[:_SHOWN]), right=right)


def _inside(value: Value, step: Step) -> Value | None:
    if isinstance(step, int):
        return value.items[step] if step < len(value.items) else None
    return (value.members or {}).get(step)


def _named(value: Value) -> str:
    return "null" if value.kind == "null" else f"a {value.kind}"
