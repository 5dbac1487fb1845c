"""Laws of merging, over settings that mean nothing."""

from __future__ import annotations

import json
import os
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.config.like import merged, parent_of
from gateway.syntax.packedmarks import pack, unpack
from gateway.syntax.yamltext import Path_, YamlText, read_yaml

EXAMPLES = int(os.environ.get("GATEWAY_EXAMPLES", "20"))
NAMES = st.sampled_from(["channels", "syntax", "agreements", "a", "b", "folder", "kind"])
LEAVES = st.text("xyz{}", max_size=4) | st.lists(st.sampled_from(["1", "2"]), max_size=3)
GROUPS = st.recursive(LEAVES, lambda inner: st.dictionaries(NAMES, inner, max_size=4), max_leaves=9)
FILES = st.dictionaries(NAMES, GROUPS, max_size=5)


def text_of(data: Any, file: str) -> YamlText:
    """JSON is YAML."""
    text, problems = read_yaml(json.dumps(data).encode(), file)
    assert text is not None and not problems
    return text


def leaves(data: Any, path: Path_ = ()) -> dict[Path_, Any]:
    """Every value that is no group, by its path; lists are one value."""
    if not isinstance(data, dict):
        return {path: data}
    return {k: v for name, each in data.items() for k, v in leaves(each, (*path, name)).items()}


@given(FILES, FILES)
@settings(max_examples=EXAMPLES, deadline=None)
def test_what_the_partner_says_holds_and_every_value_has_a_place(own: Any, parent: Any) -> None:
    text, _ = merged(text_of(own, "own"), [parent_of(text_of(parent, "parent"), b"")])
    found = leaves(text.data)
    for path, value in leaves(own).items():
        if value != {}:
            assert found[path] == value
    for path in found:
        if path:
            assert text.place(path).file in ("own", "parent")
            assert path in text.values


@given(FILES)
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_parent_that_says_nothing_changes_nothing(own: Any) -> None:
    before = text_of(own, "own")
    text, problems = merged(text_of(own, "own"), [parent_of(text_of({}, "parent"), b"")])
    assert (text.data, problems) == (before.data, [])
    assert {path: text.place(path) for path in before.values if path} == {
        path: before.place(path) for path in before.values if path
    }


@given(FILES, FILES)
@settings(max_examples=EXAMPLES, deadline=None)
def test_the_same_parent_twice_is_as_good_as_once(own: Any, parent: Any) -> None:
    one = parent_of(text_of(parent, "parent"), b"")
    once, _ = merged(text_of(own, "own"), [one])
    twice, _ = merged(text_of(own, "own"), [one, one])
    assert once.data == twice.data


@given(FILES)
@settings(max_examples=EXAMPLES, deadline=None)
def test_packed_positions_are_the_same_positions(data: Any) -> None:
    text = text_of(data, "own")
    packed = unpack("own", text.data, pack(text), b"")
    for path in text.values:
        assert packed.place(path) == text.place(path)
        assert packed.place((*path, "none"), key=True) == text.place((*path, "none"), key=True)
    assert (dict(packed.keys), dict(packed.values)) == (text.keys, text.values)
