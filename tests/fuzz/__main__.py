"""Fuzz a target for some time.

    python -m tests.fuzz TARGET --seconds 60 [--engine atheris|hypothesis]

Targets are those of ``tests/fuzz/targets.py`` and, named ``as2-…``, of ``tests/as2/fuzz``.

atheris (libFuzzer, coverage guided) is used where it is installed: ``pip install '.[fuzz]'``. A
crasher is written to the working directory; made small, it belongs into ``regressions`` there.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy

from tests.fuzz.seeds import anything, seeds

AS2 = ("as2-ber", "as2-cms", "as2-mime", "as2-message", "as2-mdn", "as2-explain")
NAMES = ("syntax", "envelope", "grammar", "acknowledge", "reconcile", "write", *AS2)
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


def _target(
    name: str,
) -> tuple[Callable[[bytes], None], Sequence[bytes], SearchStrategy[bytes]]:
    """What is fuzzed, from where, and how it is changed; imported only when it is chosen."""
    if name in AS2:
        targets = importlib.import_module("tests.as2.fuzz.targets").TARGETS
        found = importlib.import_module("tests.as2.fuzz.seeds")
        return targets[name], found.seeds_of(name), found.anything_of(name)
    targets = importlib.import_module("tests.fuzz.targets").TARGETS
    return targets[name], seeds(), anything


def _atheris(name: str, seconds: int) -> None:
    import atheris  # noqa: PLC0415 - only here: it is not needed otherwise

    with atheris.instrument_imports(include=["gateway"]):
        target, first, _ = _target(name)
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    for number, data in enumerate(first):
        (folder / f"{number}").write_bytes(data)
    arguments = [
        sys.argv[0], str(folder), f"-max_total_time={seconds}", f"-timeout={_SLOW}",
        "-max_len=3000", "-rss_limit_mb=2048", "-print_final_stats=1",
    ]  # fmt: skip
    atheris.Setup(arguments, target)
    atheris.Fuzz()


def _hypothesis(name: str, seconds: int) -> None:
    target, _, inputs = _target(name)
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
        seed(number)(quiet(given(inputs)(one)))()
    print(f"{name}: {count} inputs, the slowest took {slowest:.3f} s of CPU, no finding")


if __name__ == "__main__":
    main()
