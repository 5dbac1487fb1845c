"""A gateway that sends and receives by AS2, killed at its checkpoints and at random moments."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks.as2_crash import Run, planned, text


@pytest.mark.soak
@pytest.mark.parametrize("mode", ["sync", "async"])
def test_nothing_is_lost_doubled_or_said_differently(tmp_path: Path, mode: str) -> None:
    outcome = Run(tmp_path / "site", mode, 1).run(planned(1, 10, random.Random(1)))
    assert outcome.clean, text(outcome, 0)
