"""Transfer encodings: every byte comes through, nothing is skipped, large bodies in pieces."""

from __future__ import annotations

import time
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channels.as2.extent import CHUNK, Extent
from gateway.channels.as2.mime.transfer import decoded, encoded
from gateway.channels.as2.refusal import RefusedError

ENCODINGS: Any = ("base64", "quoted-printable")


def taken_off(data: bytes, encoding: str | None) -> bytes:
    got = decoded(Extent.of(data), encoding, BytesIO)
    return got.read(got.size)


def refused(data: bytes, encoding: str) -> str:
    with pytest.raises(RefusedError) as caught:
        taken_off(data, encoding)
    return caught.value.problem.code


@pytest.mark.parametrize("encoding", [None, "", "binary", "BINARY", " 8bit", "7bit"])
def test_without_an_encoding_the_same_range_is_given(encoding: str | None) -> None:
    body = Extent.of(b"\r\n\n\xff")
    assert decoded(body, encoding, BytesIO) is body


@pytest.mark.parametrize(
    ("data", "encoding", "expected"),
    [
        (b"YWJj\r\nZA==\r\n", "Base64", b"abcd"),
        (b"YWJj\nZA==\n", "base64", b"abcd"),
        (b" Y W\tJj ZA= =", '"base64"', b"abcd"),
        (b"", "base64", b""),
        (b"\r\n", "base64", b""),
        (b"a=3D=0d=0A b=\r\nc \r\n", "Quoted-Printable", b"a=\r\n bc \r\n"),
        (b"a=  \nb\n", "quoted-printable", b"ab\n"),
        (b"_a=5F", "quoted-printable", b"_a_"),
        (b"the end=", "quoted-printable", b"the end"),
        (b"", "quoted-printable", b""),
    ],
)
def test_as_others_write_it(data: bytes, encoding: str, expected: bytes) -> None:
    assert taken_off(data, encoding) == expected


@pytest.mark.parametrize(
    "data",
    [b"YWJ", b"YWJjZ", b"YW!Jj", b"YWJj\0", b"YQ==YQ==", b"Y===", b"====", b"YW-_", b"YQ==\r\nx"],
)
def test_bad_base64_is_refused_not_skipped(data: bytes) -> None:
    assert refused(data, "base64") == "T227"


@pytest.mark.parametrize(
    "data", [b"=XY", b"a=4", b"==41", b"=4\r\n1", b"=\r", b"=" + b" " * 9 + b"x"]
)
def test_bad_quoted_printable_is_refused_not_skipped(data: bytes) -> None:
    assert refused(data + b".", "quoted-printable") == "T228"


def test_an_unknown_encoding_is_refused() -> None:
    assert refused(b"x", "x-uuencode") == "T229"


@pytest.mark.parametrize("encoding", ENCODINGS)
@settings(max_examples=60, deadline=None, derandomize=True)
@given(data=st.binary(max_size=400) | st.text("= \r\nab\t", max_size=300).map(str.encode))
def test_any_bytes_come_through(encoding: Any, data: bytes) -> None:
    body = encoded(Extent.of(data), encoding, BytesIO)
    text = body.read(body.size)
    assert text.isascii()
    assert all(len(line) <= 76 and not line.endswith(b" ") for line in text.split(b"\r\n"))
    assert b"\n" not in text.replace(b"\r\n", b"")
    assert taken_off(text, encoding) == data


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_large_bodies_come_through_in_pieces(encoding: Any) -> None:
    data = (bytes(range(256)) + b"= \r\n\n\r") * 3000
    assert len(data) > 2 * CHUNK
    text = encoded_bytes(data, encoding)
    assert taken_off(text, encoding) == data
    assert taken_off(text.replace(b"\r\n", b"\n"), encoding) == data


def encoded_bytes(data: bytes, encoding: Any) -> bytes:
    body = encoded(Extent.of(data), encoding, BytesIO)
    return body.read(body.size)


@pytest.mark.parametrize("data", [b"=" * 1_000_000, b" " * 3_000_000, b"=" + b" " * 3_000_000])
def test_decoding_costs_no_more_than_the_bytes(data: bytes) -> None:
    started = time.process_time()
    for encoding in ENCODINGS:
        try:
            taken_off(data, encoding)
        except RefusedError as error:
            assert error.problem.code in {"T227", "T228"}
    assert time.process_time() - started < 1


@pytest.mark.parametrize("cut", range(-3, 4))
def test_an_escape_across_two_pieces(cut: int) -> None:
    data = b"a" * (CHUNK + cut) + b"=41=\r\n=42" + b"b" * CHUNK + b"=43"
    expected = b"a" * (CHUNK + cut) + b"AB" + b"b" * CHUNK + b"C"
    assert taken_off(data, "quoted-printable") == expected
