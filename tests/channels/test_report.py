"""An error file says what, where, what was there, what would be right, and what to do."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from gateway.channels.folder import Report, as_json, as_text, report
from gateway.problems import Place, Problem, Severity, problem

AT = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
DATE = {"where": "line 2, column C (date “Invoice date”)", "value": "2026X3", "field": "date"}


def made(problems: list[Problem], **more: object) -> Report:
    return Report("a.csv", AT, "erp/invoice", 7, "2 of 3 taken", problems, **more)  # type: ignore[arg-type]


def date_problem() -> Problem:
    return problem("F108", Place(line=2, column=3, width=6), rule="a date like YYYY-MM-DD", **DATE)


def test_the_text_is_for_a_person() -> None:
    text = as_text(made([date_problem()], heads=["invoice I1"], text="H;1\nL;2026X3;5\n")).decode()
    assert (
        text
        == """\
File:      a.csv
Received:  2026-03-02 09:14:00 UTC in erp/invoice
Result:    2 of 3 taken
Number:    7   (the gateway knows the file as message 7)

WHAT TO DO
  Correct what is named below, and put the whole file back into the folder that it came from. What
  was taken over already is recognised and not sent twice.

WHAT IS WRONG

1. Invoice I1, line 2
   Problem:     line 2, column C (date “Invoice date”) holds 2026X3, which is not a date like
                YYYY-MM-DD
   Field:       column C (date “Invoice date”)
   Value:       2026X3
   Rule:        a date like YYYY-MM-DD
   What to do:  write a date like YYYY-MM-DD into date, a day of the calendar
   Code:        F108

   2 | L;2026X3;5
     |   ^^^^^^
"""
    )


def test_programs_read_the_same() -> None:
    (entry,) = json.loads(as_json(made([date_problem()], heads=["invoice I1"])))["problems"]
    assert {name: entry[name] for name in ("about", "line", "field", "value", "rule", "code")} == {
        "about": "invoice I1",
        "line": 2,
        "field": "column C (date “Invoice date”)",
        "value": "2026X3",
        "rule": "a date like YYYY-MM-DD",
        "code": "F108",
    }
    assert entry["sentence"] == date_problem().sentence
    assert Problem.from_json(entry) == date_problem()


def test_what_was_only_noticed_stands_apart() -> None:
    noticed = problem("V513", Place(path="lines[1].amount"), field="amount", value="5.00")
    text = as_text(made([noticed, date_problem()])).decode()
    assert text.index("F108") < text.index("ALSO NOTICED") < text.index("V513")
    problems = json.loads(as_json(made([noticed, date_problem()])))["problems"]
    assert [each["severity"] for each in problems] == ["error", "warning"]


@pytest.mark.parametrize(
    ("more", "advice"),
    [
        ({"alone": "a.csv"}, "Correct a.csv, which lies beside this text"),
        ({"from_partner": True}, "has to come again from the partner"),
        ({"held": True}, "gateway replay 7 --reason …"),
        ({}, "put the whole file back into the folder"),
    ],
)
def test_it_begins_with_what_to_do(more: dict[str, object], advice: str) -> None:
    text = " ".join(as_text(made([date_problem()], **more)).decode().split())
    assert advice in text


def test_the_refused_part_is_named() -> None:
    assert json.loads(as_json(made([], alone="a.csv")))["refused_alone"] == "a.csv"


def test_a_flood_of_findings_is_cut() -> None:
    flood = [problem("T101", name="a", size=0)] * (report.MOST + 23)
    assert "… and 23 more findings" in as_text(made(flood)).decode()
    data = json.loads(as_json(made(flood)))
    assert (len(data["problems"]), data["more"]) == (report.MOST, 23)


def test_a_finding_in_a_file_without_line_breaks_shows_what_is_around_it() -> None:
    text = "UNB+" + "x" * 300 + "QTY+21:1O:PCE'" + "y" * 300
    place = Place(offset=text.index("1O"), width=2, segment=12, tag="QTY", element=1, component=2)
    found = problem("G208", place, what="6060", value="1O", expected="1 to 15 digits", tag="QTY")
    shown = as_text(made([found], text=text)).decode().splitlines()
    line, marks = (
        each for each in shown if each.startswith("   1 | ") or each.startswith("     |")
    )
    assert len(line) < 120
    start = marks.index("^^")
    assert line[start : start + 2] == "1O"
    assert "   Field:       QTY 1.2 (segment 12)" in shown


def test_the_value_is_marked_where_its_column_is_not_known() -> None:
    found = problem(
        "V501", Place(line=1), path="DATE", value="32", expected="a day", row="a.map:1",
        source_field="H.date", source_value="32",
    )  # fmt: skip
    text = as_text(made([found], text="H;32;5\n")).decode()
    assert "1 | H;32;5\n     |   ^^" in text
    assert "write a day into H.date" in text, "and nothing of the map"


def test_the_line_of_a_value_in_a_tree_is_found() -> None:
    text = '[{"lines": [\n  {\n    "gtin": "1",\n    "qty": "five"\n  }]}]\n'
    place = Place(line=2, path="lines[1].quantity")
    facts = {"source_field": "line.qty “Quantity”", "source_value": "five"}
    found = problem("E405", place, field="lines[1].quantity", value="five", **facts)
    (entry,) = json.loads(as_json(made([found], text=text)))["problems"]
    assert (entry["line"], entry["field"]) == (4, "line.qty “Quantity”")


def test_hostile_values_do_not_break_the_text() -> None:
    found = problem("T102", name="a\nWHAT TO DO\x1b[2J", found="\x00" * 20, expected="x")
    lines = as_text(made([found])).decode().splitlines()
    assert sum(line == "WHAT TO DO" for line in lines) == 1
    assert all(line.isprintable() for line in lines)


def test_every_finding_has_a_rule() -> None:
    nothing = Problem("P190", Place(), {}, Severity.ERROR)
    assert json.loads(as_json(made([nothing])))["problems"][0]["rule"]
