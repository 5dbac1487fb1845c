"""Every problem of settings (C1xx to C5xx) is provoked by a test, as people see it where possible.

Most are shown whole, in a golden text of a mistake. The others need something that a folder of
files cannot have: they are found by the tests of what finds them.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from gateway.problems import REGISTRY

TESTS = Path(__file__).parents[1]
ELSEWHERE = {
    "as2": "needs keys and certificates of a certain kind, or a certain day",
    "proposal": "is found in samples of a partner, not in his settings",
    "rehearsal": "is found on the way to going live, not in settings",
    "diagnostics/test_expiry.py": "needs a certain day",
    "agreement": "is found when agreements of one message are chosen from",
    "config": "is shown there with the rule that it belongs to",
}
SETTINGS = sorted(code for code in REGISTRY if re.match("C[1-5]", code))


@cache
def golden() -> frozenset[str]:
    """Codes in texts that are compared as a whole."""
    texts = (each.read_text("utf-8", "replace") for each in TESTS.rglob("*.txt"))
    return frozenset(code for text in texts for code in re.findall(r"\[(C\d{3})\]", text))


@cache
def named() -> frozenset[str]:
    """Codes that tests of :data:`ELSEWHERE` ask for."""
    places = [TESTS / each for each in ELSEWHERE]
    files = [
        file for place in places for file in ([place] if place.suffix else place.rglob("*.py"))
    ]
    texts = (each.read_text("utf-8") for each in files)
    return frozenset(code for text in texts for code in re.findall(r"\b(C\d{3})\b", text))


@pytest.mark.parametrize("code", SETTINGS)
def test_a_problem_of_settings_is_provoked(code: str) -> None:
    assert code in golden() or code in named()
