"""Killed at any point and started again: nothing lost, nothing doubled, nothing half written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.killing import telling
from tests.pipeline.crash import Trial, stub_opener

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """In memory where there is such a folder: a killed process loses nothing that it wrote."""
    memory = Path("/dev/shm")
    base = memory if os.access(memory, os.W_OK) else tmp_path_factory.mktemp("crash")
    with tempfile.TemporaryDirectory(dir=base) as folder:
        yield Trial(Path(folder), stub_opener(), small=True)


def test_every_effect_has_its_checkpoints(trial: Trial) -> None:
    kinds = {name.partition(":")[0] for name in trial.names}
    assert kinds >= {
        "claim",
        "archive half",
        "archive written",
        "archive named",
        "received",
        "put away",
        "messages",
        "interchange",
        "split",
        "deliver",
        "deliver prepared",
        "deliver done",
    }


def test_killed_at_the_first_and_last_of_every_kind_of_checkpoint(trial: Trial) -> None:
    """All of them: `make soak` and `benchmarks/crash.py`."""
    points = telling(trial.names)
    first = {name: point for point, name in reversed(points)}
    last = {name: point for point, name in points}
    for point in sorted({*first.values(), *last.values()}):
        result = trial.kill(point)
        assert result.clean, (point, trial.names[point - 1], result)


def test_killed_again_while_recovering(trial: Trial) -> None:
    step = max(1, trial.points // 6)
    for point in range(1, trial.points + 1, step):
        result = trial.kill(point, 3, 2)
        assert result.clean, (point, trial.names[point - 1], result)
