"""What a request says: its target, its key, the name of its file."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.upload.request import LONGEST_NAME, bearer, file_name, key, target

TARGETS = {
    "/in/acme/web": ("acme", "web", ""),
    "/in/acme/web/": ("acme", "web", ""),
    "/in/acme/web/a%20b.edi": ("acme", "web", "a b.edi"),
    "/in/acme/web/..%2F..%2Fetc%2Fpasswd": ("acme", "web", "../../etc/passwd"),
    "/in/acme": None,
    "/in/acme/": None,
    "/in//web": None,
    "/in/acme/web/a/b": None,
    "/in/acme/web//": None,
    "/in/../web": None,
    "/in/acme/%2e%2e": None,
    "/in/a%63me/web": None,
    "/as2": None,
    "/in/acme/web/" + "a" * 1000: None,
}
KEYS = {
    "abc": "abc",
    ' "8e03978e-40d5" ': "8e03978e-40d5",
    '"a b"': None,
    "a b": None,
    "": None,
    '""': None,
    "ä": None,
    "k" * 255: "k" * 255,
    "k" * 256: None,
}
NAMES = {
    ("orders.edi", None, None): "orders.edi",
    ("", 'attachment; filename="orders.edi"', None): "orders.edi",
    ("", "attachment; filename*=utf-8''Bestellung%20%C3%A4.edi", None): "Bestellung ä.edi",
    ("a.edi", 'attachment; filename="b.edi"', None): "a.edi",
    ("../../etc/passwd", None, None): "passwd",
    ("", 'attachment; filename="C:\\\\data\\\\orders.edi"', None): "orders.edi",
    ("..", None, "application/xml"): "made.xml",
    ("", None, "application/edifact; charset=x"): "made.edi",
    ("", None, None): "made.edi",
    ("", "attachment; " + "x=1; " * 50, None): "made.edi",
    ("a\nb.edi", None, None): "a�b.edi",
    ("x" * 300 + ".edi", None, None): "x" * 251 + ".edi",
}


@pytest.mark.parametrize("path", TARGETS)
def test_the_target(path: str) -> None:
    assert target(path) == TARGETS[path]


@pytest.mark.parametrize("text", KEYS)
def test_the_key(text: str) -> None:
    assert key(text) == KEYS[text]


@pytest.mark.parametrize("said", NAMES)
def test_the_name(said: tuple[str, str | None, str | None]) -> None:
    assert file_name(*said, "made") == NAMES[said]


@settings(max_examples=20)
@given(st.text(max_size=400), st.one_of(st.none(), st.text(max_size=100)))
def test_a_name_is_never_a_path(told: str, disposition: str | None) -> None:
    name = file_name(told, disposition, None, "made")
    assert name
    assert len(name) <= LONGEST_NAME
    assert "/" not in name
    assert "\\" not in name
    assert name.isprintable()


def test_the_token() -> None:
    assert bearer("Bearer abc.DEF-1") == bearer("bearer   abc.DEF-1") == "abc.DEF-1"
    for wrong in (None, "", "Bearer", "Bearer a b", "Basic abc", "abc"):
        assert bearer(wrong) == ""
