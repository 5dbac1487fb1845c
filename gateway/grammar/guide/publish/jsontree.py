"""A message as JSON: what :func:`~gateway.grammar.guide.publish.jsonschema.json_schema` describes.

    {"UNH": {"0062": "1", "S009": {"0065": "ORDERS", …}},
     "BGM": [{"C002": {"1001": "220"}, "1004": "4711", "1225": "9"}],
     "DTM": [{"slot": "issued", "C507": {"2005": "137", "2380": "20260529", "2379": "102"}}],
     "SG2": [{"slot": "buyer", "NAD": {"3035": "BY", "C082": {"3039": "4012345000009"}}}]}

A group is an object: its trigger by tag, then its members, each a list of occurrences in wire
order. A segment is an object of its elements, a composite one of its components; an element that
may repeat is a list. Elements are called by number, the second of a number ``3036#2``, in X12 by
position (``PO106``), one without a number ``@3``. Numbers stay text, as they were sent; what is
empty is left out. ``slot`` is the slot of the guide that an occurrence belongs to.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from gateway.grammar.guide.compiled import BodyCheck, MemberCheck
from gateway.grammar.guide.model import Guide
from gateway.grammar.guide.names import display_name
from gateway.grammar.guide.positions import Positions
from gateway.grammar.guide.ready import ready_guide
from gateway.grammar.model import Composite, Segment
from gateway.grammar.tree import Node, Tree
from gateway.syntax.normal import COMPONENT

SLOT = "slot"
Json = dict[str, Any]


def as_json(tree: Tree, guide: Guide, version: str = "") -> Json:
    """The message. ``tree`` was read with the guide; ``version`` is that of the syntax."""
    table = ready_guide(guide, version)
    return _Writer(tree.segments, table.spread).group(tree.root, table.root)


@lru_cache(maxsize=4096)
def element_names(segment: Segment) -> tuple[str, ...]:
    """How the elements of a segment are called, in order."""
    if _by_position(segment):
        return tuple(f"{segment.tag}{at:02}" for at in range(1, len(segment.elements) + 1))
    return _unique([slot.number for slot in segment.elements])


@lru_cache(maxsize=4096)
def component_names(composite: Composite) -> tuple[str, ...]:
    """How the components of a composite are called, in order."""
    return _unique([one.element.number for one in composite.components])


def _by_position(segment: Segment) -> bool:
    """Whether it is one of X12, whose elements are known by their position."""
    for slot in segment.elements:
        for one in slot.components:
            return one.element.kind.isupper()
    return False


def _unique(numbers: Sequence[str]) -> tuple[str, ...]:
    names: list[str] = []
    for at, number in enumerate(numbers, 1):
        nth = numbers[:at].count(number)
        plain = number if nth == 1 else f"{number}#{nth}"
        names.append(plain if number else f"@{at}")
    return tuple(names)


class _Writer:
    def __init__(self, segments: Sequence[str], spread: bool) -> None:
        self.segments = segments
        self.spread = spread

    def group(self, node: Node, check: BodyCheck | None) -> Json:
        """A group without its slot."""
        first = node.group.members[0]
        made: Json = {first.tag: self.segment(node.segment, _segment_of(first))}
        for index in sorted(node.kids):
            taken = node.kids[index]
            if not taken:
                continue
            member = check.members.get(index) if check is not None else None
            made[display_name(node.group, index)] = [
                self._one(one, node, index, member) for one in taken
            ]
        return made

    def _one(self, one: Any, node: Node, index: int, member: MemberCheck | None) -> Json:
        at = one if isinstance(one, int) else one.segment
        slot = member.slot_of(self.segments[at]) if member is not None and member.slots else -1
        made: Json = {SLOT: member.slots[slot].name} if member is not None and slot >= 0 else {}
        if isinstance(one, int):
            return made | self.segment(one, _segment_of(node.group.members[index]))
        body = None
        if member is not None:
            body = member.bodies[slot] if slot >= 0 else member.body
        return made | self.group(one, body)

    def segment(self, index: int, segment: Segment) -> Json:
        """The elements that are there."""
        text = self.segments[index]
        positions = Positions(segment, self.spread)
        made: Json = {}
        for number, name in enumerate(element_names(segment), 1):
            slot = segment.elements[number - 1]
            uses = [
                _content(use, slot.definition) for _, _, use in positions.contents(text, number)
            ]
            filled = [one for one in uses if one]
            if filled:
                made[name] = filled if slot.repeat > 1 else filled[0]
        return made


def _content(text: str, definition: object) -> Any:
    if not isinstance(definition, Composite):
        return text.strip(COMPONENT)
    values = zip(component_names(definition), text.split(COMPONENT), strict=False)
    return {name: value for name, value in values if value}


def _segment_of(member: Any) -> Segment:
    while hasattr(member, "members"):
        member = member.members[0]
    found: Segment = member.segment
    return found
