"""Formatting changes blanks and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.mapping.format import formatted, said
from gateway.mapping.language import parse

ROOT = Path(__file__).parents[2]
MAPS = sorted((ROOT / "mappings").rglob("*.map"))
CASES = [
    ("number <-> BGM.1004 required",
     "number                 <->  BGM.1004                        required"),
    ("kind<->BGM.1001", None),
    ('"9" -> CUX+2.6343 # order currency',
     '"9"                    ->   CUX+2.6343                      # order currency'),
    ('note <- join(" ",FTX+PUR.4440#*)',
     'note                   <-   join(" ", FTX+PUR.4440#*)'),
    ('unit <-> QTY+21.6411 codes unit default "piece"',
     'unit                   <->  QTY+21.6411                     codes unit          '
     'default "piece"'),
    ('"5" -> PAT+1.2475 when payment.days present and (a = 1 or b != "x") on error keep',
     '"5"                    ->   PAT+1.2475                      when payment.days present and '
     '(a = 1 or b != "x")  on error keep'),
    ("gtin -> IT1[235=UP].234 when length(gtin) = 12 required",
     "gtin                   ->   IT1[235=UP].234                 "
     "when length(gtin) = 12  required"),
    ("one buyer <-> group NAD+BY part party required",
     "one buyer              <->  group NAD+BY  part party  required"),
    ("nest packages <-> group HL id 01 parent 02 level 03",
     "nest packages          <->  group HL  id 01  parent 02  level 03"),
    ("a <-> BGM.1004 flag( Y ,N )",
     "a                      <->  BGM.1004                        flag(Y, N)"),
    ("payment.discount_percent <-> PAT+22/PCD+12.5482 decimal",
     "payment.discount_percent <-> PAT+22/PCD+12.5482             decimal"),
]  # fmt: skip
HEAD = "map canonical/order <-> edifact/D96A/ORDERS\n"


@pytest.mark.parametrize(("row", "wanted"), CASES, ids=[row for row, _ in CASES])
def test_a_row_is_put_into_columns(row: str, wanted: str | None) -> None:
    text, problems = formatted(f"{HEAD}{row}\n", "orders.map")
    if wanted is None:
        assert text is None
        assert [one.code for one in problems] == ["M101"]
    else:
        assert text == f"{HEAD}{wanted}\n"


def test_bodies_keep_their_depth_and_comments_their_words() -> None:
    rows = "each lines <-> group LIN   # all\n    # inside\n    gtin <-> LIN.7140\n\n"
    text = f"# A map\n{HEAD}\n{rows}"
    wanted = (
        f"# A map\n{HEAD}\neach lines             <->  group LIN                       # all\n"
        "    # inside\n    gtin               <->  LIN.7140\n"
    )
    assert formatted(text)[0] == wanted


def test_the_verbs_of_an_overlay_fill_a_column() -> None:
    text = "overlay edifact/orders.map\nreplace delivery.on <-> DTM+64 date\ndrop note\n"
    assert formatted(text)[0] == (
        "overlay edifact/orders.map\n"
        "replace delivery.on    <->  DTM+64                          date\ndrop    note\n"
    )


@pytest.mark.parametrize("path", MAPS, ids=[str(one.relative_to(ROOT)) for one in MAPS])
def test_every_map_of_the_repository_says_the_same_formatted(path: Path) -> None:
    before = path.read_text(encoding="utf-8")
    text, problems = formatted(before, path.name)
    assert text is not None, problems
    assert formatted(text, path.name)[0] == text
    assert said(parse(text, "")[0]) == said(parse(before, "")[0])


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_blanks_do_not_matter(draw: st.DataObject) -> None:
    rows = [row for row, wanted in CASES if wanted is not None]
    loose = [
        re.sub(r"(?<=\S) (?=\S)", lambda _: " " * draw.draw(st.integers(1, 3)), row)
        for row in draw.draw(st.lists(st.sampled_from(rows), max_size=4))
        if '" "' not in row and "# " not in row
    ]
    tight = [re.sub(r" +", " ", row) for row in loose]
    assert formatted(HEAD + "\n".join(loose))[0] == formatted(HEAD + "\n".join(tight))[0]
