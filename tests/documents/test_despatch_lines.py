"""A despatch advice told by its lines is the same document as the one told by its packages."""

from __future__ import annotations

from typing import Any

from gateway.documents import build
from gateway.documents.despatch import DespatchAdvice

HEAD = {"number": "1", "issued": "2026-12-01"}
NAMES = frozenset({"number", "issued", "lines", "units"})
ITEM = {"gtin": "4012345111118", "quantity": "2"}


def document(**fields: Any) -> DespatchAdvice:
    """The document of these fields."""
    made, problems = build("despatch", {**HEAD, **fields})
    assert problems == []
    assert isinstance(made, DespatchAdvice)
    return made


def test_lines_and_units_become_packages() -> None:
    told = document(
        units=[{"sscc": "A", "kind": "pallet"}, {"sscc": "B", "parent": "A"}],
        lines=[
            {**ITEM, "line": "1", "sscc": "B"},
            {**ITEM, "line": "2", "sscc": "C"},
            {**ITEM, "line": "3"},
        ],
    )
    assert (
        told.to_data()["packages"]
        == document(
            packages=[
                {
                    "sscc": "A",
                    "kind": "pallet",
                    "packages": [{"sscc": "B", "items": [{**ITEM, "line": "1"}]}],
                },
                {"sscc": "C", "items": [{**ITEM, "line": "2"}]},
                {"items": [{**ITEM, "line": "3"}]},
            ]
        ).to_data()["packages"]
    )
    assert told.lines == ()


def test_a_map_that_writes_lines_gets_them() -> None:
    made = document(
        packages=[{"sscc": "A", "items": [ITEM], "packages": [{"sscc": "B", "items": [ITEM]}]}]
    )
    told = made.arranged(NAMES)
    assert "packages" not in told
    assert [(one["line"], one["sscc"]) for one in told["lines"]] == [("1", "A"), ("2", "B")]
    assert told["units"] == [{"sscc": "A"}, {"sscc": "B", "parent": "A"}]
    assert not made.arranged(frozenset({"packages"}))["lines"]


def test_units_that_stand_in_themselves_stand_nowhere() -> None:
    made = document(units=[{"sscc": "A", "parent": "A"}])
    assert [one.sscc for one in made.packages] == ["A"]


def test_units_that_stand_in_each_other_are_not_lost() -> None:
    made = document(units=[{"sscc": "A", "parent": "B"}, {"sscc": "B", "parent": "A"}])
    assert sorted(_all(made.to_data()["packages"])) == ["A", "B"]


def _all(packages: list[dict[str, Any]]) -> list[str]:
    found = []
    for one in packages:
        found += [one["sscc"], *_all(one.get("packages", []))]
    return found
