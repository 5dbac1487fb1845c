"""Throughput and latency of the pipeline, beside the floor of the same database in the same run.

    python benchmarks/throughput.py [--messages 400] [--per-file 1] [--database sqlite|postgresql]

From the file in the partner's folder to the file in the ERP's folder, with the plain maps of the
tests (what translation costs is the matter of ``benchmarks/translate.py``; ``--maps real`` adds
it). Every message is answered with a CONTRL, too. The floor is one row inserted and moved through
five states, six commits, nothing else (``benchmarks/floor.py``). Goal: the pipeline takes at most
twice the floor's time per message; an idle system begins within 100 ms.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import floor
from benchmarks.pipeline_traffic import ERP_OUT, Book, acme_orders
from benchmarks.pipeline_world import Site, load_of_machine, percentile, site_on, until

PATIENCE = 600.0
GOAL = 2.0
QUIET = 0.7
"""Seconds between two messages to an idle system."""
_LEFT = (
    "SELECT (SELECT count(*) FROM message WHERE due IS NOT NULL)"
    " + (SELECT count(*) FROM delivery WHERE due IS NOT NULL)"
)
CASES = (("sqlite", 0), ("postgresql", 0), ("postgresql", 1))
"""Database, and workers beside the runner."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds, all of them."""

    per_message: float
    latencies: list[float]


def burst(site: Site, book: Book, messages: int, per_file: int, first: int) -> Measured:
    """All files at once: seconds per message until the last file for the ERP is there."""
    began = time.time()
    for number in range(first, first + messages, per_file):
        book.drop(acme_orders(number, min(per_file, first + messages - number)))
    _wait(site, book)
    orders = [at for (folder, _), at in book.appeared.items() if folder == ERP_OUT]
    return Measured((max(orders) - began) / messages, book.latencies(ERP_OUT)[-messages:])


def steady(site: Site, book: Book, messages: int, pause: float, first: int) -> Measured:
    """One file after another with a pause, each of one message."""
    for number in range(first, first + messages):
        book.drop(acme_orders(number, 1))
        time.sleep(pause)
        book.fetch()
    _wait(site, book)
    return Measured(0.0, book.latencies(ERP_OUT)[-messages:])


def _wait(site: Site, book: Book) -> None:
    if not until(lambda: book.fetch() >= 0 and not book.lost, PATIENCE, 0.05):
        logs = "\n".join(member.log()[-2000:] for member in site.members)
        raise RuntimeError(f"{len(book.lost)} files do not come: {book.lost[:3]}\n{logs}")
    if not until(lambda: site.query(_LEFT) == [(0,)], PATIENCE, 0.05):
        raise RuntimeError("work is left")


def wake_ups(site: Site, book: Book, messages: int) -> list[float]:
    """Seconds from the file in the folder to its row, of the last files."""
    rows = site.query("SELECT name, created FROM message WHERE kind = 'file' ORDER BY id DESC")
    dropped = {path.rpartition("/")[2]: at for path, at in book.dropped.items()}
    return [
        datetime.fromisoformat(created).timestamp() - dropped[name]
        for name, created in (rows or [])[:messages]
    ]


def case(kind: str, workers: int, options: argparse.Namespace) -> None:
    """One database, one number of processes."""
    with (
        tempfile.TemporaryDirectory(dir=options.folder) as folder,
        site_on(kind, Path(folder), maps=options.maps, poll="5s") as site,
    ):
        site.add("runner")
        for number in range(workers):
            site.add(f"worker {number + 1}", worker=True)
        site.start()
        url, book = site.workspace.database, Book(site.root)
        burst(site, book, 20, 1, 9_000_000)  # what is loaded once is loaded
        floors = [floor.core(url, options.floor)]
        raw = floor.raw(url, options.floor)
        whole = burst(site, book, options.messages, options.per_file, 1)
        floors.append(floor.core(url, options.floor))
        slow = steady(site, book, options.steady, 0.1, 5_000_001)
        idle = steady(site, book, options.idle, QUIET, 6_000_001)
        begun = wake_ups(site, book, options.idle)
        _show(f"{kind}, {workers + 1} process{'es' if workers else ''}", options, whole)
        base = sum(floors) / len(floors)
        print(f"  floor (Core, 6 commits)      {base * 1000:8.2f} ms per message")
        print(f"  floor (driver alone)         {raw * 1000:8.2f} ms per message")
        print(f"  pipeline / floor             {whole.per_message / base:8.2f}   goal <= {GOAL}")
        print(f"  10 files a second            {_spread(slow.latencies)}")
        print(f"  one message, idle system     {_spread(idle.latencies)}")
        print(f"  the same, to the row         {_spread(begun)}   goal <= 100 ms", flush=True)


def _show(title: str, options: argparse.Namespace, whole: Measured) -> None:
    print(f"\n{title}; {options.maps} maps; {load_of_machine()}")
    rate = 1 / whole.per_message
    per_file = f"{options.per_file} per file"
    print(f"  {options.messages} messages at once, {per_file:12} {rate:8.1f} messages/s")
    print(f"  pipeline                     {whole.per_message * 1000:8.2f} ms per message")
    print(f"  in that burst                {_spread(whole.latencies)}")


def _spread(seconds: list[float]) -> str:
    middle, high = (percentile(seconds, share) * 1000 for share in (0.5, 0.99))
    return f"{middle:8.1f} ms p50 {high:8.1f} ms p99"


def main(arguments: list[str]) -> int:
    """Always 0: a benchmark has no verdict."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--messages", type=int, default=400)
    parser.add_argument("--per-file", type=int, default=1, help="messages in an interchange")
    parser.add_argument("--floor", type=int, default=100, help="messages of the floor")
    parser.add_argument("--steady", type=int, default=50, help="files at ten a second")
    parser.add_argument("--idle", type=int, default=15, help="files to an idle system")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default=None)
    parser.add_argument("--maps", choices=("real", "stub"), default="stub")
    parser.add_argument("--folder", type=Path, default=None, help="where to work")
    options = parser.parse_args(arguments)
    for kind, workers in CASES:
        if options.database in (None, kind):
            case(kind, workers, options)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
