"""Multipart: cut where the boundary is a line of its own, however large the parts are."""

from __future__ import annotations

import time
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.as2.extent import CHUNK, Extent
from gateway.channels.as2.link import Limits
from gateway.channels.as2.mime.contenttype import ContentType
from gateway.channels.as2.mime.multipart import boundary_of, split_parts
from gateway.channels.as2.refusal import RefusedError


def parts(body: bytes, boundary: bytes = b"x", limits: Limits | None = None) -> list[bytes]:
    extents = split_parts(Extent.of(body), boundary, limits or Limits())
    return [each.read(each.size) for each in extents]


def refused(body: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(RefusedError) as caught:
        parts(body, limits=limits)
    return caught.value.problem.code


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"--x\r\none\r\n--x\r\ntwo\r\n--x--\r\n", [b"one", b"two"]),
        (b"--x\none\n--x\ntwo\n--x--\n", [b"one", b"two"]),
        (b"--x\r\none\r\n--x--", [b"one"]),
        (b"--x\r\none\r\n\r\n--x--", [b"one\r\n"]),
        (b"--x\r\none\n\r\n--x--", [b"one\n"]),
        (b"--x\r\none\r\r\n--x--", [b"one\r"]),
        (b"--x\r\none\r\n--x--junk? no", []),
        (b"--x\r\none\r\n--x--\0\0junk", [b"one"]),
        (b"--x\r\none\r\n--x--\r\n--x\r\ntwo\r\n--x--", [b"one"]),
        (b"before\r\n--x\r\none\r\n--x--\r\nafter", [b"one"]),
        (b"\r\n--x\r\none\r\n--x--", [b"one"]),
        (b"--x \t\r\none\r\n--x-- \r\n", [b"one"]),
        (b"--x\r\n--xy\r\n --x\r\n-x\r\na--x\r\n--x--", [b"--xy\r\n --x\r\n-x\r\na--x"]),
        (b"--x\r\n--x\r\n\r\n--x--", [b"", b""]),
        (b"--x\r\n\r\n--x--", [b""]),
        (b"--x\r\nA: b\r\n\r\n--x--", [b"A: b\r\n"]),
    ],
)
def test_cutting(body: bytes, expected: list[bytes]) -> None:
    if expected:
        assert parts(body) == expected
    else:
        assert refused(body) == "T225"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "T224"),
        (b"nothing here", "T224"),
        (b"--x--\r\n", "T224"),
        (b"--x\r\none", "T225"),
        (b"--x\r\none\r\n--x\r\ntwo\r\n", "T225"),
        (b"--x\r\none\r\n--x-", "T225"),
    ],
)
def test_a_body_that_breaks_off_is_refused(body: bytes, code: str) -> None:
    assert refused(body) == code


def test_too_many_parts_are_refused_without_reading_on() -> None:
    assert len(parts(b"--x\r\n\r\n" * 99 + b"--x\r\n\r\n--x--")) == 100
    started = time.process_time()
    assert refused(b"--x\r\n\r\n" * 1_000_000) == "T226"
    assert time.process_time() - started < 1


def test_a_boundary_that_is_all_over_the_content_is_refused_without_reading_on() -> None:
    assert parts(b"--x\r\n" + b"\n--xy" * 10_000 + b"\r\n--x--") == [b"\n--xy" * 10_000]
    started = time.process_time()
    assert refused(b"--x\r\n" + b"\n--xy" * 4_000_000 + b"\r\n--x--") == "T223"
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize("distance", range(-12, 13))
def test_a_boundary_across_the_window(distance: int) -> None:
    first = b"a" * (CHUNK + distance)
    second = b"\n--x" + b"b" * CHUNK
    body = b"--x\r\n" + first + b"\r\n--x\r\n" + second + b"\r\n--x--\r\n"
    assert parts(body) == [first, second]


@pytest.mark.parametrize("size", range(CHUNK - 4, CHUNK + 5))
def test_the_last_boundary_at_the_end_of_the_window(size: int) -> None:
    content = b"a" * (size - len(b"--x\r\n\r\n--x--"))
    assert parts(b"--x\r\n" + content + b"\r\n--x--") == [content]


def test_a_long_body_is_read_once_and_not_held() -> None:
    class Counting(BytesIO):
        total = largest = 0

        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(size)
            self.total += len(data)
            self.largest = max(self.largest, len(data))
            return data

    body = b"--x\r\n" + b"ab\n" * 1_000_000 + b"\r\n--x--"
    stream = Counting(body)
    split_parts(Extent(stream, 0, len(body)), b"x", Limits())
    assert stream.total < 1.1 * len(body)
    assert stream.largest < 2 * CHUNK


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(
        st.lists(st.sampled_from([b"\r", b"\n", b"-", b"--", b"a", b" ", b"--y"])), min_size=1
    ),
    st.sampled_from([b"\r\n", b"\n"]),
)
def test_any_parts_come_through(pieces: list[list[bytes]], eol: bytes) -> None:
    contents = [b"".join(each) for each in pieces]
    if eol == b"\n":
        contents = [each.rstrip(b"\r") for each in contents]
    line = b"--=_b 'd"
    body = b"".join(line + eol + each + eol for each in contents) + line + b"--" + eol
    assert parts(body, b"=_b 'd", Limits(parts=1000)) == contents


@pytest.mark.parametrize(
    ("value", "boundary"),
    [
        ('multipart/mixed; boundary="a b"', b"a b"),
        ("multipart/mixed; boundary=" + "b" * 70, b"b" * 70),
        ("multipart/mixed; boundary=" + "b" * 71, None),
        ("multipart/mixed", None),
        ('multipart/mixed; boundary=""', None),
        ('multipart/mixed; boundary="\t"', None),
        ("multipart/mixed; boundary=ä", None),
    ],
)
def test_what_may_be_a_boundary(value: str, boundary: bytes | None) -> None:
    if boundary is not None:
        assert boundary_of(ContentType.parse(value)) == boundary
        return
    with pytest.raises(RefusedError) as caught:
        boundary_of(ContentType.parse(value))
    assert caught.value.problem.code == "T223"
