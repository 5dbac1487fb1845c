"""Records for maps: values in normal form, texts in one piece, one delivery as one day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.grammar.idoc import kinds, texts
from gateway.grammar.idoc.control import Stamp
from gateway.grammar.idoc.format import IdocFormat
from gateway.syntax.record import Record

Make = Callable[..., IdocFormat]
FILES = Path(__file__).parent / "files"


def order(**kids: list[Record]) -> Record:
    return Record("IDOC", {}, {"E1EDK01": [Record("E1EDK01", {"CURCY": "EUR"})], **kids})


def there_and_back(found: IdocFormat, record: Record) -> Record:
    data, problems = found.write([record])
    assert problems == []
    (again,) = found.read(data).documents
    return again


@pytest.mark.parametrize(
    ("name", "file", "record"),
    [
        ("BETRG", "55.12-", "-55.12"), ("BETRG", " 7.5", "7.5"),
        ("DATUM", "20261120", "2026-11-20"),
        ("DATUM", "00000000", ""), ("UZEIT", "103000", "10:30:00"),
    ],
)  # fmt: skip
def test_values_have_a_normal_form(name: str, file: str, record: str) -> None:
    what = kinds.kind(name)
    assert kinds.normal(file, what) == record
    if record and file == file.strip():
        assert kinds.spelled(record, what) == file


@pytest.mark.parametrize(
    ("file", "record"), [("0000100100", "100100"), ("V4711", "V4711"), ("00100", "00100")]
)
def test_zeros_that_fill_a_number_are_taken_off(file: str, record: str, idoc: Make) -> None:
    partner = Record("E1EDKA1", {"PARVW": "AG", "PARTN": file})
    again = there_and_back(idoc("ORDERS05"), order(E1EDKA1=[partner]))
    assert again.kids["E1EDKA1"][0].fields["PARTN"] == record


def test_zeros_are_a_matter_of_the_settings(idoc: Make) -> None:
    found = idoc("ORDERS05", zeros={"E1EDP19+002.IDTNR": 18, "PARTN": 0})
    item = Record("E1EDP01", {}, {"E1EDP19": [
        Record("E1EDP19", {"QUALF": "001", "IDTNR": "4711"}),
        Record("E1EDP19", {"QUALF": "002", "IDTNR": "4711"}),
    ]})  # fmt: skip
    partner = Record("E1EDKA1", {"PARVW": "AG", "PARTN": "4711"})
    data, _ = found.write([order(E1EDKA1=[partner], E1EDP01=[item])])
    assert b"002000000000000004711" in data
    assert b"0014711 " in data
    assert b"AG 4711 " in data


def test_a_text_is_one_field(idoc: Make) -> None:
    text = (
        "Please deliver before ten, at ramp four, and ring twice at the gate of the yard.\nThanks"
    )
    head = Record("E1EDKT1", {"TDID": "0001", "TEXT": text})
    found = idoc("ORDERS05")
    again = there_and_back(found, order(E1EDKT1=[head]))
    assert again.kids["E1EDKT1"][0].fields["TEXT"] == text
    (tree,), _ = found.idocs(found.write([order(E1EDKT1=[head])])[0])
    lines = [one.fields for one in tree.walk() if one.type == "E1EDKT2"]
    assert [one.get("TDFORMAT", "") for one in lines] == ["*", "", "*"]
    assert max(len(one["TDLINE"]) for one in lines) <= 70


WORDS = st.text("ab \n", max_size=200).map(
    lambda text: "\n".join(line.rstrip(" ") for line in text.split("\n"))
)


@settings(max_examples=200, deadline=None)
@given(WORDS.filter(lambda text: text.strip("\n") == text and text))
def test_every_text_comes_back_from_its_lines(text: str) -> None:
    for lines in (texts.HEADS["E1EDKT1"], texts.HEADS["E1TXTH8"]):
        head = Record("HEAD", {"TEXT": text})
        texts.cut(head, lines)
        pieces = [one.fields.get("TDLINE", "") for one in head.kids[lines.segment]]
        assert all(len(one) <= lines.width and one == one.rstrip(" ") for one in pieces)
        texts.joined(head, lines)
        assert head.fields["TEXT"] == text


def test_one_schedule_line_is_the_delivery_of_the_item(idoc: Make) -> None:
    found = idoc("ORDERS05")
    item = Record("E1EDP01", {"MENGE": "12", "EDATU": "2026-11-27"})
    data, _ = found.write([order(E1EDP01=[item])])
    (tree,), _ = found.idocs(data)
    schedule = next(one for one in tree.walk() if one.type == "E1EDP20")
    assert schedule.fields == {"WMENG": "12", "EDATU": "20261127"}
    (again,) = found.read(data).documents
    assert again.kids["E1EDP01"][0].fields == {"MENGE": "12", "EDATU": "2026-11-27"}


def test_with_several_schedule_lines_the_item_keeps_its_own_day(idoc: Make) -> None:
    lines = [Record("E1EDP20", {"WMENG": part, "EDATU": "2026-11-27"}) for part in ("8", "4")]
    item = Record("E1EDP01", {"MENGE": "12", "EDATU": "2026-12-01"}, {"E1EDP20": lines})
    again = there_and_back(idoc("ORDERS05"), order(E1EDP01=[item])).kids["E1EDP01"][0]
    assert again.fields["EDATU"] == "2026-12-01"
    assert [one.fields["WMENG"] for one in again.kids["E1EDP20"]] == ["8", "4"]


def test_the_control_record_takes_from_map_caller_and_settings(idoc: Make) -> None:
    found = idoc("ORDERS05", control={"MANDT": "100", "SNDPOR": "EDIGW", "TABNAM": "EDI_DC40_U"})
    control = Record("EDI_DC40", {"MESTYP": "ORDERS", "SNDPRN": "4711", "ARCKEY": "PO-1"})
    record = order(EDI_DC40=[control])
    stamp = Stamp(4711, datetime(2026, 11, 20, 8, 15), {"REFINT": "R-7"})  # noqa: DTZ001 (SAP's local time)
    data, problems = found.stamped(stamp).write([record, record])
    assert problems == []
    first, second = found.idocs(data)[0]
    assert first.control == {
        "TABNAM": "EDI_DC40_U", "MANDT": "100", "DOCNUM": "0000000000004711", "DIRECT": "2",
        "IDOCTYP": "ORDERS05", "MESTYP": "ORDERS", "SNDPOR": "EDIGW", "SNDPRN": "0000004711",
        "CREDAT": "20261120", "CRETIM": "081500", "REFINT": "R-7", "ARCKEY": "PO-1",
        "SERIAL": "20261120081500",
    }  # fmt: skip
    assert second.control["DOCNUM"] == "0000000000004712"
    plain, _ = found.write([record])
    assert found.idocs(plain)[0][0].control["DOCNUM"] == "0000000000000001"


def test_writing_leaves_the_record_alone(idoc: Make) -> None:
    (record,) = idoc("DELVRY07").read((FILES / "DESADV_DELVRY07_2001.idoc").read_bytes()).documents
    first = idoc("DELVRY07").write([record])
    assert idoc("DELVRY07").write([record]) == first
