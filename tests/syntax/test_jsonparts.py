"""Parts of JSON are the bytes that came."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.syntax.jsonparts import NoSuchPartError, array, bundle, dumps, elements, member

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


def spelled(value: Any, blanks: str) -> str:
    """JSON with blanks of some kind between everything."""
    return json.dumps(value, separators=(f"{blanks},{blanks}", f"{blanks}:{blanks}"))


@given(st.lists(VALUES, max_size=5), st.sampled_from(["", " ", "\r\n\t"]), st.booleans())
def test_entries_together_are_the_list(values: list[Any], blanks: str, bom: bool) -> None:
    text = f'{blanks}{{"a": 1, "list":{blanks}{spelled(values, blanks)}, "z": []}}{blanks}'
    data = (b"\xef\xbb\xbf" if bom else b"") + text.encode()
    parts = elements(data, "list")
    assert [json.loads(each) for each in parts] == values
    assert all(each in data for each in parts)
    assert json.loads(array(parts)) == values


def test_digits_and_escapes_stay_as_they_were() -> None:
    data = rb'{"o": [ {"p": 14.994444333333334e0, "n": "\u00e9\/"} , {"p":1.10}]}'
    assert elements(data, "o") == [rb'{"p": 14.994444333333334e0, "n": "\u00e9\/"}', b'{"p":1.10}']
    assert member(data, "o", 1, "p") == b"1.10"
    assert member(data, "x") is None
    assert member(data, "o", 7) is None
    assert elements(data, "x") == elements(b'{"x": null}', "x") == []


def test_of_a_name_told_twice_the_last_counts_as_for_everybody() -> None:
    assert member(b'{"a": 1, "a": 2}', "a") == b"2"


def test_a_bundle_holds_what_came() -> None:
    made = bundle(order=b' {"id": 1.50} ', taxes=b"[]")
    assert member(made, "order", "id") == b"1.50"
    assert json.loads(made) == {"order": {"id": 1.5}, "taxes": []}


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b'{"o" 1}', b'{"o": [1 2]}', b'{"o": [1,]}', b'{"o": 5}', b'{"o": [NaN]}', b"\xff",
     b'{"o": ' + b"[" * 200_000, b"{1: 2}"],
)  # fmt: skip
def test_what_is_no_json_or_no_list_is_told(data: bytes) -> None:
    with pytest.raises(NoSuchPartError):
        elements(data, "o")


@pytest.mark.parametrize("data", [b"", b"1 2", b"{", b"nonsense"])
def test_only_whole_values_are_bundled(data: bytes) -> None:
    with pytest.raises(NoSuchPartError):
        bundle(order=data)


def test_decimals_are_written_by_their_digits_and_floats_never() -> None:
    assert dumps({"a": [Decimal("1.10"), Decimal("1E+3")], "b": None}) == (
        b'{"a": [1.10, 1000], "b": null}'
    )
    with pytest.raises(TypeError):
        dumps([1.1])
    with pytest.raises(ValueError, match="NaN"):
        dumps(Decimal("NaN"))
