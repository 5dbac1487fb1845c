"""Writes the schema that SAP would hand out for a type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gateway.grammar.idoc import IdocField, IdocType
from gateway.grammar.idoc.places import Place, from_xml, places

_END = '</xsd:sequence><xsd:attribute name="SEGMENT" fixed="1"/></xsd:complexType></xsd:element>'


def schema(made: IdocType) -> str:
    """The text of the file."""
    root = places(made)
    inner = "".join(
        [
            *_open("EDI_DC40", ""), *_fields(made.records["control"]), _END,
            *_segments(root.kids.values(), made),
        ]
    )  # fmt: skip
    sequence = "<xsd:complexType><xsd:sequence>"
    end = "</xsd:sequence></xsd:complexType></xsd:element>"
    return (
        '<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
        f'<xsd:element name="{made.name}">{sequence}<xsd:element name="IDOC">{sequence}'
        f"{inner}{end}{end}</xsd:schema>"
    )


def _open(name: str, times: str) -> Iterator[str]:
    yield f'<xsd:element name="{name}"{times}><xsd:complexType><xsd:sequence>\n'


def _segments(found: Iterable[Place], made: IdocType) -> Iterator[str]:
    for one in found:
        least = "" if one.mandatory else ' minOccurs="0"'
        yield from _open(one.name, f'{least} maxOccurs="{one.most}"')
        yield from _fields(made.segments[from_xml(one.name)].fields)
        yield from _segments(one.kids.values(), made)
        yield _END


def _fields(fields: Iterable[IdocField]) -> Iterator[str]:
    for one in fields:
        yield (
            f'<xsd:element name="{one.name}" minOccurs="0"><xsd:simpleType>'
            f'<xsd:restriction base="xsd:string"><xsd:maxLength value="{one.length}"/>'
            "</xsd:restriction></xsd:simpleType></xsd:element>\n"
        )
