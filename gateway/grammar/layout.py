"""Layouts: what a record file of an ERP looks like. The grammar of CSV and JSON files.

A layout is a file ``grammars/csv/NAME.yaml`` or ``grammars/json/NAME.yaml``. It says which
records a document has, which fields each record has in which order, and their types. Fields keep
the text that the file has; numbers and dates are checked here and converted by maps.

    layout = load_layout([workspace / "grammars"], "csv", "order")
    reading = layout.read(data)          # every document, and every problem of the file
    data, problems = layout.write(records)

``read(write(records))`` gives the records back.
"""

from gateway.grammar.layoutfile import LayoutError, load_layout, read_layout
from gateway.grammar.layoutformat import Layout
from gateway.grammar.layoutmodel import (
    DocumentRead,
    FieldLayout,
    FileLimits,
    LayoutReading,
    RecordLayout,
)

__all__ = [
    "DocumentRead",
    "FieldLayout",
    "FileLimits",
    "Layout",
    "LayoutError",
    "LayoutReading",
    "RecordLayout",
    "load_layout",
    "read_layout",
]
