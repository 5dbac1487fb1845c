"""Ranges laid end to end read like one file."""

from __future__ import annotations

from io import BytesIO

import pytest

from gateway.channels.as2.extent import CHUNK, Extent
from gateway.channels.as2.mime.joined import join


@pytest.mark.parametrize("size", [0, 1, 1000, CHUNK, 3 * CHUNK])
def test_they_read_as_one(size: int) -> None:
    data = bytes(range(256)) * (size // 256 + 1)
    joined = join([b"head", Extent.of(data).part(10), b"", Extent.of(b""), b"tail"])
    expected = b"head" + data[10:] + b"tail"
    assert joined.size == len(expected)
    assert b"".join(joined.chunks(1000)) == expected
    assert joined.read(6) == expected[:6]
    assert joined.part(3, 4).read(9) == expected[3:7]
    assert Extent.rest(joined.stream, 2).size == len(expected) - 2


def test_they_nest() -> None:
    large = join([b"a" * CHUNK, b"b"])
    assert b"".join(join([b"<", large, b">"]).chunks()) == b"<" + b"a" * CHUNK + b"b>"


def test_they_belong_to_others_and_cannot_be_written() -> None:
    joined = join([b"a" * CHUNK, b"b"])
    with pytest.raises(OSError, match="cannot be written"):
        joined.stream.write(b"x")
    joined.stream.seek(0, 2)
    assert joined.stream.read() == b""
    assert joined.stream.tell() == joined.size


def test_a_range_that_became_shorter_is_noticed() -> None:
    stream = BytesIO(b"x" * CHUNK)
    joined = join([Extent.rest(stream), b"y"])
    stream.truncate(5)
    with pytest.raises(EOFError):
        joined.read(joined.size)
