"""How the time grows with the input, for every way to be long; and hostile texts for expressions.

    python benchmarks/growth.py [--size N] [--only WORDS]

Prints CPU seconds for N, 2N, 4N and 8N and the last ratio (2 is linear). It asserts nothing: times
on a busy machine are not exact. Ratios over 3 are marked; run them again alone.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.fuzz.growing import WAYS, order, whole_way, x12

SUSPECT = 3.0
HOSTILE = {
    "many marks in a number": lambda n: order(f"LIN+1'QTY+21:{'1.' * n}'"),
    "many signs in a number": lambda n: order(f"LIN+1'QTY+21:{'-' * n}'"),
    "a long code": lambda n: order(f"LIN+1'QTY+{'2' * n}:5'"),
    "a long tag": lambda n: order(f"{'Q' * n}+1'"),
    "a date of many digits": lambda n: x12("850", "PO", f"BEG*00*SA*1**{'2' * n}~"),
    "notes over many elements": lambda n: x12("850", "PO", f"REF*DP{'*' * n}1~"),
    "separators alone": lambda n: order(f"LIN{'+' * n}'QTY{':' * n}'"),
    "blanks and line breaks after junk": lambda n: b"x" + b"' \r\n" * n + b"UNB+UNO",
    "line breaks in a release": lambda n: order(f"FTX+AAI+++{'?' + chr(10) * n}x'"),
}
"""Texts that make an expression try again, if it can."""


def cpu(data: bytes) -> float:
    began = time.process_time()
    whole_way(data)
    return time.process_time() - began


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--size", type=int, default=400)
    options.add_argument("--only", default="")
    chosen = options.parse_args()
    print(f"{'way':36}{'bytes at 8N':>14}{'N':>9}{'2N':>9}{'4N':>9}{'8N':>9}{'ratio':>8}")
    for name, make in {**WAYS, **HOSTILE}.items():
        if chosen.only not in name:
            continue
        cpu(make(2))
        sizes = [make(chosen.size * factor) for factor in (1, 2, 4, 8)]
        times = [cpu(data) for data in sizes]
        ratio = times[-1] / max(times[-2], 1e-6)
        mark = "  <- look" if ratio > SUSPECT and times[-1] > 0.05 else ""
        shown = "".join(f"{one:9.3f}" for one in times)
        print(f"{name:36}{len(sizes[-1]):14}{shown}{ratio:8.2f}{mark}", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
