"""Rules that every partner expects a document to keep; the cases stand in rules.yaml."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.documents import build, check
from gateway.documents.checks.units import WORDS
from gateway.problems.codes.rules import CODES

HERE = Path(__file__).parent
RULES = yaml.safe_load((HERE / "rules.yaml").read_text(encoding="utf-8"))


def found(kind: str, fields: dict[str, Any]) -> list[str]:
    document, problems = build(kind, fields)
    assert document is not None, problems
    return [f"{one.code} {one.place.path}" for one in check(document)]


@pytest.mark.parametrize("kind", RULES["right"])
def test_a_right_document_has_no_findings(kind: str) -> None:
    assert found(kind, RULES["right"][kind]) == []


@pytest.mark.parametrize("case", RULES["cases"], ids=lambda case: case["title"])
def test_a_rule(case: dict[str, Any]) -> None:
    fields = {**RULES["right"][case["kind"]], **case["with"]}
    assert found(case["kind"], fields) == case["finds"]


def test_every_rule_has_a_case() -> None:
    provoked = {finding.split()[0] for case in RULES["cases"] for finding in case["finds"]}
    assert {code.code for code in CODES} <= provoked


def test_a_finding_says_what_was_there_and_what_would_be_right() -> None:
    fields = {**RULES["right"]["remittance"], "amount": "172"}
    document, _ = build("remittance", fields)
    assert document is not None
    (problem,) = check(document)
    assert problem.sentence == (
        "amount is 172, but sum of documents.paid, credit notes taken off is 162 (tolerance 0.02)"
    )


def test_every_unit_of_the_code_list_is_known() -> None:
    path = HERE.parents[1] / "mappings/codes/unit.csv"
    with path.open(encoding="utf-8", newline="") as file:
        words = {row["canonical"] for row in csv.DictReader(file)}
    assert words <= WORDS
