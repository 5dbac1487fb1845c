"""Patterns of guides: what is taken compiles without a doubt, what is not says why."""

from __future__ import annotations

import itertools
import re
import warnings

import pytest

from gateway.grammar.guide.patterns import refusal


@pytest.mark.parametrize("pattern", ["[0-9]{13}", r"[A-Z]{2}\d{4,10}", "AB-.+|XY-.+", r"[\[a^-]"])
def test_taken(pattern: str) -> None:
    assert refusal(pattern) is None
    assert re.compile(pattern)


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("", "1 to 200"),
        ("(a)", "not understood"),
        ("a*b*c*", "open counts"),
        ("[b-a]", "bad character range"),
        ("[0--9]", "doubtful"),
        ("[[a]", "doubtful"),
        ("[^]", "not understood"),
        ("[]a]", "not understood"),
    ],
)
def test_refused(pattern: str, said: str) -> None:
    assert said in (refusal(pattern) or "")


def test_no_class_has_two_readings() -> None:
    """Python warns where a later version may read a class as sets within sets."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for length in range(1, 5):
            for signs in itertools.product("[]-&|^a\\", repeat=length):
                refusal(f"[{''.join(signs)}]")
