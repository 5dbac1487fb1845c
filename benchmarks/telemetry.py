"""What watching costs: an event, a span, a log line; and a look at a large database.

    python benchmarks/telemetry.py [--rows 1000000] [--rounds 20000] [--database URL]

Microseconds of one core, median of seven turns. The database (SQLite in a temporary folder, or
the empty one that is named) is filled with finished messages and a hundred open ones.
"""

from __future__ import annotations

import argparse
import io
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import text

from gateway.store import Store
from gateway.telemetry import events
from gateway.telemetry.log import formatter
from gateway.telemetry.meters import Meters
from gateway.telemetry.traces import exporting, new_trace, span
from gateway.web.gauges import HouseGauges

TURNS = 7
TRACE = new_trace(lambda: "benchmark")


def main() -> int:
    """Run and print; always 0, a benchmark has no verdict."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=20_000)
    options.add_argument("--database", default="")
    arguments = options.parse_args()
    _calls(arguments.rounds)
    with tempfile.TemporaryDirectory() as folder:
        _looks(arguments.database or f"sqlite:///{folder}/edi.db", Path(folder), arguments.rows)
    return 0


def _event() -> None:
    events.moved(message=7, partner="acme-retail", document="order", before="a", state="mapped")


def _logged() -> None:
    events.received(message=7, source="acme-retail/main", name="ORDERS_4711.edi", size=9_000)


def _span() -> None:
    with span("judge", TRACE, message=7):
        pass


def _calls(rounds: int) -> None:
    logger = logging.getLogger("gateway.events")
    logger.setLevel(logging.WARNING)
    logger.propagate = False
    _print("event, filtered, nobody counts", _each(_event, rounds))
    with Meters(version="1", database="sqlite").counting():
        _print("event, filtered, counted", _each(_event, rounds))
        logger.setLevel(logging.INFO)
        for name, as_json in (("JSON", True), ("text", False)):
            output = logging.StreamHandler(io.StringIO())
            output.setFormatter(formatter(json=as_json))
            logger.addHandler(output)
            _print(f"event, counted, logged as {name}", _each(_logged, rounds // 10))
            logger.removeHandler(output)
    _print("span, no collector", _each(_span, rounds))
    with exporting("http://127.0.0.1:9", version="1", instance="a"):
        _print("span, dead collector", _each(_span, rounds // 10))


def _looks(url: str, folder: Path, rows: int) -> None:
    store = Store.open(url, folder / "archive")
    began = time.perf_counter()
    _fill(store, rows)
    print(f"{rows:,} rows made in {time.perf_counter() - began:.0f} s")
    collector = HouseGauges(store, folder, fresh=0)
    taken = []
    for _ in range(21):
        began = time.perf_counter()
        list(collector.collect())
        taken.append((time.perf_counter() - began) * 1e3)
    print(
        f"look at the database: first {taken[0]:.1f} ms, median {statistics.median(taken):.1f} ms"
    )
    store.close()


def _fill(store: Store, rows: int) -> None:
    """Finished, refused and waiting messages, as a busy year leaves them, and open work."""
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    numbers = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :rows) "
        "INSERT INTO message (kind, direction, state, partner, document, created, updated, lane,"
        " due, deadline) "
    )
    columns = f"'{at}', '{at}'"
    with store.write("fill") as connection:
        done = (
            "SELECT 'message', 'in', CASE i % 20 WHEN 0 THEN 'refused' WHEN 1 THEN 'held'"
            " WHEN 2 THEN 'split' ELSE 'acknowledged' END, 'partner-' || (i % 50), 'order',"
            f" {columns}, '', NULL, CASE i % 40 WHEN 3 THEN '{at}' END FROM n"
        )
        connection.execute(text(numbers + done), {"rows": rows})
        waiting = (
            f"SELECT 'file', 'in', 'received', '', '', {columns}, 'in/partner-' || (i % 300),"
            f" '{at}', NULL FROM n"
        )
        connection.execute(text(numbers + waiting), {"rows": 20_000})
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        vacuum = store.engine.dialect.name == "postgresql"
        connection.execute(text("VACUUM ANALYZE" if vacuum else "ANALYZE"))


def _each(work: Callable[[], None], rounds: int) -> float:
    work()
    turns = []
    for _ in range(TURNS):
        began = time.process_time()
        for _ in range(rounds):
            work()
        turns.append((time.process_time() - began) / rounds * 1e6)
    return statistics.median(turns)


def _print(name: str, microseconds: float) -> None:
    print(f"{name:40}{microseconds:9.2f} µs")


if __name__ == "__main__":
    sys.exit(main())
