"""Records become XML in the order and with the namespaces of the grammar."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.grammar.xml.format import XmlFormat
from gateway.syntax.record import Record


def record(name: str, fields: dict[str, str], **kids: list[Record]) -> Record:
    """A record."""
    return Record(name, fields, dict(kids))


def line(**fields: str) -> Record:
    """A line with its quantity."""
    return record("Line", {"ID": "1", "Quantity": "2", "Quantity@unit": "C62", **fields})


def whole(fields: dict[str, str] | None = None, **kids: list[Record]) -> Record:
    """An order that nothing is missing in."""
    given = {"Number": "7", "Day": "2026-11-24", **(fields or {})}
    return record("Order", given, **{"Line": [line()], **kids})


def test_elements_stand_in_the_order_of_the_grammar(order: XmlFormat) -> None:
    party = record("Party", {"Name": "A & <B>", "Role": "BY"})
    note = record("Note", {"$": 'x "y"', "@lang": 'de"'})
    made = whole({"Day": "2026-11-24", "Due": "2026-12-24"}, Party=[party], Note=[note])
    data, problems = order.write([made])
    assert problems == []
    assert data.decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Order xmlns="urn:own:order" xmlns:p="urn:own:party">\n'
        "  <Number>7</Number>\n"
        "  <Day>2026-11-24</Day>\n"
        "  <Due>20261224</Due>\n"
        '  <Note lang="de&quot;">x "y"</Note>\n'
        "  <p:Party>\n"
        "    <p:Role>BY</p:Role>\n"
        "    <p:Name>A &amp; &lt;B&gt;</p:Name>\n"
        "  </p:Party>\n"
        "  <Line>\n"
        "    <ID>1</ID>\n"
        '    <Quantity unit="C62">2</Quantity>\n'
        "  </Line>\n"
        "</Order>\n"
    )


def test_namespaces_that_nothing_uses_are_not_declared(order: XmlFormat) -> None:
    assert b"urn:own:party" not in order.write([whole()])[0]


def test_the_head_says_the_currency_of_amounts(order: XmlFormat) -> None:
    data, _ = order.write([whole({"Currency": "EUR", "Total": "1"})])
    assert b'<Total currency="EUR">1</Total>' in data
    data, _ = order.write([whole({"Currency": "EUR", "Total": "1", "Total@currency": "SEK"})])
    assert b'<Total currency="SEK">1</Total>' in data


def test_a_default_stands_where_nobody_says_anything(order: XmlFormat) -> None:
    data, problems = order.write([whole(Shipping=[record("Shipping", {"Carrier": "x"})])])
    assert problems == []
    assert b"<ID>1</ID>\n    <Carrier>x</Carrier>" in data


def test_what_is_empty_is_not_written(order: XmlFormat) -> None:
    data, problems = order.write([whole(Party=[], Shipping=[record("Shipping", {})])])
    assert problems == []
    assert b"Shipping" not in data


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (whole(Line=[]), "F207 /Order/Line"),
        (record("Order", {"Day": "2026-11-24"}, Line=[line()]), "F207 /Order/Number"),
        (whole(Line=[line(), record("Line", {"ID": "2"})]), "F207 /Order/Line[2]/Quantity"),
        (whole(Note=[record("Note", {"$": one}) for one in "abc"]), "F208 /Order/Note"),
        (whole({"Day": "24.11."}), "F209 /Order/Day"),
        (whole({"Currency": "USD"}), "F209 /Order/Currency"),
        (whole({"Total": "1"}), "F211 /Order/Total"),
        (whole({"Colour": "red"}), "F205 /Order/Colour"),
        (whole({"Number@colour": "red"}), "F205 /Order/Number@colour"),
        (whole(Colour=[record("Colour", {})]), "F205 /Order/Colour"),
        (whole({"Number": "a\x01"}), "F220 /Order/Number"),
        (whole({"Total@factor": "2"}), "F222 /Order/Total"),
    ],
)
def test_problems_name_the_element(order: XmlFormat, made: Record, expected: str) -> None:
    data, problems = order.write([made])
    assert [f"{one.code} {one.place.path}" for one in problems] == [expected]
    assert (data == b"") is (expected[:4] != "F222")


@pytest.mark.parametrize("count", [0, 2])
def test_a_file_of_one_document_holds_one(order: XmlFormat, count: int) -> None:
    data, problems = order.write([whole()] * count)
    assert (data, [one.code for one in problems]) == (b"", ["F221"])


def test_a_list_holds_several(orders: XmlFormat) -> None:
    data, problems = orders.write([whole(), whole({"Number": "8"})])
    assert problems == []
    assert [one.fields["Number"] for one in orders.read(data).documents] == ["7", "8"]
    assert data.startswith(
        b'<?xml version="1.0" encoding="UTF-8"?>\n<Orders xmlns="urn:own:order">\n  <Order>\n'
    )


def test_a_party_in_a_party(order: XmlFormat) -> None:
    inner = record("Party", {"Role": "SU"})
    made = whole(Party=[record("Party", {"Role": "BY"}, Party=[inner])])
    data, problems = order.write([made])
    assert problems == []
    (again,) = order.read(data).documents
    assert again.kids["Party"][0].kids["Party"][0].fields == {"Role": "SU"}


def test_values_are_not_changed_by_white_space(order: XmlFormat) -> None:
    text: dict[str, Any] = {"$": "one\n  two\tthree"}
    data, _ = order.write([whole(Note=[record("Note", text)])])
    (again,) = order.read(data).documents
    assert again.kids["Note"][0].fields == text
