"""IDocs: ORDERS to an IDoc file end to end in memory, and flat files read and written.

    python benchmarks/idoc.py [--messages 40] [--copies 200] [--rounds 5]

Processor time on one core, median of interleaved rounds. ``parse only`` cuts the interchange and
reads each message by its grammar; the other way goes on to the canonical document and the file.
``the long way`` is the peer of the same run: the way of IDocs about which there is something to say
(:mod:`gateway.grammar.idoc.direct`).
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.orders import LINES, interchange
from gateway import syntax
from gateway.documents import build
from gateway.grammar import Library, read
from gateway.grammar.idoc.format import IdocFormat
from gateway.grammar.recordformats import load_format
from gateway.mapping import Maps
from gateway.syntax.part import Kind

ROOT = Path(__file__).parents[1]
FILES = ROOT / "tests" / "idoc" / "files"


def main() -> int:
    """Run and print; always 0, a benchmark has no verdict."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--messages", type=int, default=40)
    options.add_argument("--copies", type=int, default=200, help="IDocs in the flat file")
    options.add_argument("--rounds", type=int, default=5)
    arguments = options.parse_args()
    _orders(arguments.messages, arguments.rounds)
    for name in ("ORDERS_ORDERS05_1001", "ORDERS_ORDERS05_1001_padded1063"):
        _file(name, arguments.copies, arguments.rounds)
    return 0


def _orders(messages: int, rounds: int) -> None:
    data = b"".join(interchange(messages))
    grammars = ROOT / "grammars"
    library = Library(grammars)
    maps = Maps(
        library, lambda kind, name: load_format([grammars], kind, name), [ROOT / "mappings"]
    )
    grammar = library.message("edifact", "D96A", "ORDERS")
    edi, out = maps.load("edifact/orders.map")[0], maps.load("idoc/order.map")[0]
    assert grammar is not None and edi is not None and out is not None

    def parse() -> object:
        parts = [one for one in syntax.read([data]) if one.kind is Kind.MESSAGE]
        return [read(one, grammar).tree for one in parts]

    direct = out.layout
    assert isinstance(direct, IdocFormat)

    def translate(form: IdocFormat) -> object:
        files = []
        for tree in parse():  # type: ignore[attr-defined]
            order, found = build("order", edi.read(tree)[0])
            assert order is not None, found
            file, found = form.write([out.write(order)[0]])
            assert file, found
            files.append(file)
        return files

    print(f"{messages} ORDERS of {LINES} lines, median of {rounds}")
    works: dict[str, Callable[[], object]] = {
        "parse only": parse,
        "ORDERS to IDoc": lambda: translate(direct),
        "the same, the long way": lambda: translate(_long_way(direct)),
    }
    times = _medians(works, rounds)
    for name, seconds in times.items():
        share = seconds / times["parse only"]
        print(f"  {name:26}{messages / seconds:9.0f} messages/s {share:6.1f} x parse only")


def _file(name: str, copies: int, rounds: int) -> None:
    found = load_format([ROOT / "grammars"], "idoc", "ORDERS05")
    assert isinstance(found, IdocFormat)
    data = (FILES / f"{name}.idoc").read_bytes() * copies
    records = found.read(data).documents
    trees, _ = found.idocs(data)
    works: dict[str, Callable[[], object]] = {
        "flat to trees": lambda: found.idocs(data),
        "flat to records, checked": lambda: found.read(data),
        "trees to flat": lambda: found.encoded(trees),
        "records to flat, checked": lambda: found.write(records),
        "the same, the long way": lambda: _long_way(found).write(records),
    }
    print(f"{name}: {copies} IDocs, {len(data) / 1e6:.1f} MB")
    for work, seconds in _medians(works, rounds).items():
        print(f"  {work:26}{len(data) / 1e6 / seconds:8.1f} MB/s {copies / seconds:9.0f} IDocs/s")


def _long_way(form: IdocFormat) -> IdocFormat:
    made = form.stamped(form.stamp)
    made.direct = None
    return made


def _medians(works: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            gc.collect()
            start = process_time()
            work()
            times[name].append(process_time() - start)
    return {name: statistics.median(each) for name, each in times.items()}


if __name__ == "__main__":
    sys.exit(main())
