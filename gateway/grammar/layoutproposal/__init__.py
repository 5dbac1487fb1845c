"""A first layout from a sample file: what a person then names, types and completes.

    text, notes = propose(data, "orders.csv", "order")

The text is a layout file; the notes say what could not be known from one file. What is guessed
reads the sample: ``gateway layout check`` shows how.
"""

from __future__ import annotations

from gateway.grammar.layoutproposal.flat import propose_flat
from gateway.grammar.layoutproposal.table import propose_csv, propose_xlsx
from gateway.grammar.layoutproposal.text import decoded, delimiter_of
from gateway.grammar.layoutproposal.tree import propose_json
from gateway.syntax.detect import detect

__all__ = ["propose"]


def propose(data: bytes, document: str) -> tuple[str, list[str]]:
    """A layout as YAML, and notes for the person; without a layout the notes say why."""
    if data.startswith(b"PK"):
        return propose_xlsx(data, document)
    kind = detect(data[:4096])
    if kind in ("empty", "binary", "edifact", "x12", "xml"):
        named = {"edifact": "EDIFACT", "x12": "X12", "xml": "XML"}.get(kind, kind)
        return "", [f"the file is {named}: layouts describe csv, flat, json and xlsx files"]
    text, encoding = decoded(data)
    if kind == "json":
        return propose_json(text, encoding, document)
    delimiter = delimiter_of(text)
    if delimiter:
        return propose_csv(text, encoding, delimiter, document)
    return propose_flat(text, encoding, document)
