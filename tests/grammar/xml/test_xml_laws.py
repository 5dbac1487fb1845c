"""``read(write(r)) == r`` for records of the small grammar, and ``write(read(x)) == x``."""

from __future__ import annotations

import html
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.grammar.xml.format import XmlFormat
from gateway.syntax.record import Record

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="￾￿"),
    min_size=1,
    max_size=12,
).filter(lambda text: text == text.strip(" \t\r\n"))
DAY = st.dates().map(lambda day: day.isoformat())
NUMBER = st.decimals(-1000, 1000, places=2).map(lambda one: format(one, "f"))


def fields(required: dict[str, Any], **optional: Any) -> st.SearchStrategy[dict[str, str]]:
    """Fields of a record."""
    return st.fixed_dictionaries(required, optional=optional)


def records(
    name: str, own: st.SearchStrategy[dict[str, str]], **kids: Any
) -> st.SearchStrategy[Record]:
    """Records with those below."""

    def made(drawn: tuple[dict[str, str], dict[str, list[Record]]]) -> Record:
        given, below = drawn
        return Record(name, given, {kid: one for kid, one in below.items() if one})

    return st.tuples(own, st.fixed_dictionaries(kids)).map(made)


def priced(drawn: dict[str, str]) -> dict[str, str]:
    """An amount says its currency, if it is not that of the head."""
    return drawn | ({"Price@currency": "SEK"} if "Price" in drawn else {})


PARTY = records(
    "Party",
    fields({"Role": st.sampled_from(["BY", "SU"])}, Name=TEXT),
    Party=st.lists(records("Party", fields({"Role": st.just("BY")}, Name=TEXT)), max_size=1),
)
LINES = records(
    "Line",
    fields(
        {"ID": TEXT, "Quantity": NUMBER, "Quantity@unit": TEXT},
        Price=NUMBER,
        Paid=st.sampled_from(["true", "false"]),
    ).map(priced),
)
ORDERS = records(
    "Order",
    fields({"Number": TEXT, "Day": DAY}, **{"Number@scheme": TEXT, "@version": TEXT, "Due": DAY}),
    Note=st.lists(records("Note", fields({"$": TEXT}, **{"@lang": TEXT})), max_size=2),
    Party=st.lists(PARTY, max_size=2),
    Line=st.lists(LINES, min_size=1, max_size=3),
)


def plain(record: Record) -> Any:
    """A record without its line."""
    kids = {name: [plain(one) for one in below] for name, below in record.kids.items()}
    return record.name, record.fields, kids


@pytest.mark.parametrize("text", ["\xa0", "a b", "a&#32;b", "&#160;", "x &amp;&#32;&amp; y"])
def test_blanks_that_are_data_stay(orders: XmlFormat, text: str) -> None:
    data, problems = orders.write([_noted("TEXT")])
    assert problems == []
    reading = orders.read(data.replace(b"TEXT", text.encode()))
    assert reading.problems == []
    found = reading.documents[0].kids["Note"][0].fields["$"]
    assert found == html.unescape(text)


def _noted(text: str) -> Record:
    line = Record("Line", {"ID": "1", "Quantity": "1", "Quantity@unit": "C62"}, {})
    note = Record("Note", {"$": text}, {})
    return Record("Order", {"Number": "1", "Day": "2026-03-02"}, {"Note": [note], "Line": [line]})


@settings(max_examples=40, deadline=None)
@given(made=st.lists(ORDERS, min_size=1, max_size=2))
def test_what_is_written_reads_back(orders: XmlFormat, made: list[Record]) -> None:
    data, problems = orders.write(made)
    assert problems == []
    reading = orders.read(data)
    assert reading.problems == []
    assert [plain(one) for one in reading.documents] == [plain(one) for one in made]
    assert orders.write(reading.documents)[0] == data
