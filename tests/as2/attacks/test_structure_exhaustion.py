"""Limits hold before anything is spent."""

from __future__ import annotations

import pytest

from tests.as2.attacks.catalogue import structure_exhaustion
from tests.as2.attacks.target import Attack, Target


@pytest.mark.parametrize("attack", list(structure_exhaustion.attacks()), ids=str)
def test_it_is_refused(target: Target, attack: Attack) -> None:
    target.refuses(attack)
