"""What a defect means: the findings that it must have, and their codes in answers.

Independent of the engine: the meaning of each finding in the code lists of CONTRL, 997, 999 and
TA1 is a table here (data elements 0085, 720, 723, 718, 716, I18).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from gateway.grammar.model import Composite, MessageGrammar, Segment
from tests.mutation.model import Doc, Rendered, Seg, layouts


@dataclass(frozen=True, kw_only=True)
class Found:
    """One finding. ``level`` and ``nth``: message, group or interchange, and which of them."""

    level: str
    nth: int
    code: str
    severity: str = "error"
    segment: int | None = None
    tag: str | None = None
    element: int | None = None
    component: int | None = None
    repetition: int | None = None
    offset: int | None = None
    interchange: int = 1
    value: str = ""
    """The bad value, as AK404 repeats it; not compared with the finding itself."""
    number: str = ""
    """Number of the data element."""
    trigger: int | None = None
    """The element that makes a relational note ask for this one."""

    def key(self) -> tuple[object, ...]:
        return (
            self.interchange, self.level, self.nth, self.code, self.severity, self.segment,
            self.tag, self.element, self.component, self.repetition, self.offset,
        )  # fmt: skip


@dataclass(frozen=True)
class Meaning:
    """0085 in syntax 3 and 4; AK3, AK4, AK5; where it differs IK4 (and 997 from 005010)."""

    v3: str
    v4: str
    ak3: str = ""
    ak4: str = ""
    ak5: str = ""
    ik4: str = ""
    ak9: str = ""
    ta1: str = ""


MEANINGS = {
    "G101": Meaning("15", "15", "1", "", "5"),
    "G102": Meaning("15", "15", "6", "", "5"),
    "G103": Meaning("15", "15", "7", "", "5"),
    "G104": Meaning("15", "15", "2", "", "5"),
    "G105": Meaning("13", "13", "3", "", "5"),
    "G106": Meaning("13", "13", "3", "", "5"),
    "G107": Meaning("35", "35", "5", "", "5"),
    "G108": Meaning("36", "36", "4", "", "5"),
    "G109": Meaning("13", "13", "8", "", "5"),
    "G121": Meaning("12", "12", "8", "7", "5"),
    "G122": Meaning("12", "12", "8", "7", "5"),
    "G131": Meaning("12", "12", "8", "7", "5"),
    "G201": Meaning("13", "13", "8", "1", "5"),
    "G202": Meaning("13", "13", "8", "1", "5"),
    "G203": Meaning("16", "16", "8", "3", "5"),
    "G204": Meaning("16", "16", "8", "3", "5", ik4="13"),
    "G205": Meaning("35", "35", "8", "3", "5", ik4="12"),
    "G206": Meaning("39", "39", "8", "5", "5"),
    "G207": Meaning("40", "40", "8", "4", "5"),
    "G208": Meaning("37", "37", "8", "6", "5"),
    "G209": Meaning("37", "37", "8", "6", "5"),
    "G210": Meaning("19", "12", "8", "6", "5"),
    "G211": Meaning("38", "12", "8", "6", "5"),
    "G212": Meaning("12", "12", "8", "7", "5"),
    "G213": Meaning("12", "12", "8", "8", "5"),
    "G214": Meaning("12", "12", "8", "9", "5"),
    "G215": Meaning("13", "48", "8", "2", "5"),
    "G216": Meaning("12", "48", "8", "10", "5"),
    "G218": Meaning("12", "12", "8", "8", "5"),
    "G219": Meaning("12", "12", "8", "9", "5"),
    "S102": Meaning("33", "33", ak9="5", ta1="024"),
    "S104": Meaning("22", "22", ta1="026"),
    "S105": Meaning("20", "20"),
    "S106": Meaning("2", "2"),
    "S107": Meaning("2", "46"),
    "S110": Meaning("21", "21", "8", "6", "5"),
    "S111": Meaning("21", "21", "8", "6", "5"),
    "S114": Meaning("18", "18"),
    "S123": Meaning("13", "13", "8", "", "5", ta1="023"),
    "S131": Meaning("", "", ta1="022"),
    "S132": Meaning("", "", ta1="027"),
    "S133": Meaning("", "", ta1="022"),
    "S201": Meaning("13", "13", ta1="023"),
    "S202": Meaning("28", "28", ta1="001"),
    "S203": Meaning("29", "29", ta1="021"),
    "S204": Meaning("32", "32", ta1="024"),
    "S205": Meaning("30", "30", ta1="024"),
    "S206": Meaning("13", "13"),
    "S207": Meaning("12", "12", ta1="014"),
    "S211": Meaning("13", "13", ak9="3"),
    "S212": Meaning("28", "28", ak9="4"),
    "S213": Meaning("29", "29", ak9="5"),
    "S214": Meaning("32", "32", ak9="5"),
    "S215": Meaning("26", "26", ak9="6"),
    "S216": Meaning("33", "33", ta1="024"),
    "S221": Meaning("13", "13", ak5="2"),
    "S222": Meaning("28", "28", ak5="3"),
    "S223": Meaning("29", "29", ak5="4"),
    "S224": Meaning("26", "26", ak5="23"),
    "S225": Meaning("13", "13", ak5="6"),
    "S226": Meaning("31", "18", ak5="6"),
    "S227": Meaning("13", "13", ak5="7"),
}
"""By our code; empty where that level or standard cannot have it."""

# what follows from what a message holds


def aftermath(
    segments: Sequence[Seg], grammar: MessageGrammar, *, sound: bool
) -> Iterator[tuple[str, int, int, int | None, str, str]]:
    """Notes of X12; with sound order also hierarchies and control counts.

    Code, segment number, element, component, value, number of the data element.
    """
    if sound:
        yield from _hierarchy(segments, grammar)
        yield from _counts(segments, grammar)


def _hierarchy(segments: Sequence[Seg], grammar: MessageGrammar):
    tag = "HL" if grammar.standard == "x12" else "CPS"
    seen: set[str] = set()
    for number, one in enumerate(segments, 1):
        if one.tag != tag:
            continue
        own, parent = one.get(1), one.get(2)
        numbers = [slot.number for slot in grammar.segments[tag].elements]
        if own in seen:
            yield "G121", number, 1, None, own, numbers[0]
        if parent and parent not in seen:
            yield "G122", number, 2, None, parent, numbers[1]
        if own:
            seen.add(own)


_ITEMS = {"850": ("PO1",), "855": ("PO1",), "856": ("HL", "LIN", "SN1"), "810": ("IT1",)}


def _counts(segments: Sequence[Seg], grammar: MessageGrammar):
    for number, one in enumerate(segments, 1):
        if one.tag == "CNT" and one.get(1, 1) == "2":
            claimed = _number(one.get(1, 2))
            lines = [other for other in segments if other.tag == "LIN"]
            counts = {len(lines), sum(not line.get(4) for line in lines)}
            if claimed is not None and claimed not in counts:
                yield "G131", number, 1, 2, str(claimed), "6066"
        if one.tag == "CTT" and grammar.name in _ITEMS:
            claimed = _number(one.get(1))
            counts = {sum(o.tag == tag for o in segments) for tag in _ITEMS[grammar.name]}
            if claimed is not None and claimed not in counts:
                yield "G131", number, 1, None, one.get(1), "354"


def _number(text: str) -> Decimal | None:
    digits = text.replace(",", ".").removeprefix("-").replace(".", "", 1)
    return Decimal(text.replace(",", ".")) if digits.isascii() and digits.isdigit() else None


def _sums(segments: Sequence[Seg], grammar: MessageGrammar) -> bool:
    """Whether CTT02 says another sum than that of the quantities."""
    element = {"850": ("PO1", 2), "855": ("PO1", 2), "810": ("IT1", 2), "856": ("SN1", 2)}
    tag, at = element.get(grammar.name, ("", 0))
    claimed = next((_number(one.get(2)) for one in segments if one.tag == "CTT"), None)
    if claimed is None or not tag:
        return False
    return claimed != sum(_number(one.get(at)) or 0 for one in segments if one.tag == tag)


def warnings(segments: Sequence[Seg], grammar: MessageGrammar) -> Iterator[tuple[str, int, int]]:
    """What is told but refuses nothing.

    UNS says another section than the summary, which is what it begins in all these messages; sums
    of CTT02; HL04 that contradicts the parents.
    """
    if grammar.standard != "x12":
        for number, one in enumerate(segments, 1):
            if one.tag == "UNS" and one.get(1) not in ("", "S"):
                yield "G133", number, 1
        return
    if _sums(segments, grammar):
        at = next(number for number, one in enumerate(segments, 1) if one.tag == "CTT")
        yield "G132", at, 2
    parents = {one.get(2) for one in segments if one.tag == "HL"}
    for number, one in enumerate(segments, 1):
        says = {"0": False, "1": True}.get(one.get(4)) if one.tag == "HL" else None
        if says is not None and says != (one.get(1) in parents):
            yield "G123", number, 4


def broken_notes(segment: Seg, definition: Segment) -> Iterator[tuple[str, int, int | None]]:
    """Relational notes by their letters: code, element where it is told, element that asks."""
    there = {
        at
        for at, repetitions in enumerate(segment.elements, 1)
        if any(value for components in repetitions for value in components)
    }
    for note in definition.notes:
        numbers = [int(note[at : at + 2]) for at in range(1, len(note), 2)]
        present = [one for one in numbers if one in there]
        absent = [one for one in numbers if one not in there]
        match note[0]:
            case "P" if present and absent:
                yield "G215", absent[0], present[0]
            case "R" if not present:
                yield "G215", numbers[0], None
            case "E" if len(present) > 1:
                yield "G216", present[1], present[0]
            case "C" if numbers[0] in there and absent:
                yield "G215", absent[0], numbers[0]
            case "L" if numbers[0] in there and len(absent) == len(numbers) - 1:
                yield "G215", numbers[1], numbers[0]


_LENGTHS = {"101": 6, "102": 8, "203": 12, "401": 4, "718": 16}
"""2379: digits of YYMMDD, CCYYMMDD, CCYYMMDDHHMM, HHMM, CCYYMMDDCCYYMMDD."""


def in_its_format(value: str, form: str) -> bool:
    """Whether a date or time (2380) is what its format (2379) says; yes for unknown formats."""
    size = _LENGTHS.get(form)
    if size is None:
        return True
    if len(value) != size or not (value.isascii() and value.isdigit()):
        return False
    if form == "718":
        return in_its_format(value[:8], "102") and in_its_format(value[8:], "102")
    clock = value if form == "401" else value[8:] if form == "203" else "0000"
    day = "20260101" if form == "401" else f"20{value}" if form == "101" else value[:8]
    try:
        datetime.strptime(f"{day} {clock}", "%Y%m%d %H%M")  # noqa: DTZ007 - a date has no zone
    except ValueError:
        return False
    return True


def number_of(definition: Segment, element: int, component: int | None) -> str:
    """The number of the element or component at a position; empty behind the last."""
    if element > len(definition.elements):
        return ""
    slot = definition.elements[element - 1]
    if component is None:
        return slot.number
    if isinstance(slot.definition, Composite):
        inner = slot.definition.components
        return inner[component - 1].element.number if component <= len(inner) else slot.number
    return slot.number


# placing


def place(doc: Doc, rendered: Rendered, one: Found) -> Found:
    """A finding inside a message with tag and offset, from its numbers."""
    if one.offset is not None or one.segment is None:
        return one
    layout = list(layouts(doc))[one.interchange - 1]
    message = layout.messages[one.nth - 1]
    index = message.first + one.segment - 1
    if index > message.last:
        end = rendered.starts[message.last + 1]
        return replace(one, offset=end)
    tag = one.tag if one.tag is not None else doc.segments[index].tag
    at = rendered.offset(index, one.element, one.component, one.repetition)
    return replace(one, tag=tag, offset=at)
