"""Does it get slower when the database is full? Throughput and lists at 1 k to 1 M messages.

    python benchmarks/scale.py [--sizes 1000,100000,1000000] [--database sqlite|postgresql]

The database is filled with finished messages (``benchmarks/filled.py``; four rows of the
``message`` table for each). Then the throughput of new ones is measured (goal: within 10 % of the
smallest size), and each list and search that a person can ask for (goal: at most 50 ms).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import Connection, select

from benchmarks.filled import START, fill
from benchmarks.pipeline_traffic import Book
from benchmarks.pipeline_world import Site, load_of_machine, percentile, site_on
from benchmarks.throughput import burst
from gateway.store import Filter, Store, search, threads
from gateway.store.tables import message

GOAL = 50.0
RUNS = 20
ROWS_OF_ONE = 4
"""Rows of the ``message`` table that one order leaves."""


def questions(store: Store, orders: int) -> Iterator[tuple[str, Callable[[Connection], Any]]]:
    """What a person asks, with values that are frequent, rare, or not there at all."""
    with store.read() as connection:
        newest = connection.scalar(select(message.c.created).order_by(message.c.id.desc()).limit(1))
    assert isinstance(newest, datetime)
    asked: dict[str, list[tuple[str, Any]]] = {
        "partner": [("half", "acme-retail"), ("rare", "shop-07"), ("none", "nobody")],
        "document": [("half", "order"), ("none", "invoice")],
        "state": [("half", "acknowledged"), ("rare", "refused"), ("none", "dead")],
        "kind": [("half", "message"), ("none", "document")],
        "direction": [("half", "in")],
        "reference": [("one", f"PO-{orders // 2}"), ("all", "1"), ("none", "nothing")],
        "problem": [("half", "V513"), ("rare", "E405"), ("none", "E999")],
        "since": [("minutes", newest - timedelta(minutes=10)), ("years", START)],
    }
    yield "newest", lambda connection: search.find(connection, Filter())
    for size in (1, 2):
        for names in combinations(asked, size):
            yield from _combined(asked, names)
    yield "one message", lambda connection: search.history(connection, orders * 2)
    number = f"PO-{orders // 2}"
    yield "thread of an order", lambda connection: _thread(connection, number)
    for state, partner in ((None, None), ("open", None), (None, "shop-07"), ("open", "shop-07"),
                           ("complete", "nobody"), ("complete", "acme-retail")):  # fmt: skip
        yield (
            f"threads state:{state} partner:{partner}",
            lambda connection, s=state, p=partner: threads.find(connection, state=s, partner=p),
        )


def _combined(
    asked: dict[str, list[tuple[str, Any]]], names: tuple[str, ...]
) -> Iterator[tuple[str, Callable[[Connection], Any]]]:
    values: list[dict[str, tuple[str, Any]]] = [{}]
    for name in names:
        values = [{**each, name: value} for each in values for value in asked[name]]
    for each in values:
        wanted = Filter(**{name: value for name, (_, value) in each.items()})
        title = " ".join(f"{name}:{how}" for name, (how, _) in each.items())
        yield title, lambda connection, wanted=wanted: search.find(connection, wanted)


def _thread(connection: Connection, number: str) -> Any:
    found = threads.named(connection, number)
    return threads.documents_of(connection, [each.id for each in found])


def ask(store: Store, orders: int, *, every: bool) -> None:
    """Print how long questions take: the slowest, or ``every``."""
    taken = []
    for title, question in questions(store, orders):
        times = []
        for _ in range(RUNS):
            began = time.perf_counter()
            with store.read() as connection:
                question(connection)
            times.append((time.perf_counter() - began) * 1000)
        taken.append((percentile(times, 0.5), max(times), title))
    taken.sort(reverse=True)
    slow = [each for each in taken if each[0] > GOAL]
    print(f"  {len(taken)} lists and searches, {RUNS} runs each: slowest p50 {taken[0][0]:.1f} ms,")
    print(f"  {len(slow)} above {GOAL:.0f} ms")
    for middle, most, title in taken if every else taken[:8]:
        print(f"    {middle:8.1f} ms p50 {most:8.1f} ms max  {title}")


def measure(kind: str, options: argparse.Namespace) -> None:
    """One database, growing."""
    with (
        tempfile.TemporaryDirectory(dir=options.folder) as folder,
        site_on(kind, Path(folder), maps="stub") as site,
    ):
        site.prepare()
        site.add("runner")
        store = Store.open(site.workspace.database, site.workspace.archive)
        book, base, done, first = Book(site.root), 0.0, 0, 1
        for size in options.sizes:
            began = time.monotonic()
            rows = fill(store, size // ROWS_OF_ONE - done)
            done = size // ROWS_OF_ONE
            filled = time.monotonic() - began
            speed, first = _speed(site, book, options, first)
            base = base or speed
            print(f"\n{kind}, {rows} rows (filled in {filled:.0f} s); {load_of_machine()}")
            print(
                f"  {1 / speed:.1f} messages/s, {(speed / base - 1) * 100:+.0f} % time", flush=True
            )
            if size == options.sizes[-1]:
                ask(store, done, every=options.all)
        store.close()


def _speed(site: Site, book: Book, options: argparse.Namespace, first: int) -> tuple[float, int]:
    """Seconds per message, best of the rounds, by a fresh process; the next free number."""
    site.start()
    times = []
    for _ in range(options.rounds):
        times.append(burst(site, book, options.messages, 1, first).per_message)
        first += options.messages
    site.stop()
    return min(times), first


def main(arguments: list[str]) -> int:
    """Always 0: a benchmark has no verdict."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--sizes", default="1000,100000,1000000", metavar="ROWS,…",
        type=lambda value: [int(each) for each in value.split(",")],
    )  # fmt: skip
    parser.add_argument("--messages", type=int, default=100, help="new messages in a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default=None)
    parser.add_argument("--all", action="store_true", help="print every list, not the slowest")
    parser.add_argument("--folder", type=Path, default=None, help="where to work")
    options = parser.parse_args(arguments)
    for kind in ("sqlite", "postgresql"):
        if options.database in (None, kind):
            measure(kind, options)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
