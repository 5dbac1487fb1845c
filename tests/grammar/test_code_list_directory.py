"""UNH 0110: the code lists of another directory than that of the structure."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.grammar import Library, read_segments
from gateway.grammar.envelope import model
from gateway.syntax import build

PAYMENT = build("PAI", ["", "", "58"])
"""4461 58: in the lists of D.16B, not in those of D.14B."""


def _codes(library: Library, lists: str) -> list[str]:
    grammar = library.message("edifact", "D14B", "INVOIC", lists=lists)
    assert grammar is not None
    assert grammar.directory == "D14B"
    found = read_segments([PAYMENT], grammar).problems
    return [one.code for one in found if one.place.tag == "PAI" and one.code == "G212"]


@pytest.mark.parametrize(
    ("lists", "refused"), [("", True), ("D14B", True), ("D16B", False), ("D16B", False)]
)
def test_codes_are_those_of_the_directory_that_is_named(
    lists: str, refused: bool, library: Library
) -> None:
    assert bool(_codes(library, lists)) == refused


@pytest.mark.parametrize("lists", ["D99Z", "../D16B", "D16B/", "service4x", "é"])
def test_a_directory_that_is_not_there_changes_nothing(lists: str, library: Library) -> None:
    assert _codes(library, lists)
    one = library.message("edifact", "D14B", "INVOIC", lists=lists)
    assert one is library.message("edifact", "D14B", "INVOIC")


def test_not_all_that_senders_name_is_kept(tmp_path: Path, library: Library) -> None:
    folder = tmp_path / "edifact" / "D14B"
    folder.mkdir(parents=True)
    (folder / "INVOIC.txt").write_text("# edifact D14B INVOIC\nUNH M 1\nUNT M 1\n")
    for number in range(100):
        (tmp_path / "edifact" / f"L{number}").mkdir()
    known = Library(tmp_path, *library.roots)
    made = [known.message("edifact", "D14B", "INVOIC", lists=f"L{number}") for number in range(100)]
    assert known.message("edifact", "D14B", "INVOIC", lists="L99") is made[99]
    assert known.message("edifact", "D14B", "INVOIC", lists="L0") is not made[0]


@pytest.mark.parametrize(
    ("sent", "lists"), [("", ""), ("16B", "D16B"), ("D16B", "D16B"), ("D", "D")]
)
def test_the_header_tells_it(sent: str, lists: str) -> None:
    header = build("UNH", "1", ["INVOIC", "D", "14B", "UN", "", sent])
    assert model.message(header, "edifact").lists == lists
