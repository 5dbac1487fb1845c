"""All directories that come with the package, looked at as text: thousands of messages are too many
to load, and many are the same in several directories."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from gateway.grammar.ambiguity import Ambiguity, Choice, ambiguities, read_choices
from gateway.grammar.directory import Directory, numbers_of, tags_of
from gateway.grammar.generate.selection import EDIFACT_MESSAGES
from gateway.grammar.model import MessageGrammar
from gateway.grammar.text import Definitions, element, message

GRAMMARS = Path(__file__).resolve().parents[2] / "grammars"
ENDS = {"edifact": ("UNH", "UNT"), "x12": ("ST", "SE")}
SYNTAX = {"edifact": {"UNH", "UNS", "UNT", "UGH", "UGT"}, "x12": {"ST", "SE"}}
"""Segments that the syntax has, not the directory."""
FOLDERS = sorted(
    folder
    for standard in ENDS
    for folder in (GRAMMARS / standard).iterdir()
    if folder.is_dir() and not folder.name.startswith(("service", "envelope"))
)
ROW = re.compile(r"( *)([A-Z0-9]+)(:?) ([MCO]) (\d+|\*)")
PART = re.compile(r"(?:[A-Z]*\d+|C\?\?\?|\?)(?:=[A-Z0-9/]+)?!?(?:\*\d+)?")
NOTE = re.compile(r"[PRECL](\d\d){2,}")


@pytest.fixture(scope="module")
def directories() -> dict[str, list[Directory]]:
    """By standard; read once for all tests here."""
    found: dict[str, list[Directory]] = {standard: [] for standard in ENDS}
    for folder in FOLDERS:
        found[folder.parent.name].append(Directory.read(folder))
    return found


def test_all_directories_are_there(directories: dict[str, list[Directory]]) -> None:
    edifact = {one.name for one in directories["edifact"]}
    years = [f"{year:02}{half}" for year in (*range(94, 100), *range(22)) for half in "AB"]
    assert edifact == {"D93A", "D01C", *(f"D{each}" for each in years)}
    assert {one.name for one in directories["x12"]} == {
        *("003040", "003050", "003060", "003070", "004010", "004020", "004030", "004040"),
        *("004050", "004060", "005010", "005020", "005030", "006020", "006030"),
    }


def test_retail_messages_are_in_all_but_where_a_standard_or_an_issue_lacks_them(
    directories: dict[str, list[Directory]],
) -> None:
    for one in directories["edifact"]:
        assert one.messages.keys() <= set(EDIFACT_MESSAGES)
        wanted = {"ORDERS", "ORDRSP", "ORDCHG", "DESADV", "INVOIC", "PRICAT", "SLSRPT", "DELFOR"}
        if one.name == "D01A":  # issued twice, with other tables for these
            wanted -= {"INVOIC", "PRICAT", "SLSRPT"}
        assert wanted <= one.messages.keys(), one.name
    for one in directories["x12"]:
        assert {"850", "855", "856", "810", "860", "846", "820"} <= one.messages.keys()


def test_every_tree_is_well_formed(directories: dict[str, list[Directory]]) -> None:
    """Groups have members, levels are closed, the ends are those of the syntax."""
    for standard, name, lines, _ in _trees(directories):
        rows = [ROW.fullmatch(line) for line in lines]
        assert all(rows), name
        depths = [len(row[1]) // 2 for row in rows if row]
        for row, depth, following in zip(rows, depths, [*depths[1:], 0], strict=True):
            assert row is not None
            group = row[3] == ":"
            assert following == depth + 1 if group else following <= depth, (name, row[0])
        first, last = ENDS[standard]
        assert (lines[0], lines[-1]) == (f"{first} M 1", f"{last} M 1"), name


def test_the_trigger_of_a_group_is_mandatory(directories: dict[str, list[Directory]]) -> None:
    """And stands once, else nobody could say which group it belongs to."""
    for _, name, lines, _ in _trees(directories):
        for line, trigger in pairwise(lines):
            if line.split()[0][-1] == ":" and trigger.split()[0][-1] != ":":
                assert trigger.split()[1:] == ["M", "1"], (name, trigger)


def test_what_is_used_is_defined(directories: dict[str, list[Directory]]) -> None:
    for standard, found in directories.items():
        for one in found:
            used = {tag for lines in one.messages.values() for tag in tags_of(lines)}
            assert used - SYNTAX[standard] == one.segments.keys() - SYNTAX[standard], one.name
            numbers = {number for row in one.segments.values() for number in numbers_of(row)}
            inner = {number for row in one.composites.values() for number in numbers_of(row)}
            own = {  # elements that are only used in a form of their own
                number
                for table in (one.segments, one.composites)
                for row in table.values()
                for number in re.findall(r"(\S+?)=", row)
            }
            known = one.composites.keys() | one.elements.keys() | own | {"?"}
            assert numbers | inner <= known, one.name
            assert one.codes.keys() <= one.elements.keys(), one.name


def test_every_row_is_of_the_text_form(directories: dict[str, list[Directory]]) -> None:
    rows = {
        row
        for found in directories.values()
        for one in found
        for table in (one.segments, one.composites)
        for row in table.values()
    }
    for row in rows:
        parts, _, notes = row.partition(" | ")
        assert all(PART.fullmatch(part) for part in parts.split()), row
        assert all(NOTE.fullmatch(note) for note in notes.split()), row
        for note in notes.split():
            positions = [int(two) for two in re.findall(r"\d\d", note)]
            assert len(set(positions)) == len(positions), row
            assert max(positions) <= len(parts.split()), row
    forms = {form for found in directories.values() for d in found for form in d.elements.values()}
    for form in forms:
        assert element("1", form).max >= 1


def test_code_lists_are_sorted_and_fit_their_elements(
    directories: dict[str, list[Directory]],
) -> None:
    lists = {
        (number, one.elements[number], tuple(codes))
        for found in directories.values()
        for one in found
        for number, codes in one.codes.items()
    }
    for number, form, codes in lists:
        assert list(codes) == sorted(set(codes)), number
        longest = element(number, form).max
        assert not [code for code in codes if len(code) > longest], number


def test_the_known_ambiguities_and_no_others(directories: dict[str, list[Directory]]) -> None:
    """Each is decided in ``ambiguous.txt``, with a reason; no decision is left over."""
    decided = {standard: read_choices(GRAMMARS / standard / "ambiguous.txt") for standard in ENDS}
    settled: set[tuple[Choice, str]] = set()
    for standard, name, lines, names in _trees(directories):
        for found in _ambiguities(lines):
            for directory in names:
                choice = [one for one in decided[standard] if one.settles(name, directory, found)]
                assert len(choice) == 1, (name, directory, found)
                settled.add((choice[0], directory))
    all_of_them = {
        (choice, directory)
        for choices in decided.values()
        for choice in choices
        for directory in choice.directories
    }
    assert settled == all_of_them
    assert {choice.message for choice, _ in settled} == {"DELFOR", "DELJIT", "INVRPT", "832"}


def test_a_decision_needs_a_reason(tmp_path: Path) -> None:
    file = tmp_path / "ambiguous.txt"
    assert read_choices(file) == ()
    file.write_text("# comment\nA B C/B B | D1 D2 | why\n")
    assert read_choices(file) == (Choice("A", "B", "C/B", "B", ("D1", "D2"), "why"),)
    file.write_text("A B C/B B | D1 |\n")
    with pytest.raises(ValueError, match="WHY"):
        read_choices(file)


def _trees(
    directories: dict[str, list[Directory]],
) -> Iterator[tuple[str, str, tuple[str, ...], list[str]]]:
    """Standard, message, lines, and the directories that have exactly this tree."""
    seen: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for standard, found in directories.items():
        for one in found:
            for name, lines in one.messages.items():
                seen.setdefault((standard, name, tuple(lines)), []).append(one.name)
    for (standard, name, lines), names in seen.items():
        yield standard, name, lines, names


def _ambiguities(lines: tuple[str, ...]) -> list[Ambiguity]:
    """Of a tree alone: what is in the segments does not matter."""
    tags = dict.fromkeys(tags_of(lines), "")
    root = message("X", lines, Definitions(lambda _: tags))
    return ambiguities(MessageGrammar("", "", "X", root, {}))
