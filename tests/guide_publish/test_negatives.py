"""Negative samples: one per rule, and what they are made for is found in their bytes."""

from __future__ import annotations

from collections import Counter

import pytest

from gateway.grammar.guide.publish.negatives import negatives
from gateway.problems import errors
from tests.guide_publish.publishing import NAMES, guide, judged, made_negatives

_SERVICE = ("UNB", "UNG", "ISA", "GS")


@pytest.mark.parametrize("name", NAMES)
def test_exactly_the_expected_is_found_from_the_bytes(name: str) -> None:
    for one in made_negatives(name).samples:
        problems, _ = judged(one.sample.wire(), guide(name))
        found = errors(problems) if one.refused else problems
        if one.path in _SERVICE:  # an envelope may also be wrong by itself
            found = [each for each in found if each.code.startswith("G")]
        expected = Counter(each.code for each in (one.problem, *one.others))
        assert Counter(each.code for each in found) == expected, one.name
        assert one.refused == bool(errors(problems)), one.name


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_has_a_sample(name: str) -> None:
    made = made_negatives(name)
    assert made.silent == []
    assert len({one.name for one in made.samples}) == len(made.samples)
    assert len(made.samples) >= 25


def test_every_kind_of_finding_is_shown() -> None:
    shown = {
        one.problem.code
        for name in ("everything", "closed")
        for one in made_negatives(name).samples
    }
    assert shown >= {
        *("G301", "G302", "G303", "G304", "G305", "G306", "G307", "G309", "G311", "G312"),
        *("G313", "G314", "G315", "G316", "G317", "G321", "G322", "G323", "G324", "G325"),
        *("G318", "G319", "G331", "G332", "G333", "G334"),
    }


def test_a_group_that_is_not_used_is_shown() -> None:
    assert "G335" in {one.problem.code for one in made_negatives("acme").samples}


@pytest.mark.parametrize(
    ("what", "code", "answers"),
    [
        ("DTM (issued) is missing", "G301", {"CONTRL 0085": "13"}),
        ("BGM element 2 (1004) is too long", "G315", {"CONTRL 0085": "39"}),
        ("group SG2 (buyer) is there too often", "G306", {"CONTRL 0085": "36"}),
        ("UNG is there, but not used", "G335", {"CONTRL 0085": "15"}),
    ],
)
def test_the_answer_of_a_contrl_is_named(what: str, code: str, answers: dict[str, str]) -> None:
    (one,) = (one for one in made_negatives("acme").samples if one.what == what)
    assert (one.problem.code, one.answers) == (code, answers)


def test_the_answers_of_997_and_999_are_named() -> None:
    what = "BEG element 1 (353) has a code outside the subset"
    (one,) = (one for one in made_negatives("northwind").samples if one.what == what)
    assert one.answers == {
        **{"997 AK304": "8", "997 AK403": "7", "997 AK502": "5"},
        **{"999 IK304": "8", "999 IK403": "I6", "999 IK502": "I5"},
    }


def test_what_is_only_reported_is_not_refused() -> None:
    (one,) = (one for one in made_negatives("acme").samples if one.problem.code == "G309")
    assert not one.refused


def test_rules_that_are_taken_over_are_left_out_beside_the_guide_they_come_from() -> None:
    assert negatives(guide("acme"), guide("acme")).samples == []
    assert not [one for one in made_negatives("acme").samples if one.path == "PAI"]
