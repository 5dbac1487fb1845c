"""AS2 names: what stands in the header, and what it means."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.as2.mime.identity import read_name, write_name

BOTH_WAYS = [
    ("acme", "acme"),
    ("Acme", "Acme"),
    ("acme retail", '"acme retail"'),
    ('the "best"', '"the \\"best\\""'),
    ("back\\slash", '"back\\\\slash"'),
    ("[acme]<x>#1;!", "[acme]<x>#1;!"),
    ("4012345000009!", "4012345000009!"),
    ("", '""'),
    ("Käse", '"Käse"'),
]
READ_ONLY = [
    ('"acme"', "acme"),
    ("  acme\t", "acme"),
    ("acme retail", "acme retail"),
    ('"', '"'),
    ('acme"', 'acme"'),
    ('"C:\\edi"', "C:\\edi"),
]


@pytest.mark.parametrize(("name", "value"), BOTH_WAYS)
def test_both_ways(name: str, value: str) -> None:
    assert write_name(name) == value
    assert read_name(value) == name


@pytest.mark.parametrize(("value", "name"), READ_ONLY)
def test_as_others_write_it(value: str, name: str) -> None:
    assert read_name(value) == name


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=128))
def test_every_name_comes_through(name: str) -> None:
    assert read_name(write_name(name)) == name
