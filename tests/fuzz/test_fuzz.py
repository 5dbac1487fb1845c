"""Any bytes: no crash, no lost byte, every failure a problem.

Long runs: ``python -m tests.fuzz``.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.fuzz.seeds import REGRESSIONS, anything, seeds
from tests.fuzz.targets import TARGETS

short = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
)
CRASHERS = sorted(REGRESSIONS.glob("*.bin"))


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_holds_for_broken_input(name: str) -> None:
    short(given(anything)(TARGETS[name]))()


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_holds_for_seeds(name: str) -> None:
    for data in seeds()[::9]:
        TARGETS[name](data)


@pytest.mark.parametrize("path", CRASHERS, ids=lambda path: path.stem)
def test_what_once_failed_holds(path: Path) -> None:
    """The name of a file begins with its target."""
    TARGETS[path.stem.partition("-")[0]](path.read_bytes())
