"""Kill the gateway with SIGKILL at every durable step, many times, and count what went wrong.

    python benchmarks/crash.py [--rounds 20] [--folder DIR]

Each round kills a run at each checkpoint once; in every other round the recovery is killed too, at
a random checkpoint of its own. Between kill and restart every output folder is emptied, as
receivers do. The outputs, archives and rows have to equal those of an undisturbed run.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.pipeline.crash import Trial, stub_opener


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        trial = Trial(Path(folder), stub_opener())
        counts = measure(trial, options.rounds, random.Random(options.seed))
    show(trial, options.rounds, counts)
    return 1 if any(counts.values()) else 0


def measure(trial: Trial, rounds: int, dice: random.Random) -> Counter[str]:
    """Every checkpoint in every round."""
    counts: Counter[str] = Counter()
    for number in range(1, rounds + 1):
        for point in range(1, trial.points + 1):
            again = () if number % 2 else (dice.randint(1, trial.points - point + 6),)
            result = trial.kill(point, *again)
            for what in ("lost", "doubled", "half", "left"):
                found = getattr(result, what)
                counts[what] += len(found)
                if found:
                    print(f"killed at {point} {trial.names[point - 1]} {again}: {what} {found}")
        print(f"round {number} of {rounds}", file=sys.stderr, flush=True)
    return counts


def show(trial: Trial, rounds: int, counts: Counter[str]) -> None:
    kinds = Counter(trial.names)
    print(f"{'checkpoint':32} points")
    for name, number in kinds.items():
        print(f"{name:32} {number:6}")
    kills = trial.points * (rounds + rounds // 2)
    print(f"\nkilled at each of {trial.points} points x {rounds} ({kills} kills in all):")
    print(
        f"lost {counts['lost']}, doubled {counts['doubled']}, "
        f"half-written {counts['half']}, left unfinished {counts['left']}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
