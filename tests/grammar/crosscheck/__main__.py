"""``python -m tests.grammar.crosscheck SOURCE FILE…``."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.grammar.crosscheck.results import RESULTS, Result, read, write
from tests.grammar.crosscheck.sources import SOURCES


def main(arguments: list[str]) -> int:
    """Compare with one source and keep the result."""
    if len(arguments) < 2 or arguments[0] not in SOURCES:
        print(f"usage: python -m tests.grammar.crosscheck {'|'.join(SOURCES)} PATH…")
        return 2
    source, *paths = arguments
    found: list[Result] = sorted(SOURCES[source]([Path(each) for each in paths]))
    write([*(row for row in read() if row.source != source), *found])
    for row in found:
        print(row.source, row.directory, row.what, row.compared, row.different, row.which[:120])
    compared, different = (sum(getattr(r, n) for r in found) for n in ("compared", "different"))
    print(f"{source}: {compared} compared, {different} different; written to {RESULTS}")
    return 0


sys.exit(main(sys.argv[1:]))
