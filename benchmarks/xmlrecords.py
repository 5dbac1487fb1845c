"""UBL orders: file → records → canonical fields and back, beside a plain parse by lxml.

    python benchmarks/xmlrecords.py [--lines 1000] [--rounds 7] [--memory 50]

Processor time, best of the rounds, of one order. ``records`` is reading checked against the
grammar; ``lxml`` is ``etree.fromstring`` of the same bytes, which checks nothing. ``--memory``:
megabytes of a file that is read once in a process of its own, for its peak memory; 0 leaves it out.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).parents[1]))

from lxml import etree

from gateway.grammar import Library
from gateway.grammar.layoutmodel import FileLimits
from gateway.mapping import CompiledMap, Maps

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "tests" / "maps" / "xml_samples" / "UBL" / "order-peppol" / "in.xml"
LINE = b"  <cac:OrderLine>"
LIMITS = FileLimits(bytes=1 << 30)


def order(lines: int) -> bytes:
    """The sample order with so many lines."""
    data = SAMPLE.read_bytes()
    start, end = data.index(LINE), data.rindex(b"</u:Order>")
    body = data[start:end]
    count = body.count(LINE)
    return data[:start] + body * -(-lines // count) + data[end:]


def compiled() -> CompiledMap:
    """The map of UBL orders."""
    found, problems = Maps(Library(), None, [ROOT / "mappings"]).load("ubl/order.map")
    assert found is not None, problems
    return found


def best(work: Callable[[], object], rounds: int) -> float:
    """Seconds of processor time."""
    times = []
    for _ in range(rounds):
        start = process_time()
        work()
        times.append(process_time() - start)
    return min(times)


def main() -> int:
    """Run and print; always 0, a benchmark has no verdict."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--lines", type=int, default=1000)
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--memory", type=int, default=50)
    options.add_argument("--peak", help=argparse.SUPPRESS)
    arguments = options.parse_args()
    if arguments.peak:
        return _peak(arguments.memory, arguments.peak)
    found, data = compiled(), order(arguments.lines)
    (record,) = found.layout.read(data, LIMITS).documents
    fields, _ = found.read(record)
    body, problems = found.write(fields)
    assert not problems, problems
    lines = len(fields["lines"])
    print(f"{lines} lines, {len(data):,} bytes")
    work: dict[str, Callable[[], object]] = {
        "lxml": lambda: etree.fromstring(data),
        "records": lambda: found.layout.read(data, LIMITS),
        "map, reading": lambda: found.read(record),
        "map, writing": lambda: found.write(fields),
        "file": lambda: found.layout.write([body]),
    }
    for name, step in work.items():
        seconds = best(step, arguments.rounds)
        rate = len(data) / seconds / 1e6
        print(f"{name:14}{seconds * 1000:9.1f} ms{rate:8.1f} MB/s{lines / seconds:12,.0f} lines/s")
    for what in ("nothing", "lxml", "records") if arguments.memory else ():
        command = [sys.executable, __file__, "--memory", str(arguments.memory), "--peak", what]
        print(subprocess.run(command, check=True, capture_output=True, text=True).stdout, end="")
    return 0


def _peak(megabytes: int, what: str) -> int:
    data = order(1000)
    data = order(1000 * (megabytes * 1_000_000 // len(data) + 1))
    found = compiled()
    if what == "lxml":
        kept: object = etree.fromstring(data, etree.XMLParser(huge_tree=True))
    elif what == "records":
        kept = found.layout.read(data, LIMITS)
        assert not kept.problems
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak with {len(data) / 1e6:.0f} MB held and {what:8}{peak:8.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
