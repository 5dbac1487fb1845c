"""Settings and types are found in the workspace first; what is wrong with them has a line."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.grammar.idoc.control import EDI_DC40
from gateway.grammar.idoc.settings import read_settings
from gateway.grammar.importing import install, read_grammar
from gateway.grammar.layoutfile import LayoutError
from gateway.grammar.recordformats import load_format
from gateway.syntax.record import Record

ROOT = Path(__file__).resolve().parents[2] / "grammars"
ORDER = Path(__file__).parent / "files" / "ORDERS_ORDERS05_1001.idoc"
EXTENSION = """BEGIN_SEGMENT_SECTION
  BEGIN_IDOC                ORDERS05
    EXTENSION               ZORDERS05
    BEGIN_SEGMENT           E2EDK01005
      SEGMENTTYPE           E1EDK01
      LEVEL                 01
      STATUS                MANDATORY
      LOOPMIN               0000000001
      LOOPMAX               0000000001
      BEGIN_FIELDS
        NAME                ACTION
        LENGTH              000003
        CHARACTER_FIRST     000064
        CHARACTER_LAST      000066
      END_FIELDS
    END_SEGMENT
    BEGIN_GROUP             1
      LEVEL                 02
      STATUS                OPTIONAL
      LOOPMIN               0000000001
      LOOPMAX               0000000099
      BEGIN_SEGMENT         E2EDP01011
        SEGMENTTYPE         E1EDP01
        LEVEL               02
        STATUS              MANDATORY
        LOOPMIN             0000000001
        LOOPMAX             0000000001
        BEGIN_FIELDS
          NAME              POSEX
          LENGTH            000006
          CHARACTER_FIRST   000064
          CHARACTER_LAST    000069
        END_FIELDS
      END_SEGMENT
      BEGIN_SEGMENT         ZE1EDP010000
        SEGMENTTYPE         ZE1EDP010
        LEVEL               03
        STATUS              OPTIONAL
        LOOPMIN             0000000001
        LOOPMAX             0000000001
        BEGIN_FIELDS
          NAME              COLOUR
          LENGTH            000010
          CHARACTER_FIRST   000064
          CHARACTER_LAST    000073
        END_FIELDS
      END_SEGMENT
    END_GROUP
  END_IDOC
END_SEGMENT_SECTION
"""


def record_section() -> str:
    """The first part of an export: the control record."""
    fields = "".join(
        f"NAME {one.name}\nLENGTH {one.length:06}\nCHARACTER_FIRST {one.first:06}\n"
        f"CHARACTER_LAST {one.first + one.length - 1:06}\n"
        for one in EDI_DC40
    )
    inside = f"BEGIN_CONTROL_RECORD\nBEGIN_FIELDS\n{fields}END_FIELDS\nEND_CONTROL_RECORD\n"
    return f"BEGIN_RECORD_SECTION\n{inside}END_RECORD_SECTION\n"


def settings_file(folder: Path, text: str, name: str = "ORDERS05") -> Path:
    path = folder / "idoc" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder


def test_a_workspace_sets_how_a_type_of_the_package_is_written(tmp_path: Path) -> None:
    settings_file(tmp_path, "form: xml\ncontrol: {MANDT: 100}\n")
    found = load_format([tmp_path, ROOT], "idoc", "ORDERS05")
    assert found is not None
    assert (found.kind, found.name, found.suffix) == ("idoc", "ORDERS05", "xml")
    data, _ = found.write(found.read(ORDER.read_bytes()).documents)
    assert b"<MANDT>100</MANDT>" in data


def test_two_formats_may_share_a_type(tmp_path: Path) -> None:
    settings_file(tmp_path, "type: ORDERS05\nrecords: padded\nnewline: crlf\n", "northwind")
    found = load_format([tmp_path, ROOT], "idoc", "northwind")
    assert found is not None
    data, _ = found.write(found.read(ORDER.read_bytes()).documents)
    assert {len(one) for one in data.split(b"\r\n")[1:-1]} == {1063}


def test_an_imported_extension_names_the_fields_of_its_segments(tmp_path: Path) -> None:
    export = tmp_path / "zorders05.txt"
    export.write_text(record_section() + EXTENSION, encoding="latin-1")
    imported = read_grammar(export)
    assert imported.problems == []
    install(imported, tmp_path / "grammars")
    settings_file(
        tmp_path / "grammars", "type: ZORDERS05\ncontrol: {IDOCTYP: ORDERS05}\n", "ORDERS05"
    )
    found = load_format([tmp_path / "grammars", ROOT], "idoc", "ORDERS05")
    assert found is not None
    item = found.root.kids["E1EDP01"]
    assert list(item.kids["ZE1EDP010"].fields) == ["COLOUR"]
    mine = Record("ZE1EDP010", {"COLOUR": "blue"})
    record = Record("IDOC", {}, {
        "E1EDK01": [Record("E1EDK01")],
        "E1EDP01": [Record("E1EDP01", {"POSEX": "10"}, {"ZE1EDP010": [mine]})],
    })  # fmt: skip
    data, problems = found.write([record])
    assert problems == []
    assert b"ZE1EDP010000 " in data
    reading = found.read(data)
    assert reading.problems == []
    control = reading.documents[0].kids["EDI_DC40"][0].fields
    assert (control["IDOCTYP"], control["CIMTYP"]) == ("ORDERS05", "ZORDERS05")
    again = reading.documents[0].kids["E1EDP01"][0].kids["ZE1EDP010"][0]
    assert again.fields == {"COLOUR": "blue"}


def test_no_such_type() -> None:
    assert load_format([ROOT], "idoc", "NOTHING01") is None


def test_settings_of_a_type_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match="F352 there is no type NOTHING01"):
        load_format(
            [settings_file(tmp_path, "form: flat\n", "NOTHING01"), ROOT], "idoc", "NOTHING01"
        )


def test_a_broken_type(tmp_path: Path) -> None:
    folder = tmp_path / "idoc" / "BROKEN01"
    folder.mkdir(parents=True)
    (folder / "BROKEN01.txt").write_text("E1EDK01 X\n")
    with pytest.raises(LayoutError, match="F350"):
        load_format([tmp_path], "idoc", "BROKEN01")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("shape: round\n", "settings: shape is not known; there are form, records"),
        ("form: html\n", "form: html is not known; flat xml"),
        ("type: a/b\n", "type: a/b is not known; the name of an IDoc type"),
        ("control: {MANDANT: 1}\n", "control: MANDANT is not known; there are TABNAM MANDT"),
        ("control: {MANDT: 1000}\n", "control.MANDT: 1000 is not known; MANDT has 3 characters"),
        ("zeros: {PARTN: wide}\n", "zeros.PARTN: wide is not known; write a width"),
        ("zeros: {'': 3}\n", "write FIELD, SEGMENT.FIELD"),
        ("control: MANDT\n", "control: MANDT is not known; write lines"),
        ("- a\n", "settings are lines of NAME: VALUE"),
        ("form: [\n", "F350"),
    ],
)
def test_what_is_wrong_with_settings_is_told(text: str, says: str) -> None:
    _, problems = read_settings(text.encode(), "grammars/idoc/X.yaml")
    assert says in " ".join(map(str, problems))
    assert problems[0].place.line
