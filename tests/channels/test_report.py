"""An error file says what, where, what was there, and what to do."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from gateway.channels.folder import Report, as_json, as_text, report
from gateway.problems import Place, Problem, problem

AT = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)


def made(problems: list[Problem], **more: object) -> Report:
    return Report("a.csv", AT, "erp/invoice", 7, "2 of 3 taken", problems, **more)  # type: ignore[arg-type]


def test_the_text_is_for_a_person() -> None:
    found = problem("T101", Place(file="a.csv", line=1, column=3), name="a.csv", size=0)
    text = as_text(made([found], texts={0: "H;X\n"})).decode()
    assert "File:      a.csv" in text
    assert "2026-03-02 09:14:00 UTC in erp/invoice" in text
    assert found.sentence in text
    assert " 1 │ H;X\n   │   ^" in text
    assert found.remedy in text


def test_the_refused_part_is_named() -> None:
    assert "mend a.csv, which lies beside" in as_text(made([], alone="a.csv")).decode()
    assert json.loads(as_json(made([], alone="a.csv")))["refused_alone"] == "a.csv"


def test_a_flood_of_findings_is_cut() -> None:
    flood = [problem("T101", name="a", size=0)] * (report.MOST + 23)
    assert "… and 23 more." in as_text(made(flood)).decode()
    data = json.loads(as_json(made(flood)))
    assert (len(data["problems"]), data["more"]) == (report.MOST, 23)
    assert Problem.from_json(data["problems"][0]) == flood[0]
