"""Which importer a file is for: by its first bytes, not by its name."""

from __future__ import annotations

from pathlib import Path

from gateway.grammar.importing.idocxsd import is_idoc_xsd, read_idoc_xsd
from gateway.grammar.importing.result import Imported, Tell
from gateway.grammar.importing.sef import read_sef
from gateway.grammar.importing.sef.file import is_sef
from gateway.grammar.importing.unece import read_directory
from gateway.grammar.importing.we60 import is_we60, read_we60
from gateway.grammar.importing.xsd import is_xsd, read_xsd

LARGEST = 64 * 1024 * 1024
"""Bytes of a file; the largest directory has 2 MB."""
_START = 4000
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")


def read_grammar(
    path: Path, tell: Tell = lambda _text: None, within: Path | None = None
) -> Imported:
    """Read a directory archive, a SEF file, an IDoc type or an XML schema. Raises ``OSError``.

    ``within``: the folder with all files of a schema; without it that of the file.
    """
    with path.open("rb") as stream:
        start = stream.read(_START)
    imported = Imported()
    size = path.stat().st_size
    if size > LARGEST:
        imported.report("G503", path.name, reason=f"it has {size:,} bytes", limit=f"{LARGEST:,}")
    elif start.startswith(_ZIP):
        return read_directory(path, tell)
    elif is_sef(start):
        return read_sef(path, tell)
    elif is_we60(start):
        return read_we60(path, tell)
    elif is_xsd(start) and is_idoc_xsd(path):
        return read_idoc_xsd(path, tell)
    elif is_xsd(start):
        return read_xsd(path, tell, within=within)
    else:
        reason = (
            "it starts as neither a zip, a SEF file (.VER, .INI), WE60 parser output nor an XML "
            "schema does"
        )
        imported.report("G501", path.name, reason=reason)
    return imported
