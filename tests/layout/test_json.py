"""JSON files by layout: exact numbers, lines of every mistake, hostile input."""

from __future__ import annotations

import pytest

from gateway.grammar.layout import FileLimits, Layout, read_layout
from gateway.syntax.jsonrecords import read_json
from gateway.syntax.record import Record

LAYOUT = """
format: json
record:
  name: order
  fields:
    number: {max: 10, required: true}
    date:   {type: date}
    paid:   {type: flag}
  records:
    buyer:
      fields:
        gln: {max: 13}
    lines:
      many: true
      required: true
      fields:
        quantity: {type: decimal, required: true}
        packs:    {type: integer}
"""


@pytest.fixture(scope="module")
def layout() -> Layout:
    found, problems = read_layout(LAYOUT, "json", "order")
    assert problems == []
    assert found is not None
    return found


def test_one_object_or_a_list(layout: Layout) -> None:
    one = b'{"number": "PO1", "lines": [{"quantity": 0.10}]}'
    assert len(layout.read(one).documents) == 1
    assert len(layout.read(b"[" + one + b",\n" + one + b"]").documents) == 2


def test_numbers_keep_their_digits(layout: Layout) -> None:
    text = (
        b'{"number":1,"date":null,"paid":true,"lines":[{"quantity":0.10},{"quantity":"2.50"},'
        b'{"quantity":12345678901234567.89,"packs":1e3}]}'
    )
    reading = layout.read(text)
    assert reading.problems == []
    (record,) = reading.documents
    assert record.fields == {"number": "1", "paid": "true"}
    assert [line.fields for line in record.kids["lines"]] == [
        {"quantity": "0.10"}, {"quantity": "2.50"},
        {"quantity": "12345678901234567.89", "packs": "1000"},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code", "sentence"),
    [
        ('{"number":"1",\n "lines":[{"quantity":1}', "F112",
         "line 2, column 25: , or ] was expected, there is the end of the file"),
        ('{"number":"1"\n "lines":[]}', "F112",
         'line 2, column 2: , or } was expected, there is "lines":[]}'),
        ("{'number':1}", "F112",
         "line 1, column 2: the name of a field in quotes was expected, there is 'number':1}"),
        ('{"number":01}', "F112", "line 1, column 12: , or } was expected, there is 1}"),
        ('{"number":NaN}', "F112", "line 1, column 11: a value was expected, there is NaN}"),
        ('{"number":"a\nb"}', "F112",
         'line 1, column 11: a text in " that ends on its line was expected, there is "a'),
        ('{"number":"\\ud800"}', "F112", None),
        ('{} {}', "F112", "line 1, column 4: the end of the file was expected, there is {}"),
        ('{"number":"1",\n"number":"2"}', "F113",
         "line 2, column 1: number stands twice in the same object"),
        ("7", "F114", None),
        ("[[]]", "F114", None),
        ('{"number":"1","lines":{}}', "F114",
         "line 1: /lines is an object {…}, where a list […] was expected"),
        ('{"number":{},"lines":[{"quantity":1}]}', "F114",
         "line 1: /number is an object {…}, where a text was expected"),
        ('{"number":true,"lines":[{"quantity":1}]}', "F114", None),
        ('{"number":"1","lines":[]}', "F111", "line 1: the order has no lines"),
        ('{"number":"1",\n"lines":[{"packs":1}]}', "F106",
         "line 2, field /lines/0/quantity is empty, and is required"),
        ('{"number":"1",\n"lines":[{"quantity":"1O"}]}', "F107",
         "line 2, field /lines/0/quantity holds 1O, which is not a number such as 12.50"),
        ('{"number":"1","lines":[{"quantity":1e999999}]}', "F107", None),
        ('{"number":"1","date":"17.05.2026","lines":[{"quantity":1}]}', "F108", None),
        ('{"number":"12345678901","lines":[{"quantity":1}]}', "F109", None),
        ('{"number":"1","paid":"ja","lines":[{"quantity":1}]}', "F110", None),
        ("[]", "F117", None),
    ],
)  # fmt: skip
def test_a_mistake_is_told(text: str, code: str, sentence: str | None, layout: Layout) -> None:
    reading = layout.read(text.encode())
    assert [one.code for one in reading.problems] == [code]
    if sentence:
        assert reading.problems[0].sentence == sentence
    assert reading.documents == []


def test_an_unknown_field_warns_and_guesses(layout: Layout) -> None:
    reading = layout.read(b'{"number":"1",\n"line":[],"lines":[{"quantity":1}]}')
    (problem,) = reading.problems
    assert (problem.code, problem.place.line) == ("F115", 2)
    assert "did you mean lines?" in problem.remedy
    assert len(reading.documents) == 1


def test_one_bad_document_leaves_the_others(layout: Layout) -> None:
    good, bad = b'{"number":"1","lines":[{"quantity":1}]}', b'{"number":""}'
    reading = layout.read(b"[" + good + b"," + bad + b"]")
    assert [one.record is not None for one in reading.found] == [True, False]
    assert reading.found[1].source == bad


def test_depth_and_size_are_bounded(layout: Layout) -> None:
    assert [one.code for one in layout.read(b"[" * 100_000).problems] == ["F116"]
    assert [one.code for one in layout.read(b'{"a":' * 100_000).problems] == ["F116"]
    documents = b"[" + b",".join([b'{"number":"1","lines":[{"quantity":1}]}'] * 3) + b"]"
    assert [p.code for p in layout.read(documents, FileLimits(documents=2)).problems] == ["F116"]


def test_writing_is_exact(layout: Layout) -> None:
    lines = [Record("lines", {"quantity": "0.10"}), Record("lines", {"quantity": "0012"})]
    kids = {"lines": lines, "buyer": [Record("buyer", {"gln": "0012345000003"})]}
    data, problems = layout.write([Record("order", {"number": "PO1", "paid": "false"}, kids)])
    assert problems == []
    assert data.decode() == (
        '{\n  "number": "PO1",\n  "paid": false,\n  "buyer": {\n    "gln": "0012345000003"\n  },\n'
        '  "lines": [\n    {\n      "quantity": 0.10\n    },\n'
        '    {\n      "quantity": "0012"\n    }\n  ]\n}\n'
    )


def test_values_know_where_they_stand() -> None:
    value, _ = read_json('{"a": [1, "ü\\n"]}')
    assert value is not None
    assert value.members is not None
    inner = value.members["a"]
    assert [(one.kind, one.text, one.offset) for one in inner.items] == [
        ("number", "1", 7), ("text", "ü\n", 10),
    ]  # fmt: skip
