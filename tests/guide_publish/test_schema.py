"""JSON Schema: it takes what the guide takes, and refuses what it can say is wrong."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from gateway.grammar.guide.publish.jsonschema import json_schema
from gateway.grammar.guide.publish.jsontree import as_json
from gateway.grammar.guide.publish.samples import VARIANTS, sample
from tests.guide_publish.publishing import NAMES, extended, guide, judged, made_negatives

_BESIDE = ("G331", "G332", "G333", "G334", "G335")
"""Findings in the envelope, which is not part of a message."""
_LONGEST = 500


@lru_cache
def _validator(name: str) -> Draft202012Validator:
    schema = json_schema(guide(name))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def _json(name: str, data: bytes) -> Any:
    _, tree = judged(data, guide(name))
    version = "4" if name == "closed" else "00501" if name == "x12" else "3"
    return None if tree is None else as_json(tree, guide(name), version)


@pytest.mark.parametrize("name", NAMES)
def test_what_fits_the_guide_fits_the_schema(name: str) -> None:
    for seed, variant in enumerate(VARIANTS):
        message = _json(name, sample(guide(name), variant, seed, extended(name)).wire())
        wrong = [f"{one.json_path} {one.message}" for one in _validator(name).iter_errors(message)]
        assert wrong == []


@pytest.mark.parametrize("name", NAMES)
def test_what_the_guide_refuses_the_schema_refuses(name: str) -> None:
    asked = 0
    for one in made_negatives(name).samples:
        message = _json(name, one.sample.wire())
        if message is None or len(one.sample.message) > _LONGEST:
            continue
        beside = one.problem.code in _BESIDE and one.path not in ("UNH", "ST")
        right = beside or not one.refused
        assert _validator(name).is_valid(message) is right, one.name
        asked += not right
    assert asked >= 15


def test_the_form_of_a_message() -> None:
    made = sample(guide("everything"), "typical")
    message = _json("everything", made.wire())
    assert message["UNH"]["S009"] == {
        **{"0065": "ORDERS", "0052": "D", "0054": "96A", "0051": "UN", "0057": "EAN008"}
    }
    assert message["DTM"][0] == {
        "slot": "issued",
        "C507": {"2005": "137", "2380": "20260529", "2379": "102"},
    }
    assert [one["slot"] for one in message["SG2"]] == ["buyer", "own_buyer", "house"]
    assert message["SG25"][0]["LIN"]["C212"] == {"7140": "4012345610017", "7143": "EN"}


def test_elements_of_x12_are_called_by_position_and_numbers_stay_text() -> None:
    message = _json("x12", sample(guide("x12"), "typical").wire())
    assert message["BEG"] == [{"BEG01": "00", "BEG02": "SA", "BEG03": "4711", "BEG05": "20260529"}]
    assert message["PO1"][0]["PO1"]["PO104"] == "9.95"


def test_an_element_that_may_repeat_is_a_list() -> None:
    message = _json("closed", sample(guide("closed"), "typical").wire())
    (sent,) = message["SG2"][0]["SG5"][0]["COM"]
    assert sent == {"C076": [{"3148": "+49 30 123456", "3155": "TE"}] * 2}


@pytest.mark.parametrize(
    ("change", "right"),
    [
        (lambda m: None, True),
        (lambda m: m["SG2"][0].pop("slot"), False),
        (lambda m: m["SG2"][0].update(slot="seller"), False),
        (lambda m: m["BGM"][0].update({"1004": 4711}), False),
        (lambda m: m["BGM"][0].update({"9999": "x"}), False),
        (lambda m: m["DTM"].reverse(), True),
        (lambda m: m["DTM"][1]["C507"].update({"2380": "20260230"}), False),
        (lambda m: m["SG25"].clear(), False),
    ],
)
def test_a_change_is_seen(change: Any, right: bool) -> None:
    message = _json("everything", sample(guide("everything"), "typical").wire())
    change(message)
    assert _validator("everything").is_valid(message) is right


def test_what_cannot_be_said_is_named() -> None:
    unsaid = json_schema(guide("everything"))["x-not-expressed"]
    assert "envelope: UNB" in unsaid
    assert "tolerated: G203 LIN" in unsaid
    assert not [one for one in unsaid if one.startswith("condition")]
