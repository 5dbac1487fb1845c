"""Reading: which value a path means, what is absent, what is a problem."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from tests.mapping.conftest import Make
from tests.mapping.kit import compiled, tree

ORDERS = "edifact/D96A/ORDERS"
HEAD = "BGM+220+1+9'DTM+137:20240131:102'NAD+BY+++A'"
LINE = "LIN+1'UNS+S'"


def read(found: Any, body: str) -> tuple[dict[str, Any], list[str]]:
    document, problems = found.read(tree(found, body, clean=False))
    return document, [str(one) for one in problems]


def test_an_order_reads_as_its_rows_say() -> None:
    found = compiled("orders.map")
    document, problems = read(
        found,
        "BGM+220+4711+9'DTM+137:20240131:102'DTM+2:202402010000:203'FTX+PUR+++Hello:World'"
        "RFF+CT:C9'NAD+BY+4012345000009::9++Acme+Street+Town++123+DE'RFF+VA:DE1'"
        "CTA+OC+:Jo'COM+555:TE'CUX+2:USD'LIN+1++4000862141404:EN'PIA+1+A1:SA+B7:IN'"
        "IMD+F++:::Drill'QTY+21:48:PCE'PRI+AAA:12.5:::100'RFF+PD:P1'RFF+CR:R2'UNS+S'CNT+2:1'",
    )
    assert problems == []
    assert document == {
        "number": "4711",
        "kind": "order",
        "function": "original",
        "issued": date(2024, 1, 31),
        "delivery": {"on": date(2024, 2, 1)},
        "note": "Hello\nWorld",
        "currency": "USD",
        "contract": "C9",
        "buyer": {
            "gln": "4012345000009",
            "name": "Acme",
            "street": "Street",
            "city": "Town",
            "postcode": "123",
            "country": "DE",
            "vat_id": "DE1",
            "contact": {"name": "Jo", "phone": "555"},
        },
        "lines": [
            {
                "number": "1",
                "gtin": "4000862141404",
                "buyer_item": "B7",
                "supplier_item": "A1",
                "text": "Drill",
                "quantity": Decimal(48),
                "unit": "piece",
                "price": Decimal("12.5"),
                "price_basis": Decimal(100),
                "references": [{"kind": "PD", "number": "P1"}, {"kind": "CR", "number": "R2"}],
            }
        ],
    }


PATHS = [
    # a stand-alone element wins over a component of the same number and never falls back
    ("lines_number <-> LIN.1082", "LIN++++1:7'", None),
    ("lines_number <-> LIN.C829.1082", "LIN++++1:7'", "7"),
    # +Q binds the composite that carries Q
    ("v <-> CUX+2.6345", "CUX+3:USD:4+2:EUR:9'", None),
    ("v <-> CUX+2.6345", "CUX+2+3:USD'", None),
    ("v <-> CUX+2.6345", "CUX+2:EUR:9+3:USD:4'", "EUR"),
    # a filter takes the repetition that fits, wherever it stands
    ("v <-> PIA+1.C212[7143=IN].7140", "LIN+1'PIA+1+A:SA+B:IN+C:IN'", "B"),
    ("v <-> PIA+1.C212[7143=EN].7140", "LIN+1'PIA+1+A:SA+B:IN'", None),
    ("v <-> PIA+1.C212[7143=IN,3055=91].7140", "LIN+1'PIA+1+A:IN+B:IN::91'", "B"),
    # and in whatever segment: numbers may share one or have one each
    ("v <-> PIA+5.C212[7143=IN].7140", "LIN+1'PIA+5+A:SA'PIA+5+B:IN'PIA+5+C:IN'", "B"),
    ("v <-> PIA+5.C212[7143=IN].7140", "LIN+1'PIA+1+A:IN'PIA+5+B:SA'PIA+5+C:IN'", "C"),
    ("v <-> PIA+5.C212[7143=IN,3055=91].7140", "LIN+1'PIA+5+A:IN'PIA+5+B:IN::91'", "B"),
    # an occurrence in wire order
    ("v <-> NAD+BY.3036#2", "", None),
    ("v <-> FTX+PUR.4440#2", "FTX+PUR+++a:b'", "b"),
    # a selector takes the first instance
    ("v <-> FTX+PUR.4440#1", "FTX+PUR+++a'FTX+PUR+++b'", "a"),
    ('v <- join("-", FTX+PUR.4440#*)', "FTX+PUR+++a:b'FTX+AAI+++x'FTX+PUR+++c'", "a-b-c"),
    ("v <- first(FTX+AAI.4440#1, FTX+PUR.4440#1)", "FTX+PUR+++a'", "a"),
    ('v <- concat(BGM.1004, "/", BGM.1225)', "", "1/9"),
    ("v <- lookup unit(BGM.1004) on error drop", "", None),
    # a segment by another element than its first
    ("v <-> FTX[4453=1].4440#1", "FTX+AAI+2++a'FTX+PUR+1++b'", "b"),
    # deeper steps
    ("v <-> NAD+BY/CTA+OC/COM+TE.3148", "", None),
    ("v <-> SG2/NAD+BY.3036#1", "", "A"),
    ("v <-> LIN/PIA+1.C212[7143=SA].7140", "", None),
]


@pytest.mark.parametrize(("row", "segments", "value"), PATHS)
def test_a_path_means_one_value(make: Make, row: str, segments: str, value: str | None) -> None:
    line = segments if segments.startswith("LIN") else "LIN+1'"
    if segments.startswith("LIN"):
        rows = f"each lines <-> group LIN\n    {row}"
        segments = ""
    else:
        rows = row
    free_text = segments if segments.startswith("FTX") else ""
    currency = segments if segments.startswith("CUX") else ""
    body = f"BGM+220+1+9'DTM+137:20240131:102'{free_text}NAD+BY+++A'{currency}{line}UNS+S'"
    document, problems = read(make(ORDERS, rows), body)
    assert problems == []
    inside = document.get("lines", [{}])[0] if rows != row else document
    assert next(iter(inside.values()), None) == value


X12 = "BEG*00*SA*PO1**20240131~{}N1*ST*Store*UL*123~{}PO1*1*2*EA*1.5**EN*1*VN*2~CTT*1~"
X12_PATHS = [
    ("v <-> BEG.03", "PO1"),
    ("v <-> BEG.05 date", date(2024, 1, 31)),
    ("v <-> N1*ST.02", "Store"),
    ("v <-> N1*ST[66=UL].67", "123"),
    ("v <-> N1*ST[66=92].67", None),
    ("v <-> PO1[235=VN].234", "2"),
    ("v <-> PO1.04 decimal", Decimal("1.5")),
    ("v <-> CTT.01 integer", 1),
]


@pytest.mark.parametrize(("row", "value"), X12_PATHS)
def test_an_x12_path_means_one_value(make: Make, row: str, value: object) -> None:
    document, problems = read(make("x12/004010/850", row), X12.format("", ""))
    assert problems == []
    assert document.get("v") == value


CONVERTED = [
    ("DTM+137", "date", "DTM+137:20240229:102'", date(2024, 2, 29)),
    ("DTM+137", "date", "DTM+137:240229:101'", date(2024, 2, 29)),
    ("DTM+137.2380", "date", "DTM+137:20240229'", date(2024, 2, 29)),
    ("DTM+137", "time", "DTM+137:1530:401'", time(15, 30)),
    ("DTM+137", "date", "DTM+137:20230229:102'", "V501"),
    ("DTM+137", "date", "DTM+137:202405:616'", "V501"),
    ("DTM+137", "date", "DTM+137:2024022:102'", "V501"),
    ("DTM+137.2380", "decimal", "DTM+137:1,50'", Decimal("1.50")),
    ("DTM+137.2380", "decimal", "DTM+137:-.5'", Decimal("-0.5")),
    ("DTM+137.2380", "decimal", "DTM+137:1E5'", "V501"),
    ("DTM+137.2380", "decimal", "DTM+137:NaN'", "V501"),
    ("DTM+137.2380", "integer", "DTM+137:07'", 7),
    ("DTM+137.2380", "integer", "DTM+137:7.5'", "V501"),
    ("DTM+137.2380", "flag(1,0)", "DTM+137:1'", True),
    ("DTM+137.2380", "flag(1,0)", "DTM+137:2'", "V501"),
    ("DTM+137.2380", "text(3)", "DTM+137:abcd'", "V503"),
    ("DTM+137.2380", "gln", "DTM+137:4012345000009'", "4012345000009"),
    ("DTM+137.2380", "gln", "DTM+137:4012345000008'", "V501"),
    ("DTM+137.2380", "gtin", "DTM+137:12345'", "V501"),
    ("DTM+137.2380", "codes unit", "DTM+137:KGM'", "kg"),
    ("DTM+137.2380", "codes unit", "DTM+137:XXX'", "V512"),
    ("DTM+137.2380", "codes unit on error keep", "DTM+137:XXX'", "XXX"),
    ("DTM+137.2380", "codes unit on error drop", "DTM+137:XXX'", None),
]


@pytest.mark.parametrize(("path", "converter", "segment", "value"), CONVERTED)
def test_converters_read(make: Make, path: str, converter: str, segment: str, value: Any) -> None:
    found = make(ORDERS, f"v <-> {path} {converter}")
    document, problems = read(found, f"BGM+220+1+9'{segment}NAD+BY+++A'{LINE}")
    if isinstance(value, str) and value.startswith("V5"):
        assert [one[:4] for one in problems] == [value]
        assert document == {}
    else:
        assert problems == []
        assert document.get("v") == value


@pytest.mark.parametrize(
    ("converter", "text", "kept", "left_out"),
    [
        ("date", "202402291530:203", date(2024, 2, 29), True),
        ("date", "20240229153059:204", date(2024, 2, 29), True),
        ("date", "202402291530UTC:303", date(2024, 2, 29), True),
        ("date", "202402290000:203", date(2024, 2, 29), False),
        ("datetime", "202402291530:203", datetime(2024, 2, 29, 15, 30), False),  # noqa: DTZ001
        ("datetime", "202402291530UTC:303", datetime(2024, 2, 29, 15, 30), True),  # noqa: DTZ001
    ],
)
def test_what_is_left_out_of_a_date_is_told(
    make: Make, converter: str, text: str, kept: date, left_out: bool
) -> None:
    found = make(ORDERS, f"v <-> DTM+137 {converter}")
    document, problems = read(found, f"BGM+220+1+9'DTM+137:{text}'NAD+BY+++A'{LINE}")
    assert document["v"] == kept
    assert [one[:4] for one in problems] == ["V507"] * left_out


def test_on_error_warn_reports_and_goes_on(make: Make) -> None:
    found = make(ORDERS, "v <-> BGM.1004 codes unit on error warn")
    document, problems = found.read(tree(found, HEAD + LINE))
    assert document == {}
    assert [(one.code, one.severity.value) for one in problems] == [("V512", "warning")]


def test_a_missing_required_field_names_the_group(make: Make) -> None:
    found = make(
        ORDERS,
        "c <-> RFF+CT.1154 required\neach lines <-> group LIN\n"
        "    q <-> QTY+21.6060 decimal required\n"
        "one s <-> group NAD+SU required\n    n <-> NAD.3164",
    )
    _, problems = read(found, f"{HEAD}LIN+1'QTY+21:1'LIN+2'UNS+S'")
    assert problems == [
        "E410 c is required: no RFF+CT.1154  [c]",
        "E410 lines[2].q is required: no QTY+21.6060 in the group LIN at segment 7  "
        "[segment 7 LIN, lines[2].q]",
        "E410 s is required: no NAD+SU  [s]",
    ]


def test_default_and_implied_fill_what_is_absent(make: Make) -> None:
    found = make(ORDERS, 'a <-> CUX+2.6345 default "EUR"\nb <-> RFF+CT.1154 implied "none"')
    assert read(found, HEAD + LINE) == ({"a": "EUR", "b": "none"}, [])


def test_a_second_match_is_no_silent_choice(make: Make) -> None:
    found = make(ORDERS, "d <-> DTM+137 date\none b <-> group NAD+BY\n    n <-> NAD.3036#1")
    body = "BGM+220+1+9'DTM+137:20240101:102'DTM+137:20240102:102'NAD+BY+++A'NAD+BY+++B'" + LINE
    message = tree(found, body, clean=False)
    document, problems = found.read(message)
    assert document == {"d": date(2024, 1, 1), "b": {"n": "A"}}
    assert [one.code for one in problems] == ["E412"]
    held = [(one.place.segment, one.facts["value"]) for one in found.unread(message)]
    assert (4, "20240102") in held
    assert (6, "B") in held


def test_unread_counts_named_qualifiers_as_read(make: Make) -> None:
    found = make(ORDERS, "n <-> BGM.1004\neach l <-> group LIN\n    g <-> LIN.C212[7143=EN].7140")
    message = tree(found, f"{HEAD}LIN+1++4000862141404:EN'UNS+S'")
    assert [str(one) for one in found.unread(message)] == [
        "V511 BGM.1001 holds 220, which no row of the map reads  [segment 2 BGM, element 1.1]",
        "V511 BGM.1225 holds 9, which no row of the map reads  [segment 2 BGM, element 3]",
        "V511 DTM.2005 holds 137, which no row of the map reads  [segment 3 DTM, element 1.1]",
        "V511 DTM.2380 holds 20240131, which no row of the map reads  [segment 3 DTM, element 1.2]",
        "V511 DTM.2379 holds 102, which no row of the map reads  [segment 3 DTM, element 1.3]",
        "V511 NAD.3035 holds BY, which no row of the map reads  [segment 4 NAD, element 1]",
        "V511 NAD.3036 holds A, which no row of the map reads  [segment 4 NAD, element 4.1]",
        "V511 LIN.1082 holds 1, which no row of the map reads  [segment 5 LIN, element 1]",
    ]


def test_checks_compare_numbers_as_numbers(make: Make) -> None:
    rows = (
        "each lines <-> group LIN\n    q <-> QTY+21.6060 decimal\n"
        "count(lines) == CNT+2.6066\nsum(lines.q) == CNT+1.6066"
    )
    found = make(ORDERS, rows)
    body = HEAD + "LIN+1'QTY+21:1.50'LIN+2'QTY+21:2'UNS+S'CNT+2:{}'CNT+1:{}'"
    assert read(found, body.format("02", "3.5"))[1] == []
    assert read(found, body.format("3", "3.6"))[1] == [
        "V520 CNT+2.6066 says 3, count(lines) is 2  [segment 10 CNT, element 1.2, count(lines)]",
        "V520 CNT+1.6066 says 3.6, sum(lines.q) is 3.50  "
        "[segment 11 CNT, element 1.2, sum(lines.q)]",
    ]


def test_each_except_takes_the_rest(make: Make) -> None:
    found = make(
        ORDERS,
        "one buyer <-> group NAD+BY\n    name <-> NAD.3036#1\n"
        "each others <-> group NAD except BY SU\n    role <-> NAD.3035\n    name <-> NAD.3036#1",
    )
    body = "BGM+220+1+9'DTM+137:20240131:102'NAD+BY+++A'NAD+SU+++B'NAD+DP+++C'NAD+IV+++D'" + LINE
    assert read(found, body)[0] == {
        "buyer": {"name": "A"},
        "others": [{"role": "DP", "name": "C"}, {"role": "IV", "name": "D"}],
    }


def test_a_condition_chooses_the_row(make: Make) -> None:
    found = make(
        ORDERS,
        'kind <-> BGM.1001\na <-> RFF+CT.1154 when kind = "220"\n'
        'a <-> RFF+ON.1154 when kind != "220" and kind present',
    )
    body = "BGM+{}+1+9'DTM+137:20240131:102'RFF+CT:X'NAD+BY+++A'" + LINE
    assert read(found, body.format("220"))[0] == {"kind": "220", "a": "X"}
    assert read(found, body.format("221"))[0] == {"kind": "221"}


def test_a_plain_segment_can_be_a_list(make: Make) -> None:
    found = make(ORDERS, "each notes <-> group FTX\n    kind <-> FTX.4451\n    text <-> FTX.4440#1")
    body = "BGM+220+1+9'DTM+137:20240131:102'FTX+AAI+++a'FTX+PUR+++b'NAD+BY+++A'" + LINE
    document, _ = read(found, body)
    assert document == {"notes": [{"kind": "AAI", "text": "a"}, {"kind": "PUR", "text": "b"}]}
    written, problems = found.write(document)
    assert problems == []
    assert written == ["FTX\x1dAAI\x1d\x1d\x1da", "FTX\x1dPUR\x1d\x1d\x1db"]


def test_one_file_serves_another_directory(make: Make) -> None:
    found = make(ORDERS, "number <-> BGM.1004", standard="edifact/D01B/ORDERS")
    assert found.grammar is not None
    assert found.format == "edifact/D01B/ORDERS"
    assert read(found, "BGM+220+1+9'DTM+137:20240131:102'LIN+1'UNS+S'")[0] == {"number": "1"}


NUMBERS = """each lines <-> group LIN
    a <-> PIA+5.C212[7143=SA].7140
    b <-> PIA+5.C212[7143=IN].7140 integer
    c <-> PIA+5.4347"""


def test_numbers_of_several_segments_are_read_with_their_own_place(make: Make) -> None:
    found = make(ORDERS, NUMBERS)
    body = "BGM+220+1+9'DTM+137:1'LIN+1'PIA+5+J:SA+L:SA'PIA+5+X:IN'PIA+5+M:SA+Y:IN'UNS+S'"
    message = tree(found, body, clean=False)
    document, problems = found.read(message)
    assert document == {"lines": [{"a": "J", "c": "5"}]}
    assert [(one.code, one.place.segment) for one in problems] == [("V501", 6)]
    unread = {one.facts["value"] for one in found.unread(message)}
    assert {"L", "M", "Y"} <= unread
    assert not {"J", "X"} & unread
    assert found.write({"lines": [{"a": "J", "b": 7}]})[0] == [
        "LIN",
        "PIA\x1d5\x1dJ\x1fSA\x1d7\x1fIN",
    ]
