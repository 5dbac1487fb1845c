"""Writing: grammar order, constants, trimming, converters, and what cannot be written."""

from __future__ import annotations

import linecache
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from gateway.syntax.record import Record
from tests.mapping.conftest import Make
from tests.mapping.kit import compiled, tree, wire

ORDERS = "edifact/D96A/ORDERS"


def write(found: Any, document: dict[str, Any], **more: Any) -> tuple[str, list[str]]:
    written, problems = found.write(document, **more)
    return wire(written), [str(one) for one in problems]


def test_segments_stand_in_the_order_of_the_grammar(make: Make) -> None:
    found = make(
        ORDERS,
        "count(lines) == CNT+2.6066\neach lines <-> group LIN\n    p <-> PRI+AAA.5118 decimal\n"
        "    n <-> LIN.1082\n    q <-> QTY+21.6060 decimal\n"
        '"S" == UNS.0081\none b <-> group NAD+BY\n    v <-> RFF+VA.1154\n    g <-> NAD.3039\n'
        "number <-> BGM.1004",
    )
    document = {
        "number": "7",
        "b": {"v": "DE1"},
        "lines": [{"n": "1", "p": Decimal("1E+2"), "q": Decimal("-0.00")}, {"n": "2"}],
    }
    assert write(found, document) == (
        "BGM++7\nNAD+BY\nRFF+VA:DE1\nLIN+1\nQTY+21:0.00\nPRI+AAA:100\nLIN+2\nUNS+S\nCNT+2:2",
        [],
    )


def test_what_is_absent_writes_nothing(make: Make) -> None:
    found = make(
        ORDERS,
        "number <-> BGM.1004\ncurrency <-> CUX+2.6345\none buyer <-> group NAD+BY\n"
        "    name <-> NAD.3036#1\nnote <-> FTX+PUR.4440#1",
    )
    assert write(found, {"number": "", "buyer": {}, "note": None}) == ("", [])


def test_a_row_that_only_writes_may_test_what_no_row_fills(make: Make) -> None:
    found = make(
        ORDERS,
        "each lines <-> group LIN\n    n <-> LIN.1082\n    p <- PRI+AAA.5118 decimal\n"
        '    p -> PRI+AAA.5118 decimal when basis absent or basis = "1"',
    )
    line = {"n": "1", "p": Decimal("2.50")}
    for basis, written in ((None, True), ("1", True), ("3", False)):
        one = {**line, **({"basis": Decimal(basis)} if basis else {})}
        assert ("PRI" in write(found, {"lines": [one]})[0]) is written


def test_literals_ride_along_or_stand_alone(make: Make) -> None:
    found = make(
        ORDERS,
        'n <-> BGM.1004\n"220" -> BGM.1001\n"S" -> UNS.0081\nu <-> FTX+PUR.4440#1\n'
        '"1" -> FTX+PUR.4453\nd -> RFF+CT.1154\nconcat("A-", d) -> RFF+ON.1154\n'
        "first(missing, d) -> RFF+VN.1154",
    )
    assert write(found, {"n": "1"})[0] == "BGM+220+1\nUNS+S"
    assert write(found, {"u": "x", "d": "y"})[0] == (
        "FTX+PUR+1++x\nUNS+S\nRFF+CT:y\nRFF+ON:A-y\nRFF+VN:y".replace(
            "\nUNS+S\nRFF+CT:y\nRFF+ON:A-y\nRFF+VN:y", "\nRFF+CT:y\nRFF+ON:A-y\nRFF+VN:y\nUNS+S"
        )
    )


def test_filtered_composites_take_the_next_free_position(make: Make) -> None:
    found = make(
        ORDERS,
        "each l <-> group LIN\n    a <-> PIA+1.C212[7143=SA].7140\n"
        "    b <-> PIA+1.C212[7143=IN,3055=92].7140",
    )
    assert write(found, {"l": [{"a": "1", "b": "2"}, {"b": "2"}]})[0] == (
        "LIN\nPIA+1+1:SA+2:IN::92\nLIN\nPIA+1+2:IN::92"
    )


def test_a_composite_without_room_is_a_problem(make: Make) -> None:
    rows = (
        "one b <-> group NAD+BY\n    g <-> NAD.C082[3055=9].3039\n    i <-> NAD.C082[3055=92].3039"
    )
    assert write(make(ORDERS, rows), {"b": {"g": "1", "i": "2"}}) == (
        "NAD+BY+1::9",
        ["V505 b.i (2::92) finds no place: NAD.C082[3055=92].3039 holds 1 at most  [b.i]"],
    )


CONVERTED = [
    ("date", date(2024, 1, 2), "DTM+137:20240102:102"),
    ("date", date(999, 1, 2), "DTM+137:09990102:102"),
    ("datetime", datetime(2024, 1, 2, 3, 4, tzinfo=UTC), "DTM+137:202401020304:203"),
    ("datetime", datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC), "DTM+137:20240102030405:204"),
    ("time", time(3, 4), "DTM+137:0304:401"),
    ("date", "2024-01-02", "V502"),
]


@pytest.mark.parametrize(("converter", "value", "segment"), CONVERTED)
def test_dates_are_written_with_their_format(
    make: Make, converter: str, value: object, segment: str
) -> None:
    written, problems = write(make(ORDERS, f"v <-> DTM+137 {converter}"), {"v": value})
    assert (problems[0][:4] if problems else written) == segment


VALUES = [
    ("decimal", Decimal("1E+3"), "1000"),
    ("decimal", 7, "7"),
    ("decimal(2)", Decimal("1.5"), "1.50"),
    ("decimal(1)", Decimal("1.25"), "V502"),
    ("decimal", Decimal("NaN"), "V502"),
    ("decimal", 1.5, "V502"),
    ("decimal", True, "V502"),
    ("integer", 12, "12"),
    ("integer", Decimal("1.5"), "V502"),
    ("flag(1,0)", False, "0"),
    ("flag(1,0)", "no", "V502"),
    ("text(3)", "abcd", "V503"),
    ("", "x" * 36, "V503"),
    ("", "a\x1db", "V504"),
    ("", 5, "V502"),
    ("gln", "4012345000009", "4012345000009"),
    ("gln", "4012345000008", "V502"),
    ("codes unit", "kg", "KGM"),
    ("codes unit", "barrel", "V512"),
    ("codes unit on error keep", "barrel", "barrel"),
    ("codes unit on error drop", "barrel", ""),
    ("codes unit", ["kg"], "V512"),
]


@pytest.mark.parametrize(("converter", "value", "text"), VALUES)
def test_values_are_written_or_refused(
    make: Make, converter: str, value: object, text: str
) -> None:
    written, problems = write(make(ORDERS, f"v <-> RFF+CT.1154 {converter}"), {"v": value})
    if text.startswith("V5"):
        assert [one[:4] for one in problems] == [text]
        assert written == ""
    else:
        assert problems == []
        assert written == (f"RFF+CT:{text}" if text else "")


def test_digits_are_counted_without_sign_and_mark(make: Make) -> None:
    found = make(ORDERS, "each l <-> group LIN\n    q <-> QTY+21.6060 decimal")
    assert write(found, {"l": [{"q": Decimal("-12345678901234.5")}]})[1] == []
    assert write(found, {"l": [{"q": Decimal("1234567890123456")}]})[1][0].startswith("V503")


def test_implied_decimals_of_x12_are_applied_both_ways(make: Make) -> None:
    found = make("x12/004010/810", "n <-> BIG.02\nt <-> TDS.01 decimal\nd <-> BIG.01 date")
    written, problems = found.write({"n": "1", "t": Decimal("12.5"), "d": date(2024, 1, 2)})
    assert problems == []
    assert written == ["BIG\x1d20240102\x1d1", "TDS\x1d1250"]
    assert found.write({"t": Decimal("0.125")})[1][0].code == "V502"


def test_a_required_field_must_be_in_the_document(make: Make) -> None:
    rows = "n <-> BGM.1004 required\neach l <-> group LIN required\n    q <-> LIN.1082 required"
    found = make(ORDERS, rows)
    assert write(found, {})[1] == [
        "E410 n is required: the document does not have it, so BGM.1004 cannot be written  [n]",
        "E410 l is required: the document does not have it, so LIN cannot be written  [l]",
    ]
    assert "l[2].q" in write(found, {"n": "1", "l": [{"q": "1"}, {"x": "1"}]})[1][0]


def test_default_is_written_and_implied_is_not(make: Make) -> None:
    found = make(
        ORDERS,
        'a <-> CUX+2.6345 default "EUR"\neach l <-> group LIN\n    n <-> LIN.1082\n'
        "    b <-> PRI+AAA.5284 decimal implied 1",
    )
    assert write(
        found, {"l": [{"n": "1"}, {"n": "2", "b": Decimal("1.0")}, {"b": Decimal(9)}]}
    ) == (
        "CUX+2:EUR\nLIN+1\nLIN+2\nLIN\nPRI+AAA::::9",
        [],
    )


def test_repetitions_of_an_element_are_told_by_their_qualifier(make: Make) -> None:
    rows = (
        "one b <-> group NAD+BY\n    tel <-> CTA+OC/COM.C076[3155=TE].3148\n"
        "    fax <-> CTA+OC/COM.C076[3155=FX].3148"
    )
    found = make("edifact/D01B/ORDERS", rows)
    written, problems = found.write({"b": {"tel": "1", "fax": "2"}})
    assert problems == []
    assert written == ["NAD\x1dBY", "CTA\x1dOC", "COM\x1d1\x1fTE\x1e2\x1fFX"]
    head = ["BGM", "DTM\x1d137\x1f20240101"]
    message = tree(found, [*head, *written, "LIN\x1d1", "UNS\x1dS"], clean=False)
    assert found.read(message) == ({"b": {"tel": "1", "fax": "2"}}, [])
    assert {one.place.tag for one in found.unread(message)} == {"DTM", "LIN"}
    short = make("edifact/D01B/ORDERS", "tel <-> NAD+BY/CTA+OC/COM+TE.3148")
    assert short.write({"tel": "1"})[0] == [*written[:2], "COM\x1d1\x1fTE"]


def test_a_group_may_be_named_where_its_tag_is_not_enough(make: Make) -> None:
    rows = "each taxes <-> group SG50/TAX+7\n    rate <-> TAX.5278 decimal\nrate <-> SG6/TAX+7.5278"
    found = make("edifact/D96A/INVOIC", rows)
    document = {"rate": "19", "taxes": [{"rate": Decimal(7)}, {"rate": Decimal(19)}]}
    written, problems = found.write(document)
    assert problems == []
    assert wire(written) == "TAX+7++++:::19\nTAX+7++++:::7\nTAX+7++++:::19"


def test_now_is_the_time_handed_in(make: Make) -> None:
    found = make(ORDERS, "now() -> DTM+137 date\nn <-> BGM.1004")
    at = datetime(2024, 5, 6, 7, 8, tzinfo=UTC)
    assert write(found, {"n": "1"}, at=at) == ("BGM++1\nDTM+137:20240506:102", [])
    assert write(found, {"n": "1"})[1][0].startswith("V506")


def test_a_wrapped_text_that_cannot_read_back_is_refused(make: Make) -> None:
    found = make(ORDERS, "t <-> FTX+PUR.4440#* wrapped(3)")
    for text in ("abcdef", "ab\nc", "a\n\nb"):
        written, problems = found.write({"t": text})
        assert problems == []
        assert isinstance(written, list)
        head = ["BGM", "DTM\x1d137\x1f20240101"]
        message = tree(found, [*head, *written, "LIN\x1d1", "UNS\x1dS"], clean=False)
        assert found.read(message) == ({"t": text}, [])
    assert write(found, {"t": "abc\nd"})[1][0].startswith("V502")
    assert write(found, {"t": "x" * 16})[1][0].startswith("V503")


def test_a_list_of_texts_fills_the_repetitions(make: Make) -> None:
    found = make(ORDERS, "t <-> FTX+PUR.4440#* list")
    assert write(found, {"t": ("a", "b")}) == ("FTX+PUR+++a:b", [])
    assert write(found, {"t": list("abcdef")})[1][0].startswith("V505")


def test_records_are_written_and_read_with_the_forms_of_their_fields(make: Make) -> None:
    found = make(
        "csv/order",
        "number <-> number required\nissued <-> date date\ncontract <-> head.contract\n"
        "one buyer <-> group party[role=BY]\n    gln <-> gln\n    name <-> name\n"
        'supplier.gln <-> party[role=SU].gln\nnames <- join(", ", party/name)\n'
        "each lines <-> group line\n    number <-> pos required\n    gtin <-> ean\n"
        "    quantity <-> qty decimal\n    unit <-> unit codes unit\n    urgent <-> urgent flag",
    )
    document = {
        "number": "1",
        "issued": date(2024, 1, 2),
        "contract": "C",
        "buyer": {"gln": "9", "name": "Acme"},
        "supplier": {"gln": "8"},
        "lines": [
            {"number": "1", "quantity": Decimal("1.5"), "unit": "piece", "urgent": True},
            {"number": "2"},
        ],
    }
    record, problems = found.write(document)
    assert problems == []
    assert isinstance(record, Record)
    assert record.fields == {"number": "1", "date": "02.01.2024"}
    assert record.kids["line"][0].fields["qty"] == "1,5"
    back, problems = found.read(record)
    assert problems == []
    assert back == {**document, "names": "Acme"}
    assert found.unread(record) == []
    record.fields["extra"] = "?"
    record.kids["line"][0].fields["more"] = "!"
    assert [one.facts["name"] for one in found.unread(record)] == [
        "order.extra",
        "order.line[1].more",
    ]


def test_a_record_problem_names_its_line(make: Make) -> None:
    found = make(
        "csv/order", "each lines <-> group line\n    q <-> qty decimal\n    n <-> pos required"
    )
    lines = [Record("line", {"qty": "1,x"}, line=7), Record("line", {"pos": "1"}, line=8)]
    _, problems = found.read(Record("order", {}, {"line": lines}, line=6))
    assert [(one.code, one.place.line, one.place.path) for one in problems] == [
        ("V501", 7, "lines[1].q"),
        ("E410", 7, "lines[1].n"),
    ]


def test_the_source_is_there_for_tracebacks() -> None:
    found = compiled("orders.map")
    assert found.source.splitlines()[0] in "".join(
        "".join(entry[2]) for entry in list(linecache.cache.values()) if len(entry) > 2
    )
