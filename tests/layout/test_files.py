"""How mistakes in whole files are told: records, titles, counts, rows of one document."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from gateway.grammar.layout import Layout, load_layout, read_layout
from gateway.syntax.record import Record
from tests.layout.test_kinds import layout_of

GRAMMARS = Path(__file__).resolve().parents[2] / "grammars"
SAMPLES = Path(__file__).parent / "samples"
ROWS = """
format: csv
header: true
decimal_mark: ","
unknown_columns: %s
key: number
record:
  name: order
  fields:
    number: {required: true, column: [Order, Nr]}
    buyer:  {column: Buyer}
  records:
    line:
      many: true
      fields:
        item: {column: Item}
        qty:  {type: decimal, required: true, column: Qty}
"""


def made(text: str) -> Layout:
    layout, problems = read_layout(text, "", "x")
    assert layout is not None, problems
    return layout


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Order;Buyer;Qty;Order\n", "line 1: column D has the title Order, which column A has "
         "already"),
        ("Buyer;Qty\n", "line 1: there is no column Order or Nr; there are Buyer, Qty"),
        ("Nr;Qty;Bayer\nPO1;1;x\n", "line 1: column C has the title Bayer, which nothing reads"),
        ("Nr;Qty\nPO1;1\nPO2;1\nPO1;2\n", "line 4, column A: the order PO1 was there before, with "
         "another between"),
        ("Nr;Qty;Buyer\nPO1;1;A\nPO1;2;B\n", "line 3, column C: Buyer is B, but A on line 2, where "
         "this order begins"),
        ("Nr,Qty,Buyer\nPO1,1,A\n", "line 1: the titles are delimited by ,, the layout says ;"),
        ("Nr;Qty\nPO1;1;x\n", "line 2: column C holds x, but a line row ends at column B"),
        ("Nr;Qty\nPO1;1.5\n",
         "line 2, column B (qty “Qty”) holds 1.5, which is not a number such as 12,50"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_table_is_told(text: str, sentence: str) -> None:
    problems = made(ROWS % "warn").read(text.encode()).problems
    assert [one.sentence for one in problems] == [sentence]


def test_columns_in_any_order_and_rows_that_go_on() -> None:
    text = "\ufeffQTY; item ;order\n1;A;PO1\n2;B;\n3;C;PO2\n"
    reading = made(ROWS % "refuse").read(text.encode())
    assert reading.problems == []
    assert [len(one.kids["line"]) for one in reading.documents] == [2, 1]
    assert [one.code for one in made(ROWS % "refuse").read(b"Nr;Qty;X\n1;1;1\n").problems] == [
        "F143",
    ]
    assert made(ROWS % "ignore").read(b"Nr;Qty;X\n1;1;1\n").problems == []


def test_two_documents_with_one_key_are_not_written() -> None:
    order = Record("order", {"number": "PO1"})
    data, problems = made(ROWS % "warn").write([order, order])
    assert (data, [one.code for one in problems]) == (b"", ["F144"])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("30;2;3", "30;3;3"), "line 5, field lines holds 3, but count line is 2"),
        (("30;2;3", "30;2;4"), "line 5, field sum holds 4, but sum line.quantity is 3"),
        (("99;6", "99;7"), "line 6, field rows holds 7, but count rows is 6"),
        (("99;6\r\n", ""), "line 5: the file ends without 99 (file_footer)"),
        (("00;ORDERS", "00;INVOICES"),
         "line 1, column B (name) holds INVOICES; there stands always ORDERS"),
    ],
)  # fmt: skip
def test_what_the_file_says_about_itself_is_verified(
    change: tuple[str, str], sentence: str
) -> None:
    layout = layout_of("csv")
    lines = [Record("line", {"quantity": one}) for one in ("1", "2")]
    data, problems = layout.write([Record("order", {"number": "A"}, {"line": lines})])
    assert problems == []
    assert layout.read(data).problems == []
    text = data.decode("utf-16").replace(*change)
    problems = layout.read(text.encode("utf-16")).problems
    assert [one.sentence for one in problems] == [sentence]


def test_what_a_file_without_quotes_cannot_hold() -> None:
    layout = made("format: csv\nquote: none\nrecord: {code: H, fields: {a: {}}}\n")
    data, problems = layout.write([Record("document", {"a": "x;y"})])
    assert (data, [one.code for one in problems]) == (b"", ["F123"])
    assert layout.read(b'H;"x\n').documents[0].fields == {"a": '"x'}


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("10PO1" + " " * 73, "line 2 has 78 characters; it must have 80"),
        ("10PO1".ljust(80) + "x", "line 2 has 81 characters; it must have 80"),
        ("10PO1".ljust(14) + "31.02.2026".ljust(66),
         "line 2, columns 15-24 (day) holds 31.02.2026, which is not a date like DD.MM.YYYY"),
        ("77".ljust(80), "line 2, columns 1-2: record type 77 is not known"),
        ("10PO1".ljust(60) + "surplus".ljust(20),
         "line 2: column 42 holds surplus, but a 10 (order) row ends at column 41"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_line_of_fixed_width_is_told(line: str, sentence: str) -> None:
    text = layout_of("flat")
    strict = Layout(text.kind, text.name, text.root, text.encoding, _strict(text))
    head, foot = "00ORDERS".ljust(80), "993".ljust(80)
    data = "\r\n".join([head, line, foot, ""]).encode()
    assert [one.sentence for one in strict.read(data).problems] == [sentence]


def _strict(layout: Layout) -> object:
    return replace(layout.form, short_lines=False)


# ---- Excel


MORNING = datetime(2026, 2, 1, 8)  # noqa: DTZ001 (Excel knows no zones)


def sheet(rows: list[list[object]], merged: str = "") -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(row)
    if merged:
        page.merge_cells(merged)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


EXCEL = """
format: xlsx
key: number
record:
  name: order
  fields:
    number: {required: true, column: Nr}
    date:   {type: date, column: Date, format: DD.MM.YYYY}
  records:
    line:
      many: true
      fields:
        gtin: {type: gtin, column: GTIN}
        zip:  {column: Zip, pad: "0", length: 5}
        item: {column: Item}
        qty:  {type: decimal, column: Qty}
"""
TITLES: list[object] = ["Nr", "Date", "GTIN", "Zip", "Item", "Qty"]


def test_excel_gives_numbers_and_days_as_they_are() -> None:
    rows: list[list[object]] = [
        TITLES,
        [4711, date(2026, 5, 17), 4006381333931, 1067, "=A", 0.1 + 0.2],
        [4711, "17.05.2026", "4006381333931", "01067", True, "2,5"],
    ]  # fmt: skip
    layout = made(EXCEL.replace("format: xlsx", "format: xlsx\ndecimal_mark: ','"))
    rows[1][4] = "A=1"
    reading = layout.read(sheet(rows))
    assert reading.problems == []
    (order,) = reading.documents
    assert order.fields == {"number": "4711", "date": "2026-05-17"}
    first, second = (one.fields for one in order.kids["line"])
    assert first == {"gtin": "4006381333931", "zip": "01067", "item": "A=1", "qty": "0.3"}
    assert second == {"gtin": "4006381333931", "zip": "01067", "item": "true", "qty": "2.5"}


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (["1", None, 12345678905], "line 2, cell C2 (gtin “GTIN”) holds 12345678905, which a "
         "spreadsheet has made a number or a day; there must be a text of all its digits"),
        (["1", None, 4.00638e12], "line 2, cell C2 (gtin “GTIN”) holds 4006380000000, which a "
         "spreadsheet has made a number or a day; there must be a text of all its digits"),
        (["1", None, None, None, date(2026, 2, 1)], "line 2, cell E2 (item “Item”) holds "
         "2026-02-01 00:00:00, which a spreadsheet has made a number or a day; there must be "
         "a text of all its digits"),
        (["1", MORNING], "line 2, cell B2 (date “Date”) holds 2026-02-01 08:00:00, "
         "which is not a day without a time"),
        (["1", None, None, None, None, "=1+1"], "line 2, cell F2 (qty “Qty”) holds a formula "
         "without a value; there must be a value"),
        (["1", None, None, None, None, "#N/A"], None),
        (["1", None, None, None, None, date(2026, 2, 1)], None),
        (["1", None, None, None, "A", 1, "more"], "line 2: column G holds more, but a line row "
         "ends at column F"),
    ],
)  # fmt: skip
def test_what_excel_cannot_say_is_told(row: list[object], sentence: str | None) -> None:
    problems = made(EXCEL).read(sheet([TITLES, row])).problems
    assert len(problems) == 1
    if sentence:
        assert problems[0].sentence == sentence


def test_merged_cells_and_sheets() -> None:
    rows: list[list[object]] = [TITLES, ["1", None, None, None, "A", 1],
                                [None, None, None, None, "B", 2]]  # fmt: skip
    assert made(EXCEL).read(sheet(rows, "A2:A3")).problems == []
    wrong = made(EXCEL).read(sheet(rows, "E2:F2")).problems
    assert [one.code for one in wrong] == ["F154"]
    other = made(EXCEL.replace("format: xlsx", "format: xlsx\nsheet: Orders"))
    assert [one.sentence for one in other.read(sheet(rows)).problems] == [
        "there is no sheet Orders; there are Sheet"
    ]


def test_a_text_never_becomes_a_formula() -> None:
    layout = made(EXCEL)
    line = Record("line", {"item": "=1+1"})
    data, _ = layout.write([Record("order", {"number": "1"}, {"line": [line]})])
    assert layout.read(data).documents[0].kids["line"][0].fields == {"item": "=1+1"}


# ---- shipped layouts


@pytest.mark.parametrize("name", ["SOH_synthetic_1.txt", "SOH_synthetic_bad_product.txt"])
def test_an_import_of_sage_x3_comes_back_byte_for_byte(name: str) -> None:
    layout = load_layout([GRAMMARS], "csv", "x3-order")
    assert layout is not None
    data = (SAMPLES / name).read_bytes()
    reading = layout.read(data)
    assert reading.problems == []
    assert layout.write(reading.documents) == (data, [])


def test_an_order_of_business_central_is_read() -> None:
    layout = load_layout([GRAMMARS], "json", "businesscentral-order")
    assert layout is not None
    reading = layout.read((SAMPLES / "businesscentral_order.json").read_bytes())
    assert reading.problems == []
    lines = reading.documents[0].kids["salesOrderLines"]
    assert [one.fields["quantity"] for one in lines] == ["120", "48"]


def test_every_layout_that_ships_is_right() -> None:
    for path in sorted(GRAMMARS.glob("*/*.yaml")):
        if path.parent.name in ("csv", "flat", "json", "xlsx"):
            assert load_layout([GRAMMARS], path.parent.name, path.stem) is not None
