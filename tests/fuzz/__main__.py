"""Fuzz a target for some time.

    python -m tests.fuzz TARGET --seconds 60 [--engine atheris|hypothesis]

atheris (libFuzzer, coverage guided) is used where it is installed: ``pip install '.[fuzz]'``. A
crasher is written to the working directory; made small, it belongs into ``tests/fuzz/regressions``.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import tempfile
import time
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.seeds import anything, seeds

NAMES = ("syntax", "envelope", "grammar", "acknowledge", "reconcile", "write")
_SLOW = 10
"""Seconds after which one input counts as a hang."""
_ROUND = 200


def main() -> None:
    there = importlib.util.find_spec("atheris") is not None
    options = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    options.add_argument("target", choices=NAMES)
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument(
        "--engine", choices=("atheris", "hypothesis"), default="atheris" if there else "hypothesis"
    )
    chosen = options.parse_args()
    engine = _atheris if chosen.engine == "atheris" else _hypothesis
    engine(chosen.target, chosen.seconds)


def _atheris(name: str, seconds: int) -> None:
    import atheris  # noqa: PLC0415 - only here: it is not needed otherwise

    with atheris.instrument_imports(include=["gateway"]):
        from tests.fuzz.targets import TARGETS  # noqa: PLC0415
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    for number, data in enumerate(seeds()):
        (folder / f"{number}").write_bytes(data)
    arguments = [
        sys.argv[0], str(folder), f"-max_total_time={seconds}", f"-timeout={_SLOW}",
        "-max_len=3000", "-rss_limit_mb=2048", "-print_final_stats=1",
    ]  # fmt: skip
    atheris.Setup(arguments, TARGETS[name])
    atheris.Fuzz()


def _hypothesis(name: str, seconds: int) -> None:
    from tests.fuzz.targets import TARGETS  # noqa: PLC0415

    target = TARGETS[name]
    count, slowest, ends = 0, 0.0, time.monotonic() + seconds

    def one(data: bytes) -> None:
        nonlocal count, slowest
        count += 1
        began = time.process_time()
        target(data)
        slowest = max(slowest, time.process_time() - began)
        assert slowest < _SLOW, f"{len(data)} bytes took {slowest:.1f} s"

    number = 0
    while time.monotonic() < ends:
        number += 1
        quiet = settings(
            max_examples=_ROUND,
            deadline=None,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        seed(number)(quiet(given(anything)(one)))()
    print(f"{name}: {count} inputs, the slowest took {slowest:.3f} s of CPU, no finding")


if __name__ == "__main__":
    main()
