"""Every kind of defect at every position: how exactly findings and acknowledgements answer it.

    python benchmarks/mutation.py [--only WORDS] [--step N]

Prints one row for each kind: cases; how many are exact; how many are told by another explanation
with as few repairs (``equal``), or, where the order of segments is wrong, by other findings, mostly
more (``larger``, see ``tests/mutation/known.py``); how many are wrong. Exit code 1 where any is
wrong, or more are larger than is known.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.mutation.bases import bases
from tests.mutation.check import report
from tests.mutation.known import too_many_larger

SHOWN = 5
HEAD = f"{'kind':36}{'cases':>8}{'exact':>8}{'equal':>8}{'larger':>8}{'wrong':>8}{'share':>9}"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", default="", help="kinds whose name holds this")
    options.add_argument("--step", type=int, default=1, help="every N-th position")
    options.add_argument("--shown", type=int, default=SHOWN, help="deviations shown for a kind")
    chosen = options.parse_args()
    began = time.process_time()
    print(
        f"{len(bases())} good interchanges of three messages: {' '.join(d.name for d in bases())}"
    )
    print(HEAD)
    failed = False
    total: Counter[str] = Counter()
    for name, outcomes, deviations in report(chosen.step, chosen.only):
        print(row(name, outcomes), flush=True)
        failed |= bool(outcomes["differs"])
        failed |= too_many_larger(name, outcomes["larger"], outcomes.total())
        for one in deviations[: chosen.shown]:
            print(f"      {one}")
        total.update(outcomes)
    print(row("all", total))
    print(f"{time.process_time() - began:.0f} s of CPU")
    return int(failed)


def row(name: str, counts: Counter[str]) -> str:
    cases = counts.total()
    share = f"{counts['exact'] / cases:9.3%}" if cases else ""
    numbers = (cases, counts["exact"], counts["equal"], counts["larger"], counts["differs"])
    return f"{name:36}{''.join(f'{one:8}' for one in numbers)}{share}"


if __name__ == "__main__":
    raise SystemExit(main())
