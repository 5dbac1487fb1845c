"""Flat files and XML go through a tree and come out as they were, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.grammar.idoc.format import IdocFormat
from gateway.grammar.idoc.tree import Idoc

FILES = sorted((Path(__file__).parent / "files").iterdir())
FLAT = [one for one in FILES if one.suffix == ".idoc"]
TRIMMED = [one for one in FLAT if "padded" not in one.name]
Make = Callable[..., IdocFormat]


def type_of(path: Path) -> str:
    return path.name.split("_")[1]


def fresh(idoc: Idoc) -> Idoc:
    """The tree as if no file had been read."""
    idoc.ends, idoc.width = [], 0
    for one in idoc.walk():
        one.definition, one.header, one.width = "", "", 0
    return idoc


@pytest.mark.parametrize("path", FLAT, ids=lambda one: one.stem)
def test_a_flat_file_is_written_as_it_was_read(path: Path, idoc: Make) -> None:
    found = idoc(type_of(path))
    trees, problems = found.idocs(path.read_bytes())
    assert problems == []
    assert found.encoded(trees) == (path.read_bytes(), [])


@pytest.mark.parametrize("path", FLAT, ids=lambda one: one.stem)
def test_numbers_and_levels_follow_from_the_type(path: Path, idoc: Make) -> None:
    padded = "padded" in path.name
    records = "padded" if padded else "trimmed" if "DELVRY" in path.name else "full"
    newline = "\r\n" if b"\r\n" in path.read_bytes() else "\n"
    found = idoc(type_of(path), records=records, newline=newline)
    trees, _ = found.idocs(path.read_bytes())
    assert found.encoded([fresh(one) for one in trees]) == (path.read_bytes(), [])


@pytest.mark.parametrize("path", TRIMMED, ids=lambda one: one.stem)
def test_flat_and_xml_hold_the_same(path: Path, idoc: Make) -> None:
    flat, xml = idoc(type_of(path)), idoc(type_of(path), form="xml")
    trees, _ = flat.idocs(path.read_bytes())
    data, problems = xml.encoded(trees)
    assert problems == []
    given = path.with_suffix(".xml").read_bytes()
    assert data == re.sub(rb"<(\w+)></\1>\n", b"", given)
    back, problems = xml.idocs(data)
    assert problems == []
    assert flat.encoded([fresh(one) for one in trees]) == flat.encoded(back)


@pytest.mark.parametrize("path", [one for one in FILES if one.suffix == ".xml"])
def test_xml_is_written_as_it_was_read(path: Path, idoc: Make) -> None:
    found = idoc(type_of(path), form="xml")
    trees, problems = found.idocs(path.read_bytes())
    assert problems == []
    assert found.encoded(trees) == (path.read_bytes(), [])


def test_several_idocs_in_one_file(idoc: Make) -> None:
    one, two = (FILES[0].parent / f"ORDERS_ORDERS05_100{at}.idoc" for at in (1, 2))
    data = one.read_bytes() + two.read_bytes()
    reading = idoc("ORDERS05").read(data)
    assert [found.record is not None for found in reading.found] == [True, True]
    assert [found.source for found in reading.found] == [one.read_bytes(), two.read_bytes()]
    xml, _ = idoc("ORDERS05", form="xml").write(reading.documents)
    assert xml.count(b'<IDOC BEGIN="1">') == 2
    assert len(idoc("ORDERS05").read(xml).documents) == 2


@pytest.mark.parametrize("form", ["flat", "xml"])
def test_refused_idocs_are_cut_out_alone(form: str, idoc: Make) -> None:
    found = idoc("ORDERS05", form=form)
    trees = [
        found.idocs((FILES[0].parent / f"ORDERS_ORDERS05_{at}.idoc").read_bytes())[0][0]
        for at in (1001, 1002, 1001)
    ]
    trees[1].segments[0].type = "E1EDK02"  # without E1EDK01 it is refused
    for one in trees:
        fresh(one)
    data, _ = found.encoded(trees)
    reading = found.read(data)
    assert [one.record is None for one in reading.found] == [False, True, False]
    alone = found.cut(data, reading, [1])
    assert alone is not None
    again = found.read(alone)
    assert [one.record is None for one in again.found] == [True]
    assert again.found[0].source == reading.found[1].source
    assert found.cut(data, reading, [0, 1, 2]) == data


def test_a_later_release_reads_by_type(idoc: Make) -> None:
    path = FILES[0].parent / "ORDERS_ORDERS05_1001.idoc"
    data = path.read_bytes().replace(b"E2EDP19003", b"E2EDP19004")
    reading = idoc("ORDERS05").read(data)
    assert reading.problems == []
    (record,) = reading.documents
    assert record.kids["E1EDP01"][0].kids["E1EDP19"][1].fields["IDTNR"] == "SAV300"
    trees, _ = idoc("ORDERS05").idocs(data)
    assert idoc("ORDERS05").encoded(trees) == (data, [])


def test_an_unknown_segment_stays_where_it_is(idoc: Make) -> None:
    path = FILES[0].parent / "ORDERS_ORDERS05_1001.idoc"
    head, _, rest = path.read_text().partition("E2EDP19003")
    row = f"{'ZE1EDP190000':<30}{'1000000000000001001000019000016' + '03':<33}colour blue\n"
    data = (head + row + "E2EDP19003" + rest).encode()
    found = idoc("ORDERS05")
    trees, problems = found.idocs(data)
    assert [one.code for one in problems] == ["F320", "F325"]
    assert found.encoded(trees) == (data, [])
    (record,) = found.read(data).documents
    (stranger,) = record.kids["E1EDP01"][0].kids["ZE1EDP190"]
    assert stranger.fields == {"SDATA": "colour blue"}
    assert "ZE1EDP190" in found.xml.write(trees, "ORDERS05")


def test_characters_after_the_last_field_survive(idoc: Make) -> None:
    path = FILES[0].parent / "ORDERS_ORDERS05_1001.idoc"
    lines = path.read_text().split("\n")
    lines[1] = lines[1].ljust(425) + "NEW"
    data = "\n".join(lines).encode()
    trees, problems = idoc("ORDERS05").idocs(data)
    assert [one.code for one in problems] == ["F305"]
    assert idoc("ORDERS05").encoded(trees) == (data, [])


def test_a_name_with_slashes_is_spelled_as_in_xml(idoc: Make) -> None:
    data = (
        b'<ORDERS05><IDOC BEGIN="1"><EDI_DC40 SEGMENT="1"><IDOCTYP>ORDERS05</IDOCTYP></EDI_DC40>'
        b'<E1EDK01 SEGMENT="1"/><_-RB04_-YP3_E1EDK01 SEGMENT="1"><X>1</X></_-RB04_-YP3_E1EDK01>'
        b"</IDOC></ORDERS05>"
    )
    trees, problems = idoc("ORDERS05").idocs(data)
    assert [one.code for one in problems] == ["F320"]
    assert trees[0].segments[1].fields == {"X": "1"}
    assert "/RB04/YP3_E1EDK01" in idoc("ORDERS05").encoded(trees)[0].decode()
