"""One value changed in a text, and nothing else."""

from __future__ import annotations

import os

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.config.modetext import rows_of, value_at, with_value

CASES = [
    ("mode: test   # since May\nname: A\n", ("mode",), "mode: live   # since May\nname: A\n"),
    ("a: 1\nb: 2\n\nc: {d: 3}\n", ("mode",), "a: 1\nb: 2\nmode: live\n\nc: {d: 3}\n"),
    ("mode:\nname: A\n", ("mode",), "mode: live\nname: A\n"),
    ("l:\n  - {a: 1, b: 2}  # x\n", ("l", 0, "mode"), "l:\n  - {a: 1, b: 2, mode: live}  # x\n"),
    ("l:\n  - {a: 1,}\n", ("l", 0, "mode"), "l:\n  - {a: 1, mode: live}\n"),
    (
        "l:\n  - a: 1   # one\n    b: {c: 2}\n  - a: 2\n",
        ("l", 0, "mode"),
        "l:\n  - a: 1   # one\n    mode: live\n    b: {c: 2}\n  - a: 2\n",
    ),
    ('l: [{"mode": "test", a: é}]', ("l", 0, "mode"), 'l: [{"mode": live, a: é}]'),
    ("a: 1", ("mode",), "a: 1\nmode: live\n"),
]


@pytest.mark.parametrize(("text", "path", "wanted"), CASES)
def test_comments_and_layout_stay(text: str, path: tuple[str | int, ...], wanted: str) -> None:
    assert with_value(text, path, "live") == wanted


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a: [", ("mode",)),
        ("- a\n", ("mode",)),
        ("mode: {x: 1}\n", ("mode",)),
        ("mode: >\n  te\n  st\n", ("mode",)),
        ("l: []\n", ("l", 0, "mode")),
        ("a: {}\n", ("a", "mode")),
        ("x: &m test\ny: *m\nmode: *m\n", ("mode",)),
    ],
)
def test_what_cannot_be_done_in_the_text_is_not_done(
    text: str, path: tuple[str | int, ...]
) -> None:
    assert with_value(text, path, "live") is None


def test_rows_and_values_are_the_text_that_was_written() -> None:
    text = "agreements:\n  - {document: order, mode: NO}\n  - x\n"
    assert rows_of(text, "agreements") == [{"document": "order", "mode": "NO"}, {}]
    assert value_at(text, ("agreements", 0, "mode")) == "NO"
    assert value_at(text, ("agreements", 1, "mode")) is None


WORDS = st.text("abc é:#'\"-", min_size=1, max_size=8)
DATA = st.dictionaries(
    st.sampled_from(["mode", "name", "x", "list", "group"]),
    WORDS | st.lists(WORDS, max_size=3) | st.dictionaries(st.sampled_from("ab"), WORDS, max_size=2),
    min_size=1,
)


@settings(max_examples=2000 if os.environ.get("GATEWAY_SOAK") else 30)
@given(DATA, st.booleans())
def test_only_the_value_differs(data: dict[str, object], flow: bool) -> None:
    text = yaml.safe_dump(data, default_flow_style=flow or None, allow_unicode=True)
    changed = with_value(text, ("mode",), "live")
    if changed is not None:
        assert yaml.safe_load(changed) == {**data, "mode": "live"}
