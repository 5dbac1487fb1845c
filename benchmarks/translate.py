"""Parse + check + map ORDERS D.96A on one core, beside pydifact's bare parse of the same file.

    python benchmarks/translate.py [--messages 122] [--rounds 5]

Rounds are interleaved and medians printed: absolute figures move with the machine's load, the
ratio in one run does not.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.engine import interleaved, pydifact
from benchmarks.orders import interchange
from gateway import syntax
from gateway.config.data import data_roots
from gateway.documents import build
from gateway.grammar import Library, read
from gateway.mapping import CompiledMap, Maps
from gateway.syntax.part import Kind

ROOT = Path(__file__).parents[1]
PEER = "pydifact parse alone"


def main() -> int:
    """Run and print; always 0, a benchmark has no verdict."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--messages", type=int, default=122, help="messages in the interchange")
    options.add_argument("--rounds", type=int, default=5)
    arguments = options.parse_args()
    data = b"".join(interchange(arguments.messages))
    works = {**_ours(), PEER: pydifact}
    times = interleaved(works, data, arguments.rounds)
    size = len(data) / 1e6
    print(f"{arguments.messages} ORDERS of 40 lines, {size:.2f} MB, median of {arguments.rounds}")
    print(f"{'':42}{'ms':>9}{'msg/s':>10}{'MB/s':>8}{'x peer':>8}")
    for name, seconds in times.items():
        ratio = times[PEER] / seconds
        rate = arguments.messages / seconds
        print(f"{name:42}{seconds * 1e3:9.1f}{rate:10.0f}{size / seconds:8.2f}{ratio:8.1f}")
    return 0


def _ours() -> dict[str, Callable[[bytes], None]]:
    library = Library(*data_roots(ROOT, "grammars"))
    grammar = library.message("edifact", "D96A", "ORDERS")
    assert grammar is not None
    maps = Maps(library, roots=data_roots(ROOT, ""))
    mapping, problems = maps.load("edifact/orders.map")
    assert mapping is not None, problems
    lean_map, problems = maps.load(ROOT / "benchmarks" / "orders_lean.map")
    assert lean_map is not None, problems

    def parse(data: bytes) -> None:
        for _ in syntax.read([data]):
            pass

    def check(data: bytes) -> None:
        for part in syntax.read([data]):
            if part.kind is Kind.MESSAGE:
                assert not read(part, grammar).problems

    def translate_with(by: CompiledMap, data: bytes) -> None:
        for part in syntax.read([data]):
            if part.kind is Kind.MESSAGE:
                reading = read(part, grammar)
                assert reading.tree is not None
                _, found = by.read(reading.tree)
                assert not found, found

    def document(data: bytes) -> None:
        for part in syntax.read([data]):
            if part.kind is Kind.MESSAGE:
                tree = read(part, grammar).tree
                assert tree is not None
                order, found = build("order", mapping.read(tree)[0])
                assert order is not None, found

    return {
        "parse": parse,
        "parse + check": check,
        "parse + check + lean map (28 rows)": partial(translate_with, lean_map),
        "parse + check + shipped map (130 rows)": partial(translate_with, mapping),
        "parse + check + map + validated document": document,
    }


if __name__ == "__main__":
    sys.exit(main())
