"""What counts is what was there, not what a header says."""

from __future__ import annotations

import pytest

from tests.as2.attacks.catalogue import downgrade
from tests.as2.attacks.target import Attack, Target


@pytest.mark.parametrize("attack", list(downgrade.attacks()), ids=str)
def test_it_is_refused(target: Target, attack: Attack) -> None:
    target.refuses(attack)
