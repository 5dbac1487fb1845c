"""Reading: trees, byte offsets, policies for codes, ambiguities, and time on hostile input."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from gateway.grammar import Group, Leniency, Library, MessageGrammar, SegmentSlot, compiled, read
from gateway.grammar import read_segments as read_text
from gateway.grammar.ambiguity import ambiguities
from gateway.grammar.model import Component, Composite, Element, ElementSlot, Segment
from gateway.grammar.notes import broken
from gateway.problems import REGISTRY, Severity
from gateway.syntax import Kind, build, read_bytes

ORDER = (
    b"UNB+UNOC:3+4012345000009:14+4012345000016:14+240115:1000+1'\r\n"
    b"UNH+1+ORDERS:D:96A:UN'\r\n"
    b"BGM+220+PO?'1+9'\r\n"
    b"DTM+137:20240115:102'\r\n"
    b"NAD+BY+4012345000009::9'\r\n"
    b"LIN+1++4012345678901:EN'\r\n"
    b"QTY+21:10'\r\n"
    b"LIN+2'\r\n"
    b"QTY+21:ten'\r\n"
    b"UNS+S'\r\n"
    b"UNT+10+1'\r\n"
    b"UNZ+1+1'\r\n"
)


@pytest.fixture
def orders(library: Library) -> MessageGrammar:
    grammar = library.message("edifact", "D96A", "ORDERS")
    assert grammar is not None
    return grammar


def _segments(**replaced: str) -> list[str]:
    segments = {
        "UNH": build("UNH", "1", ["ORDERS", "D", "96A", "UN"]),
        "BGM": build("BGM", "220", "PO1", "9"),
        "DTM": build("DTM", ["137", "20240115", "102"]),
        "NAD": build("NAD", "BY", ["4012345000009", "", "9"]),
        "LIN": build("LIN", "1"),
        "UNS": build("UNS", "S"),
        "UNT": build("UNT", "7", "1"),
    }
    return list({**segments, **replaced}.values())


def test_a_finding_has_its_bytes_and_its_path(orders: MessageGrammar) -> None:
    [part] = [part for part in read_bytes(ORDER) if part.kind is Kind.MESSAGE]
    reading = read(part, orders)
    [found] = reading.problems
    place = found.place
    assert found.code == "G208"
    assert (place.segment, place.tag, place.element, place.component) == (8, "QTY", 1, 2)
    assert place.path == "SG25[2]/QTY"
    assert place.offset is not None
    assert ORDER[place.offset : place.offset + place.width] == b"ten"
    assert reading.tree is not None


def test_a_missing_trailer_is_the_envelopes_finding(orders: MessageGrammar) -> None:
    [part] = [part for part in read_bytes(ORDER.replace(b"ten", b"3")) if part.kind is Kind.MESSAGE]
    cut = replace(part, segments=part.segments[:-1])
    assert read(cut, orders).problems == ()
    assert [found.code for found in read_text(cut.segments, orders).problems] == ["G105"]


def test_the_tree_holds_every_segment_once(orders: MessageGrammar) -> None:
    segments = [*_segments()[:5], build("QTY", ["21", "1"]), build("LIN", "2"), *_segments()[5:]]
    tree = read_text(segments, orders).tree
    assert tree is not None
    root = tree.root
    members = {member.tag: index for index, member in enumerate(root.group.members)}
    assert root.segment == 0
    assert root.segments_at(members["BGM"]) == [1]
    lines = root.nodes_at(members["LIN"])
    assert [line.segment for line in lines] == [4, 6]
    quantity = [member.tag for member in lines[0].group.members].index("QTY")
    assert lines[0].segments_at(quantity) == [5]
    assert lines[1].kids == {}


@pytest.mark.parametrize(
    ("policy", "severities"),
    [("error", [Severity.ERROR]), ("warn", [Severity.WARNING]), ("ignore", [])],
)
def test_unknown_codes_by_policy(
    policy: str, severities: list[Severity], orders: MessageGrammar
) -> None:
    segments = _segments(NAD=build("NAD", "QQQ"))
    reading = read_text(segments, orders, leniency=Leniency(unknown_codes=policy))  # type: ignore[arg-type]
    assert [found.severity for found in reading.problems] == severities
    assert all(found.code == "G212" for found in reading.problems)
    assert reading.tree is not None


def test_a_hint_names_codes_that_look_alike(orders: MessageGrammar) -> None:
    [found] = read_text(_segments(NAD=build("NAD", "by")), orders).problems
    assert "BY" in found.remedy


def test_a_lower_length_is_not_asked_of_what_is_no_number(orders: MessageGrammar) -> None:
    codes = [found.code for found in read_text(_segments(LIN=build("LIN", "-")), orders).problems]
    assert codes == ["G208"]


def test_an_ambiguity_names_both_slots(library: Library) -> None:
    grammar = library.message("edifact", "D96A", "DELFOR")
    assert grammar is not None
    [found] = ambiguities(grammar)
    assert (found.tag, found.first, found.second) == ("LIN", "SG4/SG8/LIN", "SG18/LIN")
    assert found.after


def _choice() -> MessageGrammar:
    """A group that starts like the one around it: ``S (LE T LE?)* …`` with two kinds of LS."""

    def segment(tag: str) -> SegmentSlot:
        return SegmentSlot(Segment(tag, ()), 1, 1)

    def loop(name: str, *tags: str) -> Group:
        inner = Group(tags[1], 0, 9, (segment(tags[1]),))
        return Group(name, 0, 1, (segment(tags[0]), inner, segment(tags[2])))

    root = Group(
        "X",
        1,
        1,
        (segment("UNH"), loop("A", "LS", "LM", "LE"), loop("B", "LS", "N1", "LE"), segment("UNT")),
    )
    tags = ("UNH", "LS", "LM", "N1", "LE", "UNT")
    return MessageGrammar("edifact", "X", "X", root, {tag: Segment(tag, ()) for tag in tags})


@pytest.mark.parametrize(
    ("text", "members"),
    [("LS LM LE", [1]), ("LS N1 LE", [2]), ("LS LM LE LS N1 N1 LE", [1, 2]), ("LS LE", [1])],
)
def test_the_segment_after_decides_between_slots(text: str, members: list[int]) -> None:
    tree = read_text(["UNH", *text.split(), "UNT"], _choice()).tree
    assert tree is not None
    assert sorted(member for member in tree.root.kids if member != 3) == members


def test_letters_only() -> None:
    element = Element("0035", "a", 1, 3)
    grammar = _one_segment(ElementSlot(element, True))
    assert read_text(["UNH", "ABC\x1dab", "UNT"], grammar).problems == ()
    [found] = read_text(["UNH", "ABC\x1da1", "UNT"], grammar).problems
    assert found.code == "G209"


def test_a_mandatory_composite_needs_a_component() -> None:
    element = Element("1", "an", 1, 3)
    composite = Composite("C1", (Component(element, False), Component(element, False)))
    grammar = _one_segment(ElementSlot(composite, True, repeat=2))
    for text in ("a", "\x1fb", "a\x1fb\x1ec", "a\x1e"):
        assert read_text(["UNH", f"ABC\x1d{text}", "UNT"], grammar).problems == ()
    for text in ("", "\x1f", "\x1ea"):
        [found] = read_text(["UNH", f"ABC\x1d{text}", "UNT"], grammar).problems
        assert found.code == "G201"


def _one_segment(slot: ElementSlot) -> MessageGrammar:
    segments = {
        "UNH": Segment("UNH", ()),
        "ABC": Segment("ABC", (slot,)),
        "UNT": Segment("UNT", ()),
    }
    members = tuple(SegmentSlot(segment, 1, 1) for segment in segments.values())
    return MessageGrammar("edifact", "X", "X", Group("X", 1, 1, members), segments)


@pytest.mark.parametrize(
    ("note", "good", "bad"),
    [
        ("P0203", ("A", "A**1*1"), ("A**1", "A***1")),
        ("R0203", ("A**1", "A***1"), ("A", "A*1")),
        ("E0203", ("A", "A**1", "A***1"), ("A**1*1",)),
        ("C0203", ("A", "A***1", "A**1*1"), ("A**1",)),
        ("L020304", ("A", "A**1*1", "A**1**1", "A***1"), ("A**1",)),
    ],
)
def test_relational_notes(note: str, good: tuple[str, ...], bad: tuple[str, ...]) -> None:
    element = Element("1", "AN", 1, 3)
    slots = tuple(ElementSlot(element, False) for _ in range(4))
    grammar = replace(_one_segment(slots[0]), standard="x12")
    grammar = replace(grammar, segments={"A": Segment("A", slots, (note,))})
    for text in (*good, *bad):
        segment = text.replace("*", "\x1d")
        holds = text in good
        assert (not list(broken((note,), segment))) == holds
        assert compiled(grammar).accepts_segment(segment) == (holds and segment != "A")


@pytest.mark.parametrize(
    "hostile",
    [
        "LIN\x1d" * 40_000,
        "LIN\x1d1" + "\x1f1" * 80_000,
        "NAD" + "\x1dBY\x1e" * 40_000,
        "IMD" + "\x1d\x1f\x1e" * 60_000,
        "FTX\x1dAAI\x1d\x1d\x1d" + "x" * 200_000,
        "QTY\x1d21\x1f" + "1" * 200_000,
        "QTY\x1d21\x1f" + "1." * 100_000,
    ],
)
def test_hostile_segments_take_linear_time(hostile: str, orders: MessageGrammar) -> None:
    segments = [*_segments()[:5], hostile, *_segments()[5:]]
    started = time.process_time()
    assert compiled(orders).accept(segments) is None
    assert read_text(segments, orders).problems
    assert time.process_time() - started < 3


def test_many_segments_that_do_not_fit_take_linear_time(orders: MessageGrammar) -> None:
    segments = [*_segments()[:3], *[f"X{number}" for number in range(10_000)], *_segments()[3:]]
    segments += ["PRI", "BGM", "UNS"] * 3_000
    started = time.process_time()
    assert len(read_text(segments, orders).problems) > 15_000
    assert time.process_time() - started < 10


def test_every_code_of_both_layers_maps_to_acknowledgements() -> None:
    for code, row in REGISTRY.items():
        if code[:2] in ("G1", "G2") and row.severity is Severity.ERROR:
            assert row.edifact and row.ak3 and row.ak5 == "5"
            assert bool(row.ak4) == (row.ak3 == "8" and code != "G109")


def test_many_faults_take_linear_time(orders: MessageGrammar) -> None:
    wrong = [build("LIN", "1", "", ["1" * 50, f"X{number}"]) for number in range(5_000)]
    segments = [*_segments()[:4], *wrong, *_segments()[5:]]
    started = time.process_time()
    assert len(read_text(segments, orders).problems) >= 10_000
    assert time.process_time() - started < 10
