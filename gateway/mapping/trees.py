"""Trees told by parent numbers: ``CPS`` of DESADV, ``HL`` of 856.

On the wire the occurrences stand in one flat list; each names itself and its parent. Read, they
become nested lists (``packages[].packages[]``); written, they are numbered depth first.

Levels (X12 data element 735) say what an occurrence is: ``document`` fields of the surrounding
object, a ``shared`` object for all entries below (an order for its items), a ``node`` of the tree,
or an entry of a list of the nearest node (``each``). Entries without a node above stand in a node
of their own that has nothing else; such a node writes no segment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.grammar.tree import Node
from gateway.mapping.places import Cell
from gateway.mapping.runtime import RowFacts, Where, cell, spot
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
    read: Callable[..., None]
    write: Callable[..., tuple[Any, bool]]


@dataclass
class _Occurrence:
    node: Node | Record
    ident: str
    parent: str
    level: str
    kids: list[_Occurrence] = field(default_factory=list)


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
        reading = _Reading(self, segments, found, where, outer)
        for one in roots:
            reading.visit(one, tree, None, {}, (where, self.name))
        if tree:
            target[self.name] = tree

    def _occurrence(self, node: Node | Record, segments: Sequence[str]) -> _Occurrence:
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
        return _Occurrence(node, ident, parent, level)

    def _roots(
        self, nodes: Sequence[Node | Record], segments: Sequence[str], found: list[Problem]
    ) -> list[_Occurrence]:
        occurrences = []
        by_ident: dict[str, _Occurrence] = {}
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

    def _cyclic(self, one: _Occurrence, by_ident: dict[str, _Occurrence]) -> bool:
        here: _Occurrence | None = by_ident.get(one.parent)
        for _ in range(_DEEPEST):
            if here is None:
                return False
            if here is one:
                return True
            here = by_ident.get(here.parent) if here.parent else None
        return True

    def problem_at(
        self, code: str, one: _Occurrence, segments: Sequence[str], above: str = ""
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
        writing = _Writing(self, found, at)
        packages = list(tree or ())
        document = self.role("document")
        chain = [((where, self.name, index), one) for index, one in enumerate(packages, 1)]
        if document is None:
            for place, one in chain:
                writing.node(one, "", place)
        elif packages or document.write(outer, [], where, at, "1", "", "", "")[1]:
            writing.start(document, "", outer, where, bool(packages))
            self._shared(writing, chain, str(writing.last))
        return writing.out

    def _shared(
        self, writing: _Writing, chain: list[tuple[Where, dict[str, Any]]], parent: str
    ) -> None:
        shared = self.role("shared")
        groups: dict[tuple[Any, ...], list[tuple[Where, dict[str, Any]]]] = {}
        last: tuple[Any, ...] = ()
        for place, whole in chain:
            for one in self._unpacked(whole):
                last = self._group_key(one, place, writing.found) or last
                groups.setdefault(last, []).append((place, one))
        for key, members in groups.items():
            above = parent
            if shared is not None and any(part is not None for part in key):
                item = next(item for _, one in members for item in self._items(one))
                inside = item.get(shared.name) or {}
                above = writing.start(shared, parent, inside, members[0][0], True)
            for place, one in members:
                writing.node(one, above, place)

    def _group_key(
        self, node: dict[str, Any], place: Where, found: list[Problem]
    ) -> tuple[Any, ...]:
        """What the entries of a node share; empty if it has none. V515 if they differ."""
        keys = list(dict.fromkeys(self._shared_keys(node)))
        if len(keys) > 1:
            path = spot(place, "")
            names = " and ".join("/".join(map(str, key)) for key in keys)
            found.append(
                problem("V515", Place(path=path), path=path, values=names, row=self.facts.row)
            )
        return keys[0] if keys else ()

    def _unpacked(self, node: dict[str, Any]) -> list[dict[str, Any]]:
        """Unpacked entries, one node per shared object: they write no segment of their own."""
        each = self.role("each")
        if each is None or self.own(node) or node.get(self.name):
            return [node]
        parts: dict[tuple[Any, ...], list[Any]] = {}
        for item in node.get(each.name) or ():
            key = next(iter(self._shared_keys({each.name: [item]})), ())
            parts.setdefault(key, []).append(item)
        return [{each.name: items} for items in parts.values()]

    def own(self, node: dict[str, Any]) -> set[str]:
        """Fields that a node has besides its entries and the nodes below."""
        each = self.role("each")
        held = {key for key, value in node.items() if value not in (None, "", (), [], {})}
        return held - {self.name, each.name if each is not None else ""}

    def _items(self, node: dict[str, Any]) -> Iterator[dict[str, Any]]:
        each = self.role("each")
        if each is not None:
            yield from node.get(each.name) or ()
        for below in node.get(self.name) or ():
            yield from self._items(below)

    def _shared_keys(self, node: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
        shared = self.role("shared")
        if shared is None:
            return
        for item in self._items(node):
            inside = item.get(shared.name) or {}
            yield tuple(_field(inside, names) for names in shared.shared_fields)


def _field(source: Any, names: Iterable[str]) -> Any:
    for name in names:
        source = source.get(name) if isinstance(source, dict) else None
    return source


@dataclass
class _Reading:
    tree: Hierarchy
    segments: Sequence[str]
    found: list[Problem]
    where: Where
    outer: dict[str, Any]
    anonymous: dict[int, dict[str, Any]] = field(default_factory=dict)

    def visit(
        self,
        one: _Occurrence,
        siblings: list[dict[str, Any]],
        node: dict[str, Any] | None,
        shared: dict[str, Any],
        where: tuple[Where, str],
        above: int = -1,
    ) -> None:
        """Read an occurrence and those below. ``siblings``: the list that nodes here go to."""
        level = self.tree.level_of(one.level)
        if level is None:
            self.found.append(self.tree.problem_at("E433", one, self.segments))
            return
        if level.role == "each":
            self._item(level, one, node, siblings, shared, above, where)
            return
        inner_siblings, inner_where = siblings, where
        above = id(one.node)
        if level.role == "document":
            self._read(level, one, self.where, self.outer)
        elif level.role == "shared":
            shared = {}
            self._read(level, one, self.where, shared)
        elif level.role == "node":
            node = {}
            place = (where[0], where[1], len(siblings) + 1)
            self._read(level, one, place, node)
            siblings.append(node)
            inner_siblings, inner_where = [], (place, self.tree.name)
        for below in one.kids:
            self.visit(below, inner_siblings, node, shared, inner_where, above)
        if level.role == "node" and node is not None:
            if inner_siblings:
                node[self.tree.name] = inner_siblings
            if not node:
                siblings.pop()

    def _item(
        self,
        level: Level,
        one: _Occurrence,
        node: dict[str, Any] | None,
        siblings: list[dict[str, Any]],
        shared: dict[str, Any],
        above: int,
        where: tuple[Where, str],
    ) -> None:
        if node is None:
            node = self.anonymous.get(above)
            if node is None:
                node = self.anonymous[above] = {}
                siblings.append(node)
        items = node.setdefault(level.name, [])
        item: dict[str, Any] = {}
        holder = self.tree.role("shared")
        if shared and holder is not None:
            item[holder.name] = dict(shared)
        self._read(level, one, (self.where, f"{self.tree.name}.{level.name}", len(items) + 1), item)
        if item:
            items.append(item)
        for below in one.kids:
            self.found.append(self.tree.problem_at("E433", below, self.segments, one.level))

    def _read(self, level: Level, one: _Occurrence, where: Where, target: dict[str, Any]) -> None:
        level.read(one.node, self.segments, self.found, where, target)


@dataclass
class _Writing:
    tree: Hierarchy
    found: list[Problem]
    at: Any
    out: list[Any] = field(default_factory=list)
    last: int = 0

    def start(
        self, level: Level, parent: str, source: dict[str, Any], where: Where, kids: bool
    ) -> str:
        """Write one occurrence; its number."""
        self.last += 1
        ident = str(self.last)
        code = level.codes[0] if level.codes else ""
        written, _ = level.write(
            source, self.found, where, self.at, ident, parent, code, "1" if kids else "0"
        )
        self.out.extend([written] if isinstance(written, Record) else written)
        return ident

    def node(self, source: dict[str, Any], parent: str, where: Where) -> None:
        """Write a node, its entries, and the nodes below."""
        level, each = self.tree.role("node"), self.tree.role("each")
        assert level is not None
        below = source.get(self.tree.name) or ()
        items = (source.get(each.name) or ()) if each is not None else ()
        if each is None or self.tree.own(source):
            parent = self.start(level, parent, source, where, bool(below or items))
        if each is not None:
            for index, item in enumerate(items, 1):
                self.start(each, parent, item, (where, each.name, index), False)
        for index, one in enumerate(below, 1):
            self.node(one, parent, (where, self.tree.name, index))
