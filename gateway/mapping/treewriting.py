"""Writing a tree: nested packages → occurrences numbered depth first.

What entries share stands above their packages where all entries of a package share it (shipment,
order, package, item), and below the package where they do not (shipment, package, order, item).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gateway.mapping.facts import Where, spot
from gateway.mapping.trace import Trace
from gateway.problems import Place, Problem, problem
from gateway.syntax.record import Record

if TYPE_CHECKING:
    from gateway.mapping.trees import Hierarchy, Level


@dataclass
class Branch:
    """A node of the tree, its entries and the nodes below, with their canonical places."""

    where: Where
    node: dict[str, Any]
    """Empty for entries that stand in no package."""
    items: list[tuple[Where, dict[str, Any]]] = field(default_factory=list)
    below: list[Branch] = field(default_factory=list)

    def entries(self) -> Iterator[tuple[Where, dict[str, Any]]]:
        """All entries of the node and of those below."""
        yield from self.items
        for one in self.below:
            yield from one.entries()


@dataclass
class TreeWriting:
    """One run over one tree. ``out``: segments, or records."""

    tree: Hierarchy
    found: list[Problem]
    at: Any
    out: list[Any] = field(default_factory=list)
    last: int = 0

    def branch(self, where: Where, node: dict[str, Any]) -> Branch:
        """A node of the document as a branch."""
        each = self.tree.role("each")
        items = node.get(each.name) or () if each is not None else ()
        below = node.get(self.tree.name) or ()
        return Branch(
            where,
            node,
            [((where, each.name, at), one) for at, one in enumerate(items, 1)] if each else [],
            [self.branch((where, self.tree.name, at), one) for at, one in enumerate(below, 1)],
        )

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

    def node(self, branch: Branch, parent: str) -> None:
        """Write a node, its entries, and the nodes below."""
        level, each = self.tree.role("node"), self.tree.role("each")
        assert level is not None
        if each is None or self._own(branch):
            kids = bool(branch.below or branch.items)
            parent = self.start(level, parent, branch.node, branch.where, kids)
        for where, item in branch.items:
            assert each is not None
            self.start(each, parent, item, where, False)
        for one in branch.below:
            self.node(one, parent)

    def grouped(self, branches: list[Branch], parent: str) -> None:
        """Write branches, each below the object that its entries share."""
        groups: dict[Hashable, list[Branch]] = {}
        last: Hashable = ()
        for whole in branches:
            for one in self._parts(whole):
                keys = list(dict.fromkeys(self._key(item) for _, item in one.entries()))
                if len(keys) > 1:
                    groups[id(one)] = [one]
                    continue
                last = keys[0] if keys else last
                groups.setdefault(last, []).append(one)
        for key, members in groups.items():
            if isinstance(key, int):
                self._mixed(members[0], parent)
                continue
            above = self._above(key, members, parent)
            for one in members:
                self.node(one, above)

    def _above(self, key: Hashable, members: list[Branch], parent: str) -> str:
        """Write what the members share; the number of the occurrence that they stand below."""
        shared = self.tree.role("shared")
        if shared is None or not isinstance(key, tuple) or all(part is None for part in key):
            return parent
        entries = [entry for one in members for entry in one.entries()]
        first = (entries[0][0], shared.name, None)
        above = self.start(shared, parent, entries[0][1].get(shared.name) or {}, first, True)
        if isinstance(self.found, Trace):
            self.found.same(first, [(where, shared.name, None) for where, _ in entries[1:]])
        return above

    def _mixed(self, branch: Branch, parent: str) -> None:
        """A package whose entries do not share the object: it stands above the objects (V515)."""
        keys = dict.fromkeys(self._key(item) for _, item in branch.entries())
        names = " and ".join("/".join(str(part) for part in key if part) or "-" for key in keys)
        path = spot(branch.where, "")
        self.found.append(
            problem("V515", Place(path=path), path=path, values=names, row=self.tree.facts.row)
        )
        level = self.tree.role("node")
        if level is not None and self._own(branch):
            parent = self.start(level, parent, branch.node, branch.where, True)
        loose = [Branch(branch.where, {}, branch.items)] if branch.items else []
        self.grouped([*loose, *branch.below], parent)

    def _parts(self, branch: Branch) -> list[Branch]:
        """Entries in no package, one branch per shared object: they write no node of their own."""
        if self._own(branch) or branch.below:
            return [branch]
        parts: dict[Hashable, list[tuple[Where, dict[str, Any]]]] = {}
        for where, item in branch.items:
            parts.setdefault(self._key(item), []).append((where, item))
        return [Branch(branch.where, {}, items) for items in parts.values()]

    def _own(self, branch: Branch) -> bool:
        """Whether a node has fields besides its entries and the nodes below."""
        each = self.tree.role("each")
        lists = (self.tree.name, each.name if each is not None else "")
        empty: tuple[object, ...] = (None, "", (), [], {})
        return any(value not in empty for name, value in branch.node.items() if name not in lists)

    def _key(self, item: dict[str, Any]) -> tuple[Any, ...]:
        """What tells the shared objects of entries apart."""
        shared = self.tree.role("shared")
        if shared is None:
            return ()
        inside = item.get(shared.name) or {}
        return tuple(_field(inside, names) for names in shared.shared_fields)


def _field(source: Any, names: tuple[str, ...]) -> Any:
    for name in names:
        source = source.get(name) if isinstance(source, dict) else None
    return source
