"""Messages in an order that a guide tolerates: read by a grammar that has the member twice.

The grammar has a copy of the member at the place where it is tolerated; the tree that comes of it
is folded back, so that everything behind it sees the tree of the base. Segments are not moved:
their indices stay those of the wire.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from gateway.grammar.ambiguity import ambiguities
from gateway.grammar.guide.model import Body, Guide
from gateway.grammar.guide.tolerancemodel import OrderTolerance
from gateway.grammar.model import Group, MessageGrammar, SegmentSlot
from gateway.grammar.tree import Node, Tree
from gateway.problems import Problem, problem

Member = SegmentSlot | Group


@dataclass(frozen=True, slots=True)
class Moved:
    """A segment that stood where only the guide tolerates it."""

    index: int
    path: str
    tolerance: OrderTolerance


@dataclass(slots=True)
class LooseOrder:
    """The grammar with copies, and the way back."""

    grammar: MessageGrammar
    origins: dict[int, tuple[Group, tuple[tuple[int, OrderTolerance | None], ...]]] = field(
        default_factory=dict
    )
    """By id of a group: the group of the base, and of each member the index there, and for a copy
    the tolerance it stands for."""

    def folded(self, tree: Tree, base: MessageGrammar) -> tuple[Tree, list[Moved]] | None:
        """The tree of the base; ``None`` where even so there are too many or too few."""
        moved: list[Moved] = []
        root = self._node(tree.root, "", moved)
        return None if root is None else (Tree(base, tree.segments, root), moved)

    def _node(self, node: Node, path: str, moved: list[Moved]) -> Node | None:
        group, members = self.origins[id(node.group)]
        made = Node(group, node.segment)
        for index, taken in node.kids.items():
            origin, tolerance = members[index]
            member = group.members[origin]
            name = f"{path}/{member.name if isinstance(member, Group) else member.tag}".strip("/")
            for one in taken:
                inner = one if isinstance(one, int) else self._node(one, name, moved)
                if inner is None:
                    return None
                made.kids.setdefault(origin, []).append(inner)
                if tolerance is not None:
                    at = one if isinstance(one, int) else one.segment
                    moved.append(Moved(at, name, tolerance))
        for index, member in enumerate(group.members):
            count = len(made.kids.get(index, ()))
            if index and not member.min <= count <= member.max:
                return None
            if count > 1:
                made.kids[index].sort(key=lambda one: one if isinstance(one, int) else one.segment)
        return made


def bare(path: str) -> str:
    """A path without the counts that tell copies apart: ``SG25/SG28#2`` is ``SG25/SG28``."""
    return re.sub(r"#\d+", "", path)


def unclear_orders(guide: Guide) -> list[Problem]:
    """Order tolerances after which a segment could be one of two, which it cannot in the base."""
    if not guide.orders:
        return []
    known = {(bare(one.first), bare(one.second)) for one in ambiguities(guide.base)}
    found = []
    for order in guide.orders:
        loose = loose_order(replace(guide, orders=(order,)))
        for one in ambiguities(loose.grammar):
            pair = bare(one.first), bare(one.second)
            if pair[0] != pair[1] and pair not in known:
                facts: dict[str, Any] = {
                    "name": order.name,
                    "side": "after" if order.after else "before",
                    "sibling": order.sibling,
                    "tag": one.tag,
                    "first": pair[0],
                    "second": pair[1],
                }
                found.append(problem("G445", order.place, **facts))
                break
    return found


def loose_order(guide: Guide) -> LooseOrder:
    """The grammar of a guide with the copies that its order tolerances ask for."""
    loose = LooseOrder(guide.grammar)
    root = _Copier(guide.orders, loose).group(guide.grammar.root, guide.grammar.root, guide.body)
    loose.grammar = replace(guide.grammar, root=root)
    return loose


@dataclass
class _Copier:
    orders: Sequence[OrderTolerance]
    loose: LooseOrder

    def group(
        self,
        group: Group,
        base: Group,
        body: Body | None,
        path: tuple[int, ...] = (),
        *,
        copy: bool = False,
    ) -> Group:
        """A group with copies of what is tolerated elsewhere in it.

        A copy has no members that the guide does not use: what they would take stays for others.
        """
        mine = [one for one in self.orders if one.path == path]
        movable = {one.index for one in mine}
        members: list[Member] = []
        origin: list[tuple[int, OrderTolerance | None]] = []
        for index, tolerance in _places(len(group.members), mine):
            member = group.members[index]
            rule = body.member(index) if body else None
            if copy and rule is not None and not rule.max:
                continue
            if index in movable:
                member = replace(member, min=0)  # it is enough that it stands somewhere
            if isinstance(member, Group):
                here = group.members[index]
                assert isinstance(here, Group)
                inner = rule.body if rule else None
                below = (*path, index)
                member = self.group(member, here, inner, below, copy=copy or tolerance is not None)
            members.append(member)
            origin.append((index, tolerance))
        made = replace(group, members=tuple(members))
        self.loose.origins[id(made)] = (base, tuple(origin))
        return made


def _places(
    count: int, orders: Sequence[OrderTolerance]
) -> Iterator[tuple[int, OrderTolerance | None]]:
    """The members of a group by index, with the copies beside their siblings."""
    for index in range(count):
        yield from ((one.index, one) for one in orders if one.beside == index and not one.after)
        yield index, None
        yield from ((one.index, one) for one in orders if one.beside == index and one.after)
