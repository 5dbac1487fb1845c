"""Make the grammar files from tables of structure facts.

    python -m gateway.grammar.generate FACTS_DIR OUT_DIR

FACTS_DIR holds ``edifact/dir/D.96A.json``, ``edifact/codes.tsv``, ``edifact/service.json``,
``edifact/eancom/*.json``, ``x12/004010.json``, ``x12/codes_004010.tsv``, ``x12/envelope.json``,
``idoc/ORDERS05.json`` and ``.fields.tsv``: all directories that are there are made. Only what the
messages of :mod:`gateway.grammar.generate.selection` use is written, and only facts: numbers,
forms, status, repetitions, nesting, code values; no name and no description of a standards body.

The form of the files: :mod:`gateway.grammar.text`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from gateway.grammar.generate.edifact import edifact
from gateway.grammar.generate.idoc import idoc
from gateway.grammar.generate.x12 import x12

__all__ = ["edifact", "idoc", "main", "x12"]


def main(arguments: Sequence[str]) -> int:
    """Entry of ``python -m gateway.grammar.generate``."""
    if len(arguments) != 2:
        print("usage: python -m gateway.grammar.generate FACTS_DIR OUT_DIR", file=sys.stderr)
        return 2
    facts, out = Path(arguments[0]), Path(arguments[1])
    edifact(facts / "edifact", out / "edifact")
    x12(facts / "x12", out / "x12")
    idoc(facts / "idoc", out / "idoc")
    size = sum(path.stat().st_size for path in out.rglob("*.txt"))
    print(f"{out}: {size / 1e6:.2f} MB")
    return 0
