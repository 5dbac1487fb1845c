"""What differs between two grammars: nothing is told that is the same, nothing is missed."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.grammar import Library
from gateway.grammar.difference import Change, differences
from gateway.grammar.directory import Directory
from gateway.grammar.model import Group, MessageGrammar
from gateway.grammar.text import Definitions, message
from tests.grammar.importing import directories

BASE = """\
UNH M 1
BGM M 1
SG1: C 9
  NAD M 1
SG2: C 99
  LIN M 1
  QTY C 5
UNT M 1"""
TABLES: dict[str, dict[str, str]] = {
    "segments": {
        "UNH": "",
        "UNT": "",
        "BGM": "1225",
        "NAD": "3035! C080 3207",
        "LIN": "1082 | P0102",
        "QTY": "6060!*5",
    },
    "composites": {"C080": "3036! 3036"},
    "elements": {
        **dict.fromkeys(("1225", "3035", "3207"), "an..3"),
        **{"3036": "an..35", "1082": "n..6", "6060": "n..15"},
    },
    "codes": {"3035": "BY DP SU"},
}


def grammar(tree: str = BASE, **changed: dict[str, str]) -> MessageGrammar:
    tables = {name: {**rows, **changed.get(name, {})} for name, rows in TABLES.items()}
    root = message("ORDERS", tree.splitlines(), Definitions(lambda name: tables[name]))
    return MessageGrammar("edifact", "D96A", "ORDERS", root, _segments(root))


def _segments(group: Group) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in group.members:
        found |= _segments(one) if isinstance(one, Group) else {one.tag: one.segment}
    return found


def test_nothing_differs_from_itself() -> None:
    assert differences(grammar(), grammar()) == []


def test_groups_are_matched_by_their_segments_not_by_their_numbers() -> None:
    more = BASE.replace("SG1:", "SG2:").replace("SG2: C 99", "SG3: C 99")
    more = more.replace("BGM M 1\n", "BGM M 1\nSG1: C 5\n  RFF M 1\n  DTM C 1\n", 1)
    tables = {"segments": {"RFF": "1225", "DTM": "1225"}}
    assert differences(grammar(), grammar(more, **tables)) == [
        Change("group", "added", "SG1", after="C 5"),
        Change("segment", "added", "SG1/RFF", after="M 1"),
        Change("segment", "added", "SG1/DTM", after="C 1"),
    ]


def test_counts_and_removals() -> None:
    less = BASE.replace("SG2: C 99", "SG2: M 999").replace("  QTY C 5\n", "")
    assert differences(grammar(), grammar(less)) == [
        Change("group", "changed", "SG2", "C 99", "M 999"),
        Change("segment", "removed", "SG2/QTY", before="C 5"),
    ]


def test_elements_components_notes_and_codes() -> None:
    new = grammar(
        segments={"NAD": "3035 C080! 3229 3207", "LIN": "1082 | P0102 C0201", "QTY": "6060!*9"},
        composites={"C080": "3036! 3036 3045"},
        elements={"3207": "an2", "3229": "an..9", "3045": "an..3"},
        codes={"3035": "BY SU WS"},
    )
    assert differences(grammar(), new) == [
        Change("segment", "changed", "LIN", "P0102", "P0102 C0201"),
        Change("element", "changed", "NAD 1 3035", "an..3 mandatory", "an..3 optional"),
        Change("element", "changed", "NAD 2 C080", "optional", "mandatory"),
        Change("element", "added", "NAD 2 C080.3045", after="an..3 optional"),
        Change("element", "added", "NAD 3 3229", after="an..9 optional"),
        Change("element", "changed", "NAD 4 3207", "an..3 optional", "an2 optional"),
        Change("element", "changed", "QTY 1 6060", "n..15 mandatory ×5", "n..15 mandatory ×9"),
        Change("code", "removed", "3035", before="DP"),
        Change("code", "added", "3035", after="WS"),
    ]


def _grammars(made: Directory) -> list[MessageGrammar]:
    tables: dict[str, dict[str, str]] = {
        "segments": {"UNH": "", "UNT": "", **made.segments},
        "composites": made.composites,
        "elements": made.elements,
        "codes": {number: " ".join(codes) for number, codes in made.codes.items()},
    }
    found = []
    for name, lines in made.messages.items():
        root = message(name, lines, Definitions(lambda table: tables[table]))
        found.append(MessageGrammar("edifact", "D21B", name, root, _segments(root)))
    return found


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_equal_trees_have_no_difference_and_others_have_one(data: st.DataObject) -> None:
    made = data.draw(directories.edifact())
    one, other = (data.draw(st.sampled_from(_grammars(made))) for _ in range(2))
    found = differences(one, other)
    assert (not found) == (_plain(one.root) == _plain(other.root))


def _plain(group: Group) -> list[Any]:
    """A tree without the names of its groups."""
    return [
        (one.tag, one.min, one.max, _plain(one) if isinstance(one, Group) else None)
        for one in group.members
    ]


def test_from_one_directory_to_the_next_and_back(library: Library) -> None:
    old, new = (library.message("edifact", name, "INVOIC") for name in ("D96A", "D97A"))
    assert old is not None
    assert new is not None
    there = Counter(one.kind for one in differences(old, new) if one.what == "code")
    back = Counter(one.kind for one in differences(new, old) if one.what == "code")
    assert there["added"] == back["removed"] > 0
    assert there["removed"] == back["added"]
