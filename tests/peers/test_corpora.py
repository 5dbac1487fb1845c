"""What other programs assert in their tests: compared anew, all judged, and the page is of today.

After a change of the engine: ``python benchmarks/corpora.py --write docs/corpora.md``, read the
difference, and judge what is new in ``JUDGEMENTS.tsv``.
"""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.corpora import compare, everything_judged, from_sources
from benchmarks.peers import staedi, table
from benchmarks.peers.model import (
    ROOT,
    VERDICTS,
    Judgement,
    Row,
    judged,
    judgements,
    kept,
    records,
)
from gateway.problems import REGISTRY


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    found = list(compare())
    return sorted([*found, *from_sources(found)])


@pytest.fixture(scope="module")
def known() -> list[Judgement]:
    return everything_judged()


def test_every_disagreement_is_judged(rows: list[Row], known: list[Judgement]) -> None:
    assert not table.unjudged(rows, known)


def test_the_rows_that_were_written_down_are_those_of_today(rows: list[Row]) -> None:
    assert Counter(rows) == Counter(kept())


def test_the_page_is_made_of_them(rows: list[Row], known: list[Judgement]) -> None:
    page = (ROOT / "docs" / "corpora.md").read_text(encoding="utf-8")
    assert page == table.page(rows, known)


def test_no_judgement_is_left_without_a_disagreement(rows: list[Row]) -> None:
    differing = [row for row in rows if row.compared and not row.agrees]
    mine = judgements()
    used = {judged(row, mine) for row in differing}
    assert [one for one in mine if one not in used] == []
    assert {one.right for one in mine} <= VERDICTS.keys()


def test_most_of_what_staedi_asserts_is_found(rows: list[Row]) -> None:
    """Beside rules of guides: the engine says the same of nearly all."""
    mine = [row for row in rows if row.corpus == staedi.CORPUS]
    mended = sum(row.agrees for row in mine)
    assert len(mine) > 170
    assert mended >= 130


@pytest.mark.parametrize(
    ("case", "codes"),
    [
        ("testImplementationValidSequence", "G303 G301 G305 G306 G306 G308"),
        ("testImplementationValidSequenceAllMissingReader", "G302 G302 G302 G302"),
    ],
)
def test_a_guide_finds_what_is_left_once_the_standard_is_kept(case: str, codes: str) -> None:
    """There S20 is missing, which is told alone; here it is added."""
    folder = ROOT / "tests" / "peers" / "staedi" / "documents"
    data = (folder / f"SegmentValidationTest.{case}.edi").read_bytes()
    said = staedi.framed(data.replace(b"S09*X~", b"S20*X~S09*X~"), "900001")
    assert [one.code for one in said if one.code != "G108"] == codes.split()


def test_codes_that_stand_for_errors_of_staedi_exist() -> None:
    assert set().union(*staedi.OURS.values()) <= REGISTRY.keys()
    events = records(ROOT / "tests" / "peers" / "staedi" / "events.tsv")
    unknown = {event["error"] for event in events} - staedi.OURS.keys()
    assert unknown == set()


def test_a_disagreement_that_nobody_judged_is_named(known: list[Judgement]) -> None:
    row = Row("StAEDI", "a case of tomorrow", "MANDATORY_SEGMENT_MISSING at BGM", "-", False)
    assert table.unjudged([row], known) == [row]
    assert table.unjudged([Row("StAEDI", "x", "accepted", "no grammar", False)], known) == []
