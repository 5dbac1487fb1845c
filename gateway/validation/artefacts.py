"""The files of rules that the user has put into a folder, by the kind of invoice they are for.

Publishers name their files by the syntax: ``EN16931-UBL-validation.xslt``,
``XRechnung-CII-validation.xsl``, ``UBL-Invoice-2.1.xsd``. Nothing else is asked of the folder; it
may be the unpacked archive of the publisher.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_RULES = (".xslt", ".xsl")
_MOST_FILES = 20_000
WANTED = {
    "ubl": "ubl",
    "ubl-creditnote": "ubl",
    "cii": "cii",
    "edifact-xml": "edifact",
}
"""Kind of invoice → what the name of a file of rules for it holds."""
_NOT_FOR = {"ubl": "creditnote", "ubl-creditnote": "invoice"}
_SCHEMAS = {
    "ubl": "ubl-invoice-2.1.xsd",
    "ubl-creditnote": "ubl-creditnote-2.1.xsd",
    "cii": "crossindustryinvoice_100pd16b.xsd",
    "edifact-xml": "invoic_d14b_iso20625.xsd",
}
"""Kind of invoice → name of its schema, in lower case."""


@dataclass(frozen=True, slots=True)
class Artefacts:
    """What there is for one kind of invoice."""

    rules: tuple[Path, ...]
    """Compiled Schematron (XSLT), in the order of their names."""
    schema: Path | None = None


def artefacts_in(folder: Path, kind: str) -> Artefacts:
    """The files for one kind of invoice. A name is taken once: the one nearest to the top."""
    files = _files(folder)
    rules: dict[str, Path] = {}
    schema = None
    for path in files:
        name = path.name.lower()
        if path.suffix.lower() in _RULES and _is_for(name, kind):
            rules.setdefault(name, path)
        elif schema is None and name == _SCHEMAS.get(kind):
            schema = path
    return Artefacts(tuple(rules[name] for name in sorted(rules)), schema)


def _files(folder: Path) -> list[Path]:
    found: list[Path] = []
    for count, path in enumerate(folder.rglob("*")):
        if count >= _MOST_FILES:
            break
        if path.suffix.lower() in (*_RULES, ".xsd") and path.is_file():
            found.append(path)
    return sorted(found, key=lambda path: (len(path.parts), path.as_posix()))


def _is_for(name: str, kind: str) -> bool:
    """``XRechnung-UBL-validation-CreditNote.xsl`` is for one of the two documents of UBL only."""
    if WANTED.get(kind, "?") not in name:
        return False
    other = _NOT_FOR.get(kind, "?")
    return other not in name or ("invoice" in name and "creditnote" in name)
