"""Grammars come from folders: lazily, the workspace's first, and never from outside of them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from gateway.grammar import UNBOUNDED, Composite, Element, Group, Library, Segment, SegmentSlot
from gateway.grammar.text import Definitions, element, message, records


@pytest.mark.parametrize("standard", ["edifact", "x12"])
def test_grammars_of_every_directory_load(standard: str, library: Library) -> None:
    """Of each directory two messages, ever others; all are looked at as text elsewhere."""
    for at, directory in enumerate(library.directories(standard)):
        names = library.messages(standard, directory)
        for name in (names[at % len(names)], names[-1 - at % len(names)]):
            grammar = library.message(standard, directory, name)
            assert grammar is not None
            assert grammar.root.members[0].tag in ("UNH", "ST")
            assert grammar.root.members[-1].tag in ("UNT", "SE")


def test_retail_messages_are_there(library: Library) -> None:
    assert {"D93A", "D96A", "D97A", "D01B"} <= set(library.directories("edifact"))
    assert {"004010", "005010"} <= set(library.directories("x12"))
    assert {"ORDERS", "DESADV", "INVOIC", "PRICAT"} <= set(library.messages("edifact", "D96A"))
    assert {"850", "855", "856", "810", "997"} <= set(library.messages("x12", "004010"))


def test_a_message_is_loaded_once_and_fast(library: Library) -> None:
    started = time.perf_counter()
    fresh = Library(*library.roots)
    grammar = fresh.message("x12", "005010", "850")
    assert time.perf_counter() - started < 0.5  # 6 ms on an idle machine
    assert grammar is fresh.message("x12", "005010", "850")
    assert grammar is not None
    assert grammar.functional_group == "PO"


def test_what_is_not_there_is_none(library: Library) -> None:
    assert library.message("edifact", "D96A", "NOSUCH") is None
    assert library.message("edifact", "D55X", "ORDERS") is None
    assert library.message("x12", "004010", "999") is None
    assert library.messages("x12", "009999") == []


@pytest.mark.parametrize("name", ["../D96A/ORDERS", "..", "", "segments/../ORDERS", "/etc/passwd"])
def test_a_name_from_an_interchange_leads_nowhere_else(name: str, library: Library) -> None:
    assert library.message("edifact", "D96A", name) is None
    assert library.message("edifact", name, "ORDERS") is None


@pytest.mark.parametrize("directory", ["D3", "service3", "22", "D96A", "D01B"])
def test_contrl_belongs_to_the_syntax(directory: str, library: Library) -> None:
    grammar = library.message("edifact", directory, "CONTRL")
    assert grammar is not None
    assert [member.tag for member in grammar.root.members] == ["UNH", "UCI", "UCM", "UCF", "UNT"]


def test_tables_of_a_directory_are_no_messages(library: Library) -> None:
    assert library.message("edifact", "D96A", "segments") is None


def test_service_segments_follow_the_syntax_version(library: Library) -> None:
    old, new = library.service("3"), library.service("4")
    assert _form(old["UNB"], 4, 1) == ("0017", 6)
    assert _form(new["UNB"], 4, 1) == ("0017", 8)
    assert library.service("00401")["ISA"].elements[10].number == "I10"
    assert library.service("00501")["ISA"].elements[10].number == "I65"


def _form(segment: Segment, position: int, component: int) -> tuple[str, int]:
    found = segment.elements[position - 1].components[component - 1].element
    return found.number, found.max


def test_the_workspace_replaces_a_directory(tmp_path: Path, library: Library) -> None:
    own = tmp_path / "edifact" / "D96A"
    own.mkdir(parents=True)
    (own / "ORDERS.txt").write_text("# edifact D96A ORDERS\nUNH M 1\nFOO C *\nUNT M 1\n")
    (own / "segments.txt").write_text("FOO 9999!\n")
    (own / "elements.txt").write_text("9999 an..3\n")
    (own / "codes.txt").write_text("9999 A\n  B C\n")
    grammar = Library(tmp_path, *library.roots).message("edifact", "D96A", "ORDERS")
    assert grammar is not None
    assert list(grammar.segments) == ["UNH", "FOO", "UNT"]
    assert grammar.segments["FOO"].elements[0].definition == Element(
        "9999", "an", 1, 3, codes=frozenset("ABC")
    )


def test_the_text_form(tmp_path: Path) -> None:
    (tmp_path / "segments.txt").write_text("NAD 3035! C082*5 380=R/1/10 ?=AN/1/4 | P0102 R0203\n")
    (tmp_path / "composites.txt").write_text("# comment\nC082 3039! 3055\n")
    (tmp_path / "elements.txt").write_text("3035 an..3\n3039 an..17\n3055 an3\n610 N2 1/15\n")
    definitions = Definitions(lambda name: records(tmp_path / f"{name}.txt"))
    nad = definitions.segment("NAD")
    assert nad.notes == ("P0102", "R0203")
    assert [(slot.number, slot.mandatory, slot.repeat) for slot in nad.elements] == [
        ("3035", True, 1),
        ("C082", False, 5),
        ("380", False, 1),
        ("", False, 1),
    ]
    composite = nad.elements[1].definition
    assert isinstance(composite, Composite)
    assert [(one.element.number, one.mandatory) for one in composite.components] == [
        ("3039", True),
        ("3055", False),
    ]
    assert composite.components[1].element == Element("3055", "an", 3, 3)
    assert element("610", "N2 1/15") == Element("610", "N", 1, 15, decimals=2)
    tree = message(
        "X", ["NAD M 1", "SG1: C 9", "  NAD M 1", "  SG2: C *", "    NAD M 1"], definitions
    )
    assert tree.members[0] == SegmentSlot(nad, 1, 1)
    group = tree.members[1]
    assert isinstance(group, Group)
    assert (group.name, group.min, group.max, group.tag) == ("SG1", 0, 9, "NAD")
    assert group.members[1].max == UNBOUNDED


@pytest.mark.parametrize("line", ["NAD", "NAD X 1", "NAD M one", "NAD M 1 2"])
def test_a_bad_line_is_named(line: str) -> None:
    with pytest.raises(ValueError):
        message("X", [line], Definitions(lambda _: {"NAD": ""}))
