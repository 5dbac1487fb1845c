"""Reading a tree: occurrences with parent numbers → nested packages.

A node below an entry is a package of that one article ("standard pack": shipment, order, item,
package): it becomes a package that holds the entry, with its own quantity or an equal share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from gateway.grammar.tree import Node
from gateway.mapping.facts import Where
from gateway.mapping.trace import Link, Trace
from gateway.problems import Problem
from gateway.syntax.record import Record

if TYPE_CHECKING:
    from gateway.mapping.trees import Hierarchy, Level

SHARED_OUT = "quantity"
"""Field of an entry that its packages divide among them."""
_ABSENT = "E410"


@dataclass
class Occurrence:
    """One occurrence on the wire and those that name it as their parent."""

    node: Node | Record
    ident: str
    parent: str
    level: str
    kids: list[Occurrence] = field(default_factory=list)


@dataclass
class _Told:
    """An object that others below get a copy of."""

    name: str
    fields: dict[str, Any]
    where: Where
    links: list[Link]
    """What was told of it in a traced run."""


@dataclass
class _Share:
    """The entry as one package holds it."""

    item: dict[str, Any]
    own: dict[str, Any]
    """What the package itself says of it."""


@dataclass
class TreeReading:
    """One run over one tree."""

    tree: Hierarchy
    segments: Sequence[str]
    found: list[Problem]
    where: Where
    outer: dict[str, Any]
    anonymous: dict[int, tuple[dict[str, Any], Where]] = field(default_factory=dict)

    def visit(
        self,
        one: Occurrence,
        siblings: list[dict[str, Any]],
        node: tuple[dict[str, Any], Where] | None,
        shared: _Told | None,
        where: tuple[Where, str],
        above: int = -1,
    ) -> None:
        """Read an occurrence and those below. ``siblings``: the list that nodes here go to."""
        level = self.tree.level_of(one.level)
        if level is None:
            self.found.append(self.tree.problem_at("E433", one, self.segments))
            return
        if level.role == "each":
            packages = [kid for kid in one.kids if self._holds(kid, one)]
            if packages:
                self._packed(level, one, packages, siblings, shared, where)
            else:
                self._item(level, one, node, siblings, shared, above, where)
            return
        inner_siblings, inner_where = siblings, where
        above = id(one.node)
        if level.role == "document":
            self._read(level, one, self.where, self.outer)
        elif level.role == "shared":
            shared = self._told(level, one, (self.where, level.name, None))
        elif level.role == "node":
            place = (where[0], where[1], len(siblings) + 1)
            node = ({}, place)
            self._read(level, one, place, node[0])
            siblings.append(node[0])
            inner_siblings, inner_where = [], (place, self.tree.name)
        for below in one.kids:
            self.visit(below, inner_siblings, node, shared, inner_where, above)
        if level.role == "node" and node is not None:
            if inner_siblings:
                node[0][self.tree.name] = inner_siblings
            if not node[0]:
                siblings.pop()

    def _holds(self, kid: Occurrence, entry: Occurrence) -> bool:
        """Whether an occurrence below an entry is a package of it; if not, that is E433."""
        level = self.tree.level_of(kid.level)
        if level is not None and level.role == "node" and not kid.kids:
            return True
        wrong = kid.kids[0] if level is not None and level.role == "node" else kid
        above = kid.level if wrong is not kid else entry.level
        self.found.append(self.tree.problem_at("E433", wrong, self.segments, above))
        return False

    def _item(
        self,
        level: Level,
        one: Occurrence,
        node: tuple[dict[str, Any], Where] | None,
        siblings: list[dict[str, Any]],
        shared: _Told | None,
        above: int,
        where: tuple[Where, str],
    ) -> None:
        if node is None:
            node = self.anonymous.get(above)
            if node is None:
                node = self.anonymous[above] = ({}, (*where, len(siblings) + 1))
                siblings.append(node[0])
        items = node[0].setdefault(level.name, [])
        item: dict[str, Any] = {}
        place = (node[1], level.name, len(items) + 1)
        self._hand_down(shared, item, place)
        self._read(level, one, place, item)
        if item:
            items.append(item)

    def _packed(
        self,
        level: Level,
        one: Occurrence,
        packages: list[Occurrence],
        siblings: list[dict[str, Any]],
        shared: _Told | None,
        where: tuple[Where, str],
    ) -> None:
        """An entry and the packages that hold it, each its share."""
        entry = self._told(level, one, (self.where, level.name, 1))
        node_level = self.tree.role("node")
        assert node_level is not None
        shares: list[_Share] = []
        for kid in packages:
            place = (where[0], where[1], len(siblings) + 1)
            package: dict[str, Any] = {}
            self._read(node_level, kid, place, package)
            item: dict[str, Any] = {}
            inside = (place, level.name, 1)
            self._hand_down(shared, item, inside)
            item.update(entry.fields)
            if isinstance(self.found, Trace):
                self.found.handed_down(entry.links, entry.where, inside)
            shares.append(_Share(item, self._own(level, kid, inside)))
            package[level.name] = [item]
            siblings.append(package)
        told = _share_out(entry.fields.get(SHARED_OUT), shares)
        if told is not None:
            whole = str(entry.fields.get(SHARED_OUT, "nothing"))
            self.found.append(
                self.tree.problem_at("E434", one, self.segments, whole=whole, packages=told)
            )

    def _own(self, level: Level, kid: Occurrence, where: Where) -> dict[str, Any]:
        """What a package itself says of the entry that it holds."""
        own: dict[str, Any] = {}
        trial: list[Problem] = Trace() if isinstance(self.found, Trace) else []
        level.read(kid.node, self.segments, trial, where, own)
        self.found += [one for one in trial if one.code != _ABSENT]
        if isinstance(self.found, Trace) and isinstance(trial, Trace) and SHARED_OUT in own:
            self.found.links += trial.links
        return own

    def _told(self, level: Level, one: Occurrence, place: Where) -> _Told:
        """Read an object that is handed down."""
        found: dict[str, Any] = {}
        links = self.found.links if isinstance(self.found, Trace) else []
        start = len(links)
        self._read(level, one, place, found)
        told = links[start:]
        del links[start:]  # they belong to those that get the copies
        return _Told(level.name, found, place, told)

    def _hand_down(self, shared: _Told | None, item: dict[str, Any], place: Where) -> None:
        if shared is None or not shared.fields:
            return
        item[shared.name] = dict(shared.fields)
        if isinstance(self.found, Trace):
            self.found.handed_down(shared.links, shared.where, (place, shared.name, None))

    def _read(self, level: Level, one: Occurrence, where: Where, target: dict[str, Any]) -> None:
        level.read(one.node, self.segments, self.found, where, target)


def _share_out(whole: Any, shares: list[_Share]) -> str | None:
    """Give each package its quantity: what it says, else an equal share.

    ``None``, or what the packages say when that does not fit the whole.
    """
    told = [one.own[SHARED_OUT] for one in shares if SHARED_OUT in one.own]
    if told:
        for one in shares:
            one.item.update(one.own)
        complete = len(told) == len(shares) and whole in (None, sum(told))
        return None if complete else f"{len(shares)} packages with {sum(told)}"
    for one in shares:
        one.item.update({name: one.own[name] for name in one.own if name not in one.item})
    if not isinstance(whole, Decimal) or whole % len(shares):
        return f"{len(shares)} packages without a quantity"
    for one in shares:
        one.item[SHARED_OUT] = whole / len(shares)
    return None
