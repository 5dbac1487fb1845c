"""Any bytes: no exception but a refusal with a sentence, and soon.

Long runs: ``python -m tests.fuzz as2-cms --seconds 600``; more examples: ``FUZZ_EXAMPLES=5000``.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.as2.fuzz.seeds import REGRESSIONS, anything_of, seeds_of
from tests.as2.fuzz.targets import TARGETS

SLOW = 2.0
"""Seconds of CPU for one input of some kilobytes: a hundred times what the slowest takes."""
short = settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "40")),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
)
CRASHERS = sorted(REGRESSIONS.glob("*.bin"))


def _timed(name: str, data: bytes) -> None:
    began = time.process_time()
    TARGETS[name](data)
    assert time.process_time() - began < SLOW


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_holds_for_broken_input(name: str) -> None:
    short(given(anything_of(name))(lambda data: _timed(name, data)))()


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_holds_for_seeds(name: str) -> None:
    for data in seeds_of(name):
        _timed(name, data)


@pytest.mark.parametrize("path", CRASHERS, ids=lambda path: path.stem)
def test_what_once_failed_holds(path: Path) -> None:
    """The name of a file begins with its target and two dashes."""
    _timed(path.stem.partition("--")[0], path.read_bytes())
