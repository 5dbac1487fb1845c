"""What a map carries, and documents cut down to it.

A format cannot carry every field of a document. The laws hold for what the map has rows for in
both directions; ``tests/maps/test_coverage.py`` says which fields every map must have.
"""

from __future__ import annotations

from typing import Any

from gateway.documents import DOCUMENTS
from gateway.mapping import CompiledMap


def carried(compiled: CompiledMap) -> frozenset[str]:
    """Dotted names of the fields that are read and written."""
    read, written = set(), set()
    for row in compiled.rows():
        if row.operator in ("<->", "<-"):
            read.add(row.field)
        if row.operator in ("<->", "->"):
            written.add(row.field)
    return frozenset(read & written)


def flat_name(document: str, name: str) -> str:
    """The name of a field in the flat form of a document: ``places.gln`` is ``lines.gln``."""
    if document == "parties" and name.startswith("tree."):
        return name.replace("tree.", "parties.", 1)
    for one in DOCUMENTS[document].arrangements:
        front, _, last = name.partition(".")
        if front == one.name:
            entry = last.removeprefix(f"{one.entries}.")
            head, dot, rest = entry.partition(".")
            shared = last == entry and head in one.shared
            return f"{one.flat}.{one.shared[head] if shared else head}{dot}{rest}"
    return name


def cut(data: Any, names: frozenset[str], path: str = "") -> Any:
    """The data with only what is among the names. A tree repeats the names of its top."""
    if isinstance(data, dict):
        kept = {}
        for name, value in data.items():
            here = f"{path}.{name}" if path else name
            if name == path.rpartition(".")[2] and not any(
                one.startswith(f"{here}.") for one in names
            ):
                here = path
            inner = cut(value, names, here)
            if inner not in (None, {}, []):
                kept[name] = inner
        return kept
    if isinstance(data, list | tuple):
        return [one for one in (cut(item, names, path) for item in data) if one not in ({}, None)]
    return data if path in names else None
