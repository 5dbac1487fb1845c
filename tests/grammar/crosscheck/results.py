"""What comparisons found, as a table."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from gateway.grammar.directory import Directory

GRAMMARS = Path(__file__).resolve().parents[3] / "grammars"
RESULTS = Path(__file__).with_name("results.tsv")
TABLES = ("messages", "segments", "composites", "elements")


class Result(NamedTuple):
    """One comparison."""

    source: str
    directory: str
    """``D96A``, ``004010``."""
    what: str
    """Table of ours: ``messages``, ``segments``, ``composites``, ``elements``."""
    compared: int
    different: int
    which: str
    digest: str
    """Of our side; another one: the grammars have changed since."""


def read() -> list[Result]:
    """The committed results."""
    if not RESULTS.is_file():
        return []
    rows = [line.split("\t") for line in RESULTS.read_text().splitlines()[1:]]
    return [Result(*row[:3], int(row[3]), int(row[4]), *row[5:]) for row in rows]


def write(results: Iterable[Result]) -> None:
    """Write them, sorted."""
    lines = ["\t".join(map(str, row)) for row in sorted(results)]
    RESULTS.write_text("\n".join(["\t".join(Result._fields), *lines]) + "\n")


@cache
def ours(standard: str, directory: str) -> Directory:
    """Our tables of a directory."""
    return Directory.read(GRAMMARS / standard / directory)


def digest(standard: str, directory: str, table: str) -> str:
    """Of one of our tables."""
    text = json.dumps(getattr(ours(standard, directory), table), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
