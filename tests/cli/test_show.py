"""`gateway show` pins every problem under its place, and loses none."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.cli.annotate import lines_of, pin, render
from gateway.cli.inspection import inspect
from gateway.syntax import Kind

Run = Callable[..., Result]
ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
ORDERS = SAMPLES / "acme-retail/orders/0001-one-good-one-bad.edi"
PURCHASE_ORDERS = SAMPLES / "northwind/850/0001-one-good-one-bad.x12"


def test_a_problem_stands_under_its_element(run: Run) -> None:
    result = run("-w", ROOT, "show", ORDERS)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    at = lines.index("    12  QTY+21:1O:PCE'")
    assert lines[at + 1] == "               ^^"
    assert lines[at + 2].strip().startswith("G208 ")
    assert "1 interchange of EDIFACT, 2 × ORDERS D96A" in lines[-1]


def test_segments_are_numbered_as_acknowledgements_count(run: Run) -> None:
    found = json.loads(run("show", PURCHASE_ORDERS, "--json").stdout)
    starts = [line for line in found["segments"] if line.get("segment") == 1]
    assert [line["message"] for line in starts] == ["0001", "0002"]
    assert [line["text"] for line in found["segments"][:2]] == [
        "ISA*00*          *00*          *ZZ*NORTHWIND      *ZZ*OURCOMPANY     "
        "*260517*0930*U*00401*000000088*0*P*>~",
        "GS*PO*NORTHWIND*OURCOMPANY*20260517*0930*88*X*004010~",
    ]
    problems = [each for line in found["segments"] for each in line.get("problems", ())]
    assert {each["place"]["message"] for each in problems} == {"0002"}


def test_only_the_segments_with_problems(run: Run) -> None:
    lines = run("show", "--problems", ORDERS).stdout.splitlines()
    assert [line for line in lines if line.endswith("'")] == ["    12  QTY+21:1O:PCE'"]


def test_a_good_file_ends_with_0(run: Run) -> None:
    good = SAMPLES / "acme-retail/orders/0002-line-breaks.edi"
    result = run("show", good)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("data", "said"), [(b"", "empty"), (b"\x00\x01\x02", "binary data"), (b"<a/>", "XML")]
)
def test_what_it_does_not_know_it_says(data: bytes, said: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(data)
    result = run("show", tmp_path / "file")
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_control_character_does_not_reach_the_terminal(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(ORDERS.read_bytes().replace(b"gate", b"\x1b[2J", 1))
    assert "\x1b" not in run("show", tmp_path / "file").stdout


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_every_problem_of_a_broken_file_is_shown(data: st.DataObject) -> None:
    good = data.draw(st.sampled_from([ORDERS, PURCHASE_ORDERS])).read_bytes()
    start = data.draw(st.integers(0, len(good)))
    width = data.draw(st.integers(0, 20))
    put = data.draw(st.binary(max_size=5) | st.sampled_from([b"'", b"~", b"UNH+", b"\xff", b"+:*"]))
    found = inspect(good[:start] + put + good[start + width :], "broken", ROOT)
    lines = list(lines_of(found.parts))
    homeless = pin(lines, found.problems)
    shown = [row for line in lines for row in render(line)]
    pinned = {each.code for line in lines for each in line.problems}
    assert pinned | {each.code for each in homeless} == {each.code for each in found.problems}
    assert sum(len(line.problems) for line in lines) + len(homeless) >= len(
        {(each.code, each.place) for each in found.problems}
    )
    assert len(shown) >= len(lines)


@given(st.binary(max_size=60))
@settings(max_examples=60, deadline=None)
def test_nothing_raises(data: bytes) -> None:
    found = inspect(b"UNB+UNOA:1+A+B+260101:0000+1'" + data, "f", ROOT)
    lines = list(lines_of(found.parts))
    pin(lines, found.problems)
    assert all(line.text or line.kind is Kind.JUNK for line in lines)
