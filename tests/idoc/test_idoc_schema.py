"""SAP's XML schema of an IDoc type becomes the type that its parser output would give."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.grammar.idoc import IdocType
from gateway.grammar.idoc.load import load_idoc
from gateway.grammar.importing import Imported, idocxsd, install, read_grammar
from gateway.grammar.importing.xsd import ImportedVocabulary
from tests.idoc.idocschemas import schema

TYPES = Path(__file__).parents[2] / "grammars" / "idoc"
OWN = Path(__file__).parent / "schemas" / "ZORDERS05.xsd"
TREE = """\
# idoc ZORDERS05 ZORDERS05
E1EDK14 O 12 02
Z1ORDK0 O 1 02
G1: O 99 02
  E1EDKT1 M 1 02
  E1EDKT2 O 9999999999 03
"""
SEGMENTS = """\
# idoc ZORDERS05 segments
E1EDK14 E2EDK14 Q QUALF@64+3 ORGID@67+35
E1EDKT1 E2EDKT1 Q TDID@64+4 TSSPRAS@68+3 TSSPRAS_ISO@71+2
E1EDKT2 E2EDKT2001 TDLINE@64+70 TDFORMAT@134+2
Z1ORDK0 Z2ORDK0000 CAMPAIGN@64+10
"""
FIELD = (
    '<xsd:element name="A"><xsd:simpleType><xsd:restriction base="xsd:string">'
    '<xsd:maxLength value="4"/></xsd:restriction></xsd:simpleType></xsd:element>'
)
XML = (
    '<ZORDERS05><IDOC BEGIN="1"><EDI_DC40 SEGMENT="1"><IDOCTYP>ORDERS05</IDOCTYP>'
    "<CIMTYP>ZORDERS05</CIMTYP><MESTYP>ORDERS</MESTYP></EDI_DC40>"
    '<Z1ORDK0 SEGMENT="1"><CAMPAIGN>SPRING</CAMPAIGN></Z1ORDK0></IDOC></ZORDERS05>'
)


def imported(text: str, folder: Path) -> Imported:
    """What the import of a schema gives."""
    (folder / "a.xsd").write_text(text, encoding="utf-8")
    return read_grammar(folder / "a.xsd")


def codes(text: str, folder: Path) -> list[str]:
    return [one.code for one in imported(text, folder).problems]


def around(segments: str, more: str = "") -> str:
    """A schema with these elements below the control record."""
    inner = f'<xsd:element name="EDI_DC40"><xsd:complexType/></xsd:element>{segments}'
    for name in ("IDOC", "ZTEST01"):
        held = f"<xsd:complexType><xsd:sequence>{inner}</xsd:sequence></xsd:complexType>"
        inner = f'<xsd:element name="{name}">{held}</xsd:element>'
    return f'<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema">{inner}{more}</xsd:schema>'


def segment(inner: str) -> str:
    held = f"<xsd:complexType><xsd:sequence>{inner}</xsd:sequence></xsd:complexType>"
    return f'<xsd:element name="Z1A">{held}</xsd:element>'


@pytest.mark.parametrize("name", ["ORDERS05", "INVOIC02", "DELVRY03", "DELVRY07", "ALEAUD01"])
def test_the_schema_of_a_known_type_gives_the_facts_of_its_parser_output(
    name: str, tmp_path: Path
) -> None:
    known = IdocType.read(TYPES / name)
    found = imported(schema(known), tmp_path)
    made = found.made
    assert isinstance(made, IdocType)
    assert not found.problems
    assert (made.name, made.tree) == (name, known.tree)
    assert made.segments == known.segments
    assert made.records["control"] == known.records["control"]


def test_an_extension_is_taken_over_and_guessed_names_are_told(tmp_path: Path) -> None:
    found = read_grammar(OWN)
    folder = install(found, tmp_path)
    assert folder == tmp_path / "idoc" / "ZORDERS05"
    assert (folder / "ZORDERS05.txt").read_text(encoding="utf-8") == TREE
    assert (folder / "segments.txt").read_text(encoding="utf-8") == SEGMENTS
    assert found.told == ["an IDoc type", "4 segments", "8 fields", "HLEVEL of 1 by their nesting"]
    [told] = found.problems
    assert (told.code, told.facts["value"]) == ("F353", "E2EDKT1, Z2ORDK0000")


def test_an_imported_type_reads_and_writes_its_own_segment(tmp_path: Path) -> None:
    install(read_grammar(OWN), tmp_path)
    form = load_idoc([tmp_path], "idoc", "ZORDERS05")
    assert form is not None
    [record] = form.read(XML.encode()).documents
    assert record.kids["Z1ORDK0"][0].fields == {"CAMPAIGN": "SPRING"}
    data, problems = form.write([record])
    assert not problems
    assert data.splitlines()[1].startswith(b"Z2ORDK0000 ")
    assert form.read(data).documents[0].kids["Z1ORDK0"][0].fields == {"CAMPAIGN": "SPRING"}


def test_a_schema_without_control_record_is_no_idoc(tmp_path: Path) -> None:
    text = OWN.read_text(encoding="utf-8").replace("EDI_DC40", "HEAD")
    assert isinstance(imported(text, tmp_path).made, ImportedVocabulary)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (around(""), ["G506"]),
        (around("").replace('"IDOC"', '"DOC"'), ["G506"]),
        (around(segment('<xsd:element name="A" type="xsd:string"/>')), ["G504", "F353"]),
        (around(segment("").replace("Z1A", "z 1")), ["G504", "G506"]),
        (around(segment(FIELD.replace('"A"', '"A@1"'))), ["G504", "F353"]),
        (around(segment(FIELD + FIELD)), ["G504", "F353"]),
        ("<!DOCTYPE x>" + around(""), ["F240"]),
    ],
    ids=[
        "no segments",
        "no IDOC",
        "no length",
        "segment name",
        "field name",
        "field twice",
        "doctype",
    ],
)
def test_what_cannot_be_used_is_refused(text: str, expected: list[str], tmp_path: Path) -> None:
    assert codes(text, tmp_path) == expected


def test_another_control_record_is_refused(tmp_path: Path) -> None:
    text = schema(IdocType.read(TYPES / "SYSTAT01"))
    wider = text.replace('<xsd:maxLength value="3"/>', '<xsd:maxLength value="4"/>', 1)
    [told] = imported(wider, tmp_path).problems
    assert (told.code, told.facts["what"]) == ("G504", "EDI_DC40-MANDT")


def test_fields_beyond_the_record_are_refused(tmp_path: Path) -> None:
    wide = FIELD.replace('value="4"', 'value="1001"')
    assert codes(around(segment(wide)), tmp_path) == ["G504", "F353"]


def test_types_without_end_are_refused(tmp_path: Path) -> None:
    use = '<xsd:element name="Z1A" type="T"/>'
    held = f'<xsd:complexType name="T"><xsd:sequence>{use}</xsd:sequence></xsd:complexType>'
    assert codes(around(use, held), tmp_path) == ["G503"]
    twice = f'<xsd:complexType name="T"><xsd:sequence>{use}{use}</xsd:sequence></xsd:complexType>'
    assert codes(around(use, twice), tmp_path) == ["G503"]


def test_groups_that_multiply_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idocxsd, "MOST_ELEMENTS", 200)
    group = '<xsd:group name="G"><xsd:sequence>{0}{0}</xsd:sequence></xsd:group>'
    use = '<xsd:group ref="G"/>'
    assert codes(around(use, group.format(use)), tmp_path) == ["G503"]
