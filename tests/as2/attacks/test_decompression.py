"""Bombs end at their limits, before they have taken the memory."""

from __future__ import annotations

import pytest

from tests.as2.attacks.catalogue import decompression
from tests.as2.attacks.target import Attack, Target


@pytest.mark.parametrize("attack", list(decompression.attacks()), ids=str)
def test_it_is_refused(target: Target, attack: Attack) -> None:
    target.refuses(attack)
