"""Elements become fields and records; what the grammar does not allow is told with its place."""

from __future__ import annotations

import pytest

from gateway.grammar.layoutmodel import FileLimits
from gateway.grammar.xml.format import XmlFormat
from gateway.problems import errors

HEAD = '<Order xmlns="urn:own:order" xmlns:p="urn:own:party">'
LINE = '<Line><ID>1</ID><Quantity unit="C62">2</Quantity></Line>'
DAY = "<Number>7</Number><Day>2026-11-24</Day>"


def file(inside: str) -> bytes:
    """A file with one order."""
    return f"{HEAD}{inside}</Order>".encode()


def told(order: XmlFormat, data: bytes) -> list[str]:
    """Code and path of all problems."""
    return [f"{one.code} {one.place.path or ''}".strip() for one in order.read(data).problems]


def test_text_and_attributes_are_fields(order: XmlFormat) -> None:
    data = file(f'<Number scheme="A">7</Number><Day>2026-11-24</Day>{LINE}')
    (record,) = order.read(data).documents
    assert record.fields == {"Number": "7", "Number@scheme": "A", "Day": "2026-11-24"}
    (line,) = record.kids["Line"]
    assert line.fields == {"ID": "1", "Quantity": "2", "Quantity@unit": "C62"}
    assert line.line == 1


def test_what_repeats_is_a_record_with_its_own_text(order: XmlFormat) -> None:
    data = file(f'{DAY}<Note lang="de">bitte</Note><Note>now</Note>{LINE}')
    (record,) = order.read(data).documents
    assert [one.fields for one in record.kids["Note"]] == [
        {"@lang": "de", "$": "bitte"},
        {"$": "now"},
    ]


def test_a_tagged_text_says_what_it_is_about(order: XmlFormat) -> None:
    data = file(f"{DAY}<Note>#AAI#now</Note><Note>#later</Note>{LINE}")
    (record,) = order.read(data).documents
    assert [one.fields for one in record.kids["Note"]] == [
        {"$tag": "AAI", "$": "now"},
        {"$": "#later"},
    ]
    assert b"<Note>#AAI#now</Note>" in order.write([record])[0]


def test_a_party_may_hold_parties(order: XmlFormat) -> None:
    inner = "<p:Party><p:Role>SU</p:Role></p:Party>"
    data = file(f"{DAY}<p:Party><p:Role>BY</p:Role>{inner}</p:Party>{LINE}")
    (record,) = order.read(data).documents
    assert record.kids["Party"][0].kids["Party"][0].fields == {"Role": "SU"}
    root = order.root
    assert root.kids["Party"].kids["Party"].kids["Party"].fields["Role"].name == "Role"


@pytest.mark.parametrize(
    ("inside", "field", "value"),
    [
        (f"<Number> 7 </Number><Day>2026-11-24</Day>{LINE}", "Number", "7"),
        (f"<Number>7</Number><Day>2026-11-24Z</Day>{LINE}", "Day", "2026-11-24"),
        (f"{DAY}<Due>20261224</Due>{LINE}", "Due", "2026-12-24"),
        (f'{DAY}<Currency>EUR</Currency><Total currency="EUR">.50</Total>{LINE}', "Total", "0.50"),
        (f'{DAY}<Total currency="SEK">+7.</Total>{LINE}', "Total", "7"),
        (f'{DAY}<Total currency="SEK">7</Total>{LINE}', "Total@currency", "SEK"),
        (f"<Number>a<!-- b -->&amp;c<![CDATA[<d>]]></Number><Day>2026-11-24</Day>{LINE}",
         "Number", "a&c<d>"),
    ],
)  # fmt: skip
def test_values_have_one_spelling(order: XmlFormat, inside: str, field: str, value: str) -> None:
    (record,) = order.read(file(inside)).documents
    assert record.fields[field] == value


def test_an_attribute_that_the_head_says_already_is_not_kept(order: XmlFormat) -> None:
    data = file(f'{DAY}<Currency>EUR</Currency><Total currency="EUR">1</Total>{LINE}')
    (record,) = order.read(data).documents
    assert "Total@currency" not in record.fields


def test_what_is_empty_is_absent_and_not_missing(order: XmlFormat) -> None:
    data = file(f"<Number/><Day>2026-11-24</Day><Shipping><ID>1</ID></Shipping>{LINE}")
    reading = order.read(data)
    (record,) = reading.documents
    assert reading.problems == []
    assert "Number" not in record.fields
    assert "Shipping" not in record.kids


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (f"<Day>2026-11-24</Day>{LINE}", ["F207 /Order/Number"]),
        (DAY, ["F207 /Order/Line"]),
        (f"<Number>7</Number><Number>8</Number><Day>2026-11-24</Day>{LINE}",
         ["F208 /Order/Number"]),
        (f"{DAY}<Note>a</Note><Note>b</Note><Note>c</Note>{LINE}", ["F208 /Order/Note[3]"]),
        (f"<Day>2026-11-24</Day><Number>7</Number>{LINE}", ["F212 /Order/Number"]),
        (f"<Number>7</Number><Day>24.11.2026</Day>{LINE}", ["F209 /Order/Day"]),
        (f"<Number>123456789012345678901</Number><Day>2026-11-24</Day>{LINE}",
         ["F209 /Order/Number"]),
        (f"{DAY}<Currency>USD</Currency>{LINE}", ["F209 /Order/Currency"]),
        (f"{DAY}<Total>1</Total>{LINE}", ["F211 /Order/Total"]),
        (f'{DAY}<Total currency="EUR" factor="x">1</Total>{LINE}', ["F209 /Order/Total/@factor"]),
        (f"{DAY}<Colour>red</Colour>{LINE}", ["F205 /Order/Colour"]),
        (f"{DAY}<p:Number>8</p:Number>{LINE}", ["F205 /Order/Number"]),
        (f"<Number><b>7</b></Number><Day>2026-11-24</Day>{LINE}", ["F205 /Order/Number/b"]),
        (f"{DAY}stray{LINE}", ["F206 /Order"]),
        (f"{DAY}<Pickup>2026-11-25</Pickup><Delivery>2026-11-26</Delivery>{LINE}",
         ["F208 /Order/Delivery"]),
        (f'<Number shape="x">7</Number><Day>2026-11-24</Day>{LINE}', ["F210 /Order/Number"]),
        (f"{DAY}{LINE}<Extension><x>1</x></Extension>", ["F215 /Order/Extension/x"]),
        (f"<Number>7</Number><Day>2026-11-24+01:00</Day>{LINE}", ["F216 /Order/Day"]),
        (f"{DAY}{LINE}<Line><ID>2</ID></Line>", ["F207 /Order/Line[2]/Quantity"]),
        (f"{DAY}<p:Party><p:Tax><p:Company>x</p:Company></p:Tax></p:Party>{LINE}",
         ["F207 /Order/Party/Role", "F207 /Order/Party/Tax/Scheme"]),
    ],
)  # fmt: skip
def test_problems_name_the_element(order: XmlFormat, inside: str, expected: list[str]) -> None:
    assert sorted(told(order, file(inside))) == sorted(expected)


def test_children_of_one_group_stand_in_any_order(order: XmlFormat) -> None:
    tax = "<p:Tax><p:Scheme><p:ID>VAT</p:ID></p:Scheme><p:Company>x</p:Company></p:Tax>"
    name = "<p:Name>Northwind</p:Name>"
    for inside in (tax + name, name + tax):
        party = f"<p:Party><p:Role>BY</p:Role>{inside}</p:Party>"
        assert told(order, file(f"{DAY}{party}{LINE}")) == []


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "F117"),
        (b"   ", "F117"),
        (b"<Order", "F201"),
        (b"no xml", "F201"),
        (HEAD.encode(), "F201"),
        (b'<?xml version="1.0" encoding="x-none"?><Order/>', "F201"),
        (b"<Invoice/>", "F204"),
        (b'<Order xmlns="urn:other"/>', "F204"),
    ],
)
def test_a_file_that_is_no_order(order: XmlFormat, data: bytes, expected: str) -> None:
    reading = order.read(data)
    assert reading.documents == []
    assert {one.code for one in reading.problems} == {expected}


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "cp1252"])
def test_the_file_says_its_charset(order: XmlFormat, charset: str) -> None:
    name = "utf-8" if charset == "utf-8-sig" else charset
    body = file(f"<Number>Öl</Number><Day>2026-11-24</Day>{LINE}").decode()
    text = f'<?xml version="1.0" encoding="{name}"?>{body}'
    (record,) = order.read(text.encode(charset)).documents
    assert record.fields["Number"] == "Öl"


class TestSeveralDocuments:
    """A list of orders: each is judged for itself."""

    GOOD = f"<Order>{DAY}{LINE}</Order>"
    BAD = f"<Order><Number>8</Number>{LINE}</Order>"
    FILE = f'<Orders xmlns="urn:own:order">\n{GOOD}\n{BAD}\n</Orders>'.encode()

    def test_one_bad_order_stops_no_other(self, orders: XmlFormat) -> None:
        reading = orders.read(self.FILE)
        assert [one.record is not None for one in reading.found] == [True, False]
        assert reading.file_problems == ()
        assert [one.code for one in reading.found[1].problems] == ["F207"]
        assert reading.found[1].line == 3

    def test_the_bad_one_can_be_written_out_alone(self, orders: XmlFormat) -> None:
        reading = orders.read(self.FILE)
        alone = orders.cut(self.FILE, reading, [1])
        assert alone == f'<Orders xmlns="urn:own:order">\n{self.BAD}\n</Orders>'.encode()
        assert orders.cut(self.FILE, reading, [0, 1]) == self.FILE

    def test_a_file_of_one_document_cannot_be_cut(self, order: XmlFormat) -> None:
        data = file(DAY + LINE)
        assert order.cut(data, order.read(data), [0]) == data
        assert order.cut(data, order.read(data), []) is None

    def test_something_else_in_the_list(self, orders: XmlFormat) -> None:
        data = f'<Orders xmlns="urn:own:order"><Invoice/>{self.GOOD}</Orders>'.encode()
        reading = orders.read(data)
        assert len(reading.documents) == 1
        assert [one.code for one in reading.file_problems] == ["F205"]

    def test_the_limit_of_documents(self, orders: XmlFormat) -> None:
        reading = orders.read(self.FILE, FileLimits(documents=1))
        assert len(reading.found) == 1
        assert [one.code for one in reading.file_problems] == ["F203"]


def test_an_open_grammar_tells_unknown_elements_once(order: XmlFormat) -> None:
    from gateway.grammar.xml.load import read_xml  # noqa: PLC0415
    from tests.grammar.xml.conftest import GRAMMAR  # noqa: PLC0415

    text = GRAMMAR.read_text().replace("root Orders/Order*", "root Order\norder any\nunknown warn")
    data = file(f"<Day>2026-11-24</Day><X/><X/><Number>7</Number>{LINE}")
    reading = read_xml(text, "own/Order").read(data)
    assert [one.code for one in reading.problems] == ["F215"]
    assert not errors(reading.problems)
    assert len(reading.documents) == 1
