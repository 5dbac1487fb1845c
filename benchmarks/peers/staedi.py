"""What the tests of StAEDI assert (``tests/peers/staedi``) beside what we find."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache

from benchmarks.peers.engine import Said, library, say
from benchmarks.peers.model import FOLDER, Row, records
from gateway import syntax
from gateway.grammar import Library, MessageGrammar, read_segments
from gateway.grammar.envelope import MessageFound
from gateway.grammar.guide import Guide, Guides, read_segments_with_guide
from gateway.problems import Problem, Severity

CORPUS = "StAEDI"
_DATA = FOLDER / "staedi"
_GUIDES = FOLDER / "staedi-guides"
VALUES = _DATA / "values.tsv"
OURS = {
    "UNEXPECTED_SEGMENT": {"G104", "G103", "S102"},
    "IMPLEMENTATION_UNUSED_SEGMENT_PRESENT": {"G303", "G304"},
    "IMPLEMENTATION_SEGMENT_BELOW_MINIMUM_USE": {"G301", "G307"},
    "IMPLEMENTATION_LOOP_OCCURS_UNDER_MINIMUM_TIMES": {"G302", "G308"},
    "IMPLEMENTATION_UNUSED_DATA_ELEMENT_PRESENT": {"G313"},
    "IMPLEMENTATION_INVALID_CODE_VALUE": {"G314"},
    "IMPLEMENTATION_TOO_FEW_REPETITIONS": set(),
    "MANDATORY_SEGMENT_MISSING": {"G105", "G106", "S201", "S204", "S221"},
    "LOOP_OCCURS_OVER_MAXIMUM_TIMES": {"G108", "G306"},
    "SEGMENT_EXCEEDS_MAXIMUM_USE": {"G107", "G305"},
    "SEGMENT_NOT_IN_DEFINED_TRANSACTION_SET": {"G102"},
    "SEGMENT_NOT_IN_PROPER_SEQUENCE": {"G103"},
    "SEGMENT_EXCLUSION_CONDITION_VIOLATED": {"S205"},
    "CONDITIONAL_REQUIRED_SEGMENT_MISSING": {"S204"},
    "REQUIRED_DATA_ELEMENT_MISSING": {"G201", "G202", "G311", "G312"},
    "CONDITIONAL_REQUIRED_DATA_ELEMENT_MISSING": {"G215"},
    "EXCLUSION_CONDITION_VIOLATED": {"G216"},
    "TOO_MANY_DATA_ELEMENTS": {"G203"},
    "TOO_MANY_REPETITIONS": {"G205"},
    "TOO_MANY_COMPONENTS": {"G204"},
    "DATA_ELEMENT_TOO_SHORT": {"G207"},
    "DATA_ELEMENT_TOO_LONG": {"G206"},
    "INVALID_CHARACTER_DATA": {"G208", "G209", "G210", "G211"},
    "INVALID_CODE_VALUE": {"G212"},
    "INVALID_DATE": {"G213"},
    "INVALID_TIME": {"G214"},
    "CONTROL_REFERENCE_MISMATCH": {"S202", "S212", "S222"},
    "CONTROL_COUNT_DOES_NOT_MATCH_ACTUAL_COUNT": {"S203", "S213", "S223"},
}
"""Error of StAEDI → codes of ours that say the same."""
_CLASS = {"G1": "S", "S1": "S", "S2": "S", "G2": "D"}
_OCCURRENCE = {"G201", "G202", "G203", "G204", "G205", "G215", "G216", "G311", "G312", "G313"}
_DATA_OF_GUIDE = {"G314"}
_COUNTS = OURS["CONTROL_COUNT_DOES_NOT_MATCH_ACTUAL_COUNT"] | OURS["CONTROL_REFERENCE_MISMATCH"]
_TAG = re.compile("[A-Z][A-Z0-9]{1,2}")
"""Else the text of an error is that of an element, or the name of a loop."""
_FRAMES = ("ST", "SE", "UNH", "UNT", "GS", "GE", "ISA", "IEA", "ISX", "UNB", "UNG", "UNE", "UNZ")


def rows() -> Iterator[Row]:
    """Every asserted error, and every error of ours in documents that should have no other."""
    asserted: dict[str, list[dict[str, str]]] = defaultdict(list)
    for event in records(_DATA / "events.tsv"):
        asserted[event["case"]].append(event)
    for case in records(_DATA / "cases.tsv"):
        name = case["case"]
        data = (_DATA / "documents" / f"{name}.edi").read_bytes()
        yield from _case(case, asserted[name], _ours(data, case["grammar"]))


def _case(
    case: dict[str, str], asserted: Sequence[dict[str, str]], ours: Sequence[Said]
) -> Iterator[Row]:
    left = [one for one in ours if one.error]
    used: set[int] = set()
    unseen = {at for at, one in enumerate(left) if _class(one) not in case["scope"]}
    if not asserted and len(unseen) == len(left):
        yield Row(CORPUS, case["case"], "no error", "no error", True)
    for event in asserted:
        same = [at for at, one in enumerate(left) if _same(event, one)]
        at = next((at for at in same if at not in used), same[0] if same else None)
        # an element that is wrong in two ways, and a group that lacks two things, are one finding
        near = at if at is not None else next(iter(_near(event, left)), None)
        used |= {near} if near is not None else set()
        said = str(left[near]) if near is not None else "-"
        yield Row(CORPUS, case["case"], _text(event), said, at is not None)
    if case["alone"] == "yes":
        for at, one in enumerate(left):
            if at not in used | unseen:
                yield Row(CORPUS, case["case"], "-", str(one), False)


def _class(one: Said) -> str:
    if one.code in _COUNTS or one.code in _DATA_OF_GUIDE:
        return "D"
    return "O" if one.code in _OCCURRENCE else _CLASS.get(one.code[:2], "S")


def _near(event: dict[str, str], ours: Sequence[Said]) -> Iterator[int]:
    for at, one in enumerate(ours):
        if (event["tag"] or event["text"]) == one.tag and _places(
            event, one, ("segment", "element")
        ):
            yield at


def _same(event: dict[str, str], one: Said) -> bool:
    if one.code not in OURS.get(event["error"], ()):
        return False
    tag = event["tag"] or (event["text"] if one.element is None else "")
    known = _TAG.fullmatch(tag) and one.tag and one.code[0] != "S"
    if known and tag != one.tag:
        return False
    return _places(event, one, ("segment", "element", "repetition", "component"))


def _places(event: dict[str, str], one: Said, names: Sequence[str]) -> bool:
    for name in names:
        theirs = event[name]
        ours = getattr(one, name)
        if name == "repetition":
            ours = ours or 1
        if theirs not in ("", "-1") and ours is not None and int(theirs) != ours:
            return False
    return True


def _text(event: dict[str, str]) -> str:
    place = " ".join(event[name] for name in ("segment", "tag") if event[name])
    if event["element"] not in ("", "-1"):
        place += f" {event['element']}"
        place += f".{event['component']}" if event["component"] not in ("", "-1") else ""
        place += f" repetition {event['repetition']}" if event["repetition"] > "1" else ""
    place = place.strip() or event["text"] or event.get("reference", "")
    return f"{event['error']} at {place}" if place else event["error"]


@cache
def _library() -> Library:
    return Library(_DATA / "grammars", *library().roots)


def _grammar(name: str, frame: str, version: str = "") -> MessageGrammar | None:
    standard = "edifact" if frame == "UNH" else "x12"
    return _library().message(standard, name.replace("?", version), frame)


def _ours(data: bytes, name: str) -> list[Said]:
    if b"S01*" in data:
        return framed(data, name)

    def find(found: MessageFound) -> MessageGrammar | None:
        frame = found.part.segments[0][:3].strip("\x1d")
        return _grammar(name, frame, found.header.directory)

    said = say(data, find)
    if name != "FRAME":
        return said
    return [one for one in said if one.code[0] == "S" or one.tag in _FRAMES]


def framed(data: bytes, name: str) -> list[Said]:
    """A document whose messages are S01 … S09, which no standard knows."""
    parts = [part for part in syntax.read_bytes(data) if part.dialect is not None]
    segments = [segment for part in parts for segment in part.segments]
    tags = [segment[:3] for segment in segments]
    if name == "FRAME":
        return []
    first, last = tags.index("S01"), tags.index("S09")
    guide = _guide(name)
    return [
        Said(
            found.code,
            found.place.tag or "",
            (found.place.segment or 0) + first,
            found.place.element,
            found.place.repetition,
            found.place.component,
            # a guide tolerates only so that it is checked as well
            found.severity is Severity.ERROR or guide is not None,
            found.sentence,
        )
        for found in _read(segments[first : last + 1], name, guide)
    ]


def _read(segments: Sequence[str], name: str, guide: Guide | None) -> Sequence[Problem]:
    if guide is not None:
        return read_segments_with_guide(segments, guide).problems
    grammar = _grammar(name, "S01")
    assert grammar is not None
    return read_segments(segments, grammar).problems


@cache
def _guide(name: str) -> Guide | None:
    """The guide that says what the implementation part of a schema does."""
    path = _GUIDES / f"{name}.yaml"
    if not path.is_file():
        return None
    guide, problems = Guides(_library()).load(path)
    assert guide is not None, problems
    return guide
