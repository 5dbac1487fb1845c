"""Two patterns that a name can fit both are found, and no others."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.config.rivals import overlap, same_folder

SIGNS = st.text("ab*?", max_size=6)


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ("*", "*.edi", True),
        ("ORDERS*.edi", "INVOIC*.edi", False),
        ("ORDERS*", "*_1.edi", True),
        ("acme_?.edi", "acme_12.edi", False),
        ("a[bc]d", "abd", True),
        ("*@acme.example", "edi@acme.example", True),
        ("*@acme.example", "*@northwind.example", False),
        ("", "", True),
        ("", "*", True),
        ("", "?", False),
    ],
)
def test_patterns_that_meet(one: str, other: str, meet: bool) -> None:
    assert overlap(one, other) is meet
    assert overlap(other, one) is meet


@given(SIGNS, SIGNS, st.text("ab", max_size=6))
@settings(max_examples=200, deadline=None)
def test_a_name_that_fits_both_is_never_missed(one: str, other: str, name: str) -> None:
    if fnmatchcase(name, one) and fnmatchcase(name, other):
        assert overlap(one, other)


@given(SIGNS, st.text("ab", max_size=6))
@settings(max_examples=200, deadline=None)
def test_a_plain_name_meets_exactly_the_patterns_it_fits(pattern: str, name: str) -> None:
    assert overlap(pattern, name) is fnmatchcase(name, pattern)


def test_long_patterns_take_no_time() -> None:
    assert overlap("*a" * 100, "a*" * 100)
    assert not overlap("*a" * 100 + "b", "a*" * 100 + "c")


@pytest.mark.parametrize(
    ("written", "plain"),
    [(".", ""), ("./out/", "out"), ("out", "out"), ("/out//in/.", "/out/in"), ("/", "/")],
)
def test_a_folder_has_one_spelling(written: str, plain: str) -> None:
    assert same_folder(written) == plain
