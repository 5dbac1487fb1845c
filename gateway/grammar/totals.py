"""Control totals: what CNT and CTT claim against what the message holds.

EDIFACT ``CNT+2`` (6069) and X12 ``CTT01`` are the number of line items, ``CTT02`` the sum of their
quantities ("hash total"). A count that is wrong means that a line was lost on the way, or added. A
sum is only told, not refused: senders disagree on which quantities go into it, and for ``CNT+1``
the directory does not say which of the quantities of a line is meant, so it is not checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from gateway.grammar.model import MessageGrammar
from gateway.grammar.walk import Finding
from gateway.syntax.normal import COMPONENT, ELEMENT, REPETITION

_COUNT = "2"
"""6069: number of line items in the message."""
_SUB_LINE = 4
"""Element of LIN (C829) that makes it a line below another."""


@dataclass(frozen=True, slots=True)
class _Lines:
    """What the totals of a message count, and the element that they sum (0: none)."""

    items: tuple[str, ...]
    summed: str = ""
    element: int = 0


_EDIFACT = _Lines(("LIN",))
_X12 = {
    "810": _Lines(("IT1",), "IT1", 2),
    "832": _Lines(("LIN",)),
    "846": _Lines(("LIN",)),
    "850": _Lines(("PO1",), "PO1", 2),
    "855": _Lines(("PO1",), "PO1", 2),
    "856": _Lines(("HL", "LIN", "SN1"), "SN1", 2),
    "860": _Lines(("POC",), "POC", 3),
    "865": _Lines(("POC",), "POC", 3),
}
"""By set. In an 856 the number of HL is counted; many count the items, which tells as much."""


class Totals:
    """The control totals of one message type. ``signs`` are those of its profiles, by tag."""

    def __init__(self, grammar: MessageGrammar, signs: Mapping[str, str]) -> None:
        edifact = grammar.standard == "edifact"
        lines = _EDIFACT if edifact else _X12.get(grammar.name)
        self._tag = "CNT" if edifact else "CTT"
        self._lines = lines or _Lines(())
        self._signs = signs
        known = [tag for tag in self._lines.items if tag in signs]
        self._items = {tag: signs[tag] for tag in known}
        self.there = self._tag in signs and bool(known)
        """Whether the message has totals that can be checked at all."""

    def wrong(self, profile: str, segments: Sequence[str]) -> Iterator[Finding]:
        """Counts (G131) and sums (G132) that differ, in wire order."""
        if not self.there:
            return
        check = self._cnt if self._tag == "CNT" else self._ctt
        for index in _places(profile, self._signs[self._tag]):
            yield from check(index, profile, segments)

    def _cnt(self, index: int, profile: str, segments: Sequence[str]) -> Iterator[Finding]:
        tag, sign = next(iter(self._items.items()))
        for element, text in enumerate(segments[index].split(ELEMENT)[1:], 1):
            kind, _, rest = text.partition(COMPONENT)
            claimed = _number(rest.partition(COMPONENT)[0]) if kind == _COUNT else None
            counted = profile.count(sign)
            if claimed is None or claimed == counted:
                continue
            # some senders count only the lines that stand below no other
            lines = (segments[one] for one in _places(profile, sign))
            if claimed != sum(not _at(line, _SUB_LINE) for line in lines):
                value = rest.partition(COMPONENT)[0]
                facts = {"number": "6066", "value": value, "counted": counted, "what": tag}
                yield Finding(
                    "G131", index, "CNT", "", {"element": element, "component": 2, **facts}
                )

    def _ctt(self, index: int, profile: str, segments: Sequence[str]) -> Iterator[Finding]:
        counts = {tag: profile.count(sign) for tag, sign in self._items.items()}
        claimed = _number(_at(segments[index], 1))
        if claimed is not None and claimed not in counts.values():
            tag, counted = next(iter(counts.items()))
            facts: dict[str, object] = {"value": _at(segments[index], 1), "number": "354"}
            facts |= {"element": 1, "counted": counted, "what": tag}
            yield Finding("G131", index, "CTT", "", facts)
        claimed = _number(_at(segments[index], 2))
        if claimed is None or not self._lines.element:
            return
        summed, element = self._lines.summed, self._lines.element
        items = _places(profile, self._signs.get(summed, "\x00"))
        total = _sum([_at(segments[one], element) for one in items])
        if claimed != total:
            facts = {"value": _at(segments[index], 2), "number": "347"}
            facts |= {"element": 2, "counted": total, "what": f"{summed}{element:02}"}
            yield Finding("G132", index, "CTT", "", facts)


def _places(profile: str, sign: str) -> Iterator[int]:
    at = profile.find(sign)
    while at >= 0:
        yield at
        at = profile.find(sign, at + 1)


def _sum(texts: Sequence[str]) -> Decimal:
    try:
        return Decimal(sum(map(int, texts)))  # mostly whole numbers, and those are quick
    except ValueError:
        return sum((_number(text) or Decimal(0) for text in texts), Decimal(0))


def _at(segment: str, position: int) -> str:
    elements = segment.split(ELEMENT, position + 1)
    text = elements[position] if position < len(elements) else ""
    return text.partition(REPETITION)[0].partition(COMPONENT)[0]


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
