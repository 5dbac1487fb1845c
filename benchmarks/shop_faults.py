"""Ten thousand orders of a shop in which everything goes wrong, and people who go on buying.

    python benchmarks/shop_faults.py [--style NAME ...] [--orders 10000] [--seed 1] [--beside]

For each platform a server answers in its style on the loopback: one request in five fails (errors,
too many requests, pages of a proxy, connections cut before or after the request was carried out);
meanwhile people buy, change, cancel and return orders, several in one second, now and then more
than fit on a page; one order in two hundred cannot be read until somebody mends it; webhooks are
lost, doubled and out of order. With ``--beside`` people have a thread of their own, else they come
between two requests. The gateway reads it through its real connector, by looks and hints. In the
end the shop and the gateway are compared: *lost* (an order, a refund) is not in the gateway,
*stale* is there, or at the ERP, as it was before its last change, *doubled* went to the ERP as new
twice, or not at all, *unheld* cannot be read and waits for nobody.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.shops.faults.found import Result
from tests.shops.faults.plan import Plan
from tests.shops.faults.styles import STYLES
from tests.shops.faults.trading import Trade


def main() -> int:
    """Run, print, and say by the exit code whether everything is right."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--style", action="append", choices=sorted(STYLES), default=[])
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--beside", action="store_true", help="people have a thread of their own")
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    logging.disable(logging.CRITICAL)
    told = []
    for name in wanted.style or sorted(STYLES):
        began, spent = time.perf_counter(), time.process_time()
        plan = Plan(
            orders=wanted.orders, seed=wanted.seed, burst=60, page=100, broken=0.005, bulks=20,
            quiet=600, beside=wanted.beside,
        )  # fmt: skip
        result = _one(name, plan, quiet=wanted.json)
        now, used = time.perf_counter(), time.process_time()
        row = _row(name, result, now - began, used - spent)
        told.append(row)
        if not wanted.json:
            print("  ".join(f"{key} {value}" for key, value in row.items()), flush=True)
    if wanted.json:
        print(json.dumps(told, indent=2))
    return 0 if all(row["right"] for row in told) else 1


def _one(name: str, plan: Plan, *, quiet: bool) -> Result:
    def tell(number: int, known: int) -> None:
        if not quiet:
            print(f"\r{name}: round {number}, {known} orders", end="", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory() as folder:
        result = Trade(Path(folder), STYLES[name](), plan).run(tell=tell)
    if not quiet:
        print(file=sys.stderr)
    return result


def _row(name: str, result: Result, seconds: float, cpu: float) -> dict[str, object]:
    failed = sum(count for fault, count in result.requests.items() if fault != "fine")
    return {
        "style": name,
        "orders": result.orders,
        "changes": result.changes,
        "refunds": result.refunds,
        "broken": result.broken,
        "requests": sum(result.requests.values()),
        "failed": failed,
        "lost": len(result.lost),
        "stale": len(result.stale),
        "doubled": len(result.doubled),
        "unheld": len(result.unheld),
        "cpu": round(cpu, 1),
        "seconds": round(seconds, 1),
        "right": result.right,
    }


if __name__ == "__main__":
    sys.exit(main())
