"""Put what was imported into the workspace, whole or not at all."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from gateway.grammar.directory import Directory
from gateway.grammar.importing.result import Imported
from gateway.grammar.importing.xsd import ImportedVocabulary
from gateway.grammar.library import Library, packaged

_NAME = re.compile(r"[A-Z0-9][A-Z0-9_]{0,39}")
_VOCABULARY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
"""Name of a folder of XML grammars: ``ubl-2.1``."""
_RESERVED = ("SERVICE", "ENVELOPE")
"""Folders of the syntax, which no directory may replace."""
_HIDDEN = ".import-"


def install(imported: Imported, grammars: Path, name: str = "", *, replace: bool = False) -> Path:
    """Write what was made to ``grammars/<standard>/<name>``, and return that folder.

    The files are written beside it and then moved, so that whoever reads grammars sees the old
    folder or the new one. Problems (``G508``, ``G509``, ``G510``) are reported; the folder exists
    afterwards as it should only if ``imported.usable`` still holds. Raises ``OSError``.
    """
    made = imported.made
    if made is None:
        raise ValueError("nothing was imported")
    xml = isinstance(made, ImportedVocabulary)
    made.name = (name if xml else name.upper()) or made.name
    folder = grammars / made.standard / made.name
    shown = f"{grammars.name}/{made.standard}/{made.name}"
    if not (_VOCABULARY if xml else _NAME).fullmatch(made.name) or made.name.startswith(_RESERVED):
        imported.report("G510", value=made.name)
        return folder
    if folder.exists() and not replace:
        imported.report("G508", folder=shown)
        return folder
    grammars.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=_HIDDEN, dir=grammars) as temporary:
        beside = Path(temporary) / "new" / made.standard / made.name
        if isinstance(made, Directory):
            _write_checked(made, beside, imported)
        else:
            made.write(beside)
        if imported.usable:
            _move(beside, folder, Path(temporary) / "old")
    return folder


def _write_checked(made: Directory, beside: Path, imported: Imported) -> None:
    """Write a directory; a message that our own reader cannot load is left out."""
    made.write(beside)
    library = Library(beside.parents[1], packaged())
    for message in list(made.messages):
        try:
            library.message(made.standard, made.name, message)
        except (KeyError, ValueError) as error:
            imported.report("G509", message=message, reason=f"it cannot be loaded ({error})")
            del made.messages[message]
            (beside / f"{message}.txt").unlink()
    if not made.messages:
        imported.report("G506", part="message that can be used")


def _move(beside: Path, folder: Path, old: Path) -> None:
    """Move the new folder into its place; the old one comes back if that fails."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    if not folder.exists():
        beside.rename(folder)
        return
    folder.rename(old)
    try:
        beside.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    shutil.rmtree(old)
