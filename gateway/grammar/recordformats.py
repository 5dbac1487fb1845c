"""Formats of files of the ERP, by kind: who loads which.

    found = load_format([workspace / "grammars"], "csv", "order")

A format is data below a ``grammars`` folder: ``csv/NAME.yaml``, ``json/NAME.yaml`` …
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from gateway.grammar.idoc.load import load_idoc
from gateway.grammar.layoutfile import load_layout
from gateway.grammar.layoutmodel import RecordFormat
from gateway.grammar.xml.load import load_xml

Loader = Callable[[Sequence[Path], str, str], RecordFormat | None]
"""``grammars`` folders, kind, name → the format; ``None`` where no folder has it."""

LOADERS: dict[str, Loader] = {
    "csv": load_layout,
    "flat": load_layout,
    "json": load_layout,
    "xlsx": load_layout,
    "xml": load_xml,
    "idoc": load_idoc,
}
"""Kind → what loads it. A loader raises :class:`~gateway.grammar.layoutfile.LayoutError`."""


def load_format(roots: Sequence[Path], kind: str, name: str) -> RecordFormat | None:
    """The format from the first of the ``grammars`` folders that has it. Raises ``LayoutError``."""
    loader = LOADERS.get(kind)
    return None if loader is None else loader(roots, kind, name)
