"""Lists that formats tell in groups: a document keeps them flat, and gives back the groups."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from gateway.documents import DOCUMENTS, Document, SalesReport, build
from tests.strategies import documents

SALES: dict[str, Any] = {
    "issued": "2026-06-08",
    "places": [
        {"gln": "4012345000214", "lines": [{"gtin": "4012345610017", "quantity": "2"},
                                           {"gtin": "4012345610024", "quantity": "1"}]},
        {"gln": "4012345000221", "lines": [{"gtin": "4012345610017", "quantity": "5"}]},
    ],
}  # fmt: skip
GROUPED = [(kind, one.name) for kind, model in DOCUMENTS.items() for one in model.arrangements]


def built(kind: str, fields: dict[str, Any]) -> Any:
    document, problems = build(kind, fields)
    assert document is not None, problems
    return document


def test_groups_become_a_flat_list() -> None:
    report = built("sales", SALES)
    assert [(one.gln, one.gtin) for one in report.lines] == [
        ("4012345000214", "4012345610017"),
        ("4012345000214", "4012345610024"),
        ("4012345000221", "4012345610017"),
    ]
    assert report.places == ()


def test_articles_are_another_way_to_tell_the_same() -> None:
    articles = [
        {"gtin": "4012345610017", "splits": [{"gln": "4012345000214", "quantity": "2"},
                                             {"gln": "4012345000221", "quantity": "5"}]},
        {"gtin": "4012345610024", "splits": [{"gln": "4012345000214", "quantity": "1"}]},
    ]  # fmt: skip
    told = built("sales", {"issued": "2026-06-08", "articles": articles})
    assert sorted(map(str, told.lines)) == sorted(map(str, built("sales", SALES).lines))
    again = told.arranged(frozenset({"articles"}))["articles"]
    assert [(one["gtin"], len(one["splits"])) for one in again] == [
        ("4012345610017", 2),
        ("4012345610024", 1),
    ]


def test_a_map_that_names_the_flat_list_is_given_it() -> None:
    fields = built("sales", SALES).arranged(frozenset({"lines", "issued"}))
    assert not fields["places"]
    assert len(fields["lines"]) == 3


def test_packages_within_packages_are_told_by_their_own_sscc() -> None:
    inner = {"sscc": "340123450000000024", "items": [{"gtin": "4012345610017", "quantity": "4"}]}
    outer = {"sscc": "340123450000000017", "items": [{"text": "Tea"}], "packages": [inner]}
    receipt = built("receipt", {"number": "1", "issued": "2026-06-08", "packages": [outer]})
    assert [one.sscc for one in receipt.lines] == ["340123450000000017", "340123450000000024"]


def test_a_group_without_entries_is_kept() -> None:
    packages = [{"sscc": "340123450000000017"}]
    receipt = built("receipt", {"number": "1", "issued": "2026-06-08", "packages": packages})
    assert [one.sscc for one in receipt.lines] == ["340123450000000017"]


def test_what_is_no_list_of_groups_is_refused() -> None:
    document, problems = build("sales", {"issued": "2026-06-08", "places": "everywhere"})
    assert document is None
    assert [one.place.path for one in problems] == ["places"]


def test_an_article_of_no_group_has_none() -> None:
    groups = [{"kind": "none", "items": [{"gtin": "4012345610017"}]}]
    catalogue = built("catalogue", {"issued": "2026-06-08", "groups": groups})
    assert catalogue.items[0].group_kind is None


@pytest.mark.parametrize(("kind", "name"), GROUPED)
def test_groups_give_the_list_back(kind: str, name: str) -> None:
    @settings(max_examples=20, deadline=None)
    @given(documents(kind))
    def law(document: Document) -> None:
        fields = document.arranged(frozenset({name}))
        again = built(kind, fields)
        if name == "articles":  # gathered: lines of an article come together
            assert isinstance(document, SalesReport)
            assert sorted(map(str, again.lines)) == sorted(map(str, document.lines))
        else:
            assert again == document

    law()


BATCH = {"batch": "L1", "expiry": "2027-03-01", "marking": "batch"}


def line(**fields: Any) -> dict[str, Any]:
    head = {"number": "1", "issued": "2026-06-08"}
    receipt = built("receipt", {**head, "lines": [{"quantity": "4", **fields}]})
    data: dict[str, Any] = receipt.to_data()["lines"][0]
    return data


def test_the_only_batch_of_a_line_stands_in_the_line() -> None:
    found = line(lots=[BATCH, {"serials": ["S1", "S2"], "marking": "serial"}])
    assert found["batch"] == "L1"
    assert found["expiry"].isoformat() == "2027-03-01"
    assert found["serials"] == ["S1", "S2"]
    assert "lots" not in found


def test_several_batches_stay_together() -> None:
    found = line(lots=[BATCH, {**BATCH, "batch": "L2"}])
    assert [one["batch"] for one in found["lots"]] == ["L1", "L2"]
    assert "batch" not in found


def test_the_lines_own_batch_comes_first_of_several() -> None:
    found = line(batch="L0", serials=["S0"], lots=[BATCH, {"serials": ["S1"], "marking": "serial"}])
    assert [one.get("batch") for one in found["lots"]] == [None, "L0", "L1", None]
    assert [one.get("serials") for one in found["lots"]] == [["S0"], None, None, ["S1"]]


def test_a_lot_with_a_quantity_is_more_than_a_batch() -> None:
    found = line(lots=[{**BATCH, "quantity": "2"}])
    assert "batch" not in found
    assert found["lots"][0]["batch"] == "L1"


def test_a_lot_that_says_another_day_than_the_line_stays() -> None:
    found = line(expiry="2026-01-01", lots=[BATCH])
    assert found["lots"][0]["expiry"].isoformat() == "2027-03-01"
