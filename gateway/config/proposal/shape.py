"""What messages of one kind have in common: segments by their qualifiers, elements, codes, lengths.

Only what the samples show. The rule of a position is never wider than its base (the directory, or
the guide that is extended), because the samples fit that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from gateway.config.proposal.positions import Elements, are_known, elements_of
from gateway.config.proposal.qualifiers import ONCE, QUALIFIERS, Names, slot_name
from gateway.grammar.guide import Body, MemberRule
from gateway.grammar.guide.address import Found, resolve
from gateway.grammar.guide.names import display_name
from gateway.grammar.guide.positions import Positions
from gateway.grammar.model import Composite, Group, Segment, SegmentSlot
from gateway.grammar.tree import Node, Tree

ENOUGH = 3
"""Samples from which on what all of them have is proposed as required."""
_MOST_SLOTS = 40
_DEEPEST = 4
"""Groups in groups with slots of their own: a settings file has a limit of its own."""


@dataclass(slots=True)
class Slot:
    """Occurrences with one qualifier."""

    name: str
    discriminator: str
    value: str
    required: bool
    once: bool
    elements: Elements = field(default_factory=dict)
    members: list[Member] = field(default_factory=list)


@dataclass(slots=True)
class Member:
    """A segment or group of the message, as the samples have it."""

    name: str
    required: bool
    optional: bool
    """Neither the samples nor the base require it."""
    slots: list[Slot] = field(default_factory=list)
    elements: Elements = field(default_factory=dict)
    members: list[Member] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Place:
    """One occurrence of a group, in its message."""

    tree: Tree
    node: Node


@dataclass(frozen=True, slots=True)
class Observation:
    """What holds for all messages of a kind."""

    standard: str
    version: str
    """Of the syntax: repeated elements stand differently from version 4 on."""
    enough: bool
    names: Names
    private: Mapping[str, frozenset[str]]
    """Codes that the guide adds to the lists of the directory, by number of the element."""

    @property
    def spread(self) -> bool:
        """Whether a repeated element stands as elements of its own."""
        return self.standard == "edifact" and self.version < "4"


def shape_of(
    trees: Sequence[Tree],
    version: str,
    names: Names,
    base: Body | None = None,
    private: Mapping[str, frozenset[str]] = MappingProxyType({}),
) -> list[Member]:
    """The members of the message that its samples use; ``base`` is that of an extended guide."""
    grammar = trees[0].grammar
    observed = Observation(grammar.standard, version, len(trees) >= ENOUGH, names, private)
    places = [Place(tree, tree.root) for tree in trees]
    return _members(observed, grammar.root, places, base, 0)


def _members(
    observed: Observation, group: Group, places: Sequence[Place], base: Body | None, depth: int
) -> list[Member]:
    found = []
    last = len(group.members) - 1
    for index in range(len(group.members)):
        if not index or (not depth and index == last):
            continue  # the trigger is its group; the trailer of the message is the envelope's
        counts = [len(one.node.kids.get(index, ())) for one in places]
        if any(counts):
            rule = base.member(index) if base is not None else None
            found.append(_member(observed, group, index, places, rule, depth))
    return found


def _member(
    observed: Observation,
    group: Group,
    index: int,
    places: Sequence[Place],
    rule: MemberRule | None,
    depth: int,
) -> Member:
    member = group.members[index]
    kids = [[(one.tree, kid) for kid in one.node.kids.get(index, ())] for one in places]
    least = member.min if rule is None else rule.min
    required = observed.enough and not least and all(kids)
    made = Member(display_name(group, index), required, not required and not least)
    body = None if rule is None else rule.body
    qualifier = _qualifier(observed, member, kids, body, depth)
    if qualifier is not None:
        made.slots = _slots(observed, member, kids, qualifier, body, depth)
    else:
        everything = [one for some in kids for one in some]
        made.elements, made.members = _body(observed, member, everything, body, depth)
    return made


Kid = tuple[Tree, "Node | int"]


def _text(kid: Kid) -> str:
    tree, at = kid
    return tree.segments[at if isinstance(at, int) else at.segment]


def _segment(member: SegmentSlot | Group) -> Segment:
    first: SegmentSlot | Group = member
    while isinstance(first, Group):
        first = first.members[0]
    return first.segment


def _qualifier(
    observed: Observation,
    member: SegmentSlot | Group,
    kids: Sequence[Sequence[Kid]],
    base: Body | None,
    depth: int,
) -> Found | None:
    """The element that tells occurrences apart, where all have it."""
    segment = _segment(member)
    name = QUALIFIERS[observed.standard].get(segment.tag)
    found = resolve(name, segment) if name and depth < _DEEPEST else None
    if not isinstance(found, Found) or isinstance(found.definition, Composite):
        return None
    if segment.elements[found.at.element - 1].repeat > 1:
        return None
    positions = Positions(segment, observed.spread)
    values = {positions.value(_text(kid), found.at) for some in kids for kid in some}
    if "" in values or len(values) > _MOST_SLOTS:
        return None
    rule = next((one for one in base.elements if one.at == found.at), None) if base else None
    fits = are_known(sorted(values), found.definition, rule, observed.private)
    return found if fits else None


def _slots(
    observed: Observation,
    member: SegmentSlot | Group,
    kids: Sequence[Sequence[Kid]],
    qualifier: Found,
    base: Body | None,
    depth: int,
) -> list[Slot]:
    segment = _segment(member)
    positions = Positions(segment, observed.spread)
    sorted_kids: dict[str, list[list[Kid]]] = {}
    for number, some in enumerate(kids):
        for kid in some:
            value = positions.value(_text(kid), qualifier.at)
            if value not in sorted_kids:
                sorted_kids[value] = [[] for _ in kids]
            sorted_kids[value][number].append(kid)
    found: list[Slot] = []
    for value, runs in sorted_kids.items():
        name = slot_name(observed.standard, segment.tag, value, observed.names)
        taken = {one.name for one in found}
        while name in taken:
            name = f"{name[:36]}_{len(taken) + 1}"
        slot = Slot(
            name,
            QUALIFIERS[observed.standard][segment.tag],
            value,
            required=observed.enough and all(runs),
            once=segment.tag in ONCE[observed.standard] and max(map(len, runs)) == 1,
        )
        everything = [one for some in runs for one in some]
        slot.elements, slot.members = _body(observed, member, everything, base, depth)
        slot.elements.pop(slot.discriminator, None)
        found.append(slot)
    return found


def _body(
    observed: Observation,
    member: SegmentSlot | Group,
    kids: Sequence[Kid],
    base: Body | None,
    depth: int,
) -> tuple[Elements, list[Member]]:
    elements = elements_of(
        [_text(kid) for kid in kids],
        Positions(_segment(member), observed.spread),
        base.elements if base is not None else (),
        enough=observed.enough and len(kids) >= ENOUGH,
        standard=observed.standard,
        private=observed.private,
    )
    if not isinstance(member, Group):
        return elements, []
    places = [Place(tree, at) for tree, at in kids if not isinstance(at, int)]
    return elements, _members(observed, member, places, base, depth + 1)
