"""Which importer a file is for: by its first bytes, not by its name."""

from __future__ import annotations

from pathlib import Path

from gateway.grammar.importing.result import Imported, Tell
from gateway.grammar.importing.sef import read_sef
from gateway.grammar.importing.sef.file import is_sef
from gateway.grammar.importing.unece import read_directory
from gateway.grammar.importing.we60 import is_we60, read_we60

LARGEST = 64 * 1024 * 1024
"""Bytes of a file; the largest directory has 2 MB."""
_START = 400
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")


def read_grammar(path: Path, tell: Tell = lambda _text: None) -> Imported:
    """Read a directory archive, a SEF file or an IDoc type. Raises ``OSError``."""
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
    else:
        reason = "it starts as neither a zip, a SEF file (.VER, .INI) nor WE60 parser output does"
        imported.report("G501", path.name, reason=reason)
    return imported
