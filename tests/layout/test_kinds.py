"""Every kind of file: ``read(write(records)) == records``, and any bytes are read."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gateway.grammar.layout import FieldLayout, Layout, RecordLayout, read_layout
from gateway.syntax.record import Record

FIELDS = """
    number: {required: true, max: 12, length: 12%s}
    day:    {type: date, length: 10}
    paid:   {type: flag, length: 1, yes: J, no: N}
    total:  {type: decimal, length: 16}
"""
LINES = """
        item:     {max: 9, length: 9}
        quantity: {type: decimal, required: true, length: 16}
        packs:    {type: integer, length: 9}
        expiry:   {type: date, format: YYYYMMDD, length: 8}
"""
TYPED = """
record:
  name: order
  code: "10"
  fields:FIELDS
  records:
    line:
      code: "20"
      many: true
      fields:LINES
    end:
      code: "30"
      fields:
        lines: {type: integer, count: line, length: 9}
        sum:   {type: decimal, sum: line.quantity, length: 18}
file_header: {code: "00", fields: {name: {value: ORDERS, length: 9}}}
file_footer: {code: "99", required: true, fields: {rows: {type: integer, count: rows, length: 9}}}
"""
ROWS = """
key: number
record:
  name: order
  fields:FIELDS
  records:
    line:
      many: true
      fields:LINES
"""
NESTED = """
wrapper: [data, orders]
record:
  name: order
  fields:FIELDS
  records:
    line:
      path: body.lines
      many: true
      fields:LINES
"""
KINDS = {
    "csv": "format: csv\nencoding: utf-16\ndecimal_mark: ','\nthousands_mark: '.'\n" + TYPED,
    "csv closed": "format: csv\ntrailing_delimiter: true\nfull_rows: true\ndelimiter: tab\n"
    "comment: '#'\nsign: trailing\ndates: DD.MM.YYYY\n" + TYPED,
    "csv rows": "format: csv\nencoding: utf-8-bom\nheader: true\ndelimiter: ','\n" + ROWS,
    "csv first row only": "format: csv\nrepeat: false\n" + ROWS,
    "flat": "format: flat\nline_length: 80\ndates: DD.MM.YYYY\n" + TYPED,
    "flat rows": "format: flat\nshort_lines: false\n" + ROWS,
    "json": "format: json\nabsent: 'null'\n" + NESTED,
    "xlsx": "format: xlsx\nskip: 2\n" + ROWS,
}


def layout_of(name: str) -> Layout:
    text = KINDS[name].replace("FIELDS", FIELDS % (", path: head.no" if name == "json" else ""))
    found, problems = read_layout(text.replace("LINES", LINES), "", "order")
    assert found is not None, problems
    return found


def _value(shape: FieldLayout, kind: str) -> st.SearchStrategy[str]:
    if shape.kind == "date":
        return st.dates().filter(lambda day: day.year > 1900).map(str)
    if shape.kind == "integer":
        return st.integers(-99999, 99999).map(str)
    if shape.kind == "decimal":
        number = st.decimals(-(10**9), 10**9, places=3)
        return number.map(lambda one: format(one.normalize() if kind == "xlsx" else one, "f"))
    if shape.kind == "flag":
        return st.sampled_from(("true", "false"))
    signs = st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_categories=("Cc", "Zs"))
    return st.text(signs, min_size=1, max_size=9)


@st.composite
def records(draw: st.DrawFn, shape: RecordLayout, kind: str) -> Record:
    fields = {}
    for name, one in shape.fields.items():
        if one.required or draw(st.booleans()):
            fields[name] = draw(_value(one, kind))
    lines = shape.kids.get("line")
    kids = draw(st.lists(records(lines, kind), max_size=3)) if lines is not None else []
    return Record(shape.name, fields, {"line": kids} if kids else {})


def _plain(record: Record, shape: RecordLayout) -> object:
    fields: dict[str, object] = dict(record.fields)
    for name, value in record.fields.items():
        if shape.fields[name].kind == "decimal":
            fields[name] = Decimal(value)
    kids = {n: [_plain(one, shape.kids[n]) for one in many] for n, many in record.kids.items()}
    return record.name, fields, kids


@pytest.mark.parametrize("name", KINDS)
def test_records_come_back_from_their_file(name: str) -> None:
    layout = layout_of(name)

    @settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.generate),
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(st.lists(records(layout.root, layout.kind), min_size=1, max_size=3,
                    unique_by=lambda one: one.fields["number"].strip()))  # fmt: skip
    def law(given_: list[Record]) -> None:
        data, problems = layout.write(given_)
        assert problems == []
        reading = layout.read(data)
        assert reading.problems == []
        wanted = [_plain(one, layout.root) for one in given_]
        assert [_plain(one, layout.root) for one in reading.documents] == wanted
        assert layout.write(reading.documents) == (data, [])

    law()


@pytest.mark.parametrize("name", KINDS)
def test_any_bytes_are_read_without_raising(name: str) -> None:
    layout = layout_of(name)
    good, _ = layout.write([Record("order", {"number": "1"})])
    near = st.text('{}[]",:;\t\r\n0123HLTnumberlinedata\\ ').map(str.encode)
    cut = st.integers(0, len(good)).flatmap(
        lambda at: st.binary(max_size=9).map(lambda more: good[:at] + more + good[at:])
    )

    @settings(max_examples=40, deadline=None)
    @given(st.binary(max_size=200) | near | cut)
    def law(data: bytes) -> None:
        reading = layout.read(data)
        assert reading.found or reading.file_problems
        for one in reading.problems:
            assert one.sentence

    law()


@pytest.mark.parametrize("name", [one for one in KINDS if one != "xlsx"])
def test_a_part_of_the_documents_is_cut_out(name: str) -> None:
    layout = layout_of(name)
    orders = [Record("order", {"number": f"PO{n}"}, {"line": [Record("line", {"quantity": "1"})]})
              for n in range(3)]  # fmt: skip
    data, _ = layout.write(orders)
    reading = layout.read(data)
    assert layout.cut(data, reading, [0, 1, 2]) == data
    part = layout.cut(data, reading, [0, 2])
    assert part is not None
    again = layout.read(part)
    assert again.problems == []
    assert [one.fields["number"] for one in again.documents] == ["PO0", "PO2"]


def test_documents_come_one_by_one() -> None:
    layout = layout_of("csv rows")
    orders = [Record("order", {"number": f"PO{n}"}) for n in range(3)]
    data, _ = layout.write(orders)
    stream = layout.stream(data + b"PO1,,,,,,,\r\n")
    kinds = [type(one).__name__ for one in stream]
    assert kinds == ["Head", "DocumentRead", "DocumentRead", "DocumentRead", "DocumentRead"]


def test_a_hostile_workbook_is_refused_before_it_is_unpacked() -> None:
    layout = layout_of("xlsx")
    for content, code in ((b"0" * 20_000_000, "F116"), (b"<!DOCTYPE x><a/>", "F150")):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", content)
        assert [one.code for one in layout.read(packed.getvalue()).problems][:1] == [code]
    assert [one.code for one in layout.read(b"PK\x03\x04junk").problems] == ["F150"]
    assert "xls" in layout.read(b"\xd0\xcf\x11\xe0old").problems[0].sentence
