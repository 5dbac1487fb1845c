"""One or several schema files → the folder of a vocabulary."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from gateway.grammar.importing.result import Imported, Tell
from gateway.grammar.importing.xsd.files import XS, Document, Files
from gateway.grammar.importing.xsd.types import Types
from gateway.grammar.xml.model import Child, Vocabulary, XmlType
from gateway.grammar.xml.text import write_types, write_vocabulary

_START = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?schema[\s>]")


@dataclass(slots=True)
class ImportedVocabulary:
    """What schemas describe: documents and the types they share."""

    name: str
    documents: list[Vocabulary] = field(default_factory=list)
    types: dict[str, XmlType] = field(default_factory=dict)
    standard: str = "xml"

    def write(self, folder: Path) -> None:
        """Write the files of the vocabulary into a folder, which is made. Raises ``OSError``."""
        folder.mkdir(parents=True, exist_ok=True)
        reached = {one.name: _reached(one.root, self.types) for one in self.documents}
        users = Counter(name for names in reached.values() for name in names)
        single = len(self.documents) == 1
        for one in self.documents:
            own = [name for name in reached[one.name] if single or users[name] == 1]
            title = f"{self.name} {one.root.name}"
            text = write_vocabulary(title, _used(one, reached[one.name], self.types),
                                    self._sorted(own))  # fmt: skip
            (folder / f"{one.root.name}.txt").write_text(text, encoding="utf-8")
        if not single:
            shared = [name for name, times in users.items() if times > 1]
            text = f"# xml {self.name} types\n" + write_types(self._sorted(shared))
            (folder / "types.txt").write_text(text, encoding="utf-8")

    def _sorted(self, names: Iterable[str]) -> list[XmlType]:
        found = [self.types[name] for name in names]
        return sorted(found, key=lambda one: (one.leaf, one.name))


def is_xsd(data: bytes) -> bool:
    """Whether bytes start as a schema does."""
    return bool(_START.search(data)) and b"http://www.w3.org/2001/XMLSchema" in data


def read_xsd(
    paths: Path | Sequence[Path],
    tell: Tell = lambda _text: None,
    *,
    within: Path | None = None,
    name: str = "",
    implied: Mapping[str, str] = MappingProxyType({}),
    defaults: Mapping[str, str] = MappingProxyType({}),
) -> Imported:
    """Read schemas: each file gives the documents that are its own roots. Raises ``OSError``.

    ``within``: the folder that the files which they refer to must stand in (that of the first);
    ``implied`` and ``defaults``: as in the grammar (:mod:`gateway.grammar.xml.text`).
    """
    listed = [paths] if isinstance(paths, Path) else list(paths)
    imported = Imported()
    files = Files(within or listed[0].parent, imported, tell)
    mains = [one for path in listed if (one := files.load(path.resolve())) is not None]
    if not mains:
        return imported
    everything = list(files.read.values())
    spaces = _Namespaces(mains, everything)
    types = Types(imported, spaces.prefix)
    for document in everything:
        types.add(document)
    made = ImportedVocabulary(name or listed[0].stem.lower(), types=types.made)
    for main in mains:
        spaces.main = main
        for root in _roots(main, types):
            types.finish()
            namespaces = dict(sorted(spaces.all(main).items()))
            made.documents.append(
                Vocabulary(root.name, root, (), namespaces, dict(implied), dict(defaults))
            )
    if not made.documents:
        imported.report("G506", listed[0].name, part="element that a document can begin with")
        return imported
    imported.told += [f"{len(made.documents)} documents", f"{len(made.types)} types"]
    imported.made = made
    return imported


def _roots(main: Document, types: Types) -> list[Child]:
    """Global elements of a file that no other type of that file uses; all, if each is used."""
    nodes = {str(node.get("name")): node for node in main.root.iterchildren(f"{XS}element")}
    named = {ref.rpartition(":")[2] for ref in main.root.xpath("//@ref")}
    chosen = [name for name in nodes if name not in named] or list(nodes)
    return [types.element(nodes[name], main, "") for name in chosen]


class _Namespaces:
    """Prefixes: those of the file of the document, which its authors chose."""

    def __init__(self, mains: Sequence[Document], documents: Sequence[Document]) -> None:
        self.main = mains[0]
        self._bare = any(
            not one.qualified
            and one.root.find(f".//{XS}complexType//{XS}element[@name]") is not None
            for one in documents
        )
        self._documents = documents

    def prefix(self, uri: str) -> str:
        """The prefix for a namespace; ``-`` for the one without."""
        if not uri:
            return "-"
        if uri == self.main.namespace and self.main.root.nsmap.get(None) == uri and not self._bare:
            return "-"
        for document in (self.main, *self._documents):
            for prefix, known in document.root.nsmap.items():
                if known == uri and prefix:
                    return str(prefix)
        spaces = list(dict.fromkeys(one.namespace for one in self._documents))
        if uri == self.main.namespace and not self._bare:
            return "-"
        return f"ns{spaces.index(uri) + 1 if uri in spaces else 0}"

    def all(self, main: Document) -> dict[str, str]:
        """Prefix → namespace, of all files."""
        self.main = main
        spaces = dict.fromkeys([main.namespace, *(one.namespace for one in self._documents)])
        return {self.prefix(uri): uri for uri in spaces if uri}


def _reached(root: Child, types: dict[str, XmlType]) -> list[str]:
    """Names of the types that a document can hold."""
    seen: dict[str, None] = {}
    waiting = [root.type]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen[name] = None
            waiting += [child.type for child in types[name].children]
    return list(seen)


def _used(one: Vocabulary, reached: list[str], types: dict[str, XmlType]) -> Vocabulary:
    """The document with the namespaces and attributes that its types have."""
    prefixes = {one.root.prefix, *(child.prefix for name in reached
                                   for child in types[name].children)}  # fmt: skip
    own = {child.name for child in types[one.root.type].children}
    attributes = {each.name for name in reached for each in types[name].attributes}
    return Vocabulary(
        one.name,
        one.root,
        one.wrappers,
        {key: uri for key, uri in one.namespaces.items() if key in prefixes},
        {key: source for key, source in one.implied.items() if key in attributes and source in own},
        {key: value for key, value in one.defaults.items() if key.partition("/")[0] in reached},
    )
