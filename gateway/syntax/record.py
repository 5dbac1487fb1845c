"""Records: the tree that file formats of ERPs read into and are written from.

CSV rows, JSON objects and (later) IDoc segments and XML elements are all named records with named
text fields and records below. Values are text exactly as the file had them; types, lengths and
required fields are the layout's business (:mod:`gateway.grammar.layout`).
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Record:
    """One record. ``kids`` holds the records below by name, each list in file order."""

    name: str
    fields: dict[str, str] = field(default_factory=dict)
    """Present fields only: an empty field is absent."""
    kids: dict[str, list[Record]] = field(default_factory=dict)
    line: int | None = None
    """Line of the file (from 1) where the record starts."""
