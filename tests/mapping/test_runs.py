"""``repeat``: elements that come again within a segment; ``length`` in conditions."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from gateway.mapping import CompiledMap, Maps
from tests.mapping.kit import LIBRARY, tree

Make = Callable[..., CompiledMap]
SPLITS = """
number <-> BEG.03
each lines <-> group PO1
    number <-> PO1.01
    each splits <-> group SDQ repeat 03 2 10
        unit <-> SDQ.01
        gln <-> SDQ[66=UL].67
        place <- SDQ.03 when gln absent
        place -> SDQ[66=92].67 when gln absent
        quantity <-> SDQ.04 decimal
"""
RECEIPT = """
number <-> BRA.01
each lines <-> group RCD
    number <-> RCD.01
    each differences <-> group RCD repeat 06 3 5
        quantity <-> RCD.06 decimal
        unit <-> RCD.07-01
        kind <-> RCD.08
"""


def wire(written: list[str]) -> list[str]:
    """Segments as text."""
    return [one.replace("\x1d", "*") for one in written]


def order(splits: str) -> str:
    """An 850 with one line."""
    return f"BEG*00*SA*1**20240501~PO1*1*1*EA~{splits}"


def of(*pairs: tuple[str, int], unit: str = "EA") -> list[dict[str, Any]]:
    """Splits to numbered stores."""
    return [{"unit": unit, "place": place, "quantity": Decimal(one)} for place, one in pairs]


def test_each_run_of_a_segment_becomes_an_object(make: Make) -> None:
    found = make("x12/004010/850", SPLITS)
    message = tree(found, order("SDQ*EA*92*0101*5*0102*7~SDQ*CA*92*0103*1~"))
    document, problems = found.read(message)
    assert problems == []
    splits = [*of(("0101", 5), ("0102", 7)), *of(("0103", 1), unit="CA")]
    assert document["lines"][0]["splits"] == splits
    unread = {(one.place.tag, one.place.element) for one in found.unread(message)}
    assert not {one for one in unread if one[0] == "SDQ"}


def test_runs_with_the_same_front_share_a_segment(make: Make) -> None:
    found = make("x12/004010/850", SPLITS)
    stores = [(f"{at:04}", at) for at in range(1, 13)]
    lines = [{"number": "1", "splits": [*of(*stores), *of(("0001", 1), unit="CA")]}]
    written, problems = found.write({"number": "1", "lines": lines})
    assert problems == []
    segments = [one for one in wire(written) if one.startswith("SDQ")]
    assert [one.count("*") // 2 - 1 for one in segments] == [10, 2, 1]
    body = [*written[:1], "PO1\x1d1\x1d1\x1dEA", *written[2:]]
    body[0] = "BEG\x1d00\x1dSA\x1d1\x1d\x1d20240501"
    assert found.read(tree(found, body))[0]["lines"] == lines


def test_a_run_with_a_gap_keeps_its_values_apart(make: Make) -> None:
    found = make("x12/004010/850", SPLITS)
    message = tree(found, order("SDQ*EA*92*0101*5***0103*2~"), clean=False)
    assert found.read(message)[0]["lines"][0]["splits"] == of(("0101", 5), ("0103", 2))


def test_runs_may_stand_in_the_segment_of_the_group_itself(make: Make) -> None:
    found = make("x12/004010/861", RECEIPT)
    differences = [
        {"quantity": Decimal(4), "unit": "EA", "kind": "01"},
        {"quantity": Decimal(6), "unit": "EA", "kind": "02"},
    ]
    document = {"number": "1", "lines": [{"number": "7", "differences": differences}]}
    written, problems = found.write(document)
    assert problems == []
    assert "RCD*7*****4*EA*01*6*EA*02" in wire(written)
    message = tree(
        found, ["BRA\x1d1\x1d20240501\x1d00\x1d2", "DTM\x1d050\x1d20240501", written[-1]]
    )
    assert found.read(message)[0] == document


def test_more_runs_than_a_segment_holds_are_told(make: Make) -> None:
    found = make("x12/004010/861", RECEIPT)
    one = {"quantity": Decimal(1), "unit": "EA", "kind": "01"}
    _, problems = found.write({"lines": [{"number": "7", "differences": [one] * 6}]})
    assert [problem.code for problem in problems] == ["V505"]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("each splits <-> group PO1/SDQ repeat 03 2 11\n    place <-> SDQ.03", "M204"),
        ("each lines <-> group PO1 repeat 06 2 10\n    number <-> PO1.01", "M207"),
        ("each lines <-> group PO1 repeat 06 2\n    number <-> PO1.01", "M101"),
    ],
)
def test_a_run_must_fit_its_segment(rows: str, code: str, tmp_path: Any) -> None:
    file = tmp_path / "map.map"
    file.write_text(f"map canonical/thing <-> x12/004010/850\n{rows}\n")
    found, problems = Maps(LIBRARY, None, [tmp_path], documents={}).load(file)
    assert found is None
    assert code in {one.code for one in problems}


LENGTHS = """
each lines <-> group PO1
    number <-> PO1.01
    gtin <- first(PO1[235=EN].234, PO1[235=UP].234, PO1[235=UK].234)
    gtin -> PO1[235=UP].234 when length(gtin) = 12
    gtin -> PO1[235=UK].234 when length(gtin) = 14
    gtin -> PO1[235=EN].234 when length(gtin) != 12 and length(gtin) != 14
"""


@pytest.mark.parametrize(("gtin", "qualifier"), [("1" * 12, "UP"), ("1" * 13, "EN"),
                                                 ("1" * 14, "UK"), ("1" * 8, "EN")])  # fmt: skip
def test_the_length_of_a_text_may_choose_its_place(gtin: str, qualifier: str, make: Make) -> None:
    found = make("x12/004010/850", LENGTHS)
    written, problems = found.write({"lines": [{"number": "1", "gtin": gtin}]})
    assert problems == []
    assert wire(written) == [f"PO1*1*****{qualifier}*{gtin}"]
