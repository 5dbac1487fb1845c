"""Peak memory of parse + check + map over a large interchange, streamed from disk.

    python benchmarks/memory.py [--megabytes 100]

Each size runs in a process of its own; the slope between two sizes shows what grows with the file.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.orders import interchange

ROOT = Path(__file__).parents[1]
BLOCK = 256 * 1024


def main() -> int:
    """Parent: make the files and measure each in a child."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--megabytes", type=int, default=100)
    options.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    arguments = options.parse_args()
    if arguments.child:
        return _child(arguments.child)
    print(f"{'MB':>8}{'messages':>10}{'s':>8}{'MB/s':>8}{'peak RSS MB':>13}")
    with tempfile.TemporaryDirectory() as folder:
        for megabytes in (arguments.megabytes // 10, arguments.megabytes):
            path = Path(folder) / f"{megabytes}.edi"
            with path.open("wb") as file:
                file.writelines(interchange(megabytes * 1_000_000 // 8150))
            child = [sys.executable, __file__, "--child", str(path)]
            print(subprocess.run(child, check=True, capture_output=True, text=True).stdout, end="")
    return 0


def _child(path: Path) -> int:
    from gateway import syntax  # noqa: PLC0415 - the parent must not load what is measured
    from gateway.config.data import data_roots  # noqa: PLC0415
    from gateway.grammar import Library, read  # noqa: PLC0415
    from gateway.mapping import Maps  # noqa: PLC0415
    from gateway.syntax.part import Kind  # noqa: PLC0415

    library = Library(*data_roots(ROOT, "grammars"))
    grammar = library.message("edifact", "D96A", "ORDERS")
    mapping, _ = Maps(library, roots=data_roots(ROOT, "")).load("edifact/orders.map")
    assert grammar is not None and mapping is not None
    start, count = time.perf_counter(), 0
    for part in syntax.read(_blocks(path)):
        if part.kind is Kind.MESSAGE:
            tree = read(part, grammar).tree
            assert tree is not None
            mapping.read(tree)
            count += 1
    seconds = time.perf_counter() - start
    size = path.stat().st_size / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{size:8.1f}{count:10}{seconds:8.1f}{size / seconds:8.1f}{peak:13.1f}")
    return 0


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


if __name__ == "__main__":
    sys.exit(main())
