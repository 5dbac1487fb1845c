"""An overlay from samples: what they hold and the standard map does not read.

Rows of the table of usual meanings are proposed where the map language proves them and the samples
read better with them. Everything else is listed, as rows a person can complete.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.config.marks import SIGN
from gateway.config.proposal.meanings import MEANINGS, Meaning
from gateway.config.proposal.qualifiers import QUALIFIERS
from gateway.config.proposal.writing import decided, one_line, quoted
from gateway.grammar import Tree
from gateway.grammar.guide.address import Found, resolve
from gateway.grammar.guide.positions import Positions
from gateway.mapping import CompiledMap, Maps
from gateway.problems import Place, Problem, errors
from gateway.syntax.normal import COMPONENT, ELEMENT

_LIST = re.compile(r"\(code list (\w+)\)")
_MOST_ROWS = 200
_DRAFTS = Path("/proposed")
"""Where texts that are tried lie: no folder, only a name."""


@dataclass(slots=True)
class Reading:
    """How the samples of a message read with a map."""

    errors: int = 0
    unread: list[tuple[Tree, Problem]] = field(default_factory=list)
    unknown: dict[str, list[str]] = field(default_factory=dict)
    """Codes that a code list does not have, by the name of the list."""

    def is_better(self, other: Reading) -> bool:
        """Fewer errors or fewer unread places, and no new one of either."""
        ours, theirs = self._spots(), other._spots()
        improved = self.errors < other.errors or ours < theirs
        return improved and self.errors <= other.errors and ours <= theirs

    def _spots(self) -> set[tuple[int, Place]]:
        """Where in which sample something is unread."""
        return {(id(tree), one.place) for tree, one in self.unread}


@dataclass(slots=True)
class Overlay:
    """What was proposed for one message."""

    text: str = ""
    """Empty where the standard map reads all, or there is none."""
    rows: list[Meaning] = field(default_factory=list)
    unread: int = 0
    """Values that still nobody reads."""
    unknown: Mapping[str, Sequence[str]] = field(default_factory=dict)
    mapped: bool = True
    """Whether there is a map at all."""


class Workbench:
    """The maps that overlays are tried with."""

    def __init__(self, standard: Maps) -> None:
        """``standard``: the maps as they are, compiled once for all proposals."""
        self.standard = standard
        self.drafts: dict[Path, str] = {}
        self.maps = Maps(standard.library, standard.layouts, standard.roots, drafts=self.drafts)
        self._tried = 0

    def load(self, base: str, form: str, text: str = "") -> tuple[CompiledMap | None, bool]:
        """The map with an overlay, and whether it has no errors."""
        if not text:
            compiled, problems = self.standard.load(base, standard=form)
            return compiled, compiled is not None and not errors(problems)
        self._tried += 1
        overlay = _DRAFTS / str(self._tried) / Path(base).name
        self.drafts[overlay] = text
        compiled, problems = self.maps.load(base, overlay, standard=form)
        return compiled, compiled is not None and not errors(problems)


def propose_overlay(
    bench: Workbench, base: str, form: str, document: str, trees: Sequence[Tree]
) -> Overlay:
    """The overlay of ``base`` (``edifact/orders.map``) for the samples of ``form``."""
    compiled, good = bench.load(base, form)
    if compiled is None or not good:
        return Overlay(mapped=False)
    now = _read(compiled, trees)
    head = f"overlay mappings/{base}"
    kept: list[Meaning] = []
    for meaning in _fitting(form.partition("/")[0], document, trees):
        rows = "\n".join([head, *(one.row for one in (*kept, meaning))]) + "\n"
        tried, good = bench.load(base, form, rows)
        after = _read(tried, trees) if tried is not None and good else None
        if after is not None and after.is_better(now):
            kept.append(meaning)
            now = after
    made = Overlay(rows=kept, unread=len(now.unread), unknown=now.unknown)
    if kept or now.unread:
        made.text = _text(head, kept, now.unread, len(trees))
    return made


def _read(compiled: CompiledMap, trees: Sequence[Tree]) -> Reading:
    found = Reading()
    for tree in trees:
        _, problems = compiled.read(tree)
        found.errors += len(errors(problems))
        found.unread += [(tree, one) for one in compiled.unread(tree)]
        for one in problems:
            listed = _LIST.search(str(one.facts.get("expected", "")) or one.sentence)
            if one.code == "V512" and listed and "value" in one.facts:
                values = found.unknown.setdefault(listed[1], [])
                if str(one.facts["value"]) not in values:
                    values.append(str(one.facts["value"]))
    return found


def _fitting(standard: str, document: str, trees: Sequence[Tree]) -> Iterator[Meaning]:
    """The meanings whose place some sample holds."""
    held = {
        (tag, value)
        for tree in trees
        for tag, *elements in (segment.split(ELEMENT) for segment in tree.segments)
        for element in elements
        for value in element.split(COMPONENT)
    }
    for meaning in MEANINGS:
        wanted = not meaning.documents or document in meaning.documents
        if meaning.standard == standard and wanted and (meaning.tag, meaning.value) in held:
            yield meaning


def _text(
    head: str, rows: Sequence[Meaning], unread: Sequence[tuple[Tree, Problem]], count: int
) -> str:
    lines = [f"# Proposed from {count} sample{'' if count == 1 else 's'}.", head]
    lines += [decided(one.row, one.says) for one in rows]
    if unread:
        lines += [
            "",
            "# What the samples hold and no row reads. It stays in the message; V511 tells of it.",
            f"{SIGN} which of it does our ERP need? Name its field, delete the other rows",
        ]
        lines += list(_unread(unread))
    return "\n".join(lines) + "\n"


def _unread(unread: Sequence[tuple[Tree, Problem]]) -> Iterator[str]:
    """A row to complete for each place, with how often it was there and one value."""
    counts: Counter[str] = Counter()
    values: dict[str, str] = {}
    for tree, one in unread:
        path = one_line(_path(tree, one))
        counts[path] += 1
        values.setdefault(path, str(one.facts["value"])[:40])
    for path, count in list(counts.items())[:_MOST_ROWS]:
        yield f"# add FIELD  <->  {path:<32} # {count} times, for example {quoted(values[path])}"


def _path(tree: Tree, found: Problem) -> str:
    """As a map names the place: ``QTY+1.6060``; the element is the last part of its name."""
    place = found.place
    assert place.tag is not None and place.segment is not None
    standard = tree.grammar.standard
    name = str(found.facts["name"])
    segment: Any = tree.grammar.segments.get(place.tag)
    element = name.rpartition(".")[2] if standard == "edifact" else name[len(place.tag) :]
    qualifier = QUALIFIERS[standard].get(place.tag)
    at = resolve(qualifier, segment) if qualifier and segment is not None else None
    if isinstance(at, Found):
        text = tree.segments[place.segment - 1]
        value = Positions(segment, standard == "edifact").value(text, at.at)
        if value:
            return f"{place.tag}{'+' if standard == 'edifact' else '*'}{value}.{element}"
    return f"{place.tag}.{element}"
