"""What is handed on is exactly what a partner signed."""

from __future__ import annotations

import pytest

from tests.as2.attacks.catalogue import signature_scope
from tests.as2.attacks.target import Attack, Target


@pytest.mark.parametrize("attack", list(signature_scope.attacks()), ids=str)
def test_it_is_refused(target: Target, attack: Attack) -> None:
    target.refuses(attack)
