"""How far this engine agrees with what other EDI programs assert in their tests.

    python benchmarks/corpora.py [FOLDER] [--write docs/corpora.md]

FOLDER holds the sources of the others (stupidedi, edifact-rs, EDIFACT.NET, edireader,
eInvoicing-EN16931); without it, what is part of the tests is compared, and the rest stays as it
was. ``--write`` writes the page and the rows it is made of. Exit code 1 where a disagreement is
not judged.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.peers import fixtures, own, pyx12, staedi, staedi_values, table
from benchmarks.peers.model import OUTCOMES, Judgement, Row, judgements, keep, kept


def main() -> int:
    """Print the table; 1 where anything is not judged."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, help="sources of the other programs")
    parser.add_argument("--write", type=Path, help="the page to write")
    chosen = parser.parse_args()
    rows = list(compare(chosen.folder))
    if chosen.folder is None:
        rows = [*rows, *from_sources(rows)]
    known = everything_judged()
    text = table.page(rows, known)
    if chosen.write:
        chosen.write.write_text(text, encoding="utf-8")
        keep(sorted(rows), OUTCOMES)
    else:
        print(text[: text.index("## ")])
    open_ = table.unjudged(rows, known)
    for row in open_:
        print(f"NOT JUDGED {row.corpus}: {row.case}: they say {row.theirs}, we say {row.ours}")
    return 1 if open_ else 0


def compare(folder: Path | None = None) -> Iterator[Row]:
    """All rows; without the sources, those of data that is part of the tests."""
    yield from own.rows()
    yield from pyx12.rows()
    yield from staedi.rows()
    yield from staedi_values.rows()
    yield from fixtures.stupidedi(folder)
    yield from fixtures.edifact_rs(folder)
    yield from fixtures.en16931(folder)
    yield from fixtures.edifabric(folder)
    yield from fixtures.edireader(folder)


def from_sources(rows: Sequence[Row]) -> Iterator[Row]:
    """What the last run over the sources said of files that are no part of the tests."""
    cases = {(row.corpus, row.case) for row in rows}
    for row in kept():
        if row.corpus in table.FROM_SOURCES and (row.corpus, row.case) not in cases:
            yield row


def everything_judged() -> list[Judgement]:
    """Our judgements, and those that are written down beside the data."""
    return [*judgements(), *own.judgements(), *pyx12.judgements()]


if __name__ == "__main__":
    sys.exit(main())
