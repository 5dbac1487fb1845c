"""Killed at every checkpoint, twenty rounds; in every other round while recovering, too."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.pipeline.crash import Trial, stub_opener

ROUNDS = 20


@pytest.mark.soak
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_every_checkpoint_many_times(tmp_path: Path) -> None:
    trial, dice = Trial(tmp_path, stub_opener(), small=True), random.Random(7)
    for number in range(ROUNDS):
        for point in range(1, trial.points + 1):
            again = (dice.randint(1, trial.points),) if number % 2 else ()
            result = trial.kill(point, *again)
            assert result.clean, (number, point, trial.names[point - 1], again, result)
