"""CSV files by layout: what is read, and how each mistake is told to the person at the ERP."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.grammar.layout import FileLimits, Layout, read_layout
from gateway.problems import render
from gateway.syntax.record import Record

LAYOUT = """
format: csv
encoding: cp1252
delimiter: ";"
decimal_mark: ","
dates: DD.MM.YYYY
record:
  name: order
  code: H
  fields:
    number: {max: 10, required: true, title: Order no.}
    date:   {type: date, required: true, title: Date}
    paid:   {type: flag}
  records:
    note:
      code: T
      fields:
        text: {max: 40}
    line:
      code: L
      many: true
      required: true
      fields:
        item:     {max: 14}
        quantity: {type: decimal, required: true, title: Qty}
        packs:    {type: integer}
      records:
        batch:
          code: B
          many: true
          fields:
            number: {required: true}
"""


@pytest.fixture(scope="module")
def layout() -> Layout:
    found, problems = read_layout(LAYOUT, "csv", "order")
    assert problems == []
    assert found is not None
    return found


def test_documents_records_and_fields(layout: Layout) -> None:
    text = (
        'H;PO1;17.05.2026;true\nT;"Gate ""4""; ring\nthe bell"\nL;A;2,50\nB;77\nL;;3;4\n'
        "\nH;PO2;18.05.2026\nL;;1\n"
    )
    reading = layout.read(text.encode("cp1252"))
    assert reading.problems == []
    first, second = reading.documents
    assert first.fields == {"number": "PO1", "date": "2026-05-17", "paid": "true"}
    assert first.kids["note"][0].fields["text"] == 'Gate "4"; ring\nthe bell'
    assert [line.fields for line in first.kids["line"]] == [
        {"item": "A", "quantity": "2.50"}, {"quantity": "3", "packs": "4"},
    ]  # fmt: skip
    assert first.kids["line"][0].kids["batch"][0].fields == {"number": "77"}
    assert (first.line, first.kids["line"][0].line, second.line) == (1, 4, 8)


def mistakes() -> list[tuple[str, str]]:
    lines = (Path(__file__).parent / "mistakes.tsv").read_text(encoding="utf-8").splitlines()[1:]
    pairs = (line.split("\t") for line in lines)
    return [(rows.replace("\\n", "\n"), sentence) for rows, sentence in pairs]


@pytest.mark.parametrize(("rows", "sentence"), mistakes())
def test_a_mistake_is_told(rows: str, sentence: str, layout: Layout) -> None:
    reading = layout.read(rows.encode("cp1252"))
    assert [one.sentence for one in reading.problems] == [sentence]
    assert reading.documents == []


def test_wrong_bytes_are_found(layout: Layout) -> None:
    (problem,) = layout.read(b"H;PO1;17.05.2026\nL;caf\x81;1\n").problems
    assert problem.code == "F101"
    assert problem.sentence == "line 2, column 6: the byte 81 is no cp1252"


def test_a_mark_of_utf8_before_another_encoding_is_refused(layout: Layout) -> None:
    (problem,) = layout.read("\ufeffH;PO1;17.05.2026\nL;café;1\n".encode()).problems
    assert (problem.code, problem.facts["value"]) == ("F101", "EFBBBF")


@pytest.mark.parametrize("data", [b"", b"\r\n \r\n", b"\xef\xbb\xbf", b";;;\n"])
def test_an_empty_file_is_a_problem(data: bytes, layout: Layout) -> None:
    assert [one.code for one in layout.read(data).problems] == ["F117"]


def test_all_mistakes_at_once_with_a_caret(layout: Layout) -> None:
    text = "H;;31.02.2026\nL;A;x\n"
    problems = layout.read(text.encode()).problems
    assert [(one.code, one.place.line, one.place.column) for one in problems] == [
        ("F106", 1, 3), ("F108", 1, 4), ("F107", 2, 5),
    ]  # fmt: skip
    assert render.render(problems[2], text).splitlines()[2:4] == [" 2 │ L;A;x", "   │     ^"]


def test_one_bad_document_leaves_the_others(layout: Layout) -> None:
    good, bad = b"H;PO1;17.05.2026\r\nL;A;1\r\n", b'H;PO2;17.05.2026\r\nL;"A;\xe9\r\n'
    reading = layout.read(good + bad + good)
    assert [one.record is not None for one in reading.found] == [True, False, True]
    assert reading.found[1].source == bad
    assert reading.found[1].line == 3


def test_limits(layout: Layout) -> None:
    row = b"H;PO1;17.05.2026\nL;A;1\n"
    assert [p.code for p in layout.read(row, FileLimits(bytes=10)).problems] == ["F116"]
    many = layout.read(row * 3, FileLimits(documents=2))
    assert ([p.code for p in many.problems], len(many.documents)) == (["F116"], 2)
    wrong = layout.read(row + b"X\n" * 50, FileLimits(problems=5))
    assert [p.code for p in wrong.problems] == ["F103"] * 5 + ["F116"]


def test_what_cannot_be_written_is_told(layout: Layout) -> None:
    line = Record("line", {"quantity": "1,5"})
    record = Record("order", {"number": "PO1", "datum": "x"}, {"line": [line]})
    data, problems = layout.write([record])
    assert data == b""
    assert [(one.code, one.place.path) for one in problems] == [
        ("F106", "order.date"), ("F115", "order.datum"), ("F107", "order.line[1].quantity"),
    ]  # fmt: skip


def test_a_character_outside_the_encoding_is_refused_not_replaced(layout: Layout) -> None:
    line = Record("line", {"quantity": "1", "item": "Łódź"})
    record = Record("order", {"number": "PO1", "date": "2026-05-17"}, {"line": [line]})
    data, problems = layout.write([record])
    assert (data, [one.code for one in problems]) == (b"", ["F120"])
    assert "Ł (U+0141)" in problems[0].sentence


def test_cells_are_quoted_only_where_needed(layout: Layout) -> None:
    line = Record("line", {"item": 'A"; ', "quantity": "1.50"})
    record = Record("order", {"number": "PO 1", "date": "2026-05-17"}, {"line": [line]})
    assert layout.write([record]) == (b'H;PO 1;17.05.2026\r\nL;"A""; ";1,50\r\n', [])


def test_a_file_of_quotes_is_read_in_one_pass(layout: Layout) -> None:
    data = b"H;PO1;17.05.2026\n" + b'L;"' + b'""' * 400_000 + b"\n" + b'L;"A\n' * 3
    reading = layout.read(data)
    assert "F102" in {one.code for one in reading.problems}
    assert reading.documents == []
