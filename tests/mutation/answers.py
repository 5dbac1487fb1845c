"""The answer that must follow from findings: CONTRL, 997, 999, TA1.

Put together from the meaning of each finding by the segment tables of ISO 9735 and X12, as texts
``TAG+a:b+c``; the engine is not asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tests.mutation.model import Doc, Group, Layout, Message, Seg, layouts
from tests.mutation.oracle import MEANINGS, Found

_FIRST = ("22", "20", "2", "46", "47", "21", "26", "13", "28", "29", "30", "32", "33", "31")
"""Which one a level names that has room for one: what made it unreadable, then what is cut off,
references, counts, nesting."""
_FILLED = "ZZ"
"""Stands where an answer must name what its subject does not name."""
_OF_ST = {1: "6", 2: "7"}
"""AK502 of the elements of ST: AK5 says it, no AK3."""
_NOTES_FIRST = ("026", "022", "027", "023", "001", "021", "024")


@dataclass(frozen=True)
class Answers:
    """What must be answered, as texts ``TAG+a:b+c`` without trailing separators."""

    contrl: tuple[str, ...] = ()
    functional: tuple[tuple[str, ...], ...] = ()
    extended: tuple[tuple[str, ...], ...] = ()
    ta1: str = ""


def answers(doc: Doc, found: Sequence[Found]) -> list[Answers]:
    """For each interchange the answers in our tables' view; X12 has none where TA1 refuses."""
    made = []
    for number, layout in enumerate(layouts(doc), 1):
        own = [one for one in found if one.interchange == number and one.severity == "error"]
        if doc.standard == "edifact":
            made.append(Answers(contrl=tuple(_contrl(doc, layout, own))))
            continue
        refused = any(one.level == "interchange" for one in own)
        functional, extended = (
            ()
            if refused
            else tuple(
                tuple(_functional(doc, layout, group, own, extended=extended))
                for group in layout.groups
            )
            for extended in (False, True)
        )
        made.append(Answers((), functional, extended, _ta1(doc, layout, own)))
    return made


def _text(*elements: str | Sequence[str]) -> str:
    texts = [one if isinstance(one, str) else ":".join(one).rstrip(":") for one in elements]
    return "+".join(texts).rstrip("+")


def _composed(segment: Seg, element: int, most: int) -> list[str]:
    return [segment.get(element, number) for number in range(1, most + 1)]


def _of(found: Iterable[Found], level: str, nth: int) -> list[Found]:
    return [one for one in found if one.level == level and one.nth == nth]


def _version(doc: Doc, layout: Layout) -> str:
    return "4" if doc.segments[layout.first].get(1, 2) >= "4" else "3"


def _contrl(doc: Doc, layout: Layout, found: Sequence[Found]) -> Iterator[str]:
    unb, version = doc.segments[layout.first], _version(doc, layout)
    own = _of(found, "interchange", 1)
    parties = [_composed(unb, element, 4 if version == "4" else 3) for element in (2, 3)]
    for party in parties:
        party[0] = party[0] or _FILLED
    yield _text("UCI", unb.get(5) or _FILLED, *parties, "4" if own else "7", *_cause(own, version))
    if own:
        return
    yield from _ucms(doc, [one for one in layout.messages if one.group is None], found, version)
    for group in layout.groups:
        ung = doc.segments[group.first]
        mine = _of(found, "group", group.number)
        named = [ung.get(5), _composed(ung, 2, 2), _composed(ung, 3, 2)]
        if mine:
            yield _text("UCF", *named, "4", *_cause(mine, version))
            continue
        inside = list(_ucms(doc, group.messages, found, version))
        if inside:
            yield _text("UCF", *named, "7")
            yield from inside


def _ucms(
    doc: Doc, messages: Sequence[Message], found: Sequence[Found], version: str
) -> Iterator[str]:
    wrong = {one.index: _of(found, "message", one.index) for one in messages}
    shared = {doc.segments[one.first].get(1) for one in messages if wrong[one.index]}
    for one in messages:
        unh = doc.segments[one.first]
        kind = [unh.get(2, number) for number in range(1, 8 if version == "4" else 6)]
        kind[:4] = [value or _FILLED for value in kind[:4]]
        named = [unh.get(1) or _FILLED, kind]
        if not wrong[one.index]:
            if unh.get(1) in shared:
                yield _text("UCM", *named, "7")
            continue
        frame = [each for each in wrong[one.index] if each.tag in ("UNH", "UNT")]
        yield _text("UCM", *named, "4", *_cause(frame, version))
        yield from _ucs([each for each in wrong[one.index] if each not in frame], version)


def _cause(found: Sequence[Found], version: str) -> list[str | list[str]]:
    """0085, service tag and S011 of the one finding that a level can name."""
    if not found:
        return []

    def rank(one: Found) -> tuple[int, int]:
        code = _0085(one, version)
        return (_FIRST.index(code) if code in _FIRST else len(_FIRST), one.offset or 0)

    first = min(found, key=rank)
    tag = first.tag if first.tag in ("UNA", "UNB", "UNZ", "UNG", "UNE", "UNH", "UNT") else ""
    position: str | list[str] = ""
    if tag and first.element:
        position = [str(first.element + 1), str(first.component or "")]
    return [_0085(first, version), tag or "", position]


def _0085(one: Found, version: str) -> str:
    if one.code == "S105" and one.tag != "UNA":
        return "22"
    meaning = MEANINGS[one.code]
    return meaning.v4 if version == "4" else meaning.v3


def _ucs(found: Sequence[Found], version: str) -> Iterator[str]:
    """Segments in their order; those with elements first, then codes of the whole segment."""
    rows: dict[int, tuple[set[tuple[int, int, int, str]], set[str]]] = {}
    for one in found:
        code, at = _0085(one, version), one.segment or 1
        if one.element is None:
            before = code == "13"  # what is missing stands behind the segment that is named
            rows.setdefault(max(at - before, 1), (set(), set()))[1].add(code)
        else:
            spot = (one.element, one.repetition or 0, one.component or 0, code)
            rows.setdefault(at, (set(), set()))[0].add(spot)
    for at, (elements, whole) in sorted(rows.items()):
        if elements:
            yield f"UCS+{at}"
        for element, repetition, component, code in sorted(elements):
            occurrence = str(repetition or "") if version == "4" else ""
            yield _text("UCD", code, [str(element + 1), str(component or ""), occurrence])
        for code in sorted(whole, key=int):
            yield f"UCS+{at}+{code}"


def _functional(
    doc: Doc, layout: Layout, group: Group, found: Sequence[Found], *, extended: bool
) -> Iterator[str]:
    gs = doc.segments[group.first]
    release = "005010" if extended else gs.get(8)[:6]
    named = extended or release >= "005010"
    yield _text("AK1", gs.get(1), gs.get(6), gs.get(8) if named else "")
    mine = _of(found, "group", group.number)
    accepted = 0
    for one in group.messages:
        wrong = _of(found, "message", one.index)
        accepted += not wrong
        if not wrong and mine:
            continue
        st = doc.segments[one.first]
        control = (st.get(2) or "").rjust(4, "0")
        yield _text("AK2", (st.get(1) or "").ljust(3, "0"), control, st.get(3) if named else "")
        yield from _details(doc, wrong, release, extended)
        codes = sorted({_ak5(each) for each in wrong}, key=int)
        yield _text("IK5" if extended else "AK5", "R" if wrong else "A", *codes)
    count = len(group.messages)
    taken = 0 if mine else accepted
    verdict = "A" if not mine and taken == count else "P" if taken else "R"
    claimed = doc.segments[group.last].get(1) if group.last is not None else ""
    codes = {"19" if one.code == "S215" and release >= "005010" else _ak9(one) for one in mine}
    shown = str(int(claimed)) if claimed.isdigit() else str(count)
    yield _text("AK9", verdict, shown, str(count), str(taken), *sorted(codes, key=int))


def _ak5(one: Found) -> str:
    own = _OF_ST.get(one.element or 0, "") if one.tag == "ST" and one.code[0] == "G" else ""
    return own or MEANINGS[one.code].ak5 or "5"


_GS_CODES = {1: "1", 6: "6", 8: "2"}


def _ak9(one: Found) -> str:
    meaning = MEANINGS[one.code]
    return meaning.ak9 or (_GS_CODES.get(one.element or 0, "1") if one.tag == "GS" else "5")


def _details(doc: Doc, found: Sequence[Found], release: str, extended: bool) -> Iterator[str]:
    rows: dict[tuple[int, str], dict[str, list[Found]]] = {}
    for one in found:
        meaning = MEANINGS[one.code]
        if one.segment is None or not meaning.ak3 or one.tag == "ST":
            continue
        rows.setdefault((one.segment, one.tag or ""), {}).setdefault(meaning.ak3, []).append(one)
    for (number, tag), codes in sorted(rows.items()):
        shown = "".join(c for c in tag if c.isalnum() and c.isascii())[:3]
        shown = shown.ljust(2, "0") if shown else "ZZ"
        for code, members in sorted(codes.items(), key=lambda each: int(each[0])):
            yield _text("IK3" if extended else "AK3", shown, str(number), "", code)
            yield from _element_errors(doc, members, release, extended)


def _element_errors(
    doc: Doc, found: Sequence[Found], release: str, extended: bool
) -> Iterator[str]:
    told: dict[tuple[int, int, int, int], Found] = {}
    for one in found:
        meaning = MEANINGS[one.code]
        newer = extended or release >= "005010"
        code = (meaning.ik4 if newer and meaning.ik4 else meaning.ak4) or ""
        if one.element is not None and code:
            spot = (one.element, one.repetition or 0, one.component or 0, int(code))
            told.setdefault(spot, one)
    for (element, repetition, component, code), one in sorted(told.items()):
        position = [str(element), str(component or ""), str(repetition or "")]
        copied = one.value if _copyable(one.value, doc) else ""
        number = one.number if one.number.isdigit() else ""
        yield _text("IK4" if extended else "AK4", position, number, str(code), copied[:99].strip())
        if extended and one.trigger:
            segment = [str(one.trigger)]
            yield _text("CTX", "SITUATIONAL TRIGGER", one.tag or "", str(one.segment), "", segment)


def _copyable(value: str, doc: Doc) -> bool:
    signs = doc.signs
    separators = {signs.component, signs.element, signs.repetition, signs.terminator} - {""}
    return value.isprintable() and value.isascii() and not separators & set(value)


def _ta1(doc: Doc, layout: Layout, found: Sequence[Found]) -> str:
    isa = doc.segments[layout.first]
    own = _of(found, "interchange", 1)
    notes = {_note(one) for one in own}
    note = next((one for one in _NOTES_FIRST if one in notes), min(notes, default="000"))
    asked = isa.get(14) == "1"
    if not own and not asked:
        return ""
    copied = [
        text if text.isdigit() and len(text) <= width else "0" * width
        for text, width in ((isa.get(13).strip(), 9), (isa.get(9), 6), (isa.get(10), 4))
    ]
    return _text("TA1", *copied, "R" if own else "A", note)


_BY_ISA = {
    1: "010", 2: "011", 3: "012", 4: "013", 5: "005", 6: "006", 7: "007", 8: "008", 9: "014",
    10: "015", 11: "016", 12: "017", 13: "018", 14: "019", 15: "020", 16: "027",
}  # fmt: skip
_BY_IEA = {1: "021", 2: "001"}


def _note(one: Found) -> str:
    if one.code in MEANINGS and MEANINGS[one.code].ta1:
        return MEANINGS[one.code].ta1
    table = {"ISA": _BY_ISA, "IEA": _BY_IEA}.get(one.tag or "", {})
    return table.get(one.element or 0, "024")
