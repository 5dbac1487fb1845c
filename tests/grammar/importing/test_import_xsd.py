"""XML schemas become grammars that read and write what the schema allows."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.grammar.importing import Imported, install, read_grammar
from gateway.grammar.importing.xsd import ImportedVocabulary, files, read_xsd
from gateway.grammar.recordformats import load_format
from gateway.grammar.xml.format import XmlFormat
from gateway.grammar.xml.schema import Schemas

SHOP = Path(__file__).parent / "schemas" / "shop"
ORDER = (
    '<s:ShopOrder xmlns:s="urn:example:shop:order" xmlns:q="urn:example:shop:common" version="2">'
    "<s:OrderNo>4711</s:OrderNo><s:Date>2026-11-24</s:Date><s:Currency>EUR</s:Currency>"
    '<s:Partner role="BY"><q:Gln>4012345000009</q:Gln><q:Name>Northwind</q:Name></s:Partner>'
    '<s:Delivery>2026-11-30</s:Delivery><s:Remark lang="de">bitte</s:Remark>'
    "<s:Positions><s:Position><q:No>1</q:No><q:Quantity>2</q:Quantity>"
    '<s:Price per="10">3.5</s:Price><s:Part><q:No>1</q:No><q:Quantity>5</q:Quantity></s:Part>'
    "</s:Position></s:Positions></s:ShopOrder>"
)
EXPECTED = """\
# xml shop ShopOrder
namespace - urn:example:shop:order
namespace c urn:example:shop:common
root ShopOrder
type Partner @role! c: ( Name:Text & Gln:Text? & Notify:Flag? )
type Position c: No:Integer Gtin:Text? Quantity:Decimal -: Price:Amount? Part:Position*
type ShopOrder @version! OrderNo Date Currency? Partner+ ( Pickup:Date? | Delivery:Date? )
  Remark{0,5} Positions:ShopOrder.Positions
type ShopOrder.Positions Position+
simple Amount decimal @per=decimal
simple Currency text codes=EUR|SEK
simple Date date
simple Decimal decimal
simple Flag flag
simple Integer integer
simple OrderNo text max=20
simple Remark text @lang
simple Text text
"""


def imported(path: Path = SHOP / "order.xsd", within: Path | None = None) -> Imported:
    """What an import gives."""
    return read_grammar(path, within=within)


def schema(body: str, more: str = "") -> str:
    """A schema of one document without a namespace."""
    return (
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="A">'
        f"<xs:complexType>{body}</xs:complexType></xs:element>{more}</xs:schema>"
    )


def lines(tmp_path: Path, text: str) -> list[str]:
    """The types of a schema."""
    (tmp_path / "a.xsd").write_text(text)
    found = read_xsd(tmp_path / "a.xsd")
    assert found.made is not None, found.problems
    found.made.write(tmp_path / "out")
    return (tmp_path / "out" / "A.txt").read_text().splitlines()[2:]


def test_the_grammar_of_a_schema(tmp_path: Path) -> None:
    found = imported()
    assert (found.usable, found.problems) == (True, [])
    assert install(found, tmp_path / "grammars", "shop") == tmp_path / "grammars/xml/shop"
    text = (tmp_path / "grammars/xml/shop/ShopOrder.txt").read_text()
    assert text == EXPECTED


def test_what_is_read_and_written_by_it_follows_the_schema(tmp_path: Path) -> None:
    install(imported(), tmp_path / "grammars", "shop")
    found = load_format([tmp_path / "grammars"], "xml", "shop/ShopOrder")
    assert isinstance(found, XmlFormat)
    reading = found.read(ORDER.encode())
    assert reading.problems == []
    data, problems = found.write(reading.documents)
    assert problems == []
    assert Schemas(SHOP).validate(data) == []
    assert found.write(found.read(data).documents) == (data, [])


def test_several_documents_share_types(tmp_path: Path) -> None:
    text = (SHOP / "order.xsd").read_text()
    answer = text.replace("ShopOrder", "ShopAnswer")
    for name, content in (("order", text), ("answer", answer)):
        (tmp_path / f"{name}.xsd").write_text(content.replace("PositionType", f"{name}Position"))
    (tmp_path / "common.xsd").write_text((SHOP / "common.xsd").read_text())
    found = read_xsd([tmp_path / "order.xsd", tmp_path / "answer.xsd"], name="shop")
    assert isinstance(found.made, ImportedVocabulary)
    found.made.write(tmp_path / "out")
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == [
        "ShopAnswer.txt",
        "ShopOrder.txt",
        "types.txt",
    ]
    assert "type Partner" in (tmp_path / "out" / "types.txt").read_text()


@pytest.mark.parametrize(
    ("body", "more", "expected"),
    [
        ('<xs:sequence><xs:element name="B" type="xs:int" minOccurs="2" maxOccurs="4"/>'
         "</xs:sequence>", "", "type A B:Integer{2,4}"),
        ('<xs:sequence minOccurs="0"><xs:element name="B" type="xs:string"/></xs:sequence>',
         "", "type A B:Text?"),
        ('<xs:sequence maxOccurs="unbounded"><xs:element name="B" type="xs:string"/>'
         '<xs:element name="C" type="xs:string"/></xs:sequence>', "", "type A B:Text+ C:Text+"),
        ('<xs:choice><xs:sequence><xs:element name="B" type="xs:string"/></xs:sequence>'
         '<xs:element name="C" type="xs:string"/></xs:choice>', "", "type A B:Text? C:Text?"),
        ('<xs:sequence><xs:group ref="G"/><xs:any minOccurs="0"/></xs:sequence>',
         '<xs:group name="G"><xs:sequence><xs:element name="B" type="xs:date"/></xs:sequence>'
         "</xs:group>", "type A B:Date ..."),
        ('<xs:sequence><xs:element name="B" type="xs:string"/><xs:element name="C" '
         'type="xs:string"/><xs:element name="B" type="xs:string"/></xs:sequence>', "",
         "type A B:Text+ C:Text"),
        ('<xs:sequence><xs:element name="B" type="xs:string" maxOccurs="0"/>'
         '<xs:element ref="A" minOccurs="0"/></xs:sequence>', "", "type A A?"),
        ('<xs:attribute name="x" type="xs:boolean"/>', "", "simple A text @x=flag"),
    ],
)  # fmt: skip
def test_particles(tmp_path: Path, body: str, more: str, expected: str) -> None:
    assert expected in lines(tmp_path, schema(body, more))


def test_a_base_type_lends_children_and_attributes(tmp_path: Path) -> None:
    body = (
        '<xs:complexContent><xs:extension base="Base"><xs:sequence>'
        '<xs:element name="C" type="xs:string"/></xs:sequence></xs:extension></xs:complexContent>'
    )
    more = (
        '<xs:complexType name="Base"><xs:sequence><xs:element name="B" type="xs:string"/>'
        '</xs:sequence><xs:attribute name="x" use="required"/></xs:complexType>'
    )
    assert "type A @x! B:Text C:Text" in lines(tmp_path, schema(body, more))


class TestTrouble:
    """What cannot be taken over is said, and never stops with an exception."""

    def codes(self, tmp_path: Path, text: str | bytes) -> list[str]:
        data = text if isinstance(text, bytes) else text.encode()
        (tmp_path / "a.xsd").write_bytes(data)
        return [one.code for one in read_xsd(tmp_path / "a.xsd").problems]

    def test_no_schema(self, tmp_path: Path) -> None:
        assert self.codes(tmp_path, "<a/>") == ["F240"]
        assert self.codes(tmp_path, "<a") == ["F240"]
        assert self.codes(tmp_path, f"<!DOCTYPE a>{schema('')}") == ["F240"]

    def test_no_element_to_begin_with(self, tmp_path: Path) -> None:
        empty = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"/>'
        assert self.codes(tmp_path, empty) == ["G506"]

    def test_a_type_that_nothing_defines(self, tmp_path: Path) -> None:
        body = '<xs:sequence><xs:element name="B" type="Gone"/></xs:sequence>'
        assert self.codes(tmp_path, schema(body)) == ["F242"]

    def test_text_between_elements(self, tmp_path: Path) -> None:
        body = '<xs:sequence><xs:element name="B" type="xs:string"/></xs:sequence>'
        text = schema(body).replace("<xs:complexType>", '<xs:complexType mixed="true">')
        assert self.codes(tmp_path, text) == ["F243"]

    @pytest.mark.parametrize("location", ["gone.xsd", "../x.xsd", "http://127.0.0.1/x.xsd"])
    def test_files_elsewhere(self, tmp_path: Path, location: str) -> None:
        (tmp_path / "in").mkdir()
        (tmp_path / "x.xsd").write_text(schema(""))
        include = f'<xs:include schemaLocation="{location}"/>'
        text = schema("").replace('<xs:element name="A">', f'{include}<xs:element name="A">')
        assert self.codes(tmp_path / "in", text) == ["F241"]

    def test_too_large(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(files, "LARGEST", 10)
        assert self.codes(tmp_path, schema("")) == ["G503"]

    def test_too_many_files(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(files, "MOST_FILES", 1)
        found = read_xsd(SHOP / "order.xsd")
        assert [one.code for one in found.problems] == ["G503"]
        assert found.made is None
