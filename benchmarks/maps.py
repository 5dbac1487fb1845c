"""Maps: lines mapped per second on one core, and ORDERS to files of the ERP, in memory.

    python benchmarks/maps.py [--messages 20] [--rounds 5]

Beside the same mapping written with nested lookups over pydifact (:mod:`benchmarks.peers.nested`):
what it reads and writes is what ``orders_lean.map`` does, it checks nothing, and its time begins
with the same bytes. Rounds are interleaved and medians printed: trust ratios.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.orders import LINES, interchange
from benchmarks.peers import nested
from gateway import syntax
from gateway.config.data import data_roots
from gateway.documents import build
from gateway.grammar import Library, Tree, read
from gateway.mapping import CompiledMap, Maps
from gateway.syntax import write_segments
from gateway.syntax.part import Kind, Part

ROOT = Path(__file__).parents[1]
Work = Callable[[], object]


def main() -> int:
    """Run and print; always 0, a benchmark has no verdict."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--messages", type=int, default=20, help="messages in the interchange")
    options.add_argument("--rounds", type=int, default=5)
    arguments = options.parse_args()
    data = b"".join(interchange(arguments.messages))
    world = _World(data)
    lines = arguments.messages * LINES
    print(f"{arguments.messages} ORDERS of {LINES} lines, median of {arguments.rounds}")
    _table("maps alone: lines/s", world.mapping(), lines, arguments.rounds)
    _table("from bytes to bytes or records: messages/s", world.way(), arguments.messages,
           arguments.rounds)  # fmt: skip
    _loading(world.maps)
    return 0


class _World:
    """One interchange and the maps for it."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        library = Library(*data_roots(ROOT, "grammars"))
        grammar = library.message("edifact", "D96A", "ORDERS")
        assert grammar is not None
        self.grammar = grammar
        self.maps = Maps(library, roots=data_roots(ROOT, ""))
        self.lean = self._map(ROOT / "benchmarks" / "orders_lean.map")
        self.shipped = self._map("edifact/orders.map")
        self.csv = self._map("csv/order.map")
        self.idoc, _ = self.maps.load("idoc/order.map")
        self.trees = [self._tree(part) for part in self._parts()]
        self.dialect = next(part.dialect for part in self._parts())
        assert self.dialect is not None
        self.orders = [self.lean.read(tree)[0] for tree in self.trees]
        self.whole = [self.shipped.read(tree)[0] for tree in self.trees]
        self.nodes = list(nested.messages(data))
        self.theirs = [nested.read_order(node) for node in self.nodes]
        assert _plain(self.theirs[0]) == _plain(self.orders[0]), "the mappings differ"

    def _map(self, name: str | Path) -> CompiledMap:
        found, problems = self.maps.load(name)
        assert found is not None, problems
        return found

    def _parts(self) -> list[Part]:
        return [part for part in syntax.read([self.data]) if part.kind is Kind.MESSAGE]

    def _tree(self, part: Part) -> Tree:
        tree = read(part, self.grammar).tree
        assert tree is not None
        return tree

    def mapping(self) -> dict[str, tuple[Work, str]]:
        """Maps alone; trees and documents are made before."""
        lean, shipped, csv = self.lean, self.shipped, self.csv
        return {
            "read, nested lookups": (
                lambda: [nested.read_order(node) for node in self.nodes], "read"),
            "read, lean map": (lambda: [lean.read(tree) for tree in self.trees], "read"),
            "read, shipped map": (lambda: [shipped.read(tree) for tree in self.trees], "read"),
            "unread, shipped map": (lambda: [shipped.unread(tree) for tree in self.trees], "read"),
            "write, nested lookups": (
                lambda: [nested.write_order(order) for order in self.theirs], "write"),
            "write, lean map": (lambda: [lean.write(order) for order in self.orders], "write"),
            "write, shipped map": (lambda: [shipped.write(one) for one in self.whole], "write"),
            "to records, nested lookups": (
                lambda: [nested.erp_order(order) for order in self.theirs], "records"),
            "to records, csv map": (lambda: [csv.write(order) for order in self.orders], "records"),
        }  # fmt: skip

    def way(self) -> dict[str, tuple[Work, str]]:
        """The whole way; ours checks the message against its grammar, the peer checks nothing."""
        found: dict[str, tuple[Work, str]] = {
            "ORDERS → records, pydifact + nested": (self._theirs_to_erp, "erp"),
            "ORDERS → records, lean map": (lambda: self._to_erp(self.lean, self.csv), "erp"),
            "ORDERS → records, shipped map": (lambda: self._to_erp(self.shipped, self.csv), "erp"),
            "… with a validated document": (self._validated, "erp"),
            "order → ORDERS, nested": (
                lambda: ["".join(nested.write_order(one)) for one in self.theirs], "out"),
            "order → ORDERS, lean map": (self._out, "out"),
        }  # fmt: skip
        if self.idoc is not None:
            idoc = self.idoc
            found["ORDERS → IDoc file, shipped maps"] = (lambda: self._to_file(idoc), "erp")
        return found

    def _theirs_to_erp(self) -> object:
        return [nested.erp_order(nested.read_order(one)) for one in nested.messages(self.data)]

    def _to_erp(self, by: CompiledMap, out: CompiledMap) -> object:
        return [out.write(by.read(self._tree(part))[0]) for part in self._parts()]

    def _validated(self) -> object:
        made = []
        for part in self._parts():
            order, found = build("order", self.shipped.read(self._tree(part))[0])
            assert order is not None, found
            made.append(self.csv.write(order))
        return made

    def _to_file(self, out: CompiledMap) -> object:
        made = []
        for part in self._parts():
            order, found = build("order", self.shipped.read(self._tree(part))[0])
            assert order is not None, found
            made.append(out.layout.write([out.write(order)[0]]))
        return made

    def _out(self) -> object:
        dialect = self.dialect
        assert dialect is not None
        made = []
        for order in self.orders:
            body, _ = self.lean.write(order)
            assert isinstance(body, list)
            made.append(write_segments(body, dialect))
        return made


def _plain(value: Any) -> Any:
    """A document without what is absent."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items() if one not in (None, {}, [])}
    return [_plain(one) for one in value] if isinstance(value, list) else value


def _table(title: str, works: dict[str, tuple[Work, str]], count: int, rounds: int) -> None:
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, (work, _) in works.items():
            gc.collect()
            start = time.process_time()
            work()
            times[name].append(time.process_time() - start)
    medians = {name: statistics.median(each) for name, each in times.items()}
    peers = {kind: medians[name] for name, (_, kind) in works.items() if "nested" in name}
    print(f"\n{title:42}{'ms':>9}{'per s':>10}{'x peer':>8}")
    for name, (_, kind) in works.items():
        seconds = medians[name]
        print(f"{name:42}{seconds * 1e3:9.1f}{count / seconds:10.0f}{peers[kind] / seconds:8.1f}")


def _loading(maps: Maps) -> None:
    """What it takes to load a map: parse, check, and make both directions."""
    print(f"\n{'loading a map, ms':42}{'check':>9}{'read':>10}{'write':>8}")
    for name in ("edifact/orders.map", "edifact/invoic.map", "x12/850.map"):
        fresh = Maps(maps.library, roots=maps.roots)
        steps: list[Callable[[], object]] = []
        start = time.process_time()
        made, _ = fresh.load(name)
        spent = [time.process_time() - start]
        assert made is not None
        steps = [lambda one=made: one._read, lambda one=made: one._write]  # type: ignore[misc]
        for step in steps:
            start = time.process_time()
            step()
            spent.append(time.process_time() - start)
        print(f"{name:42}{spent[0] * 1e3:9.1f}{spent[1] * 1e3:10.1f}{spent[2] * 1e3:8.1f}")


if __name__ == "__main__":
    sys.exit(main())
