"""Trees told by parent numbers: ``CPS`` of DESADV, ``HL`` of 856.

On the wire the occurrences stand in one flat list; each names itself and its parent. Read, they
become nested lists (``packages[].packages[]``); written, they are numbered depth first.

Levels (X12 data element 735) say what an occurrence is: ``document`` fields of the surrounding
object, a ``shared`` object for all entries below (an order for its items), a ``node`` of the tree,
or an entry of a list of the nearest node (``each``). Entries without a node above stand in a node
of their own that has nothing else; such a node writes no segment. ``treereading`` and
``treewriting`` are the two directions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gateway.grammar.tree import Node
from gateway.mapping.cells import cell
from gateway.mapping.facts import RowFacts, Where
from gateway.mapping.places import Cell
from gateway.mapping.treereading import Occurrence, TreeReading
from gateway.mapping.treewriting import TreeWriting
from gateway.problems import Place, Problem, problem
from gateway.syntax.normal import ELEMENT
from gateway.syntax.record import Record

_DEEPEST = 64
"""Deepest tree that is followed; deeper is E431 like a cycle."""


@dataclass
class Level:
    """One level: its codes, its role and its compiled functions."""

    codes: tuple[str, ...]
    role: str
    name: str
    """Field of the list (``each``) or object (``shared``)."""
    shared_fields: tuple[tuple[str, ...], ...]
    """Fields of the shared object that rows of this level write: what tells the objects apart."""
    read: Any
    """Compiled function; ``None`` in the other direction."""
    write: Any


@dataclass
class Hierarchy:
    """A tree of a map, compiled. Generated code calls :meth:`read` and :meth:`write`."""

    name: str
    """Field of the tree: ``packages``."""
    keys: dict[str, Cell]
    levels: tuple[Level, ...]
    facts: RowFacts

    def role(self, role: str) -> Level | None:
        """The level of a role."""
        return next((one for one in self.levels if one.role == role), None)

    # ------------------------------------------------------------------ reading

    def read(
        self,
        nodes: Sequence[Node | Record],
        segments: Sequence[str],
        found: list[Problem],
        where: Where,
        outer: dict[str, Any],
        target: dict[str, Any],
    ) -> None:
        """Fill the tree into ``target`` and fields of document levels into ``outer``."""
        roots = self._roots(nodes, segments, found)
        tree: list[dict[str, Any]] = []
        reading = TreeReading(self, segments, found, where, outer)
        for one in roots:
            reading.visit(one, tree, None, None, (where, self.name))
        if tree:
            target[self.name] = tree

    def _occurrence(self, node: Node | Record, segments: Sequence[str]) -> Occurrence:
        elements = [] if isinstance(node, Record) else segments[node.segment].split(ELEMENT)
        texts = []
        for key in ("id", "parent", "level"):
            at = self.keys.get(key)
            if at is None:
                texts.append("")
            elif isinstance(node, Record):
                texts.append(node.fields.get(at.name, ""))
            else:
                texts.append(cell(elements, at.positions[0], 0, at.component))
        ident, parent, level = texts
        return Occurrence(node, ident, parent, level)

    def _roots(
        self, nodes: Sequence[Node | Record], segments: Sequence[str], found: list[Problem]
    ) -> list[Occurrence]:
        occurrences = []
        by_ident: dict[str, Occurrence] = {}
        for node in nodes:
            one = self._occurrence(node, segments)
            occurrences.append(one)
            if one.ident in by_ident:
                found.append(self.problem_at("E432", one, segments))
            elif one.ident:
                by_ident[one.ident] = one
        roots = []
        for one in occurrences:
            above = by_ident.get(one.parent) if one.parent else None
            if above is not None and not self._cyclic(one, by_ident):
                above.kids.append(one)
                continue
            if one.parent:
                code = "E430" if above is None else "E431"
                found.append(self.problem_at(code, one, segments))
            roots.append(one)
        return roots

    def _cyclic(self, one: Occurrence, by_ident: dict[str, Occurrence]) -> bool:
        here: Occurrence | None = by_ident.get(one.parent)
        for _ in range(_DEEPEST):
            if here is None:
                return False
            if here is one:
                return True
            here = by_ident.get(here.parent) if here.parent else None
        return True

    def problem_at(
        self,
        code: str,
        one: Occurrence,
        segments: Sequence[str],
        above: str = "",
        **facts: Any,
    ) -> Problem:
        """A problem of the tree at one occurrence; ``above``: level of its parent."""
        if isinstance(one.node, Record):
            tag = one.node.name
            place = Place(line=one.node.line, path=self.facts.field)
        else:
            tag = segments[one.node.segment].partition(ELEMENT)[0]
            place = Place(segment=one.node.segment + 1, tag=tag, path=self.facts.field)
        levels = " ".join(code for level in self.levels for code in level.codes)
        return problem(
            code,
            place,
            tag=tag,
            ident=one.ident,
            parent=one.parent,
            level=one.level,
            above=above or "the top",
            levels=levels,
            row=self.facts.row,
            **facts,
        )

    def level_of(self, code: str) -> Level | None:
        """The level of an occurrence; a tree without levels has one for all."""
        if len(self.levels) == 1 and not self.levels[0].codes:
            return self.levels[0]
        return next((one for one in self.levels if code in one.codes), None)

    # ------------------------------------------------------------------ writing

    def write(
        self, outer: dict[str, Any], tree: Any, found: list[Problem], where: Where, at: Any
    ) -> list[Any]:
        """Segments (or records) of the whole tree."""
        writing = TreeWriting(self, found, at)
        packages = list(tree or ())
        document = self.role("document")
        branches = [
            writing.branch((where, self.name, index), one) for index, one in enumerate(packages, 1)
        ]
        if document is None:
            for one in branches:
                writing.node(one, "")
        elif packages or document.write(outer, [], where, at, "1", "", "", "")[1]:
            top = writing.start(document, "", outer, where, bool(packages))
            writing.grouped(branches, top)
        return writing.out
