"""How long a map and an overlay take to load, and to generate one direction of it.

    python benchmarks/mapcompile.py [--rounds 7] [NAME …]

Processor time in milliseconds, best of the rounds; grammars and layouts in memory. ``first``: map
and code lists are read from their files; ``again``: another overlay of a map that another partner
has too. Both parse, expand, overlay, resolve and check everything. ``read`` and ``write`` are the
code of one direction, made and compiled at its first document. The goal is 20 ms for a map and its
overlay.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).parents[1]))

from gateway.grammar import Library
from gateway.mapping import CompiledMap, Maps
from gateway.mapping.generate import reading, writing

MAPPINGS = Path(__file__).parents[1] / "mappings"
GOAL = 20.0


def main() -> int:
    """Run and print; always 0, a benchmark has no verdict."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("names", nargs="*", help="maps below mappings/, all by default")
    options.add_argument("--rounds", type=int, default=7)
    arguments = options.parse_args()
    library = Library()
    print(f"{'map':36}{'rows':>6}{'first':>8}{'again':>8}{'read':>8}{'write':>8}")
    slow = 0
    for name in arguments.names or names():
        with tempfile.TemporaryDirectory() as folder:
            compiled, times = measured(library, name, Path(folder), arguments.rounds)
        first, again, read, write = (one * 1e3 for one in times)
        slow += again > GOAL
        rows = sum(1 for _ in compiled.rows())
        print(f"{name:36}{rows:6}{first:8.1f}{again:8.1f}{read:8.1f}{write:8.1f}")
    print(f"{slow} of the maps take longer than {GOAL:.0f} ms to load again with an overlay")
    return 0


def names() -> Iterator[str]:
    """All maps, below ``mappings``."""
    for path in sorted(MAPPINGS.rglob("*.map")):
        yield path.relative_to(MAPPINGS).as_posix()


def overlay(name: str, folder: Path) -> Path:
    """A new overlay of a map, which requires its first field."""
    path = folder / Path(name).name
    path.parent.mkdir()
    lines = (MAPPINGS / name).read_text(encoding="utf-8").splitlines()
    rows = (line.split() for line in lines[1:] if line[:1].islower())
    field = next(row[0] for row in rows if row[1:2] == ["<->"])
    path.write_text(f"overlay mappings/{name}\nrequire {field}\n", encoding="utf-8")
    return path


def measured(
    library: Library, name: str, folder: Path, rounds: int
) -> tuple[CompiledMap, Sequence[float]]:
    """The map, and seconds: first, again, read, write."""
    warm = Maps(library, None, [MAPPINGS])
    warm.load(name)
    found: list[tuple[float, float, float, float]] = []
    for nth in range(rounds):
        change, other = overlay(name, folder / f"{nth}"), overlay(name, folder / f"{nth}-again")
        maps = Maps(library, warm.layout, [MAPPINGS])
        began = process_time()
        maps.load(name, change)
        first = process_time()
        compiled, problems = maps.load(name, other)
        again = process_time()
        if compiled is None:
            raise SystemExit("\n".join(map(str, problems)))
        reading(compiled.plan, "read")
        read = process_time()
        writing(compiled.plan, "write")
        written = process_time()
        found.append((first - began, again - first, read - again, written - read))
    return compiled, [min(column) for column in zip(*found, strict=True)]


if __name__ == "__main__":
    sys.exit(main())
