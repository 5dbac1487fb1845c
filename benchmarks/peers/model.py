"""A statement of a peer, ours beside it, and who is right where they differ."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "peers"
JUDGEMENTS = FOLDER / "JUDGEMENTS.tsv"
OUTCOMES = FOLDER / "OUTCOMES.tsv"

NO_GRAMMAR = "no grammar"
"""What we say of contents whose grammar we do not have; such a row is not counted."""
VERDICTS = {
    "ours": "we are right",
    "theirs": "they are right",
    "both": "both can be defended",
    "grammar": "the grammars differ",
    "guide": "a rule of an implementation guide, not of the directory",
}


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """One thing that a peer asserts, or that only we say. ``-`` where one of both says nothing."""

    corpus: str
    case: str
    theirs: str
    ours: str
    agrees: bool

    @property
    def compared(self) -> bool:
        """False where we have nothing to compare with."""
        return self.ours != NO_GRAMMAR


@dataclass(frozen=True, slots=True)
class Judgement:
    """Who is right; ``case``, ``theirs`` and ``ours`` may hold ``*``."""

    corpus: str
    case: str
    theirs: str
    ours: str
    right: str
    why: str

    def covers(self, row: Row) -> bool:
        """Whether this is about a row."""
        return self.corpus == row.corpus and all(
            fnmatchcase(getattr(row, name), getattr(self, name))
            for name in ("case", "theirs", "ours")
        )


def judgements(path: Path = JUDGEMENTS) -> list[Judgement]:
    """All judgements, in the order of the file; the first that covers a row counts."""
    return [Judgement(**row) for row in records(path)]


def judged(row: Row, known: Sequence[Judgement]) -> Judgement | None:
    """The judgement about a row, or ``None``."""
    return next((one for one in known if one.covers(row)), None)


def records(path: Path) -> list[dict[str, str]]:
    """Rows of a table with a head; no file is an empty table."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def table(head: Sequence[str], rows: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """Lines of such a table."""
    yield "\t".join(head)
    for row in rows:
        yield "\t".join(str(row[name]) for name in head)


def kept(path: Path = OUTCOMES) -> list[Row]:
    """The rows of the last run over all sources."""
    return [
        Row(row["corpus"], row["case"], row["theirs"], row["ours"], row["agrees"] == "yes")
        for row in records(path)
    ]


def keep(rows: Iterable[Row], path: Path = OUTCOMES) -> None:
    """Write them down, so that the page can be made without the sources."""
    head = ("corpus", "case", "theirs", "ours", "agrees")
    texts = (
        {**{name: getattr(row, name) for name in head}, "agrees": "yes" if row.agrees else "no"}
        for row in rows
    )
    path.write_text("\n".join(table(head, texts)) + "\n", encoding="utf-8")
