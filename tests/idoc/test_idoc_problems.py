"""What is wrong with a file is told in SAP's words: line, segment, field."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.grammar.idoc.format import IdocFormat
from gateway.grammar.layoutmodel import FileLimits
from gateway.problems import Problem
from gateway.syntax.record import Record

FILES = Path(__file__).parent / "files"
FLAT = (FILES / "ORDERS_ORDERS05_1001.idoc").read_text()
XML = (FILES / "ORDERS_ORDERS05_1001.xml").read_text()
LINES = FLAT.splitlines(keepends=True)
Make = Callable[..., IdocFormat]


def line(at: int, old: str, new: str) -> str:
    """The file with a change in line ``at`` (from 1)."""
    assert old in LINES[at - 1]
    return "".join([*LINES[: at - 1], LINES[at - 1].replace(old, new, 1), *LINES[at:]])


def column(at: int, first: int, new: str) -> str:
    """The file with other characters from a column on."""
    text = LINES[at - 1]
    changed = text[: first - 1] + new + text[first - 1 + len(new) :]
    return "".join([*LINES[: at - 1], changed, *LINES[at:]])


def without(*numbers: int) -> str:
    return "".join(text for at, text in enumerate(LINES, start=1) if at not in numbers)


# ruff: noqa: E501 (a mistake and its sentence read side by side)
CASES = [
    ("F302", "line 1: hello stands where", "hello\n" + FLAT),
    ("F303", "the control record has 525 characters, not 524", line(1, "\n", "x\n")),
    ("F304", "line 2: the record has 40 characters", "".join([LINES[0], LINES[1][:40]])),
    ("F306", "the file holds no IDoc", "\n \n"),
    ("F305", "E1EDK01 has NEW after its last field WKURS_M", line(2, "\n", "NEW\n")),
    ("F320", "ORDERS05 has no segment Z1MINE; it is kept below the IDoc", line(4, "E2EDK14     ", "Z2MINE000   ")),
    ("F321", "line 17: E1EDP02 belongs below E1EDP01", without(17)),
    ("F322", "E1EDK14 comes after E1EDK03", "".join([*LINES[:2], LINES[6], *LINES[2:6], *LINES[7:]])),
    ("F323", "the IDoc has no E1EDK01, which ORDERS05 requires", without(2)),
    ("F324", "E1EDS01 stands 6 times below the IDoc; ORDERS05 allows 5", FLAT + LINES[-1] * 4),
    ("F325", "SEGNUM is 000005, 000004 would come next", without(5)),
    ("F326", "DOCNUM is 0000000000009001", column(9, 34, "0000000000009001")),
    ("F327", "PSGNUM of E1EDP02 is 000008, but it stands below E1EDP01", column(18, 56, "000008")),
    ("F328", "the IDoc is a INVOIC02, and the format is ORDERS05", line(1, "ORDERS05", "INVOIC02")),
    ("F330", "line 17, E1EDP01-MENGE is 120,000", line(17, "120.000", "120,000")),
    ("F331", "line 7, E1EDK03-DATUM is 20261320", line(7, "20261120", "20261320")),
    ("F308", "line 3, column", XML.replace("<EDI_DC40 SEGMENT", "<EDI_DC40 SEG MENT", 1)),
    ("F309", "<!DOCTYPE a>", XML.replace("<ORDERS05>", "<!DOCTYPE a [<!ENTITY b 'c'>]><ORDERS05>", 1)),
    ("F310", "the text loose stands where", XML.replace("<E1EDK01 ", "loose<E1EDK01 ", 1)),
    ("F310", "<BELNR> stands where one BELNR in E1EDK01", XML.replace("<BELNR>PO-4711</BELNR>", "<BELNR>1</BELNR><BELNR>2</BELNR>", 1)),
    ("F302", "<E1EDK01> stands where", XML.replace("EDI_DC40", "E1EDK01")),
    ("F321", "E1EDP20 belongs below E1EDP01", XML.replace("<E1EDS01 ", "<E1EDP20 SEGMENT='1'></E1EDP20><E1EDS01 ", 1)),
    ("F320", "has no segment Z1MINE", XML.replace("<E1EDS01 ", "<Z1MINE SEGMENT='1'></Z1MINE><E1EDS01 ", 1)),
    ("F334", "E1EDK01 has no field COLOUR", XML.replace("<CURCY>EUR</CURCY>", "<COLOUR>blue</COLOUR>", 1)),
    ("F332", "E1EDK01-CURCY is EURO, but has room for 3", XML.replace("<CURCY>EUR<", "<CURCY>EURO<", 1)),
    ("F333", "E1EDKT2-TDLINE is Livraison", XML.replace("sur rendez", "sur\nrendez", 1)),
    ("F307", "more than 40 nested elements", "<a>" * 60),
]  # fmt: skip


@pytest.mark.parametrize(("code", "says", "text"), CASES)
def test_each_problem_says_where_and_what(code: str, says: str, text: str, idoc: Make) -> None:
    reading = idoc("ORDERS05").read(text.encode())
    told = [one.sentence for one in reading.problems if one.code == code]
    assert any(says in one for one in told), [str(one) for one in reading.problems]
    warns = all(one.severity == "warning" for one in reading.problems)
    assert bool(reading.documents) == warns or code == "F302"


def codes(problems: list[Problem]) -> list[str]:
    return [one.code for one in problems]


def test_bytes_of_another_character_set(idoc: Make) -> None:
    data = FLAT.replace("Entrepot", "Entrepôt").encode("iso-8859-1")
    (problem,) = idoc("ORDERS05").read(data).problems
    assert problem.sentence == "line 11, column 107: the byte F4 is no utf-8"
    (record,) = idoc("ORDERS05", encoding="iso-8859-1").read(data).documents
    assert record.kids["E1EDKA1"][1].fields["NAME1"] == "Entrepôt Nord"


def test_a_file_too_large(idoc: Make) -> None:
    assert codes(idoc("ORDERS05").read(FLAT.encode(), FileLimits(bytes=10)).problems) == ["F307"]
    two = idoc("ORDERS05").read(FLAT.encode() * 2, FileLimits(documents=1))
    assert codes(two.problems) == ["F307"]


def test_an_older_version_of_the_type_is_a_warning(idoc: Make) -> None:
    reading = idoc("ORDERS05").read(line(1, "ORDERS05", "ORDERS04").encode())
    assert codes(reading.problems) == ["F328"]
    assert reading.documents


def test_blanks_cut_off_a_control_record_are_a_warning(idoc: Make) -> None:
    reading = idoc("ORDERS05").read("".join([LINES[0].rstrip()[:378] + "\n", *LINES[1:]]).encode())
    assert codes(reading.problems) == ["F303"]
    assert reading.documents


def test_one_bad_idoc_does_not_stop_the_others(idoc: Make) -> None:
    reading = idoc("ORDERS05").read((without(2) + FLAT).encode())
    assert [one.record is None for one in reading.found] == [True, False]
    assert reading.found[1].problems == ()


def order(**item: str) -> Record:
    kids = {"E1EDK01": [Record("E1EDK01", {"CURCY": "EUR"})], "E1EDP01": [Record("E1EDP01", item)]}
    return Record("IDOC", {}, kids)


@pytest.mark.parametrize(
    ("code", "says", "item"),
    [
        ("F332", "E1EDP01-MENEE is CARTON", {"MENEE": "CARTON"}),
        ("F330", "E1EDP01-MENGE is many", {"MENGE": "many"}),
        ("F336", "E1EDP01-ACTION is DUP; actions of SAP", {"ACTION": "DUP"}),
        ("F333", "E1EDP01-MATKL is a", {"MATKL": "a\tb"}),
        ("F334", "E1EDP01-COLOUR “blue”", {"COLOUR": "blue"}),
    ],
)
def test_what_no_field_can_hold_is_not_written(
    code: str, says: str, item: dict[str, str], idoc: Make
) -> None:
    data, problems = idoc("ORDERS05").write([order(**item)])
    assert data == b""
    assert codes(problems) == [code]
    assert says in problems[0].sentence


def test_a_segment_the_type_lacks_is_not_written(idoc: Make) -> None:
    record = order(MENGE="1")
    record.kids["ZE1MINE"] = [Record("ZE1MINE", {"SDATA": "x"})]
    data, problems = idoc("ORDERS05").write([record])
    assert (data, codes(problems)) == (b"", ["F320"])


def test_a_segment_without_qualifier_is_left_out_and_told(idoc: Make) -> None:
    record = order(MENGE="1")
    record.kids["E1EDK02"] = [Record("E1EDK02", {"BELNR": "4711"})]
    data, problems = idoc("ORDERS05").write([record])
    assert codes(problems) == ["F335"]
    assert b"4711" not in data


def test_a_sign_that_the_character_set_lacks(idoc: Make) -> None:
    data, problems = idoc("ORDERS05", encoding="iso-8859-1").write([order(MATKL="10€")])
    assert (data, codes(problems)) == (b"", ["F333"])
    assert "€ (U+20AC) is not in iso-8859-1" in problems[0].sentence


def test_several_deliveries_in_one_idoc_are_refused(idoc: Make) -> None:
    text = (FILES / "DESADV_DELVRY07_2001.xml").read_text()
    delivery = '<E1EDL20 SEGMENT="1"><VBELN>0080009999</VBELN></E1EDL20>'
    reading = idoc("DELVRY07").read(text.replace("</IDOC>", delivery + "</IDOC>").encode())
    (told,) = reading.problems
    assert told.code == "F344"
    assert "has 2 deliveries" in told.sentence
    assert reading.documents == []
