"""Handling units: SAP's list becomes a tree of packages, and what does not add up is told."""

# ruff: noqa: E501 (tables)
from __future__ import annotations

from typing import Any

import pytest

from gateway.grammar.idoc.units import listed, nested
from gateway.syntax.record import Record


def item(name: str, quantity: str, **fields: str) -> Record:
    return Record("E1EDL24", {"POSNR": name, "LFIMG": quantity, "VRKME": "PCE", **fields})


def unit(number: str, *contents: tuple[str, str]) -> Record:
    """``("10", "5")`` is 5 of item 10, ``("", "U2")`` another unit."""
    made = [
        Record(
            "E1EDL44", {"POSNR": name, "VEMNG": what, "VEMEH": "PCE"} if name else {"EXIDV": what}
        )
        for name, what in contents
    ]
    fields = {"EXIDV": number} if number else {}
    return Record("E1EDL37", fields, {"E1EDL44": made} if made else {})


def delivery(items: list[Record], units: list[Record]) -> Record:
    return Record("E1EDL20", {"VBELN": "80"}, {"E1EDL24": items, "E1EDL37": units})


def tree(units: list[Record]) -> list[Any]:
    return [
        (
            one.fields.get("EXIDV", ""),
            [(c.fields["POSNR"], c.fields["VEMNG"]) for c in one.kids.get("E1EDL44", ())],
            tree(one.kids.get("E1EDL37", [])),
        )
        for one in units
    ]


def test_units_stand_in_the_unit_they_are_packed_in() -> None:
    found = delivery(
        [item("10", "12"), item("20", "3")],
        [unit("U1", ("", "U2"), ("", "U3")), unit("U2", ("10", "8")), unit("U3", ("10", "4"), ("20", "3"))],
    )  # fmt: skip
    assert nested(found) == []
    inner = [("U2", [("10", "8")], []), ("U3", [("10", "4"), ("20", "3")], [])]
    assert tree(found.kids["E1EDL37"]) == [("U1", [], inner)]


def test_the_list_comes_back_from_the_tree() -> None:
    found = delivery([item("10", "12")], [unit("U1", ("", "U2")), unit("U2", ("10", "12"))])
    nested(found)
    assert listed(found) == []
    assert [one.fields for one in found.kids["E1EDL24"]] == [item("10", "12").fields]
    first, second = found.kids["E1EDL37"]
    assert [one.fields for one in first.kids["E1EDL44"]] == [{"VELIN": "3", "EXIDV": "U2"}]
    assert second.kids["E1EDL44"][0].fields["VELIN"] == "1"


def test_what_is_not_packed_stands_in_a_unit_without_number() -> None:
    found = delivery([item("10", "12"), item("20", "0")], [])
    assert nested(found) == []
    assert tree(found.kids["E1EDL37"]) == [("", [("10", "12")], [])]
    assert listed(found) == []
    assert "E1EDL37" not in found.kids
    assert found.kids["E1EDL24"][0].fields["LFIMG"] == "12"


def test_batch_and_article_are_said_once() -> None:
    found = delivery([item("10", "5", CHARG="L1", MATNR="A1")], [unit("U1", ("10", "5"))])
    content = found.kids["E1EDL37"][0].kids["E1EDL44"][0]
    content.fields |= {"MATNR": "A1", "VBELN": "80", "VELIN": "1"}
    nested(found)
    assert content.fields == {"POSNR": "10", "VEMNG": "5", "VEMEH": "PCE", "CHARG": "L1"}
    assert content.kids["E1EDL24"][0].fields == {"MATNR": "A1"}


PROBLEMS = [
    ("F340", "item 10 has LFIMG 12 PCE, its handling units hold 11", [item("10", "12")], [unit("U1", ("10", "11"))]),
    ("F341", "U9 is not among the units", [], [unit("U1", ("", "U9"))]),
    ("F341", "U2 is in two other units", [], [unit("U1", ("", "U2")), unit("U3", ("", "U2")), unit("U2")]),
    ("F341", "U1 is inside itself", [], [unit("U1", ("", "U2")), unit("U2", ("", "U1"))]),
    ("F341", "U5 is inside 4 others", [], [unit(f"U{at}", ("", f"U{at + 1}")) for at in range(1, 5)] + [unit("U5")]),
    ("F342", "holds item 30, which the delivery does not have", [], [unit("U1", ("30", "1"))]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "says", "items", "units"), PROBLEMS)
def test_what_does_not_add_up_is_told(
    code: str, says: str, items: list[Record], units: list[Record]
) -> None:
    found = nested(delivery(items, units))
    assert [one.code for one in found] == [code]
    assert says in found[0].sentence


def test_packed_in_the_unit_of_the_stock() -> None:
    """LFIMG counts cartons, LGMNG pieces; a content may count either."""
    items = [item("10", "2", MEINS="PCE", LGMNG="24")]
    items[0].fields["VRKME"] = "CT"
    assert nested(delivery(items, [unit("U1", ("10", "24"))])) == []


def packed(*articles: str) -> Record:
    contents = [
        Record(
            "E1EDL44",
            {"POSNR": "10", "VEMNG": "1"},
            {"E1EDL24": [Record("E1EDL24", {"EAN11": one})]},
        )
        for one in articles
    ]
    unit = Record("E1EDL37", {"EXIDV": "U1"}, {"E1EDL44": contents})
    return Record("E1EDL20", {}, {"E1EDL37": [unit]})


def test_one_item_number_for_two_articles_is_told() -> None:
    (found,) = listed(packed("4012345000016", "4012345000023"))
    assert found.sentence == "E1EDL24-POSNR: item 10 is 4012345000016 and 4012345000023"


def test_items_without_number_get_one() -> None:
    made = packed("4012345000016", "4012345000016", "4012345000023")
    for content in made.kids["E1EDL37"][0].kids["E1EDL44"]:
        del content.fields["POSNR"]
    assert listed(made) == []
    assert [one.fields["POSNR"] for one in made.kids["E1EDL24"]] == ["10", "20"]
    assert [one.fields["LFIMG"] for one in made.kids["E1EDL24"]] == ["2", "1"]


def test_a_unit_inside_another_needs_a_number() -> None:
    inner = Record("E1EDL37", {"VHILM": "CARTON"})
    outer = Record("E1EDL37", {"EXIDV": "U1"}, {"E1EDL37": [inner]})
    (found,) = listed(Record("E1EDL20", {}, {"E1EDL37": [outer]}))
    assert found.code == "F341"
