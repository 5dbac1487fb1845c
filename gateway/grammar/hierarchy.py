"""Trees told by numbers: ``HL`` of X12 (856), ``CPS`` of EDIFACT (DESADV).

Each occurrence numbers itself and names its parent. A number that is used twice, or a parent that
does not come before its child, leaves open what is packed in what. HL04 also says whether others
stand below (X12 data element 736); where it says otherwise than the parents do, that is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.grammar.model import MessageGrammar
from gateway.grammar.walk import Finding
from gateway.syntax.normal import COMPONENT, ELEMENT, REPETITION


@dataclass(frozen=True, slots=True)
class Numbered:
    """A segment that numbers itself; positions of its elements, 0 where there is none."""

    tag: str
    number: int
    parent: int
    children: int = 0
    """``1``: others stand below, ``0``: none do."""
    names: tuple[str, ...] = ()
    """Numbers of the data elements at these positions."""


_NUMBERED = {
    "x12": Numbered("HL", 1, 2, 4, ("628", "734", "735", "736")),
    "edifact": Numbered("CPS", 1, 2, names=("7164", "7166")),
}


def numbered(grammar: MessageGrammar) -> Numbered | None:
    """The numbered segment that a message has, if it has one."""
    known = _NUMBERED.get(grammar.standard)
    return known if known is not None and known.tag in grammar.segments else None


def misnumbered(segments: Sequence[str], kind: Numbered) -> Iterator[Finding]:
    """Numbers used twice (G121), unknown parents (G122) and wrong HL04 (G123), in wire order."""
    seen: dict[str, int] = {}
    parents: set[str] = set()
    leaves: list[tuple[int, str, str]] = []
    start = kind.tag + ELEMENT
    for index, segment in enumerate(segments):
        if not segment.startswith(start):
            continue
        at = segment.split(ELEMENT)
        number, parent = _at(at, kind.number), _at(at, kind.parent)
        if number in seen:
            facts = _facts(kind, kind.number, number, first=seen[number] + 1)
            yield Finding("G121", index, kind.tag, "", facts)
        if parent and parent not in seen:
            facts = _facts(kind, kind.parent, parent, own=number)
            yield Finding("G122", index, kind.tag, "", facts)
        if number:
            seen.setdefault(number, index)
        parents.add(parent)
        leaves.append((index, number, _at(at, kind.children)))
    for index, number, children in leaves if kind.children else ():
        if children in ("0", "1") and (children == "1") != (number in parents):
            below = "others stand below it" if number in parents else "none stands below it"
            facts = _facts(kind, kind.children, children, own=number, below=below)
            yield Finding("G123", index, kind.tag, "", facts)


def _at(elements: Sequence[str], position: int) -> str:
    """The first value: repetitions and components too many are other findings."""
    text = elements[position] if 0 < position < len(elements) else ""
    return text.partition(REPETITION)[0].partition(COMPONENT)[0]


def _facts(kind: Numbered, element: int, value: str, **more: object) -> dict[str, object]:
    return {"element": element, "number": kind.names[element - 1], "value": value, **more}
