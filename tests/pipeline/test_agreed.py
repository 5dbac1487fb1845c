"""What an interchange is answered, when its messages have several agreements."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.config.models import Agreement
from gateway.pipeline.agreed import rules_of


def agreement(**options: Any) -> Agreement:
    values = {
        "document": "order",
        "direction": "inbound",
        "standard": "X12 004010",
        "acknowledge": options,
    }
    return Agreement.model_validate(values)


@pytest.mark.parametrize(
    ("first", "second", "option", "expected"),
    [
        ({"syntax": "none"}, {"syntax": "999"}, "syntax", "999"),
        ({"syntax": "none"}, {"syntax": "none"}, "syntax", "none"),
        ({"syntax": "none"}, {"when": "errors"}, "when", "errors"),
        ({"when": "errors"}, {"when": "always"}, "when", "always"),
        ({"level": "receipt"}, {}, "level", "content"),
        ({"messages": "refused"}, {"messages": "all"}, "every", True),
        ({"messages": "refused"}, {}, "every", None),
        ({"messages": "refused"}, {"messages": "refused"}, "every", False),
        ({"warnings": "report"}, {}, "warnings", True),
        ({"ta1": "never"}, {"ta1": "errors"}, "ta1", "errors"),
        ({}, {"version": "005010"}, "version", "005010"),
    ],
)
def test_the_one_that_tells_more_counts(
    first: dict[str, str], second: dict[str, str], option: str, expected: object
) -> None:
    for order in ((first, second), (second, first)):
        rules = rules_of([agreement(**each) for each in order], "x12")
        assert getattr(rules, option) == expected


@pytest.mark.parametrize(("standard", "kind"), [("edifact", "contrl"), ("x12", "997")])
def test_without_an_agreement_the_usual_answer_is_given(standard: str, kind: str) -> None:
    assert rules_of([], standard).syntax == kind
