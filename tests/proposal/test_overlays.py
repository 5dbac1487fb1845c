"""Overlays and code lists from samples: what the standard maps do not read."""

from __future__ import annotations

import pytest

from gateway.config.agreement import MESSAGES
from gateway.config.proposal import House
from gateway.config.proposal.meanings import MEANINGS, Meaning
from gateway.config.proposal.overlay import Workbench
from tests.proposal.conftest import Proposer, order

NEWEST_THAT_SERVES = {"edifact": "D96A", "x12": "004010"}


def test_a_usual_meaning_becomes_a_row_that_is_marked(proposed: Proposer) -> None:
    made = proposed(order().replace(b"QTY+21:12", b"QTY+1:12"))
    overlay = made.files["orders.map"].decode()
    assert "replace lines.quantity  <->  QTY+1.6060  decimal  required" in overlay
    assert "# decide: the quantity ordered stands in QTY+1" in overlay


def test_what_the_map_requires_is_found_where_it_usually_stands_else(proposed: Proposer) -> None:
    made = proposed(order().replace(b"DTM+137", b"DTM+4"))
    overlay = made.files["orders.map"].decode()
    assert "replace issued  <->  DTM+4  date  required" in overlay


def test_a_usual_meaning_is_not_used_where_the_standard_place_is_filled(
    proposed: Proposer,
) -> None:
    made = proposed(order().replace(b"QTY+21:12:PCE'", b"QTY+21:12:PCE'QTY+1:5'"))
    overlay = made.files["orders.map"].decode()
    assert "replace" not in overlay
    assert "# add FIELD  <->  QTY+1.6060" in overlay


def test_where_all_is_read_there_is_no_overlay(proposed: Proposer) -> None:
    made = proposed(order())
    assert "orders.map" not in made.files
    assert b"mapping:" not in made.files["partner.yaml"]


def test_a_code_without_a_word_of_ours_is_listed_to_be_decided(proposed: Proposer) -> None:
    made = proposed(order().replace(b"12:PCE", b"12:QQQ"))
    assert made.files["codes/unit.csv"].decode().splitlines() == [
        "canonical,edifact,x12,label",
        "# decide: QQQ: which word of our list unit is it? Put it in front of the row",
        "#,QQQ,,as sent",
    ]
    assert b"  unit: codes/unit.csv" in made.files["partner.yaml"]


@pytest.mark.parametrize("meaning", MEANINGS, ids=lambda one: f"{one.tag} {one.value}")
def test_every_usual_meaning_is_right_in_some_standard_map(house: House, meaning: Meaning) -> None:
    bench = Workbench(house.maps)
    directory = NEWEST_THAT_SERVES[meaning.standard]
    good = []
    for document in meaning.documents or ("order", "invoice"):
        message = MESSAGES[meaning.standard][document]
        base = f"{meaning.standard}/{message.lower()}.map"
        text = f"overlay mappings/{base}\n{meaning.row}\n"
        good.append(bench.load(base, f"{meaning.standard}/{directory}/{message}", text)[1])
    assert all(good)
