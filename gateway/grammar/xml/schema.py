"""XML files against the XML schema (XSD) that a user supplies: what the receiver will refuse.

    schemas = Schemas(Path("schemas/shop"))
    problems = schemas.validate(data)

Our own grammar has been checked before; a schema may know more (patterns, ranges, key references).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from lxml import etree

from gateway.grammar.importing.result import Imported
from gateway.grammar.importing.xsd.files import XS, Files, parse_schema
from gateway.problems import Place, Problem, problem

MOST_FINDINGS = 200
"""Findings that are told of one file."""


class Schemas:
    """The schemas below a folder. They are compiled when a file asks for one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._compiled = cache(self._compile)

    def validate(self, data: bytes) -> list[Problem]:
        """All findings (F244), or why the file cannot be checked (F201, F202, F204, F240, F241)."""
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        try:
            root = etree.fromstring(data, parser)
        except etree.XMLSyntaxError as wrong:
            line, column = wrong.position
            place = Place(line=line, column=column)
            return [problem("F201", place, line=line, column=column, reason=wrong.msg)]
        if root.getroottree().docinfo.doctype:
            return [problem("F202", Place(line=1), line=1, value="a DOCTYPE")]
        compiled, problems = self._compiled(str(root.tag))
        if compiled is None:
            return problems or [self._unknown(root)]
        compiled.validate(root)
        found = [one for one in compiled.error_log if one.level >= etree.ErrorLevels.ERROR]
        return [_finding(one) for one in found[:MOST_FINDINGS]]

    def _unknown(self, root: etree._Element) -> Problem:
        expected = ", ".join(sorted({etree.QName(name).localname for name, _ in self._roots()}))
        place = Place(line=root.sourceline, path=f"/{etree.QName(root).localname}")
        value = etree.QName(root).localname
        return problem("F204", place, line=place.line, value=value, expected=expected or "nothing")

    def _roots(self) -> Iterator[tuple[str, Path]]:
        """Names of all global elements with the file that defines them."""
        for path in sorted(self.folder.rglob("*.xsd")):
            try:
                root = parse_schema(path.read_bytes())
            except (etree.XMLSyntaxError, ValueError):
                continue
            uri = root.get("targetNamespace", "")
            for node in root.iterchildren(f"{XS}element"):
                name = node.get("name", "")
                yield (f"{{{uri}}}{name}" if uri else name), path

    def _compile(self, name: str) -> tuple[etree.XMLSchema | None, list[Problem]]:
        path = next((path for known, path in self._roots() if known == name), None)
        if path is None:
            return None, []
        # libxml2 would follow a reference out of the folder, so they are looked at before
        imported = Imported()
        Files(self.folder, imported, lambda _text: None).load(path)
        outside = [one for one in imported.problems if one.code == "F241"]
        if outside:
            return None, outside
        try:
            parser = etree.XMLParser(no_network=True, load_dtd=False, huge_tree=False)
            return etree.XMLSchema(etree.parse(str(path), parser)), []
        except (etree.XMLSchemaParseError, etree.XMLSyntaxError) as wrong:
            return None, [problem("F240", Place(file=path.name), reason=str(wrong))]


def _finding(found: etree._LogEntry) -> Problem:
    place = Place(line=found.line or None, path=found.path or None)
    return problem("F244", place, line=found.line, reason=found.message)
