"""The answers of another program to the same documents: each difference is judged."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from gateway.grammar.acknowledge import reconcile
from gateway.syntax import Kind, read_bytes
from tests.acknowledge.ack_cases import HERE
from tests.acknowledge.peers import PYX12, Row, compare, judgements

ANSWERS = sorted((HERE.parent / "corpus").glob("x12/*99[79]*.edi"))


@cache
def rows() -> list[Row]:
    return compare()


def test_each_difference_is_judged_and_each_judgement_is_one() -> None:
    differ = {
        (row.file, row.where, row.ours, row.theirs) for row in rows() if row.ours != row.theirs
    }
    assert differ == set(judgements(PYX12 / "JUDGEMENTS.tsv"))


def test_judgements_name_who_is_right_and_why() -> None:
    for verdict, reason in judgements(PYX12 / "JUDGEMENTS.tsv").values():
        assert verdict in ("ours", "theirs", "both", "different grammar")
        assert reason


def test_all_of_the_documents_are_compared() -> None:
    assert len({row.file for row in rows()}) == 23
    assert sum(row.ours == row.theirs for row in rows()) >= 114


@pytest.mark.parametrize(
    "path", [*sorted(PYX12.glob("*.ack.edi")), *ANSWERS], ids=lambda path: path.stem
)
def test_answers_of_others_are_read(path: Path) -> None:
    segments = [
        segment
        for part in read_bytes(path.read_bytes())
        if part.kind in (Kind.MESSAGE, Kind.CONTROL)
        for segment in part.segments
    ]
    told = reconcile(segments)
    assert any(segment.startswith("AK1") for segment in segments) <= bool(told)
    for each in told:
        assert each.reference
