"""The files of a schema: parsed without DTD and network, and only below one folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from gateway.grammar.importing.result import Imported, Tell
from gateway.problems import Place, Severity, problem

XS = "{http://www.w3.org/2001/XMLSchema}"
LARGEST = 16 * 1024 * 1024
"""Bytes of one file; the largest of UBL has 2.4 MB."""
MOST_FILES = 300
_REFERENCES = (f"{XS}include", f"{XS}import", f"{XS}redefine")


@dataclass(frozen=True, slots=True)
class Document:
    """One schema file."""

    name: str
    """As problems show it."""
    root: etree._Element
    namespace: str
    """Target namespace; of an included file without one that of the file that includes it."""

    @property
    def qualified(self) -> bool:
        """Whether local elements are in the namespace."""
        return self.root.get("elementFormDefault") == "qualified"

    def resolve(self, name: str, node: etree._Element) -> tuple[str, str]:
        """A name of the schema (``cbc:IDType``) as namespace and local name."""
        prefix, _, local = name.rpartition(":")
        uri = node.nsmap.get(prefix or None, "")
        return (uri or (self.namespace if not prefix else ""), local)


@dataclass(slots=True)
class Files:
    """All files that one leads to."""

    within: Path
    imported: Imported
    tell: Tell
    read: dict[tuple[Path, str], Document] = field(default_factory=dict)

    def load(self, path: Path, namespace: str | None = None) -> Document | None:
        """A file and all that it refers to. Raises ``OSError`` for the first one."""
        waiting = [(path, namespace)]
        first: Document | None = None
        while waiting:
            file, given = waiting.pop()
            if (file, given or "") in self.read:
                continue
            if len(self.read) >= MOST_FILES:
                reason = f"it leads to more than {MOST_FILES} files"
                self.imported.report("G503", path.name, reason=reason, limit=f"{MOST_FILES}")
                return None
            document = self._document(file, given)
            if document is None:
                continue
            self.read[file, given or ""] = document
            first = first or document
            waiting += self._references(document, file)
        return first

    def _document(self, path: Path, namespace: str | None) -> Document | None:
        shown = path.name
        data = path.read_bytes() if path.stat().st_size <= LARGEST else b""
        if not data:
            reason = f"it has {path.stat().st_size:,} bytes"
            self.imported.report("G503", shown, reason=reason, limit=f"{LARGEST:,} bytes")
            return None
        self.tell(shown)
        try:
            root = parse_schema(data)
        except (etree.XMLSyntaxError, ValueError) as wrong:
            # without a file that another one refers to, most can still be taken over
            severity = Severity.WARNING if self.read else None
            place = Place(file=shown, line=getattr(wrong, "lineno", None))
            found = problem("F240", place, severity=severity, reason=str(wrong))
            self.imported.problems.append(found)
            return None
        if root.tag != f"{XS}schema":
            self.imported.report("F240", shown, root.sourceline, reason="it is no XML schema")
            return None
        own = root.get("targetNamespace")
        return Document(shown, root, namespace or "" if own is None else own)

    def _references(self, document: Document, file: Path) -> Iterator[tuple[Path, str | None]]:
        for node in document.root.iterchildren(*_REFERENCES):
            location = node.get("schemaLocation")
            if not location:
                continue
            path = (file.parent / location).resolve()
            inside = path.is_relative_to(self.within.resolve())
            if "://" in location or not inside or not path.is_file():
                reason = "it is not there" if inside else "it is outside the folder of the import"
                self.imported.report(
                    "F241", document.name, node.sourceline, value=location, reason=reason
                )
                continue
            yield path, None if node.tag == f"{XS}import" else document.namespace


def parse_schema(data: bytes) -> etree._Element:
    """The tree of a schema file. Raises ``ValueError``, ``XMLSyntaxError``."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    root = etree.fromstring(data, parser)
    if root.getroottree().docinfo.doctype:
        raise ValueError("it has a DOCTYPE, which no schema needs")
    return root
