"""Messages in the making: a tree of occurrences whose segments have values by address.

A draft can be changed (a value taken out, a group put in) and written again and again: counts,
numbers of lines and references follow by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from gateway.grammar.guide.model import Body, ElementRule, MemberRule, Slot
from gateway.grammar.guide.positions import Positions
from gateway.grammar.guide.where import Address, Step
from gateway.grammar.model import Composite, Group, Segment
from gateway.syntax.normal import COMPONENT, ELEMENT, REPETITION


@dataclass(slots=True)
class Piece:
    """One segment."""

    segment: Segment
    path: str
    """As guides say it: ``SG2:buyer/NAD``, ``DTM:issued``."""
    slot: str = ""
    rules: tuple[ElementRule, ...] = ()
    values: dict[Address, str] = field(default_factory=dict)
    repeats: dict[int, int] = field(default_factory=dict)
    """How often an element stands, where that is not once; each time with the same values."""

    def text(self, spread: bool) -> str:
        """In normal form. ``spread``: repeated elements stand one behind the other."""
        positions = Positions(self.segment, spread)
        texts: list[str] = []
        for number, slot in enumerate(self.segment.elements, 1):
            content = self.values.get(Address(number), "")
            if isinstance(slot.definition, Composite):
                places = range(1, len(slot.definition.components) + 1)
                inner = [self.values.get(Address(number, at), "") for at in places]
                content = COMPONENT.join(inner).rstrip(COMPONENT)
            width = len(positions.wire(number))
            count = self.repeats.get(number, 1) if content else 1
            if spread and slot.repeat > 1:
                texts += [*[content] * count, *[""] * (width - count)]
            else:
                texts.append(REPETITION.join([content] * count))
        return ELEMENT.join([self.segment.tag, *texts]).rstrip(ELEMENT)

    def has(self, at: Address) -> bool:
        """Whether there is anything at an address."""
        if at.component is not None or at in self.values:
            return bool(self.values.get(at))
        return any(value for one, value in self.values.items() if one.element == at.element)

    def copy(self) -> Piece:
        """Another one with values of its own."""
        values, repeats = dict(self.values), dict(self.repeats)
        return Piece(self.segment, self.path, self.slot, self.rules, values, repeats)

    def clear(self, at: Address) -> None:
        """Take out an element or a component."""
        for one in list(self.values):
            if one == at or (at.component is None and one.element == at.element):
                del self.values[one]


@dataclass(slots=True)
class Draft:
    """One occurrence of a group; ``kids`` by index of the member, in the order they stand."""

    group: Group
    body: Body
    head: Piece
    slot: str = ""
    kids: dict[int, list[Draft | Piece]] = field(default_factory=dict)

    def pieces(self) -> Iterator[Piece]:
        """All segments in wire order."""
        yield self.head
        for index in sorted(self.kids):
            for kid in self.kids[index]:
                if isinstance(kid, Draft):
                    yield from kid.pieces()
                else:
                    yield kid

    def copy(self) -> Draft:
        """Another one that can be changed for itself."""
        kids = {index: [one.copy() for one in kids] for index, kids in self.kids.items()}
        return Draft(self.group, self.body, self.head.copy(), self.slot, kids)

    def of(self, index: int, slot: str | None = None) -> list[Draft | Piece]:
        """Occurrences of a member, or of one slot of it (``""``: of none)."""
        found = self.kids.get(index, [])
        return [one for one in found if slot is None or one.slot == slot]

    def drop(self, index: int, slot: str | None = None, keep: int = 0) -> bool:
        """Take out all but the first ``keep``; whether anything was there to take out."""
        gone = {id(one) for one in self.of(index, slot)[keep:]}
        self.kids[index] = [one for one in self.kids.get(index, []) if id(one) not in gone]
        return bool(gone)


def head_of(one: Draft | Piece) -> Piece:
    """The segment, of a group its trigger."""
    return one.head if isinstance(one, Draft) else one


def followed(here: Draft | Piece, steps: Sequence[Step]) -> Iterator[Draft | Piece]:
    """Every occurrence that the steps of a path lead to."""
    if not steps:
        yield here
        return
    if isinstance(here, Piece):
        return
    first, rest = steps[0], steps[1:]
    if first.index == 0:
        yield from followed(here.head, rest)
        return
    for kid in here.of(first.index, first.slot or None):
        yield from followed(kid, rest)


def number_lines(pieces: Sequence[Piece]) -> None:
    """Let what counts and refers inside a message be right: lines, packages, totals."""
    seen: dict[str, int] = {}
    lines = sum(one.segment.tag in _LINES for one in pieces)
    for piece in pieces:
        tag = piece.segment.tag
        seen[tag] = seen.get(tag, 0) + 1
        wanted = _NUMBERED.get(tag)
        if wanted is not None:
            for at, text in wanted(piece, seen[tag], lines):
                _put(piece, at, text)


def _put(piece: Piece, at: Address, text: str) -> None:
    """Only where there is something already: what a negative sample took out stays out."""
    if piece.values.get(at):
        piece.values[at] = text


Numbers = Iterator[tuple[Address, str]]
_LINES = frozenset({"LIN", "PO1", "IT1", "POC"})


def _own_number(_: Piece, nth: int, __: int) -> Numbers:
    yield Address(1), str(nth)


def _tree_number(_: Piece, nth: int, __: int) -> Numbers:
    """The first is the root, all others stand below it."""
    yield Address(1), str(nth)
    yield Address(2), "1" if nth > 1 else ""


def _total(piece: Piece, _: int, lines: int) -> Numbers:
    """CNT+2, CTT01: the number of lines."""
    if piece.segment.tag == "CTT":
        yield Address(1), str(lines)
    elif piece.values.get(Address(1, 1)) == "2":
        yield Address(1, 2), str(lines)


_NUMBERED: dict[str, Callable[[Piece, int, int], Numbers]] = {
    "LIN": _own_number,
    "PO1": _own_number,
    "IT1": _own_number,
    "HL": _tree_number,
    "CPS": _tree_number,
    "CNT": _total,
    "CTT": _total,
}


def inner_body(rule: MemberRule | None, slot: Slot | None) -> Body:
    """What holds inside an occurrence."""
    if slot is not None:
        return slot.body
    return rule.body if rule is not None else Body()
