"""The JSON of requests: strict, exact, and every entry as the bytes it came in."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from gateway.pipeline.shops.reception import body

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
SCALARS = st.none() | st.booleans() | st.integers(-(10**30), 10**30) | TEXTS | st.decimals(
    allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12
)  # fmt: skip
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4)
)


class Exact(json.JSONEncoder):
    """Decimals as numbers of their digits; only for values without a text that looks like it."""

    def default(self, o: object) -> object:
        return f"\u2063{o}\u2063" if isinstance(o, Decimal) else super().default(o)


def written(value: Any, indent: int | None) -> bytes:
    text = json.dumps(value, cls=Exact, ensure_ascii=indent is None, indent=indent)
    for mark in ('"\u2063', '"\\u2063'):
        text = text.replace(mark, "")
    for mark in ('\u2063"', '\\u2063"'):
        text = text.replace(mark, "")
    return text.encode()


def exact(value: Any) -> Any:
    """Whole numbers as ``Decimal``, too."""
    if isinstance(value, dict):
        return {name: exact(one) for name, one in value.items()}
    if isinstance(value, list):
        return [exact(one) for one in value]
    whole = isinstance(value, int) and not isinstance(value, bool)
    return Decimal(value) if whole else value


@settings(max_examples=20)
@given(value=st.lists(VALUES, max_size=4) | VALUES, indent=st.sampled_from([None, 2]))
def test_values_are_those_of_any_reader_and_entries_are_their_bytes(
    value: Any, indent: int | None
) -> None:
    if "\u2063" in json.dumps(value, default=str, ensure_ascii=False):
        return
    data = written(value, indent)
    text, problems = body.read(data)
    assert text is not None and problems == []
    assert body.plain(text.root) == exact(value)
    for entry, one in zip(text.entries(), value if text.is_list else [value], strict=True):
        raw = text.raw(entry)
        assert raw in data
        assert exact(json.loads(raw, parse_float=Decimal)) == exact(one)


@settings(max_examples=20)
@given(
    data=st.binary(max_size=60)
    | st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace"))
)
@example(data=b'"\\ud800\\udc00"')
@example(data=b"[" * 1000 + b"]" * 1000)
@example(data=b"-")
def test_any_bytes_are_read_or_refused_in_words(data: bytes) -> None:
    text, problems = body.read(data)
    assert text is not None or problems
    for each in problems:
        assert each.sentence and each.remedy
