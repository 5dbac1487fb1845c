"""Whatever a client writes as a path is one of a mailbox's own places, or is refused."""

from __future__ import annotations

import os

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gateway.channels.sftp.server.paths import FOLDERS, LONGEST_NAME, ROOT, PathError, plain, spot

EXAMPLES = int(os.environ.get("SFTP_LAW_EXAMPLES", "20"))

PLACES = {
    b"": "/",
    b"/": "/",
    b".": "/",
    b"..": "/",
    b"/../../..": "/",
    b"/in": "/in",
    b"in/": "/in",
    b"//in//": "/in",
    b"/in/../out": "/out",
    b"/in/..": "/",
    b"../../in/a.edi": "/in/a.edi",
    b"/in/./a.edi": "/in/a.edi",
    b"/out/../in/b/../a.edi": "/in/a.edi",
    b"/archive/a b.edi": "/archive/a b.edi",
    b"/in/...": "/in/...",
    b"/in/-rf": "/in/-rf",
    b"/in/CON": "/in/CON",
    b"/in/~root": "/in/~root",
    b"/in/$(id)": "/in/$(id)",
    "/in/März.edi".encode(): "/in/März.edi",
    "/in/März.edi".encode("cp1252"): "/in/März.edi",
    b"/in/" + b"a" * 255: "/in/" + "a" * 255,
}
MISSING = [b"/etc/passwd", b"/incoming", b"/IN/a.edi", b"/in/sub/a.edi", b"C:\\x", b"/in /a"]
INVALID = [
    b"/in/a\0b",
    b"/in/a\nb",
    b"/in/\x1b[31m",
    b"/in/..\\..\\etc",
    b"/in/" + b"a" * 256,
    b"/in/" + "ä".encode() * 128,
    "/in/a\u2028b".encode(),
    b"/in/" + b"\x81\xff",
    b"/" + b"../" * 2000,
]


@pytest.mark.parametrize(("path", "place"), PLACES.items())
def test_a_path_is_a_place_of_the_mailbox(path: bytes, place: str) -> None:
    assert str(spot(path)) == place


@pytest.mark.parametrize("path", MISSING)
def test_other_folders_are_not_there(path: bytes) -> None:
    with pytest.raises(PathError) as refused:
        spot(path)
    assert refused.value.missing


@pytest.mark.parametrize("path", INVALID)
def test_names_that_are_none_are_refused(path: bytes) -> None:
    with pytest.raises(PathError) as refused:
        spot(path)
    assert not refused.value.missing
    assert str(refused.value).isprintable()


STEP = st.sampled_from(
    [b"..", b".", b"", b"in", b"out", b"archive", b"a.edi", b"\0", b"\\", b"\xff", b"a" * 300]
)
PATHS = st.one_of(st.binary(max_size=300), st.lists(STEP, max_size=12).map(b"/".join))


@settings(max_examples=EXAMPLES, deadline=None)
@example(b"/in/\xc3\xa4/../../..")
@given(PATHS)
def test_nothing_escapes(path: bytes) -> None:
    try:
        found = spot(path)
    except PathError:
        return
    assert found == ROOT or found.folder in FOLDERS
    if found.name is not None:
        assert found.name not in ("", ".", "..")
        assert not set(found.name) & set("/\\\0")
        assert found.name.isprintable() or all(ord(sign) >= 32 for sign in found.name)
        assert 0 < len(found.name.encode()) <= LONGEST_NAME
    assert spot(str(found).encode()) == found  # the place as it is shown leads there again


@settings(max_examples=EXAMPLES, deadline=None)
@given(PATHS)
def test_a_plain_path_names_the_same_place(path: bytes) -> None:
    try:
        shown = plain(path)
    except PathError:
        return
    assert shown.startswith("/")
    assert ".." not in shown.split("/")
    try:
        found = spot(path)
    except PathError:
        return
    assert str(found) == shown
