"""Layouts: what a record file of an ERP looks like. The grammar of its files.

A layout is a file ``grammars/KIND/NAME.yaml``, of the kind ``csv``, ``flat``, ``json`` or
``xlsx``. It says which records a document has, which fields each record has, where they stand, and
how the file spells their values. Records hold values in normal form, however the file spells them
(:class:`~gateway.grammar.layoutmodel.Spelling`): maps see ``-12.50`` and ``2026-05-17`` always.

    layout = load_layout([workspace / "grammars"], "csv", "order")
    reading = layout.read(data)          # every document, and every problem of the file
    data, problems = layout.write(records)

``read(write(records))`` gives the records back.
"""

from gateway.grammar.layoutfile import LayoutError, load_layout, read_layout
from gateway.grammar.layoutform import FileForm
from gateway.grammar.layoutformat import Layout
from gateway.grammar.layoutmodel import (
    DocumentRead,
    FieldLayout,
    FileLimits,
    LayoutReading,
    RecordLayout,
    Spelling,
)

__all__ = [
    "DocumentRead",
    "FieldLayout",
    "FileForm",
    "FileLimits",
    "Layout",
    "LayoutError",
    "LayoutReading",
    "RecordLayout",
    "Spelling",
    "load_layout",
    "read_layout",
]
