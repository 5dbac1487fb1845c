"""YAML is text with positions; a hostile file costs nothing."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.problems import Problem
from gateway.syntax.yamltext import MAX_BYTES, YamlText, read_yaml


def read(text: str) -> YamlText:
    found, problems = read_yaml(text.encode(), "f.yaml")
    assert found is not None and not problems, problems
    return found


def refusal(data: bytes) -> Problem:
    found, problems = read_yaml(data, "f.yaml")
    assert found is None
    return problems[-1]


@pytest.mark.parametrize("text", ["NO", "ON", "01", "0.10", "1E3", "09", "2026-01-01", "~", "null"])
def test_a_scalar_stays_the_text_that_was_written(text: str) -> None:
    assert read(f"a: {text}").data == {"a": text}


def test_a_key_without_a_value_is_absent_but_an_empty_text_is_not() -> None:
    assert read('a:\nb: ""').data == {"b": ""}


def test_every_value_knows_its_place() -> None:
    text = read("a:\n  - b: 1\n  - b: 'two words'\n")
    place = text.place(("a", 1, "b"))
    assert (place.line, place.column, place.width, place.path) == (3, 8, 11, "a[2].b")
    assert text.place(("a", 1, "b"), key=True).column == 5
    assert text.place(("a", 1, "missing")).line == 3


def test_an_alias_repeats_what_was_anchored() -> None:
    data = read("a: &x {b: [1, 2]}\nc: *x\nd: [*x]").data
    assert data == {"a": {"b": ["1", "2"]}, "c": {"b": ["1", "2"]}, "d": [{"b": ["1", "2"]}]}


def test_an_empty_file_holds_nothing() -> None:
    assert read("").data is None
    assert read("# nothing\n").data is None


def test_a_byte_order_mark_is_not_part_of_the_first_key() -> None:
    found, _ = read_yaml(b"\xef\xbb\xbfa: 1", "f.yaml")
    assert found is not None and found.data == {"a": "1"}


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        (b"a: 1\nname: M\xfcller\n", 2, 8),
        (b"\xef\xbb\xbfa: \xff\n", 1, 4),
        (b"\xff\xfea\x00", 1, 1),
        (b"a:\r\n  b\x00\r\n", 2, 4),
        ("ä: \x07".encode(), 1, 4),
        (b"a:\n\tb: 1\n", 2, 1),
        (b"a: @x", 1, 4),
    ],
)
def test_what_is_no_text_is_shown_where_it_stands(data: bytes, line: int, column: int) -> None:
    place = refusal(data).place
    assert (place.file, place.line, place.column) == ("f.yaml", line, column)


BOMB = b"a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + b"".join(
    b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 10)) for n in range(1, 12)
)
HOSTILE = {
    "bomb": (BOMB, "C106"),
    "deep flow": (b"[" * 30, "C106"),
    "deeper flow": (b"[" * 100_000, "C104"),
    "deep block": (b"".join(b" " * n + b"a:\n" for n in range(600)), "C106"),
    "an alias of itself": (b"a: &a [*a]", "C106"),
    "two of each other": (b"a: &a {b: &b [*a]}\nc: [*b]", "C106"),
    "unknown alias": (b"a: *x", "C106"),
    "huge": (b"a" * (MAX_BYTES + 1), "C106"),
    "many": (b"[" + b"1," * 30_000 + b"]", "C106"),
    "tag": (b"!!binary aGk=", "C106"),
    "list as key": (b"? [a]\n: b", "C106"),
    "two documents": (b"a: 1\n---\nb: 2", "C106"),
    "not utf-8": (b"a: \xff", "C108"),
    "control character": (b"a: \x00", "C104"),
    "unclosed": (b"a: [1", "C104"),
    "tab": (b"a:\n\tb: 1", "C104"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_at_once(name: str) -> None:
    data, code = HOSTILE[name]
    start = time.process_time()
    assert refusal(data).code == code
    assert time.process_time() - start < 2


@given(st.binary(max_size=200) | st.text("ab:{}[]&*!-?|>'\"# \n,", max_size=80).map(str.encode))
@settings(max_examples=100)
def test_nothing_raises(data: bytes) -> None:
    found, problems = read_yaml(data, "f.yaml")
    assert found is not None or problems
